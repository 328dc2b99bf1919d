import { describe, expect, test } from "vitest";
import { applyEdits } from "../../../server/src/base/text.ts";
import { formatEdits } from "../../../server/src/features/format/expressions.ts";
import { readDocument } from "../../../server/src/model/read.ts";

const path = "charts/app/templates/rules.yaml";

function formatted(text: string): string {
  return applyEdits(text, formatEdits(readDocument({ uri: `file:///${path}`, path, version: 1, text })));
}

/** A template of a chart with one rule; `below` are the lines behind its expression. */
const chart = (expr: string, below = ""): string => `{{- if .Values.rules.enabled }}
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: {{ include "app.fullname" . }}
spec:
  groups:
  - name: app
    rules:
    - alert: Down
      expr: ${expr}
${below}      annotations:
        summary: '{{ "{{" }} $labels.job {{ "}}" }} is down'
{{- end }}
`;

describe("in templates of charts", () => {
  test("an expression without actions is laid out where it stands", () => {
    expect(formatted(chart("sum(up)by(job)"))).toBe(chart("sum by (job) (up)"));
  });

  test("a block ends before the lines of actions below it", () => {
    const below = "{{- if .Values.rules.slow }}\n      for: 10m\n{{- end }}\n";
    expect(formatted(chart("|-\n        sum(up)by(job)", below))).toBe(
      chart("|-\n        sum by (job) (up)", below),
    );
  });

  test.each([
    [
      `sum(up{job='a',namespace="{{ .Release.Namespace }}"})by(job) > {{ .Values.limit }}`,
      `sum by (job) (up{job="a",namespace="{{ .Release.Namespace }}"}) > {{ .Values.limit }}`,
    ],
    ["rate( a[{{ .Values.range }}] )>0", "rate(a[{{ .Values.range }}]) > 0"],
    ["sum( {{ .Values.prefix }}_up )>0", "sum({{ .Values.prefix }}_up) > 0"],
    ["clamp_max(a ,{{ .Values.a }})>0", "clamp_max(a, {{ .Values.a }}) > 0"],
  ])("what Helm prints in %j stays as it is", (before, after) => {
    expect(formatted(chart(`|-\n        ${before}`))).toBe(chart(`|-\n        ${after}`));
  });

  test.each([
    // An unbalanced text would stand elsewhere.
    "|-\n        sum(a{{ .Values.selector }})by(job)>0",
    "|-\n        sum( {{ .Values.what }} )by(job)",
    // `= 5` would be another operator.
    "|-\n        sum(a)by(job) >{{ .Values.limit }}",
    // Other quotes need other escapes.
    "|-\n        sum(a{b='{{ .Values.b }}'})by(job)",
    "|-\n        sum(a)by(job) # {{ .Values.why }}",
    "|-\n        sum(a)by(job) {{- .Values.rest }}",
    "|-\n        sum(a)by(job)\n        {{- if .Values.more }}\n        > 5\n        {{- end }}",
    "|-\n        sum(a)by(job) > {{ .Values.x -}}\n        5",
    // Too long for a line: in a block a `#` would be no comment of YAML.
    `sum(rate(http_requests_total{code=~"5.."}[5m]))by(job) / sum(rate(http_requests_total[5m]))by(job)>{{ .Values.x }}`,
  ])("%j is left alone: what Helm prints there could mean something else", (expr) => {
    expect(formatted(chart(expr))).toBe(chart(expr));
  });

  test("a folded block becomes a literal one where Helm prints no part of a string", () => {
    const long = `sum(rate(http_requests_total{code=~"5.."}[5m]))by(job) / sum(rate(http_requests_total[5m]))by(job)`;
    const result = formatted(chart(`>-\n        ${long} > {{ .Values.limit }}`));
    expect(result).toContain("expr: |-\n        sum by (job) (rate(");
    expect(result).toContain("        > {{ .Values.limit }}\n");
    const inString = chart(`>-\n        ${long} > a{b="{{ .Values.limit }}"}`);
    expect(formatted(inString)).toBe(inString);
  });
});
