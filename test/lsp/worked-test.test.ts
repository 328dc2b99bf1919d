import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { scaffoldOf } from "../../server/src/features/tests/scaffold.ts";
import { chosenOf } from "../../server/src/lsp/worked-test.ts";
import { readDocument } from "../../server/src/model/read.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "promscope-worked-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What comes of a rule with a program in the place of promtool. */
async function chosenWith(program: string, withinMs?: number): ReturnType<typeof chosenOf> {
  const promtool = join(folder, "promtool");
  writeFileSync(promtool, `#!/bin/sh\n${program}\n`);
  chmodSync(promtool, 0o755);
  const text = "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up == 0\n";
  const [part] = readDocument({ uri: "file:///r.yml", path: "r.yml", version: 1, text }).parts;
  const groups = part?.model.kind === "rules" ? part.model.rules.groups : [];
  const rule = groups[0]?.rules[0];
  const scaffold = rule && scaffoldOf(rule, groups);
  if (scaffold === undefined) throw new Error("there is no rule");
  return chosenOf({ scaffold, path: join(folder, "r.yml"), promtool, features: [], withinMs });
}

test("what takes too long, and what promtool refuses, is told for what it is", async () => {
  expect(await chosenWith("exec sleep 60", 300)).toEqual({ problem: expect.stringContaining("too long") });
  const refused = { problem: expect.stringContaining("cannot run this rule file") };
  expect(await chosenWith("echo refused >&2; exit 1")).toEqual(refused);
});
