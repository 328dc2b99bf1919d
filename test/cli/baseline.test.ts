import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Sandbox } from "./run.ts";

const rules = (...exprs: readonly string[]): string =>
  `groups:\n- name: g\n  rules:\n${exprs.map((expr, n) => `  - record: r:${n}\n    expr: ${expr}\n`).join("")}`;

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.dispose());

test("old findings are neither printed nor counted, new ones are", async () => {
  box.write({ "a.yaml": rules("abs(up", 'up{x=~"y"}'), "sub/b.yaml": rules("abs(up") });
  const written = await box.run(["check", ".", "--baseline", "old.json", "--write-baseline"]);
  expect(written).toMatchObject({ code: 0, out: "", err: "promscope: 3 findings are in old.json now.\n" });
  expect(await box.run(["check", ".", "--baseline", "old.json"])).toMatchObject({
    code: 0,
    err: "",
    out: "2 files checked: no findings.\n",
  });
  // Lines above move it, and it is still the same.
  box.write({ "a.yaml": `# new\n\n${rules("abs(up", 'up{x=~"y"}', "ceil(up")}` });
  const more = await box.run(["check", ".", "--baseline", "old.json"]);
  expect(more).toMatchObject({ code: 1, err: "" });
  expect(more.out).toContain("a.yaml:11");
  expect(more.out).toContain("2 files checked: 1 error.");
});

test("of equal findings as many are old as there were", async () => {
  const twice =
    "groups:\n- name: g\n  rules:\n  - record: r\n    expr: abs(up\n  - record: r\n    expr: abs(up\n";
  box.write({ "a.yaml": twice });
  await box.run(["check", ".", "--write-baseline"]);
  expect(box.read("promscope-baseline.json")).toMatch(/"count":2/);
  box.write({ "a.yaml": `${twice}  - record: r\n    expr: abs(up\n` });
  const { out } = await box.run([
    "check",
    ".",
    "--baseline",
    "promscope-baseline.json",
    "--format",
    "json",
    "--min-severity",
    "error",
  ]);
  expect(
    (JSON.parse(out) as { check: string }[]).filter(({ check }) => check === "promql.syntax"),
  ).toHaveLength(1);
});

test("what a file had that was moved since is old where it is now, and what is new there is new", async () => {
  box.write({ "a.yaml": rules("abs(up"), "b.yaml": rules("up") });
  await box.run(["check", ".", "--write-baseline"]);
  const baseline = ["check", ".", "--baseline", "promscope-baseline.json"];
  box.write({ "moved/c.yaml": rules("abs(up", "ceil(up"), "copy.yaml": rules("abs(up") });
  // As long as the file is there, the others are copies.
  expect((await box.run(baseline)).out).toContain("4 files checked: 3 errors.");
  rmSync(join(box.folder, "a.yaml"));
  rmSync(join(box.folder, "copy.yaml"));
  const moved = await box.run(baseline);
  expect(moved).toMatchObject({ code: 1, err: "" });
  expect(moved.out).toContain("moved/c.yaml:7");
  expect(moved.out).toContain("2 files checked: 1 error.");
});

test("entries that nothing matches are told, those of files that were not checked are not", async () => {
  box.write({ "a.yaml": rules("abs(up"), "b.yaml": rules("abs(up") });
  await box.run(["check", ".", "--baseline", "old.json", "--write-baseline"]);
  box.write({ "a.yaml": rules("abs(up)") });
  expect((await box.run(["check", "b.yaml", "--baseline", "old.json"])).err).toBe("");
  expect(await box.run(["check", ".", "--baseline", "old.json"])).toMatchObject({
    code: 0,
    err: "promscope: 1 entry is no longer found (promql.syntax in a.yaml): write old.json anew with --write-baseline.\n",
  });
});

test("paths are those from the baseline's folder, wherever it runs", async () => {
  box.write({ "rules/a.yaml": rules("abs(up") });
  await box.run(["check", "rules", "--baseline", "ci/old.json", "--write-baseline"]).catch(() => undefined);
  box.write({ "ci/README": "" });
  await box.run(["check", "rules", "--baseline", "ci/old.json", "--write-baseline"]);
  expect(JSON.parse(box.read("ci/old.json"))).toMatchObject({ findings: [{ file: "../rules/a.yaml" }] });
  expect((await box.run(["check", "rules/a.yaml", "--baseline", "ci/old.json"])).code).toBe(0);
});

test("a baseline that cannot be read or written is a mistake of the call", async () => {
  box.write({ "a.yaml": rules("abs(up"), "old.json": '{"version": 1, "findings": [{}]}' });
  expect((await box.run(["check", ".", "--baseline", "none.json"])).code).toBe(2);
  const broken = await box.run(["check", ".", "--baseline", "old.json"]);
  expect(broken).toMatchObject({ code: 2, out: "" });
  expect(broken.err).toContain("is no baseline");
  expect((await box.run(["check", ".", "--baseline", "no/old.json", "--write-baseline"])).code).toBe(2);
});
