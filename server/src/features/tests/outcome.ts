import { quoteGo } from "../../base/go-text.ts";
import type { Span } from "../../base/text.ts";
import { parseDuration } from "../../checks/rule/duration.ts";
import type { SourceDocument } from "../../model/document.ts";
import type { RuleTestsModel, TestGroup } from "../../model/rule-tests.ts";
import type { YamlMap, YamlScalar } from "../../yaml/node.ts";

/** Why a test failed, at the entry that did. */
export interface TestFailure {
  /** One line for a person. */
  readonly message: string;
  readonly span: Span;
  /** What promtool expected and what it got, each on lines of its own; nothing where it says something else. */
  readonly expected?: string | undefined;
  readonly actual?: string | undefined;
}

export interface TestOutcome {
  /** Its place in `tests`. */
  readonly index: number;
  readonly name: string;
  /** Its name, or the first line of its entry. */
  readonly span: Span;
  readonly failures: readonly TestFailure[];
}

/** What promtool said of one group of tests. */
export interface SaidOfTest {
  readonly name: string;
  readonly failures: readonly string[];
}

/** The tests of a file; nothing where it is none. */
export function testsIn({ parts }: SourceDocument): RuleTestsModel | undefined {
  const [part] = parts;
  return part?.model.kind === "rule-tests" ? part.model.tests : undefined;
}

/** As promtool names a group of tests. */
export function testName({ name, index }: TestGroup): string {
  return name === undefined || name.value === "" ? `unnamed#${index}` : name.value;
}

/** Where a group of tests is shown: its name, else its first key. */
export function testSpan({ name, node }: TestGroup): Span {
  return name?.span ?? firstKey(node);
}

function firstKey({ pairs, span }: YamlMap): Span {
  return pairs[0]?.key.span ?? span;
}

/** Places what promtool said, group by group, at the entries that it is about. */
export function testOutcomes({ tests }: RuleTestsModel, said: readonly SaidOfTest[]): readonly TestOutcome[] {
  return said.flatMap(({ failures }, at) => {
    const group = tests[at];
    if (group === undefined) return [];
    return {
      index: group.index,
      name: testName(group),
      span: testSpan(group),
      failures: failures.map((text) => failureOf(group, text)),
    };
  });
}

function failureOf(group: TestGroup, text: string): TestFailure {
  const alert =
    /^(?: {4}name: .*,\n)? {4}alertname: (.*), time: (\S+), \n {8}exp:([\s\S]*), \n {8}got:([\s\S]*)$/.exec(
      text,
    );
  if (alert !== null) {
    const [, name = "", time = "", expected = "", actual = ""] = alert;
    const entry = group.alerts.find(
      ({ alertname, evalTime }) => alertname?.value === name && isTime(evalTime, time),
    );
    return {
      message: `At ${time} the firing alerts ${name} are not the expected ones.`,
      span: entry?.alertname?.span ?? testSpan(group),
      expected: outdented(expected),
      actual: outdented(actual),
    };
  }
  const sample =
    /^ {4}expr: ("(?:[^"\\]|\\.)*"), time: (\S+),(?:\n {8}exp: (.*)\n {8}got: (.*)| err: ([\s\S]*))$/.exec(
      text,
    );
  if (sample !== null) {
    const [, quoted = "", time = "", expected, actual, error] = sample;
    const entry = group.exprs.find(
      ({ expr, evalTime }) => expr !== undefined && quoteGo(expr.text) === quoted && isTime(evalTime, time),
    );
    return {
      message: error ?? `At ${time} the expression gives other samples than expected.`,
      span: entry?.expr?.scalar?.span ?? testSpan(group),
      expected: expected === undefined ? undefined : samples(expected),
      actual: actual === undefined ? undefined : samples(actual),
    };
  }
  // The line of a series counts from `load`, which stands before the first.
  const series = /^(\d+):\d+: parse error: /.exec(text);
  const input = series === null ? undefined : group.series[Number(series[1]) - 2];
  return { message: text.trim(), span: input === undefined ? testSpan(group) : firstKey(input.node) };
}

/** Whether a time in the file is the one that promtool prints, which it writes in another way. */
function isTime(written: YamlScalar | undefined, printed: string): boolean {
  const ours = parseDuration(written?.value ?? "0");
  const theirs = parseDuration(printed === "0s" ? "0" : printed);
  return ours.ok && theirs.ok && ours.milliseconds === theirs.milliseconds;
}

/** promtool indents what it prints of alerts. */
function outdented(text: string): string {
  const lines = text.split("\n");
  const indent = Math.min(...lines.slice(1).map((line) => line.search(/\S|$/)), 12);
  return lines.map((line, at) => (at === 0 ? line : line.slice(indent))).join("\n");
}

/** One sample a line, so that a comparison shows which one differs. */
function samples(text: string): string {
  return text === "nil" ? "(none)" : text.replaceAll(/, (?=\{)/g, "\n");
}
