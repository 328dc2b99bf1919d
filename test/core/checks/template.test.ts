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

test("the value of a rate with all its digits", () => {
  const text = alert("rate(x[5m]) > 1", annotation("{{ $value }} and {{ $value | humanize }}"));
  expect(found(text)).toEqual(["template.humanize $value"]);
  const [finding] = lint(text).findings;
  expect(applyEdits(text, finding?.fixes?.[0]?.edits ?? [])).toContain("{{ $value | humanize }} and");
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
