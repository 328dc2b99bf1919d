import { describe, expect, test } from "vitest";
import { lint } from "./check-yaml.ts";

const head = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: x}\n";
const object = (groups: string): string => `${head}spec: {groups: [${groups}]}\n`;
const rule = (fields: string): string => object(`{name: a, rules: [{${fields}}]}`);

/** `program "source" message` of each refusal. */
function refusals(text: string): readonly string[] {
  const { document, findings } = lint(text);
  return findings
    .filter(({ refusedBy }) => refusedBy !== undefined)
    .map(({ refusedBy, span, message }) => {
      const source = document.text.slice(span.start, span.end).slice(0, 40);
      return `${refusedBy} ${JSON.stringify(source)} ${message}`;
    });
}

describe("who refuses a PrometheusRule first", () => {
  test.each([
    [rule("alert: A"), "kubernetes", "spec.groups[0].rules[0].expr: Required value"],
    [rule("alert: A, expr: ''"), "prometheus", "field 'expr' must be set in rule"],
    [rule("alert: A, expr: up, for: 1m1h"), "kubernetes", "spec.groups[0].rules[0].for in body should match"],
    [rule("alert: A, expr: up, for: 5"), "kubernetes", "for in body must be of type string"],
    [rule("alert: A, expr: up, for: 300y"), "prometheus", "duration out of range"],
    [rule("alert: A, expr: up, keep_firing_for: ''"), "kubernetes", "should be at least 1 chars long"],
    [rule("alert: A, expr: 5000000000"), "operator", "json: cannot unmarshal number 5000000000 into Go"],
    [rule("alert: A, expr: up +"), "prometheus", "parse error"],
    [object("{name: a, rules: [~]}"), "kubernetes", 'rules[0] in body must be of type object: "null"'],
    [object("~"), "kubernetes", 'spec.groups[0] in body must be of type object: "null"'],
    [object("{rules: []}"), "kubernetes", "spec.groups[0].name: Required value"],
    [object("{name: ''}"), "kubernetes", "spec.groups[0].name in body should be at least 1 chars long"],
    [object("{name: a}, {name: a}"), "kubernetes", 'spec.groups[1]: Duplicate value: {"name":"a"}'],
    [object("{name: a, limit: '5'}"), "kubernetes", 'limit in body must be of type integer: "string"'],
    [object("").replace("name: x", "name: A_b"), "kubernetes", 'metadata.name: Invalid value: "A_b"'],
    [object("").replace("x}", "x, labels: {a: b c}}"), "kubernetes", 'metadata.labels: Invalid value: "b c"'],
    [object("").replace("x}", "x, labels: {a b: c}}"), "kubernetes", "metadata.labels: Invalid value: "],
    [object("").replace("x}", "x, annotations: {/b: c}}"), "kubernetes", "prefix part must be non-empty"],
  ])("%s", (text, program, words) => {
    expect(refusals(text)).toEqual([expect.stringMatching(new RegExp(`^${program} `))]);
    expect(refusals(text)[0]).toContain(words);
  });

  test("the operator writes no rule file of more than 512 KiB", () => {
    const many = (count: number): string =>
      `${head}spec:\n  groups:\n  - name: a\n    rules:\n${`    - alert: A\n      expr: up{a="${"b".repeat(80)}"}\n`.repeat(count)}`;
    expect(refusals(many(5000))).toEqual([
      'operator "groups" the length of rendered Prometheus Rule is above the maximum limit of 524288 bytes: split the object.',
    ]);
    expect(refusals(many(4000))).toEqual([]);
  });

  test.each([
    rule("alert: A, expr: 2147483647, for: '0', labels: {a: ''}"),
    rule("alert: A, expr: up, for: ''"),
    object("{name: a, limit: 1e3, interval: ''}"),
    object("").replace("x}", "x, labels: {app.kubernetes.io/name: A.b_c-d, empty: ''}}"),
    object("").replace("x}", "x, labels: {a: '$(cluster)'}}"),
    object("").replace("x}", "x, labels: {a: '[[ .SHA ]]', b: '@version@'}}"),
    object("").replace("x}", "x, annotations: {A.b/c: d e}}"),
  ])("nobody refuses %s", (text) => {
    expect(refusals(text)).toEqual([]);
  });
});
