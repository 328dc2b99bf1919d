import { afterEach, beforeEach, expect, test } from "vitest";
import type { JsonFinding } from "../../server/src/cli/report.ts";
import { Sandbox } from "./run.ts";

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.dispose());

const check = async (...argv: string[]): Promise<readonly string[]> => {
  const { out } = await box.run(["check", "--format", "json", "--min-severity", "hint", ...argv]);
  return (JSON.parse(out) as JsonFinding[]).map(({ file, check: id }) => `${file} ${id}`).toSorted();
};

const noRule = "groups:\n- name: g\n  partial: true\n";
const bad = "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up\n";

test("files are read as promscope.yaml says", async () => {
  box.write({ "a/x.yaml": noRule, "b/x.yaml": bad, "c/x.yaml": "rule_fils: []\n" });
  expect(await check(".")).toEqual(["b/x.yaml rule.no-comparison"]);
  box.write({ "promscope.yaml": "kinds: { rules: ['a/**'], none: ['b/**'], tests: ['c/**'] }\n" });
  expect(await check(".")).toEqual([
    "a/x.yaml rule.group-empty",
    "a/x.yaml yaml.unknown-field",
    "c/x.yaml rule.test-schema",
  ]);
  expect(await check("a/x.yaml", "b/x.yaml")).toHaveLength(2);
});

test("files that are said to be nothing of ours are not counted as unknown", async () => {
  box.write({ "b/x.yaml": bad, "promscope.yaml": "kinds: { none: ['b/**'] }\n" });
  expect((await box.run(["check", "b"])).out).toBe("1 file checked: no findings.\n");
});

test("of vendored files only refusals are told", async () => {
  box.write({
    "mixins/a.yaml": bad,
    "mixins/b.yaml": bad.replace("expr: up", "expr: up >"),
    "own/a.yaml": bad,
    "promscope.yaml": "vendored: ['mixins/**']\npolicy:\n  - require: { labels: [team] }\n",
  });
  expect(await check(".")).toEqual([
    "mixins/b.yaml promql.syntax",
    "own/a.yaml policy.required-label",
    "own/a.yaml rule.no-comparison",
  ]);
});
