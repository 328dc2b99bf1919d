import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { checksPage, checksPagePath } from "../../scripts/checks-docs.ts";
import { allChecks } from "../../server/src/checks/registry.ts";

test("docs/checks.md is what `npm run checks-docs` writes", () => {
  expect(readFileSync(checksPagePath, "utf8")).toBe(checksPage(allChecks));
});

test("check ids are dotted kebab-case and unique", () => {
  const ids = allChecks.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids)
    expect(id).toMatch(
      /^(yaml|rule|promql|template|monitor|prometheus|alertmanager|helm|live|policy)\.[a-z0-9-]+$/,
    );
});
