import { describe, expect, test } from "vitest";
import { documentSymbols } from "../../../server/src/features/document-symbols.ts";
import { readDocument } from "../../../server/src/model/read.ts";
import { SlicedRules } from "../../../server/src/model/sliced.ts";
import { emptyWorkspace } from "../../../server/src/world/workspace.ts";
import { lint } from "./check-yaml.ts";

/** `line id "source"` of each finding, without what Prometheus says of the file as a whole. */
function found(text: string, path = "any.yaml"): readonly string[] {
  const { document, findings } = lint(text, path);
  return findings
    .filter(({ message }) => !message.includes("rulefmt.RuleGroups"))
    .map(({ check: id, span, refusedBy }) => {
      const { line } = document.lines.positionAt(span.start);
      return `${line + 1} ${id}${refusedBy === undefined ? "" : ` ${refusedBy}`} ${document.text.slice(span.start, span.end)}`;
    });
}

describe("rules that stand in no group", () => {
  const list =
    "- alert: A\n  expr: up\n- record: r\n  expr: sum(\n- alert: B\n  expr: sum(up) == 0\n  annotations:\n    a: '{{ $labels.x }}'\n";

  test("are judged one by one, and Prometheus refuses the file once", () => {
    expect(found(list)).toEqual([
      "2 rule.no-comparison up",
      "4 promql.syntax ",
      "4 promql.syntax ",
      "8 template.missing-label .x",
    ]);
    // Only where the path says that they are for Prometheus.
    expect(lint(list, "any.yaml").findings.every(({ refusedBy }) => refusedBy === undefined)).toBe(true);
    const { findings } = lint(list, "rules/any.yaml");
    expect(findings.filter(({ refusedBy }) => refusedBy !== undefined)).toMatchObject([
      { check: "yaml.wrong-type" },
    ]);
  });

  test("are outlined without a group, and mappings that others merge are no rules", () => {
    const text = "- &base\n  for: 5m\n- alert: A\n  <<: *base\n  expr: up == 0\n";
    expect(found(text, "rules/x.yml")).toEqual([]);
    const document = readDocument({ uri: "file:///rules/x.yml", path: "rules/x.yml", version: 1, text });
    const symbols = documentSymbols({ document, workspace: emptyWorkspace, environments: [], features: [] });
    expect(symbols.map(({ name }) => name)).toEqual(["A"]);
  });

  test("a list of something else is nobody's", () => {
    expect(found("- alert: A\n- expr: up\n")).toEqual([]);
    expect(found("- name: x\n  expr: up +\n")).toEqual([]);
  });
});

describe("rules inside of other documents", () => {
  test("in the values of a chart", () => {
    const text =
      "server:\n  rules:\n    groups:\n    - name: g\n      rules:\n      - alert: A\n        expr: up\nextra:\n- record: r\n  expr: sum(\n";
    expect(found(text)).toEqual(["7 rule.no-comparison up", "10 promql.syntax ", "10 promql.syntax "]);
    expect(found(`${text}x: '{{ .Values.y }}'\n`)).toEqual(found(text));
    expect(found(text.replace("expr: up", "expr: '{{ .Values.y }}'").replace("sum(", "{{ .z }}"))).toEqual(
      [],
    );
  });

  test("in the texts of a ConfigMap, at their places", () => {
    const text =
      "kind: ConfigMap\napiVersion: v1\ndata:\n  other: x\n  a.yaml: |\n    groups:\n    - name: g\n      rules:\n      - alert: A\n        expr: sum(up) by (a)\n      - alert: B\n        expr: up == 0\n        expr: up == 1\n";
    expect(found(text)).toEqual(["10 rule.no-comparison sum(up) by (a)", "13 yaml.duplicate-key expr"]);
  });

  test("but not in those of another program", () => {
    const text = "kind: VMRule\nspec:\n  groups:\n  - name: g\n    rules:\n    - alert: A\n      expr: up\n";
    expect(found(text)).toEqual([]);
  });
});

test("rules of later documents are judged, though no error is one that anything stops at", () => {
  const group = (expr: string): string =>
    `groups:\n- name: g\n  rules:\n  - alert: A\n    expr: ${expr}\n    foo: 1\n`;
  const { findings } = lint(`${group("up == 0").replace(/ +foo.*\n/, "")}---\n${group("up")}`);
  expect(findings.map(({ check: id, severity }) => `${id} ${severity}`)).toEqual([
    "yaml.multi-document warning",
    "rule.no-comparison warning",
    "yaml.unknown-field warning",
  ]);
});

test("what pint's comments take out is not read", () => {
  const text =
    "# pint ignore/begin\n{%- set foo = 1 %}\n# pint ignore/end\ngroups:\n- name: g\n  rules:\n  - alert: A\n    expr: up\n" +
    "  {% if x %} # pint ignore/line\n  # pint ignore/next-line\n  - }{\n";
  expect(found(text)).toEqual(["8 rule.no-comparison up"]);
  expect(SlicedRules.read({ uri: "file:///x.yml", path: "x.yml", version: 1, text })).toBeUndefined();
});

test("an expression that an alias brings is shown where it is used", () => {
  const text = "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: &e up\n  - alert: B\n    expr: *e\n";
  expect(found(text)).toEqual(["5 rule.no-comparison up", "7 rule.no-comparison *e"]);
  const [, second] = lint(text).findings;
  expect(second?.fixes).toBeUndefined();
  expect(second?.related).toHaveLength(1);
});
