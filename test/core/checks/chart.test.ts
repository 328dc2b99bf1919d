import { describe, expect, test } from "vitest";
import { applyEdits } from "../../../server/src/base/text.ts";
import { ignoreActions } from "../../../server/src/features/ignore-actions.ts";
import { lint, told } from "./check-yaml.ts";

const path = "charts/app/templates/rules.yaml";

/** A template of a chart with one alert; `lines` stand in its annotations. */
const chart = (expr: string, ...lines: readonly string[]): string =>
  [
    "{{- if .Values.rules.enabled }}",
    "apiVersion: monitoring.coreos.com/v1",
    "kind: PrometheusRule",
    "metadata:",
    '  name: {{ include "app.fullname" . }}',
    "  labels:",
    "    {{- toYaml .Values.labels | nindent 4 }}",
    "spec:",
    "  groups:",
    "    - name: app",
    "      rules:",
    "        {{- if not .Values.rules.disabled.Down }}",
    "        - alert: Down",
    `          expr: ${expr}`,
    '          for: {{ .Values.rules.for | default "5m" }}',
    "          labels:",
    "            severity: {{ .Values.rules.severity }}",
    "            {{- with .Values.rules.labels }}",
    "            {{- toYaml . | nindent 12 }}",
    "            {{- end }}",
    "          annotations:",
    "            {{- if .Values.runbooks }}",
    "            runbook_url: {{ .Values.runbooks }}/down",
    "            {{- else }}",
    "            runbook_url: none",
    "            {{- end }}",
    ...lines.map((line) => `            ${line}`),
    "        {{- end }}",
    "{{- end }}",
    "",
  ].join("\n");

const found = (text: string, file = path): readonly string[] =>
  told(lint(text, file)).filter((line) => !/ (?:hint|info) /.test(line));

describe("a template of a chart", () => {
  test.each([
    ["braces as texts", `summary: '{{ "{{" }} $labels.pod {{ "}}" }} is down'`],
    ["braces between backquotes", "summary: '{{`{{`}} $labels.pod {{`}}`}} is down'"],
    ["the whole between backquotes", 'summary: "{{`{{ $labels.pod }}`}} is down"'],
    ["without quotes", "summary: {{`{{ $labels.pod }}`}} is down"],
    ["with the opening braces alone", `summary: '{{ "{{" }} $labels.pod }} is down'`],
    ["over two lines", "summary: >-\n              is {{`{{ printf\n              $labels.pod }}`}} down"],
    ["in a block", "summary: |-\n              {{ `{{ $labels.pod }}` }} is down"],
  ])("shows Prometheus' template as it will be: %s", (_name, line) => {
    const text = chart("sum by (job) (up) == 0", line);
    const { findings } = lint(text, path);
    expect(findings.map(({ check }) => check)).toEqual(["template.missing-label"]);
    const [finding] = findings;
    expect(text.slice(finding?.span.start, finding?.span.end)).toBe(".pod");
    expect(finding?.refusedBy).toBeUndefined();
    const mended = applyEdits(text, finding?.fixes?.[0]?.edits ?? []);
    expect(mended).toContain("sum by (job, pod) (up)");
    expect(found(mended)).toEqual([]);
  });

  test("shows what its alert's template does wrong", () => {
    expect(found(chart("up == 0", "summary: '{{`{{ $label.pod }}`}}'"))).toEqual([
      expect.stringMatching(/^template.syntax error "\$label" /),
    ]);
    expect(found(chart("up == 0", "summary: '{{`{{ .subname }}`}}'"))).toEqual([
      expect.stringMatching("^template.exec error "),
    ]);
  });

  test("shows the expression where it stands", () => {
    expect(found(chart("up{job=a}"))).toEqual([expect.stringMatching(/^promql.syntax error "a" /)]);
    const text = chart(`'up{job="{{ .Values.job }}", pod=~"a"} == 0'`);
    expect(found(text)).toEqual([expect.stringMatching(/^promql.regexp-literal warning "pod=~\\"a\\"" /)]);
    const [finding] = lint(text, path).findings;
    expect(applyEdits(text, finding?.fixes?.[0]?.edits ?? [])).toContain(
      `'up{job="{{ .Values.job }}", pod="a"} == 0'`,
    );
  });

  test.each([
    ["matchers", `'up{job=~"{{ .Values.job }}", pod="{{ .Values.pod }}"} == 0'`],
    ["one matcher twice", `'up{job!="{{ .Values.a }}", job!="{{ .Values.b }}"} == 0'`],
    ["contradictions", `'up{job="a{{ .Values.a }}", job=~"b{{ .Values.b }}"} == 0'`],
    ["values of a join", `'up{job="{{ .Values.job }}"} == on (job, pod) up{job="x"}'`],
    ["ranges and thresholds", "rate(a_total[{{ .Values.range }}]) > {{ .Values.threshold }}"],
    ["a range's number", "rate(a_total[{{ .Values.minutes }}m]) > 1"],
    ["selectors", "up{ {{ .Values.selector }} } == 0"],
    ["groupings", 'sum by ({{ join "," .Values.labels }}) (up) == 0'],
    ["a list that it repeats", "sum by (job, {{ range .Values.labels }}{{ . }},{{ end }} a) (up) == 0"],
    ["a list that a join repeats", "a / on (job{{ range $.Values.labels }}, {{ . }}{{ end }}) b == 0"],
    ["everything", '{{ include "app.expr" . | nindent 12 }}'],
    ["one of two", "{{ if .Values.x }}up == 0{{ else }}sum(up) == 0{{ end }}"],
    ["a constant", "{{ .Values.on }}"],
    ["a line of a block", "|\n            sum(up)\n            {{ .Values.filter }}\n            == 0"],
    ["the last line of a block", "|\n            sum(up) ==\n            {{ .Values.threshold }}"],
    ["indented lines of a block", '|\n            sum(up) ==\n{{ include "x" . | indent 12 }}'],
    ["a line of a plain text", "sum(up)\n            {{ .Values.filter }}\n            == 0"],
  ])("is silent about what Helm puts in: %s", (_name, expr) => {
    expect(told(lint(chart(expr, "summary: '{{`{{ $labels.pod }}`}} {{ .Values.cluster }}'"), path))).toEqual(
      [],
    );
  });

  test("shows expressions in which Helm adds labels to a list", () => {
    const list = "{{ range $.Values.labels }}{{ . }},{{ end }}";
    expect(found(chart(`sum by (job, ${list} a) (up{x=y}) == 0`))).toEqual([
      expect.stringMatching(/^promql.syntax error "y" /),
    ]);
    expect(found(chart(`'sum by (job, ${list} a) (up{x=~"y"}) == 0'`))).toEqual([
      expect.stringMatching("^promql.regexp-literal warning "),
    ]);
  });

  test.each([
    [`'sum(rate(a{x="y"}[5m])) / sum(rate(a[5m])) > 5'`, "promql.share-threshold"],
    [`'rate(a{x="y"}[5m]) / rate(a[5m]) > {{ .Values.threshold }}'`, "promql.self-division"],
    ["max(a) - max(a) > {{ .Values.threshold }}", "promql.same-operands"],
    ["sum by (a) (x) / sum by (a, b) (y) > {{ .Values.threshold }}", "promql.grouping-mismatch"],
  ])("shows shares and operands that are wrong whatever Helm puts in: %s", (expr, check) => {
    expect(found(chart(expr))).toEqual([expect.stringContaining(`${check} warning`)]);
  });

  test.each([
    `'rate(a{x="y"}[{{ .Values.a }}]) / rate(a[{{ .Values.b }}]) > 0.5'`,
    `'max(a{x="{{ .Values.a }}"}) - max(a{x="{{ .Values.b }}"}) > 1'`,
    `'sum(rate(a{x="y", z="{{ .Values.a }}"}[5m])) / sum(rate(a{z="{{ .Values.b }}"}[5m])) > 5'`,
    "sum(rate(a[{{ .Values.a }}])) / sum(rate(b[5m])) > {{ .Values.threshold }}",
  ])("takes what Helm puts in at two places for different: %s", (expr) => {
    expect(found(chart(expr))).toEqual([]);
  });

  test("shows percent that its template multiplies by 100 once more", () => {
    const shown = "summary: '{{`{{ $value | humanizePercentage }}`}}'";
    const percent = `'a{job="{{ .Values.job }}"} / b{job="{{ .Values.job }}"} * 100 > {{ .Values.threshold }}'`;
    expect(found(chart(percent, shown))).toEqual([expect.stringContaining("template.percentage warning")]);
    expect(found(chart("a / b > {{ .Values.threshold }}", shown))).toEqual([]);
  });

  test("is silent about templates that Helm writes a part of", () => {
    const lines = [
      "a: '{{`{{ $labels.`}}{{ .Values.label }}{{` }}`}}'",
      'b: {{ printf "{{ $labels.%s }}" .Values.label | quote }}',
      "c: '{{ if .Values.x }}{{`{{ $labels.pod }}`}}{{ else }}none{{ end }}'",
    ];
    expect(told(lint(chart("sum by (job) (up) == 0", ...lines), path))).toEqual([]);
  });

  test("is silent about rules of two branches, and about what no list of rules is", () => {
    const two = chart(
      "up == 0\n          {{- else }}\n          expr: sum(up) == 0",
      "a: '{{`{{ $labels.pod }}`}}'",
    );
    expect(told(lint(two, path))).toEqual([]);
    expect(told(lint("{{ .Values.x }}\nalert: a\nexpr: sum(\n{{ unclosed", path))).toEqual([]);
    expect(told(lint("{% raw %}\nalert: a\nexpr: sum(\n", path))).toEqual([]);
  });

  test("has texts that end before Helm writes more keys", () => {
    const text = chart(
      "|\n            sum(up) == 0\n          {{- with .Values.more }}\n          {{- toYaml . | nindent 10 }}\n          {{- end }}",
      "a: '{{`{{ $labels.pod }}`}}'",
    );
    expect(found(text)).toEqual([expect.stringMatching("^template.missing-label ")]);
  });

  test("has single rules, and rules in blocks that actions surround", () => {
    const single =
      '{{- $alert := "Down" -}}\nalert: {{ $alert }}\nexpr: |\n  {{- /* why */}}\n  sum(up) == 0 or up{a=b}\n';
    expect(found(single, "charts/app/rules/down.yaml")).toEqual([
      expect.stringMatching("^promql.syntax error "),
    ]);
  });

  test("can be told to be silent", () => {
    const text = chart(
      "sum(up) == 0",
      "# promscope ignore template.missing-label",
      "a: '{{`{{ $labels.pod }}`}}'",
    );
    expect(told(lint(text, path))).toEqual([]);
    const block = chart("sum(up) == 0", "a: |-", "  on", "  {{`{{ $labels.pod }}`}}");
    const { findings, document } = lint(block, path);
    const [finding] = findings;
    const at = finding?.span ?? { start: 0, end: 0 };
    const actions = ignoreActions(findings, at, document);
    expect(actions).toHaveLength(3);
    for (const { edits } of actions) expect(found(applyEdits(block, edits))).toEqual([]);
  });
});

describe("a template that is not escaped", () => {
  const unescaped = chart(
    "up == 0",
    'summary: "{{ $labels.pod }} is {{ printf `%.2f` $value }} {{- $x := 1 }}"',
  );

  test("is told and mended", () => {
    const { findings } = lint(unescaped, path);
    expect(findings.map(({ check }) => check)).toEqual([
      "helm.unescaped-template",
      "helm.unescaped-template",
    ]);
    const mended = applyEdits(unescaped, findings[0]?.fixes?.[0]?.edits ?? []);
    expect(mended).toContain('summary: "{{`{{ $labels.pod }}`}} is');
    expect(found(mended)).toHaveLength(1);
  });

  test("is none where the chart has a variable of that name, or Helm reads no templates", () => {
    const own = chart(
      "up == 0",
      "{{- range $name, $value := .Values.more }}",
      "{{ $name }}: {{ $value }}",
      "{{- end }}",
    );
    expect(told(lint(own, path))).toEqual([]);
    expect(told(lint(unescaped, "charts/app/rules/rules.yaml"))).toEqual([]);
  });
});
