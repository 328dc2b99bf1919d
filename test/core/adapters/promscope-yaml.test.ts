import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findProjectFile, parseProjectFile } from "../../../server/src/adapters/files/promscope-yaml.ts";
import { emptyProject } from "../../../server/src/world/settings.ts";

test("the nearest file upward counts, and what it names is relative to its folder", async () => {
  const root = mkdtempSync(join(tmpdir(), "promscope-project-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, "a/b/c"), { recursive: true });
  writeFileSync(join(root, "promscope.yaml"), "environments: [{name: Outer}]\n");
  writeFileSync(
    join(root, "a/b/promscope.yaml"),
    "environments:\n  - {name: Inner, httpConfig: ../http.yml, kubeconfig: ~/kube}\nchecks: {rule.x: off}\n",
  );
  const inner = await findProjectFile(join(root, "a/b/c"));
  expect(inner?.path).toBe(join(root, "a/b/promscope.yaml"));
  expect(inner?.project).toMatchObject({
    environments: [{ name: "Inner", httpConfig: join(root, "a/http.yml"), kubeconfig: "~/kube" }],
    checks: { "rule.x": "off" },
  });
  const outer = await findProjectFile(join(root, "a"));
  expect(outer?.project.environments.map(({ name }) => name)).toEqual(["Outer"]);
});

test.each([
  ["environments: [", "promscope.yaml is not valid YAML (line 1); it is ignored."],
  ["- a\n", "promscope.yaml must be a mapping; it is ignored."],
  ["environments: 1\n", "promscope.yaml: environments must be a list; it is ignored."],
  [`x: ${"y".repeat(1_000_001)}`, "promscope.yaml is too long; it is ignored."],
])("%#: bad text has one warning and no settings", (text, warning) => {
  const { project, warnings } = parseProjectFile("/p/promscope.yaml", text);
  expect(warnings).toEqual([warning]);
  expect(project).toEqual(emptyProject);
});

test("an empty file says nothing", () => {
  expect(parseProjectFile("/p/promscope.yaml", "")).toMatchObject({ warnings: [] });
});

test("aliases are left out, so that a small file stays small", () => {
  const bomb = ["a: &a [x,x,x,x,x,x,x,x,x,x]"];
  for (let i = 1; i < 12; i++)
    bomb.push(
      `b${i}: &b${i} [${Array(10)
        .fill(i === 1 ? "*a" : `*b${i - 1}`)
        .join(",")}]`,
    );
  const { warnings } = parseProjectFile("/p/promscope.yaml", `${bomb.join("\n")}\n`);
  expect(warnings).toHaveLength(12);
});

test("a key of the language's own is a key like others", () => {
  const { project } = parseProjectFile("/p/promscope.yaml", "checks: {__proto__: off, constructor: off}\n");
  expect(Object.keys(project.checks).sort()).toEqual(["__proto__", "constructor"]);
});
