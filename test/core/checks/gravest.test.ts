import { expect, test } from "vitest";
import type { Finding } from "../../../server/src/checks/check.ts";
import { type Countable, gravest, listed, toldFinding } from "../../../server/src/checks/gravest.ts";
import { allChecks } from "../../../server/src/checks/registry.ts";
import { runChecks } from "../../../server/src/checks/run.ts";
import { SlicedChecks } from "../../../server/src/checks/sliced/checks.ts";
import { OpenText } from "../../../server/src/lsp/open-text.ts";
import { readDocument } from "../../../server/src/model/read.ts";
import type { CheckLevels } from "../../../server/src/world/settings.ts";
import { emptyWorkspace } from "../../../server/src/world/workspace.ts";

const rule = (n: number): string =>
  `  - alert: A${n}\n    expr: rate(x_total{n="${n}"}[5m]) > ${n}\n    annotations:\n      summary: "at {{ $value }}"\n`;
const broken = '  - alert: Broken\n    expr: "sum("\n';

function fileOf(rules: number, tail: string): string {
  let text = "groups:\n";
  for (let n = 0; n < rules; n++) text += `${n % 20 === 0 ? `- name: g${n}\n  rules:\n` : ""}${rule(n)}`;
  return text + tail;
}

function toldOf(text: string, levels: CheckLevels, limit: number) {
  const path = "rules.yaml";
  const file = { uri: "file:///rules.yaml", path, version: 0, text, languageId: "yaml" };
  const { sliced, document } = new OpenText(file);
  if (sliced === undefined) throw new Error("the file is not kept in slices");
  const base = { workspace: emptyWorkspace, environments: [], features: [] };
  const problems: string[] = [];
  const all = runChecks({ ...base, document: readDocument(file) }, problems, allChecks);
  const assembled = new SlicedChecks(allChecks).run(sliced, { ...base, document }, problems);
  if (assembled === undefined) throw new Error("the file is not checked in slices");
  expect(problems).toEqual([]);
  const of = (countable: Countable): { readonly findings: readonly Finding[]; readonly total: number } => {
    const { told, total } = gravest(countable, levels, limit);
    return { findings: told.map(toldFinding), total };
  };
  return { sliced: of(assembled), whole: of(listed(all)), assembled };
}

const checksOf = (findings: readonly Finding[]): ReadonlySet<string> =>
  new Set(findings.map(({ check }) => check));

test("an error at the end of a long file is told, and the list keeps its length and order", () => {
  const { sliced, whole, assembled } = toldOf(fileOf(120, broken), {}, 50);
  expect(sliced).toEqual(whole);
  expect(sliced.findings).toHaveLength(50);
  expect(sliced.total).toBeGreaterThan(120);
  expect(sliced.findings.at(-1)).toMatchObject({ check: "promql.syntax", severity: "error" });
  const all = [...assembled.findings()].filter((finding) => sliced.findings.includes(finding));
  expect(sliced.findings).toEqual(all);
});

test("a file with few findings tells all of them", () => {
  const { sliced, whole } = toldOf(fileOf(10, broken), {}, 50);
  expect(sliced).toEqual(whole);
  expect(sliced.total).toBe(sliced.findings.length);
});

test("what users chose decides which are the gravest", () => {
  const { sliced, whole } = toldOf(fileOf(120, broken), { "template.humanize": "error" }, 50);
  expect(sliced).toEqual(whole);
  expect(checksOf(sliced.findings)).toEqual(new Set(["template.humanize"]));
  const off = toldOf(fileOf(120, broken), { "template.humanize": "off" }, 50).sliced;
  expect(checksOf(off.findings)).not.toContain("template.humanize");
});

test("where comments silence findings, these leave room for others", () => {
  const comment = "# promscope ignore-file template.humanize\n";
  const { sliced, whole, assembled } = toldOf(comment + fileOf(120, broken), {}, 50);
  expect(assembled.tally()).toBeUndefined();
  expect(sliced).toEqual(whole);
  expect(checksOf(sliced.findings)).toContain("promql.syntax");
});
