import { expect, test } from "vitest";
import { applyEdits } from "../../../server/src/base/text.ts";
import { lint } from "./check-yaml.ts";

const alert = (expr: string, rest: string): string =>
  `groups:\n- name: g\n  rules:\n  - alert: A\n    expr: ${expr}\n    for: 5m\n${rest}`;
const annotation = (text: string): string => `    annotations:\n      a: '${text}'\n`;
const label = (text: string): string => `    labels:\n      a: '${text}'\n`;

function found(text: string): readonly string[] {
  const { document, findings } = lint(text);
  return findings.map(({ check: id, span }) => `${id} ${document.text.slice(span.start, span.end)}`);
}

test.each([
  "{{ $value }}",
  "{{ .Value }}",
  '{{ printf "%f" $value }}',
  "{{ $value | humanize }}",
  "{{ if gt $value 1.0 }}x{{ end }}",
])("the value in a label: %s", (template) => {
  expect(found(alert("up == 0", label(template)))[0]).toMatch(/^template\.value-in-label /);
  expect(found(alert("up == 0", annotation(template)))).toEqual([]);
});

test("a label that functions may set is not said to be lacking", () => {
  const set = (source: string): string => `label_replace(x, "a", "$1", "${source}", "(.+)")`;
  const shown = annotation("{{ $labels.a }}");
  expect(found(alert(`${set("b").replace("x", set("c"))} > 1`, shown))).toEqual([]);
  expect(found(alert("sum(x) > 1", shown))).toEqual(["template.missing-label .a"]);
});

test("the value of a rate with all its digits", () => {
  const text = alert("rate(x[5m]) > 1", annotation("{{ $value }} a second"));
  expect(found(text)).toEqual(["template.humanize $value"]);
  const [finding] = lint(text).findings;
  expect(applyEdits(text, finding?.fixes?.[0]?.edits ?? [])).toContain("{{ $value | humanize }} a second");
  const renamed = annotation("{{ $a := $value }}{{ $b := $a }}{{ $b }} of {{ $c }}").replace(
    "{{ $c }}",
    "10",
  );
  expect(found(alert("rate(x[5m]) > 1", renamed))).toEqual(["template.humanize $b"]);
  for (const expr of [
    "x > 1",
    "count(rate(x[5m])) > 1",
    "group(rate(x[5m]) > 1)",
    "round(rate(x[5m])) > 1",
    "x > rate(y[5m])",
  ])
    expect(found(alert(expr, annotation("{{ $value }}")))).toEqual([]);
});

test("a query in a template that does not parse, at its place", () => {
  const rest = annotation('{{ with query "sum(up" }}{{ . | first | value }}{{ end }}');
  expect(found(alert("up == 0", rest))).toEqual(['template.query-syntax "sum(up"']);
  expect(found(alert("up == 0", annotation('{{ range query "sum(up)" }}x{{ end }}')))).toEqual([]);
  expect(found(alert("up == 0", annotation('{{ range "sum(up" | query }}x{{ end }}')))).toEqual([
    'template.query-syntax "sum(up" | query',
  ]);
  expect(found(alert("up == 0", annotation('{{ query "sum(up) +* 1" }}')))).toEqual([
    "template.query-syntax *",
  ]);
});

const percent = "(1 - free / total) * 100 > 90";
const share = "free / total < 0.1 and total > 0";

test.each([
  [percent, "{{ $value | humanizePercentage }}", "$value | humanizePercentage"],
  ["100 * used / total > 90", "{{ humanizePercentage .Value }}", "humanizePercentage .Value"],
  ["100 - (avg(idle) * 100) > 90", "{{ $value | humanizePercentage }}", "$value | humanizePercentage"],
  [share, "only {{ $value }}% left", "$value"],
  ["1 - free / total > 0.9", '{{ printf "%.1f" $value }} %', 'printf "%.1f" $value'],
  ["1 - free / total > 0.9", '{{ printf "%.1f%%" $value }}', 'printf "%.1f%%" $value'],
  ["up == 0", "{{ $value | humanizePercentage }}%", "$value | humanizePercentage"],
  ["0.9 < sum(used) / sum(total) < 1", "{{ $value | humanize }}%", "$value | humanize"],
])("a share that is no percentage, and the other way round: %s, %s", (expr, template, source) => {
  expect(found(alert(expr, annotation(template)))).toEqual([`template.percentage ${source}`]);
});

test.each([
  [percent, "{{ $value }}%"],
  [percent, "{{ $value | humanize }}%"],
  [share, "{{ $value | humanizePercentage }}"],
  [share, "{{ $value }} of the limit, 100%"],
  [share, "{{ $labels.job }}% {{ if gt $value 0.5 }}%{{ end }}"],
  ["cpu_usage_percent / cores > 0.5", "{{ $value }}%"],
  ["used / 1e9 > 0.5", "{{ $value }}%"],
  ["a / b > 3", "{{ $value }}%"],
  ["a / b > 0.5 or c * 100 > 3", "{{ $value }}% {{ $value | humanizePercentage }}"],
])("what may be right: %s, %s", (expr, template) => {
  const ids = lint(alert(expr, annotation(template))).findings.map(({ check }) => check);
  expect(ids).not.toContain("template.percentage");
});
