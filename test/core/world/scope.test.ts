import { expect, test } from "vitest";
import { parseExpr } from "../../../server/src/promql/parse.ts";
import { couldMatch, selectorsIn } from "../../../server/src/world/relevance.ts";
import { originalOffset, putScope, scopeSelector } from "../../../server/src/world/scope.ts";

const scope = { cluster: "prod-na" };

function put(text: string, labels: Readonly<Record<string, string>> = scope) {
  const { expr, errors } = parseExpr(text);
  if (expr === undefined || errors.length > 0) throw new Error(`${text}: ${errors[0]?.message}`);
  return putScope(text, expr, labels);
}

test.each([
  ["up", 'up{cluster="prod-na"}'],
  ["up{}", 'up{cluster="prod-na"}'],
  ['up{job="x"}', 'up{job="x",cluster="prod-na"}'],
  ['up { job = "x" , }', 'up { job = "x",cluster="prod-na" , }'],
  ['{__name__=~"a.*"}', '{__name__=~"a.*",cluster="prod-na"}'],
  ['{"utf8.name"}', '{"utf8.name",cluster="prod-na"}'],
  ['{"utf8.name", job="x"}[5m]', '{"utf8.name", job="x",cluster="prod-na"}[5m]'],
  ["sum by (job) (rate(x_total[5m]))", 'sum by (job) (rate(x_total{cluster="prod-na"}[5m]))'],
  ["a / on(job) group_left b", 'a{cluster="prod-na"} / on(job) group_left b{cluster="prod-na"}'],
  [
    "max_over_time(rate(x[1m])[1h:5m] offset 1d)",
    'max_over_time(rate(x{cluster="prod-na"}[1m])[1h:5m] offset 1d)',
  ],
  ["x offset 5m @ 10", 'x{cluster="prod-na"} offset 5m @ 10'],
  ["-(x)", '-(x{cluster="prod-na"})'],
  ["topk(scalar(n), x)", 'topk(scalar(n{cluster="prod-na"}), x{cluster="prod-na"})'],
  ["vector(1)", "vector(1)"],
  ['label_replace(x, "a", "$1", "b", "(.*)")', 'label_replace(x{cluster="prod-na"}, "a", "$1", "b", "(.*)")'],
  ["# note\nsum(\n  x # why\n)", '# note\nsum(\n  x{cluster="prod-na"} # why\n)'],
])("%s", (text, scoped) => {
  expect(put(text).text).toBe(scoped);
});

test("what is pinned to the scope already stays as it is", () => {
  expect(put('up{cluster="prod-na"}')).toMatchObject({
    text: 'up{cluster="prod-na"}',
    edits: [],
    contradictions: [],
  });
});

test("a matcher that allows more is narrowed", () => {
  expect(put('up{cluster=~"prod-.*"}').text).toBe('up{cluster=~"prod-.*",cluster="prod-na"}');
});

test.each([
  'cluster="dev"',
  'cluster!="prod-na"',
  'cluster=~"dev|stage"',
  'cluster!~"prod-.*"',
  'cluster=""',
])("%s contradicts the scope", (written) => {
  const { text, contradictions } = put(`up{${written}}`);
  expect(text).toBe(`up{${written},cluster="prod-na"}`);
  expect(contradictions).toEqual([
    { label: "cluster", scope: "prod-na", written, span: { start: 3, end: 3 + written.length } },
  ]);
});

test("regexes are RE2 and anchored: prod does not match prod-na", () => {
  expect(put('up{cluster=~"prod"}').contradictions).toHaveLength(1);
});

test("values and names are quoted as PromQL wants them", () => {
  const labels = { "k8s.cluster": 'a"b' + String.fromCharCode(92, 10) };
  expect(put("up", labels).text).toBe(String.raw`up{"k8s.cluster"="a\"b\\\n"}`);
  expect(parseExpr(put("up", labels).text).errors).toEqual([]);
  expect(scopeSelector({ a: "1", b: "2" })).toBe('{a="1",b="2"}');
});

test("an offset of the scoped text leads back to the original", () => {
  const text = "a + b";
  const { text: scoped, edits } = put(text);
  expect(scoped).toBe('a{cluster="prod-na"} + b{cluster="prod-na"}');
  expect(originalOffset(edits, scoped.indexOf("a"))).toBe(0);
  expect(originalOffset(edits, scoped.indexOf("cluster"))).toBe(1);
  expect(originalOffset(edits, scoped.indexOf("+"))).toBe(2);
  expect(originalOffset(edits, scoped.indexOf("b"))).toBe(4);
  expect(originalOffset(edits, scoped.length)).toBe(5);
});

test.each([
  ["up", true],
  ['up{cluster="dev"}', true],
  ['up{cluster="prod-eu"}', false],
  ['up{cluster!="dev"}', false],
  ['up{cluster=~"d.*",job="x"}', true],
  ['a{cluster="prod"} or b{cluster="dev"}', true],
  ['sum(rate(x{cluster="prod"}[5m]))', false],
  ['up{other="x"}', true],
  ["vector(1)", false],
])("%s could match what is behind cluster=dev: %s", (text, could) => {
  const { expr } = parseExpr(text);
  expect(expr && couldMatch(selectorsIn(expr), { cluster: "dev", replica: "a" })).toBe(could);
});
