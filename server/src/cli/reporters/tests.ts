import type { TestOutcome } from "../../features/tests/outcome.ts";
import type { SourceDocument } from "../../model/document.ts";
import { escapeXml } from "./xml.ts";

/** What came of the tests of one file. */
export interface FileTests {
  readonly document: SourceDocument;
  readonly outcomes: readonly TestOutcome[];
  /** What promtool says of the whole file, where it ran none of its tests. */
  readonly refusal: string | undefined;
  readonly warnings: readonly string[];
}

export const testFormats = ["text", "json", "junit"] as const;

/** The results of `promscope test` in one of its formats. */
export function testReport(files: readonly FileTests[], format: (typeof testFormats)[number]): string {
  if (format === "json") return `${JSON.stringify(files.map(asJson), null, 2)}\n`;
  return format === "junit" ? asJunit(files) : asText(files);
}

function asJson({ document, outcomes, refusal, warnings }: FileTests): unknown {
  const { path, lines } = document;
  return {
    file: path,
    status: statusOf(refusal, outcomes),
    message: refusal,
    warnings,
    tests: outcomes.map(({ index, name, span, failures }) => ({
      index,
      name,
      range: lines.range(span),
      status: failures.length === 0 ? "passed" : "failed",
      failures: failures.map((failure) => ({
        message: failure.message,
        range: lines.range(failure.span),
        expected: failure.expected,
        got: failure.actual,
      })),
    })),
  };
}

function statusOf(refusal: string | undefined, outcomes: readonly TestOutcome[]): string {
  if (refusal !== undefined) return "refused";
  return outcomes.every(({ failures }) => failures.length === 0) ? "passed" : "failed";
}

function asText(files: readonly FileTests[]): string {
  let text = "";
  let passed = 0;
  let failed = 0;
  for (const { document, outcomes, refusal, warnings } of files) {
    const { path, lines } = document;
    for (const warning of warnings) text += `${path}: warning: ${warning}\n`;
    if (refusal !== undefined) text += `${path}: promtool runs no test of this file: ${refusal}\n`;
    for (const { name, failures } of outcomes) {
      if (failures.length === 0) passed++;
      else failed++;
      for (const { message, span, expected, actual } of failures) {
        const { line, character } = lines.positionAt(span.start);
        text += `${path}:${line + 1}:${character + 1}: ${name}: ${message}\n`;
        if (expected !== undefined && actual !== undefined) text += difference(expected, actual);
      }
    }
  }
  const refused = files.filter(({ refusal }) => refusal !== undefined).length;
  const more = refused === 0 ? "" : `, ${refused} ${refused === 1 ? "file" : "files"} refused`;
  return `${text}${passed} passed, ${failed} failed${more}\n`;
}

/** What was expected and not there with a minus before it, what was there with a plus; what both have without. */
function difference(expected: string, actual: string): string {
  const [from, to] = [expected.split("\n"), actual.split("\n")];
  let head = 0;
  while (head < from.length && head < to.length && from[head] === to[head]) head++;
  let tail = 0;
  const most = Math.min(from.length, to.length) - head;
  while (tail < most && from.at(-1 - tail) === to.at(-1 - tail)) tail++;
  const show = (sign: string, part: readonly string[]): string =>
    part.map((line) => `    ${sign} ${line}\n`).join("");
  return (
    show(" ", from.slice(0, head)) +
    show("-", from.slice(head, from.length - tail)) +
    show("+", to.slice(head, to.length - tail)) +
    show(" ", from.slice(from.length - tail))
  );
}

function asJunit(files: readonly FileTests[]): string {
  const suites = files.map(({ document, outcomes, refusal }) => {
    const path = escapeXml(document.path);
    const cases = outcomes.map(({ name, failures }) => {
      const inner = failures.map(({ message, span, expected, actual }) => {
        const { line, character } = document.lines.positionAt(span.start);
        const detail =
          expected === undefined || actual === undefined ? "" : `\n${difference(expected, actual)}`;
        return `<failure message="${escapeXml(message)}">${escapeXml(`${document.path}:${line + 1}:${character + 1}${detail}`)}</failure>`;
      });
      return `    <testcase classname="${path}" name="${escapeXml(name)}">${inner.join("")}</testcase>\n`;
    });
    if (refusal !== undefined)
      cases.push(
        `    <testcase classname="${path}" name="${path}"><error message="${escapeXml(refusal)}"/></testcase>\n`,
      );
    const failures = outcomes.filter((outcome) => outcome.failures.length > 0).length;
    const errors = refusal === undefined ? 0 : 1;
    return `  <testsuite name="${path}" tests="${cases.length}" failures="${failures}" errors="${errors}">\n${cases.join("")}  </testsuite>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="promscope">\n${suites.join("")}</testsuites>\n`;
}
