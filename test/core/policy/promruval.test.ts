import { expect, test } from "vitest";
import { file, judge, places } from "./policy.ts";

const alert = (more: string, expr = "up == 0"): string => file(`alert: A\nexpr: '${expr}'\n${more}`);
const record = (expr: string): string => file(`record: x\nexpr: '${expr}'`);
const group = (more: string, expr = "up"): string =>
  file(`record: x\nexpr: ${expr}`, `  - name: g\n${more}    rules:\n`);

/** What promruval can be configured to demand, said as a policy, with a rule that breaks it and one that does not. */
const validators: readonly (readonly [
  name: string,
  policy: string,
  bad: string,
  place: string,
  good: string,
])[] = [
  [
    "hasLabels",
    "require: { labels: [foo, bar] }",
    alert("labels: {foo: a}"),
    "required-label labels",
    alert("labels: {foo: a, bar: b}"),
  ],
  [
    "hasLabels searchInExpr",
    "require: { labels: { foo: { fromExpression: true } } }",
    alert(""),
    "required-label A",
    alert("", 'up{foo="a"} == 0'),
  ],
  [
    "doesNotHaveLabels",
    "forbid: { labels: [foo] }",
    alert("labels: {foo: a}"),
    "forbidden-label foo",
    alert("labels: {bar: a}"),
  ],
  [
    "doesNotHaveLabels searchInExpr",
    "forbid: { matchers: foo }",
    alert("", 'up{foo="a"} == 0'),
    "matcher-denied foo",
    alert(""),
  ],
  [
    "hasAnyOfLabels",
    "require: { anyLabel: [[foo, bar]] }",
    alert(""),
    "required-label A",
    alert("labels: {bar: a}"),
  ],
  [
    "labelMatchesRegexp",
    'require: { labels: { team: ".+@example.com" } }',
    alert("labels: {team: me}"),
    "label-value me",
    alert("labels: {team: me@example.com}"),
  ],
  [
    "labelHasAllowedValue",
    "require: { labels: { foo: [a, b] } }",
    alert("labels: {foo: c}"),
    "label-value c",
    alert("labels: {foo: b}"),
  ],
  [
    "labelHasAllowedValue commaSeparatedValue",
    'require: { labels: { foo: { values: [a, b], split: "," } } }',
    alert("labels: {foo: 'a,c'}"),
    "label-value 'a,c'",
    alert("labels: {foo: 'a,b'}"),
  ],
  [
    "labelHasAllowedValue ignoreTemplatedValues",
    "require: { labels: { foo: [a, b] } }",
    alert("labels: {foo: 'c{{ $value }}'}"),
    "label-value 'c{{ $value }}'",
    alert("labels: {foo: '{{ $labels.x }}'}"),
  ],
  [
    "nonEmptyLabels",
    'forbid: { labels: [{ value: "" }] }',
    alert("labels: {foo: ''}"),
    "forbidden-label ''",
    alert("labels: {foo: a}"),
  ],
  [
    "exclusiveLabels",
    "forbid: { labelsTogether: [[{ name: severity, value: critical }, { name: page, value: 'true' }]] }",
    alert("labels: {severity: critical, page: 'true'}"),
    "forbidden-label page",
    alert("labels: {severity: critical, page: 'false'}"),
  ],
  [
    "hasAnnotations",
    "require: { annotations: [foo] }",
    alert(""),
    "required-annotation A",
    alert("annotations: {foo: a}"),
  ],
  [
    "doesNotHaveAnnotations",
    "forbid: { annotations: foo }",
    alert("annotations: {foo: a}"),
    "forbidden-annotation foo",
    alert("annotations: {bar: a}"),
  ],
  [
    "hasAnyOfAnnotations",
    "require: { anyAnnotation: [[foo, bar]] }",
    alert(""),
    "required-annotation A",
    alert("annotations: {foo: a}"),
  ],
  [
    "annotationMatchesRegexp",
    'require: { annotations: { foo: "[A-Z].*" } }',
    alert("annotations: {foo: a}"),
    "annotation-value a",
    alert("annotations: {foo: A}"),
  ],
  [
    "annotationHasAllowedValue",
    "require: { annotations: { foo: [a] } }",
    alert("annotations: {foo: b}"),
    "annotation-value b",
    alert("annotations: {foo: a}"),
  ],
  [
    "annotationIsValidURL",
    "require: { annotations: { foo: { is: url } } }",
    alert("annotations: {foo: wiki}"),
    "annotation-value wiki",
    alert("annotations: {foo: 'https://a.example/b?c=d'}"),
  ],
  [
    "annotationIsValidPromQL",
    "require: { annotations: { foo: { is: promql, optional: true } } }",
    alert("annotations: {foo: sum(}"),
    "annotation-value sum(",
    alert("annotations: {foo: sum(up)}"),
  ],
  [
    "expressionDoesNotUseMetrics",
    'forbid: { metrics: ["foo_bar.*", foo_baz] }',
    record("sum(foo_bar_total)"),
    "metric-denied foo_bar_total",
    record("sum(foo)"),
  ],
  [
    "expressionDoesNotUseLabels",
    "forbid: { matchers: [foo] }",
    record("sum by (foo) (up)"),
    "matcher-denied foo",
    record("sum by (bar) (up)"),
  ],
  [
    "expressionDoesNotUseOlderDataThan",
    "require: { lookback: { max: 12h } }",
    record("rate(up[6h] offset 7h)"),
    "offset up",
    record("rate(up[6h] offset 6h)"),
  ],
  [
    "expressionDoesNotUseRangeShorterThan",
    "require: { range: { min: 1m } }",
    record("rate(up[30s])"),
    "range 30s",
    record("rate(up[1m])"),
  ],
  [
    "expressionDoesNotUseIrate",
    "forbid: { functions: irate }",
    record("irate(up[1m])"),
    "function-denied irate",
    record("rate(up[1m])"),
  ],
  ["forIsNotLongerThan", "require: { for: { max: 1h } }", alert("for: 2h"), "for 2h", alert("for: 1h")],
  [
    "hasSourceTenantsForMetrics",
    'require: { sourceTenants: { forMetrics: { k8s: "kube_.*|container_.*" } } }',
    group("", "kube_pod_info"),
    "source-tenants g",
    group("    source_tenants: [k8s]\n", "kube_pod_info"),
  ],
  [
    "hasValidSourceTenants",
    "require: { sourceTenants: { allowed: [foo, bar] } }",
    group("    source_tenants: [baz]\n"),
    "source-tenants baz",
    group("    source_tenants: [foo]\n"),
  ],
  [
    "hasAllowedEvaluationInterval",
    "require: { interval: { min: 20s, max: 5m } }",
    group("    interval: 10m\n"),
    "interval 10m",
    group(""),
  ],
  [
    "hasAllowedEvaluationInterval mustBeSet",
    "require: { interval: { required: true } }",
    group(""),
    "interval g",
    group("    interval: 1m\n"),
  ],
  [
    "hasAllowedLimit",
    "require: { limit: { max: 10, required: true } }",
    group("    limit: 20\n"),
    "limit 20",
    group("    limit: 10\n"),
  ],
];

test.each(validators)("%s", (_name, policy, bad, place, good) => {
  expect(places(judge(`- ${policy}`, bad))).toEqual([`policy.${place}`]);
  expect(places(judge(`- ${policy}`, good))).toEqual([]);
});

test("names that are not allowed, and rules that may not be there at all (pint's rule/report)", () => {
  expect(places(judge('- forbid: { names: ["Test.*"] }', file("alert: TestA\nexpr: up == 0")))).toEqual([
    "policy.alert-name TestA",
  ]);
  const policy = '- { match: { kinds: record, groups: "alerts.*" }, forbid: { names: ".*" } }';
  expect(places(judge(policy, file("record: x\nexpr: up", "  - name: alerts-a\n    rules:\n")))).toEqual([
    "policy.record-name x",
  ]);
  expect(places(judge(policy, file("record: x\nexpr: up")))).toEqual([]);
});
