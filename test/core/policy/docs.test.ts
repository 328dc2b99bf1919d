import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { allChecks } from "../../../server/src/checks/registry.ts";
import { configSchemaAt, keysOf } from "../../../server/src/world/config/schema.ts";
import { projectProblems, projectSchema } from "../../../server/src/world/project-schema.ts";

const page = readFileSync(fileURLToPath(new URL("../../../docs/policy.md", import.meta.url)), "utf8");
const ids = allChecks.map(({ id }) => id);

test("every example of docs/policy.md can be used", () => {
  const examples = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = ""]) => text);
  expect(examples.length).toBeGreaterThan(3);
  for (const example of examples) expect(projectProblems(parse(example), ids)).toEqual([]);
});

test("docs/policy.md tells of every key", () => {
  const keys = ["policy", "match", "require", "forbid"].flatMap((section) => {
    const path = section === "policy" ? ["policy", 0] : ["policy", 0, section];
    return [...keysOf(configSchemaAt(projectSchema, path)).keys()];
  });
  expect(keys.length).toBeGreaterThan(40);
  expect(keys.filter((key) => !page.includes(`\`${key}\``) && !page.includes(`\`${key}:`))).toEqual([]);
});

test("what it says of ids of checks is true", () => {
  for (const [, id = ""] of page.matchAll(/`(policy\.[a-z-]+)`/g)) expect(ids).toContain(id);
});
