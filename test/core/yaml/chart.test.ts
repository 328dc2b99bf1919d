import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runChecks } from "../../../server/src/checks/run.ts";
import { readDocument } from "../../../server/src/model/read.ts";
import { emptyWorkspace } from "../../../server/src/world/workspace.ts";
import { chartActions } from "../../../server/src/yaml/chart/actions.ts";
import { maskChart } from "../../../server/src/yaml/chart/mask.ts";

/** Spans of the actions in a text, with their kinds. */
const told = (text: string): readonly string[] | undefined =>
  chartActions(text)?.map(({ kind, span }) => `${kind} ${text.slice(span.start, span.end)}`);

describe("actions of a chart", () => {
  test.each([
    ["a {{ .x }} b", ["output {{ .x }}"]],
    ['{{- if eq .x "}}" -}}\n{{ end }}', ['control {{- if eq .x "}}" -}}', "control {{ end }}"]],
    ["{{ `}}` }}{{`{{`}}", ["literal {{ `}}` }}", "literal {{`{{`}}"]],
    ["{{- /* {{ }} */ -}} x", ["silent {{- /* {{ }} */ -}}"]],
    [
      "{{ $a := 1 }}{{ $a, $b := .x }}{{ $a = 2 }}{{ $a }}",
      ["silent {{ $a := 1 }}", "silent {{ $a, $b := .x }}", "silent {{ $a = 2 }}", "output {{ $a }}"],
    ],
    ['{{ "a\\"b" }}', ['output {{ "a\\"b" }}']],
    ["{{ iffy }}", ["output {{ iffy }}"]],
    ["sum by (a, {{ range .x }}{{ . }}, {{ end }} b) (up)", ["list {{ range .x }}{{ . }}, {{ end }}"]],
    ["f({{ range .x }}{{ . }},{{ end }})", ["control {{ range .x }}", "output {{ . }}", "control {{ end }}"]],
    ["no }} action", []],
    ["{{ open", undefined],
    ["{{ `open }}", undefined],
    ["{{/* open }}", undefined],
  ])("%j", (text, actions) => {
    expect(told(text)).toEqual(actions);
  });
});

const pieces = fc.constantFrom(
  "{{`{{`}}",
  "{{ .Values.x }}",
  "{{- if .x }}",
  "{{- end }}",
  '{{ "{{" }} $labels.x }}',
  "{{- /* c */ -}}",
  "{{`{{ $value }}`}}",
  "{{ range .l }}{{ . }},{{ end }}",
  "\n",
  "\n  ",
  "\n        ",
  "\r\n",
  "alert: A",
  "expr: |",
  "expr: ",
  "- ",
  "annotations:",
  "a: >-",
  "'",
  '"',
  "sum by (a, ",
  "up) == 0",
  "[",
  "]",
  "{",
  "}",
  ": ",
  " #",
  "{{",
  "}}",
  "`",
  "groups:",
  "rules:",
  "\t",
  "é",
  "😀",
);

test("masks keep the length and the lines of a text, and whatever they are given is read", () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
      const text = parts.join("");
      const actions = chartActions(text);
      const masked = actions === undefined ? text : maskChart(text, actions).text;
      expect(masked.length).toBe(text.length);
      expect(masked.replace(/[^\n]/g, "")).toBe(text.replace(/[^\n]/g, ""));
      const file = `${text}\nspec:\n- alert: A\n  expr: sum(up) == 0\n  annotations: {a: "{{\`{{ $labels.x }}\`}}"}\n`;
      const path = "templates/a.yaml";
      const document = readDocument({ uri: `file:///${path}`, path, version: 1, text: file });
      const problems: string[] = [];
      const findings = runChecks(
        { document, workspace: emptyWorkspace, environments: [], features: [] },
        problems,
      );
      expect(problems).toEqual([]);
      for (const { span, fixes = [] } of document.chart === undefined ? [] : findings)
        for (const at of [span, ...fixes.flatMap(({ edits }) => edits.map((edit) => edit.span))]) {
          expect(at.start).toBeLessThanOrEqual(at.end);
          expect(at.end).toBeLessThanOrEqual(file.length);
        }
    }),
    { seed: 20260722, numRuns: 600 },
  );
});
