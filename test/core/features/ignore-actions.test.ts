import { expect, test } from "vitest";
import { applyEdits } from "../../../server/src/base/text.ts";
import type { Finding } from "../../../server/src/checks/check.ts";
import { runChecks } from "../../../server/src/checks/run.ts";
import { ignoreActions } from "../../../server/src/features/ignore-actions.ts";
import type { SourceDocument } from "../../../server/src/model/document.ts";
import { readDocument } from "../../../server/src/model/read.ts";
import { SlicedRules } from "../../../server/src/model/sliced.ts";
import { emptyWorkspace } from "../../../server/src/world/workspace.ts";

const file = (text: string, path = "x.yml"): SourceDocument =>
  readDocument({ uri: `file:///${path}`, path, version: 1, text });
const lint = (document: SourceDocument): readonly Finding[] =>
  runChecks({ document, workspace: emptyWorkspace, environments: [], features: [] });

const texts: Readonly<Record<string, string>> = {
  "a plain value": 'groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up{x=~"y"} == 0\n',
  "a block of text":
    'groups:\n- name: g\n  rules:\n  - alert: A\n    expr: |-\n      sum(\n\n        up{x=~"y"}\n      ) == 0\n    for: 5m\n',
  "the first line of a rule": 'groups:\n- name: g\n  rules:\n    - expr: up{x=~"y"} == 0\n      alert: A\n',
  "a rule in one line": "groups:\n- name: g\n  rules:\n  - {alert: A, expr: 'up{x=~\"y\"} == 0'}\n",
  "a file with a mark": '\ufeffgroups:\n- name: g\n  rules:\n  - alert: A\n    expr: up{x=~"y"} == 0\n',
};

for (const [name, text] of Object.entries(texts))
  test(`each comment silences its finding: ${name}`, () => {
    const document = file(text);
    const findings = lint(document);
    const [finding] = findings.filter(({ check }) => check === "promql.regexp-literal");
    if (finding === undefined) throw new Error("no finding");
    const actions = ignoreActions(findings, finding.span, document).filter(({ checks }) =>
      checks.includes(finding.check),
    );
    expect(actions.map(({ title }) => title)).toEqual([
      "Ignore promql.regexp-literal on this line",
      "Ignore promql.regexp-literal in this rule",
      "Ignore promql.regexp-literal in this file",
    ]);
    for (const { title, edits } of actions) {
      const after = lint(file(applyEdits(text, edits))).map(({ check }) => check);
      expect(after, title).toEqual(
        findings.map(({ check }) => check).filter((check) => check !== finding.check),
      );
    }
    const sliced = SlicedRules.read({ uri: "file:///x.yml", path: "x.yml", version: 1, text });
    expect(ignoreActions(findings, finding.span, { ...document, sliced })).toEqual(
      ignoreActions(findings, finding.span, document),
    );
  });

test("in a text that is folded without a mark there is no line for a comment", () => {
  const text = 'groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up == 0 or\n      up{x=~"y"}\n';
  const findings = lint(file(text));
  const [finding] = findings.filter(({ check }) => check === "promql.regexp-literal");
  const titles = ignoreActions(findings, finding?.span ?? { start: 0, end: 0 }, file(text)).map(
    ({ title }) => title,
  );
  expect(titles.filter((title) => title.includes("regexp-literal"))).toEqual([
    "Ignore promql.regexp-literal in this rule",
    "Ignore promql.regexp-literal in this file",
  ]);
});

test("in a file of one query", () => {
  const text = 'sum(\n  up{x=~"y"}\n)';
  const document = file(text, "x.promql");
  const actions = ignoreActions(lint(document), { start: 12, end: 12 }, document);
  expect(actions.map(({ edits }) => applyEdits(text, edits))).toEqual([
    'sum(\n  # promscope ignore promql.regexp-literal\n  up{x=~"y"}\n)',
    `# promscope ignore-file promql.regexp-literal\n${text}`,
  ]);
});

test("none for what Prometheus refuses, and none elsewhere", () => {
  const text = "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up ==\n";
  const document = file(text);
  const findings = lint(document);
  expect(ignoreActions(findings, { start: 0, end: text.length }, document)).toEqual([]);
  expect(ignoreActions([], { start: 0, end: 0 }, document)).toEqual([]);
});
