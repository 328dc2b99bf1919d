import { describe, expect, test } from "vitest";
import type { BinaryExpr } from "../../../server/src/promql/ast.ts";
import { analyseLabels } from "../../../server/src/promql/labels/analyse.ts";
import { labelFact } from "../../../server/src/promql/labels/facts.ts";
import { reasonClause, reasonSentence } from "../../../server/src/promql/labels/reasons.ts";
import type { JoinFacts, LabelFlow } from "../../../server/src/promql/labels/types.ts";
import { parseExpr } from "../../../server/src/promql/parse.ts";
import { walk } from "../../../server/src/promql/walk.ts";

function flowOf(text: string): LabelFlow {
  const { expr } = parseExpr(text, { experimentalFunctions: true });
  if (expr === undefined) throw new Error(`no tree: ${text}`);
  return analyseLabels(expr).flow;
}

describe("why a label is impossible or certain, and where", () => {
  test.each([
    ["x", "sum(foo)", "sum", "sum without by or without removes all labels"],
    ["x", "sum by (job) (foo)", "by (job)", "sum by keeps only the labels that it names"],
    ["x", "max without (x, y) (foo)", "x", "max without removes it"],
    ["__name__", "rate(foo[5m])", "rate", "rate() removes the metric name"],
    ["__name__", "foo * 2", "*", "* removes the metric name"],
    [
      "le",
      "histogram_quantile(0.9, x_bucket)",
      "histogram_quantile",
      "histogram_quantile() puts the buckets together",
    ],
    ["x", 'foo{x=""}', 'x=""', "a matcher of the selector decides it"],
    ["x", 'foo{x="1"}', 'x="1"', "a matcher of the selector decides it"],
    ["x", "foo / on (job, y) bar", "job, y", "/ on keeps only the labels that on names"],
    ["x", "foo / ignoring (x) bar", "x", "/ ignoring removes the labels that it names"],
    [
      "x",
      "foo and on (x) sum(bar)",
      "x",
      "it has to be equal on both sides of the join, and on the other sum without by or without removes all labels",
    ],
    [
      "x",
      "foo * on (job) group_left (x) sum by (job) (bar)",
      "x",
      "group_left takes it from the other side, where sum by keeps only the labels that it names",
    ],
    ["x", "foo * on (job) group_right (x) bar", "x", "group_right takes it from the other side"],
    ["x", 'label_replace(foo, "x", "", "y", ".*")', '"x"', "label_replace() sets it"],
    ["x", "vector(1)", "vector(1)", "vector() has no labels"],
    ["x", 'absent(foo{x=~"1"})', 'x=~"1"', "absent() has only the labels of equality matchers"],
    ["v", 'count_values("v", foo)', '"v"', "count_values puts the value there"],
    ["__name__", "foo", "foo", "a matcher of the selector decides it"],
    ["__name__", '{job="a"}', '{job="a"}', "every stored series has a metric name"],
  ])("%s in %s", (name, text, place, clause) => {
    const { reason } = labelFact(flowOf(text), name);
    if (reason === undefined) throw new Error("no reason");
    expect(text.slice(reason.span.start, reason.span.end)).toBe(place);
    expect(reasonClause(reason)).toBe(clause);
  });

  test("what some results lack is told with the operand of `or` that lacks it", () => {
    const { presence, absentIn } = labelFact(flowOf('foo{x="1"} or sum by (job) (bar)'), "x");
    expect([presence, absentIn?.kind, absentIn?.node.kind]).toEqual(["possible", "by", "aggregate"]);
  });
});

describe("why an expression is empty, and where", () => {
  test.each([
    ['foo{x="1", x="2"}', 'x="2"', "the matchers of the label x contradict each other"],
    ["(count(foo) == 0) + 1", "==", "the comparison == is never true"],
    ["absent(vector(1))", "absent", "what absent() looks for always exists"],
    ["foo unless on () vector(1)", "unless", "what unless excludes always exists and matches everything"],
    ["topk(0, foo)", "0", "topk selects nothing here"],
    [
      'foo{x="1"} / on (x) bar{x="2"}',
      "x",
      '/ compares x, which is always "1" on the left and always "2" on the right',
    ],
    ['foo{x="1"} / sum(bar)', "/", '/ compares x, which is always "1" on the left and absent on the right'],
    [
      'foo{x=~"5.."} / foo{x!~"5.."}',
      "/",
      '/ compares x, which is =~"5.." on the left and !~"5.." on the right',
    ],
    [
      'foo{x=~"a|b"} and on (x) bar{x=~"c|"}',
      "x",
      'and compares x, which is "a" or "b" on the left and "c" or absent on the right',
    ],
    [
      'foo{x!=""} and on (x) sum(bar)',
      "x",
      "and compares x, which is always there on the left and absent on the right",
    ],
    [
      'sum(bar) * on (x) group_right () foo{x!=""}',
      "x",
      "* compares x, which is absent on the left and always there on the right",
    ],
  ])("%s", (text, place, clause) => {
    const { empty } = flowOf(text);
    if (empty === undefined) throw new Error("not empty");
    expect(text.slice(empty.span.start, empty.span.end)).toBe(place);
    expect(reasonClause(empty)).toBe(clause);
    expect(reasonSentence(empty)).toMatch(/\.$/);
  });

  test("what lies above the place where it begins has the reason of that place", () => {
    const text = "sum(count(foo) == 0) by (job) > 1";
    const { expr } = parseExpr(text);
    if (expr === undefined) throw new Error("no tree");
    const analysis = analyseLabels(expr);
    const origins = [...walk(expr)].filter((node) => analysis.of(node).empty?.node === node);
    expect(origins.map(({ span }) => text.slice(span.start, span.end))).toEqual(["count(foo) == 0"]);
  });

  test("long names are cut and reasons stay one line of at most 120 characters", () => {
    const label = `l${"a".repeat(300)}`;
    const { empty } = flowOf(
      `foo{${label}="${"b".repeat(300)}"} and on (${label}) bar{${label}="${"c".repeat(300)}"}`,
    );
    if (empty === undefined) throw new Error("not empty");
    expect(reasonClause(empty).length).toBeLessThanOrEqual(120);
  });
});

describe("how the sides of an operator meet", () => {
  function joinOf(text: string): JoinFacts {
    const { expr } = parseExpr(text);
    const facts = expr?.kind === "binary" ? analyseLabels(expr).join(expr) : undefined;
    if (facts === undefined) throw new Error("no join");
    return facts;
  }

  test.each<[string, boolean, boolean]>([
    ["foo / on (job) bar", false, false],
    ["sum by (job) (foo) / on (job) bar", true, false],
    ["foo / on (job) sum by (job) (bar)", false, true],
    ["foo / on (job) sum by (job, x) (bar)", false, false],
    ['foo / on (job) sum by (job, x) (bar{x="1"})', false, true],
    ["foo / on (job, x) sum by (job) (bar)", false, true],
    ["sum(foo) / bar", true, false],
    ["sum by (job) (foo) / ignoring (x) sum by (job, x) (bar)", true, false],
    ["foo * on () vector(1)", false, true],
  ])("%s: left unique %s, right unique %s", (text, left, right) => {
    const { leftUnique, rightUnique } = joinOf(text);
    expect([leftUnique, rightUnique]).toEqual([left, right]);
  });

  test("what on() compares is told with what is known of both sides", () => {
    const { labels, noMatch } = joinOf('foo{x="1"} * on (x, job) sum by (x) (bar)');
    expect(labels.map(({ name, left, right }) => [name, left.presence, right.presence])).toEqual([
      ["x", "guaranteed", "possible"],
      ["job", "possible", "impossible"],
    ]);
    expect(noMatch).toBeUndefined();
  });

  test("no facts for operators with a scalar", () => {
    const { expr } = parseExpr("foo > 1");
    expect(analyseLabels(expr as BinaryExpr).join(expr as BinaryExpr)).toBeUndefined();
  });
});
