import { expect, test } from "vitest";
import { applyEdits } from "../../../server/src/base/text.ts";
import { check, expectMarked, told } from "../checks/check-yaml.ts";

const rule = (...lines: readonly string[]): string =>
  `groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up == 0\n    ${lines.join("\n    ")}\n`;

test("the faulty token is marked in every style of scalar", () => {
  expectMarked(`groups:
- name: g
  rules:
  - alert: A
    expr: up == 0
    labels:
      plain: is {{ $label.x }}
#                  ^^^^^^ template.syntax
      single: 'it''s {{ $label.x }}'
#                       ^^^^^^ template.syntax
      double: "\\u00e9\\t{{ $label.x }}"
#                         ^^^^^^ template.syntax
    annotations:
      literal: |
        one
          {{ $value | humanise }}
#                     ^^^^^^^^ template.syntax
      folded: >-
        one

        two {{ $values }}
#              ^^^^^^^ template.syntax
      lines: a
        b {{ end }}
#         ^^^^^^^^^ template.syntax
`);
});

test("the message is Prometheus' own, with what was meant", () => {
  expect(
    told(check(rule('labels: {"a\\"b": "{{ $label }}"}', 'annotations: {c: "\\n\\n{{ $value | boom }}"}'))),
  ).toEqual([
    'template.syntax prometheus "$label" label "a\\"b": template: __alert_A:1: undefined variable "$label": did you mean $labels?',
    'template.syntax prometheus "boom" annotation "c": template: __alert_A:3: function "boom" not defined',
  ]);
});

test("a fix writes the name that was meant", () => {
  const text = rule("annotations:", "  a: '{{ $value | humanise }}'");
  const [finding] = check(text).findings;
  const edits = finding?.fixes?.[0]?.edits ?? [];
  expect(finding?.fixes?.[0]?.safe).toBe(false);
  expect(applyEdits(text, edits)).toBe(text.replace("humanise", "humanize"));
});

test("recording rules and labels of groups are no templates", () => {
  const text =
    "groups:\n- name: g\n  labels: {a: '{{ $x }}'}\n  rules:\n  - {record: r, expr: up, labels: {a: '{{ $x }}'}}\n";
  expect(told(check(text))).toEqual([]);
});

test("what fails to decode is never parsed as a template; what fails later does not matter", () => {
  const ids = (text: string): readonly string[] => check(text).findings.map((finding) => finding.check);
  const bad = "labels: {a: '{{ $x }}'}";
  expect(ids(rule(bad))).toEqual(["template.syntax"]);
  expect(ids(rule("for: 5mm", bad))).toEqual(["rule.duration-invalid"]);
  expect(ids(rule("unknown: 1", bad))).toEqual(["yaml.unknown-field"]);
  expect(ids(rule("for: 1m", "for: 1m", bad))).toEqual(["yaml.duplicate-key"]);
  expect(ids(rule("annotations: []", bad))).toEqual(["yaml.wrong-type"]);
  expect(ids(rule(bad).replace("up == 0", "up =="))).toEqual(["promql.syntax", "template.syntax"]);
});

test("PrometheusRules are judged like rule files, charts are not", () => {
  const object = `apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: a}\nspec:\n${rule(
    "annotations:",
    "  a: '{{ $label.x }}'",
  ).replace(/^/gm, "  ")}`;
  expect(check(object).findings.map((finding) => finding.check)).toEqual(["template.syntax"]);
  expect(told(check(object, "charts/a/templates/rule.yaml"))).toEqual([]);
});

test("rules of Loki are not judged", () => {
  const text = rule("annotations: {a: '{{ $x }}'}").replace("up == 0", `'rate({a="b"} |= "c" [1m]) > 0'`);
  expect(told(check(text))).toEqual([]);
});

test("a text that aliases bring to many rules is told once", () => {
  const text = `groups:
- name: g
  rules:
  - {alert: A, expr: up, labels: &l {a: '{{ $x }}'}}
  - {alert: B, expr: up, labels: *l}
  - alert: C
    expr: up
    labels:
      <<: *l
`;
  expect(check(text).findings.map((finding) => finding.message)).toEqual([
    'label "a": template: __alert_A:1: undefined variable "$x"',
  ]);
});

test("templates that are longer than anyone writes are not judged any more", () => {
  const text = (length: number): string =>
    rule(`annotations: {a: "{{.}}${"x".repeat(length)}", b: "{{ $x }}"}`);
  expect(check(text(1_000_000)).findings).toHaveLength(1);
  expect(check(text(2_000_000)).findings).toEqual([]);
});
