import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { pintPagePath, withPintTable } from "../../../scripts/checks-docs.ts";
import { withLevels } from "../../../server/src/checks/levels.ts";
import { allChecks } from "../../../server/src/checks/registry.ts";
import { runChecks } from "../../../server/src/checks/run.ts";
import { readDocument } from "../../../server/src/model/read.ts";
import { readPintConfig } from "../../../server/src/world/pint/config.ts";
import { type Project, parseProject } from "../../../server/src/world/settings.ts";
import { emptyWorkspace } from "../../../server/src/world/workspace.ts";

const page = readFileSync(pintPagePath, "utf8");

/** The text of the first block of a language. */
function block(language: string): string {
  const found = page.split(`\`\`\`${language}\n`)[1]?.split("\n```")[0];
  if (found === undefined) throw new Error(`no block of ${language}`);
  return found;
}

/** `line check severity` of what is said of some rules. */
function said(text: string, project: Project, path = "rules/prod/a.yml"): readonly string[] {
  const document = readDocument({ uri: `file:///${path}`, path, version: 1, text });
  const snapshot = { document, workspace: emptyWorkspace, environments: [], features: [] };
  const findings = runChecks({ ...snapshot, policy: project.policy.of(path) }, [], allChecks);
  return withLevels(findings, project.checks).map(
    ({ check, severity, span }) => `${document.lines.positionAt(span.start).line + 1} ${check} ${severity}`,
  );
}

test("the list of checks is what `npm run checks-docs` writes", () => {
  expect(withPintTable(page)).toBe(page);
  expect(page).toContain("| promql/series | [live.metric-missing](checks/live.metric-missing.md)");
});

test("the policy in Promscope's words says what pint's configuration says", () => {
  const pint = readPintConfig(`${block("hcl")}\n`);
  const own = parseProject(parse(block("yaml")));
  expect([pint.warnings, own.warnings]).toEqual([[], []]);
  const rules = `groups:
- name: g
  rules:
  - alert: Bare
    expr: sum(a) / sum(b) > 1
  - alert: LegacyBare
    expr: sum(a) / sum(b) > 1
    labels: { severity: page }
  - record: a:b
    expr: sum(a / b)
  - record: Legacy:b
    expr: sum by (cluster) (a / b)
`;
  const found = said(rules, own.project);
  expect(found.map((line) => line.replace(/ \w+$/, "")).toSorted()).toEqual([
    "10 policy.aggregation-labels",
    "10 promql.nan-division",
    "4 policy.required-annotation",
    "4 policy.required-label",
    "5 rule.fragile-join",
    "6 policy.required-annotation",
    "8 policy.label-value",
  ]);
  expect(said(rules, pint.project).toSorted()).toEqual(found.toSorted());
  expect(said(rules, pint.project, "rules/a.yml").toSorted()).toEqual(
    said(rules, own.project, "rules/a.yml").toSorted(),
  );
});

test("each comment that it names is understood", () => {
  const section = page.slice(page.indexOf("## Comments"), page.indexOf("## Checks"));
  const comments = [...section.matchAll(/`((?:# pint )?(?:disable|snooze|file|ignore|rule)[/ ][^`]*)`/g)].map(
    ([, text = ""]) =>
      (text.startsWith("#") ? text : `# pint ${text}`)
        .replace("# pint ignore/label-value", "# pint rule/set promql/series ignore/label-value")
        .replace("CHECK", "promql/series")
        .replace("DATE", "2099-01-01")
        .replace("NAME", "bob"),
  );
  expect(comments.length).toBeGreaterThanOrEqual(11);
  const ids = comments.flatMap((comment) => {
    const text = `groups:\n- name: g\n  rules:\n  ${comment}\n  - record: a\n    expr: up\n`;
    const project = parseProject({}).project;
    return said(text, project)
      .filter((line) => /-suppression/.test(line))
      .map((line) => `${comment}: ${line}`);
  });
  expect(ids).toEqual([]);
});

test("its links lead somewhere", () => {
  for (const [, path = ""] of page.matchAll(/\]\(([^)#]+)/g))
    expect(existsSync(fileURLToPath(new URL(`../../../docs/${path}`, import.meta.url))), path).toBe(true);
});
