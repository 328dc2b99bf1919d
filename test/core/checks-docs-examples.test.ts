import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { pagePath } from "../../scripts/checks-docs.ts";
import { allChecks } from "../../server/src/checks/registry.ts";
import { examplesOf, foundIn } from "./docs-examples.ts";

describe.each(allChecks.map(({ id }) => id).filter((id) => existsSync(pagePath(id))))("%s", (id) => {
  const { wrong, right } = examplesOf(readFileSync(pagePath(id), "utf8"));

  test("is found in the wrong example at each mark, and nowhere else", () => {
    const failures: string[] = [];
    const found = foundIn(wrong, id, failures).map((places) => [...new Set(places)].sort());
    expect(found.flat().length).toBeGreaterThan(0);
    expect(found).toEqual(wrong.files.map(({ marks }) => [...marks].sort()));
    expect(failures).toEqual([]);
  });

  test("is not found in the right one", () => {
    const failures: string[] = [];
    expect(right.files.length).toBeGreaterThan(0);
    expect(foundIn(right, id, failures).flat()).toEqual([]);
    expect(failures).toEqual([]);
  });
});
