import { readFile } from "node:fs/promises";
import type { CancellationToken } from "vscode-languageserver/node";
import { maxFileBytes } from "../adapters/files/walk.ts";
import { findPromtool, noPromtool } from "../adapters/promtool/find.ts";
import { runRuleTests } from "../adapters/promtool/rule-tests.ts";
import { testName, testOutcomes, testSpan, testsIn } from "../features/tests/outcome.ts";
import { textForPromtool } from "../features/tests/rule-text.ts";
import type { SourceDocument } from "../model/document.ts";
import { readDocument } from "../model/read.ts";
import type { TestFileEntry, TestParams, TestResult } from "../protocol.ts";
import { filePathOf, pathOf } from "./paths.ts";
import type { Session } from "./session.ts";

/** One file of tests is given up after this time, in milliseconds. */
const deadlineMs = 120_000;

/** The tests of a file that is open or on disk; null where it is no test file. */
export async function testsOfFile(session: Session, uri: string): Promise<TestFileEntry | null> {
  const document = await documentAt(session, uri);
  const tests = document === undefined ? undefined : testsIn(document);
  if (document === undefined || tests === undefined) return null;
  return {
    uri,
    tests: tests.tests.map((group) => ({
      index: group.index,
      name: testName(group),
      range: document.lines.range(testSpan(group)),
    })),
  };
}

/** The test files that are open or that the index of the workspace knows. */
export function testFiles(session: Session): readonly string[] {
  const uris = new Set<string>();
  for (const uri of session.documents.uris()) {
    const document = session.documents.get(uri);
    if (document !== undefined && testsIn(document) !== undefined) uris.add(uri);
  }
  for (const { uri, uses } of session.files.names.files())
    if (uses.some(({ by }) => by === "rule test")) uris.add(uri);
  return [...uris].sort();
}

/** `promscope.test`: runs the tests of a file, as it stands in the editor, with promtool. Never rejects. */
export async function runTests(
  session: Session,
  argument: unknown,
  token: CancellationToken,
): Promise<TestResult> {
  const { uri, test } = (
    typeof argument === "object" && argument !== null ? argument : {}
  ) as Partial<TestParams>;
  const path = typeof uri === "string" ? filePathOf(uri) : undefined;
  if (typeof uri !== "string" || path === undefined)
    return { ok: false, problem: "Save the file first: promtool needs its folder to find the rule files." };
  const document = await documentAt(session, uri);
  const tests = document === undefined ? undefined : testsIn(document);
  if (document === undefined || tests === undefined)
    return {
      ok: false,
      problem: "This is no file of rule unit tests: those have `tests:` with input_series.",
    };
  const promtool = await findPromtool(session.settings.promtool, process.env);
  if (promtool === undefined) return { ok: false, problem: noPromtool };
  const stop = new AbortController();
  const cancelled = token.onCancellationRequested(() => stop.abort());
  if (token.isCancellationRequested) stop.abort();
  try {
    const result = await runRuleTests(
      { path, text: document.text, ruleFiles: tests.ruleFiles.map(({ span, value }) => ({ span, value })) },
      {
        promtool,
        unsaved: openTexts(session),
        translate: textForPromtool,
        features: session.settings.enableFeatures,
        deadlineMs,
        signal: stop.signal,
      },
    );
    if (!result.ok) return result;
    const outcomes = testOutcomes(tests, result.cases).filter(
      ({ index, name }) => test === undefined || test === index || test === name,
    );
    const { lines } = document;
    return {
      ok: true,
      uri,
      refusal: result.refusal ?? null,
      warnings: result.warnings,
      tests: outcomes.map(({ index, name, span, failures }) => ({
        index,
        name,
        range: lines.range(span),
        status: failures.length === 0 ? "passed" : "failed",
        failures: failures.map(({ message, span: at, expected, actual }) => ({
          message,
          range: lines.range(at),
          ...(expected === undefined ? {} : { expected }),
          ...(actual === undefined ? {} : { got: actual }),
        })),
      })),
    };
  } finally {
    cancelled.dispose();
  }
}

/** A file as it stands in the editor, else on disk; nothing where it is neither. */
export async function documentAt(session: Session, uri: string): Promise<SourceDocument | undefined> {
  const open = session.documents.get(uri);
  if (open !== undefined) return open;
  const path = filePathOf(uri);
  const bytes = path === undefined ? undefined : await readFile(path).catch(() => undefined);
  if (bytes === undefined || bytes.length > maxFileBytes) return undefined;
  const text = bytes.toString("utf8");
  const forced = session.documents.kindOf(uri);
  return readDocument({ uri, path: pathOf(uri, session.documents.folders), version: 0, text, forced });
}

/** The texts of the editor, saved or not: what is saved is the same on disk. */
function openTexts(session: Session): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const uri of session.documents.uris()) {
    const path = filePathOf(uri);
    const text = session.documents.get(uri)?.text;
    if (path !== undefined && text !== undefined) texts.set(path, text);
  }
  return texts;
}
