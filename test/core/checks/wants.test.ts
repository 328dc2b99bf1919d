import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ruleFile } from "../../bench/rules.ts";
import { examplesOf } from "../docs-examples.ts";
import { bothWays } from "./wants.ts";

const pages = new URL("../../../docs/checks/", import.meta.url);

describe("a rule is asked only by checks that can find something in it", () => {
  test("in the examples of all pages", () => {
    let count = 0;
    for (const page of readdirSync(pages)) {
      const { wrong, right } = examplesOf(readFileSync(new URL(page, pages), "utf8"));
      for (const { files } of [wrong, right]) {
        const named = files.map(({ name, text }) => ({ path: name, text }));
        for (const { told, all } of bothWays(named)) expect(told, page).toBe(all);
        count += files.length;
      }
    }
    expect(count).toBeGreaterThan(150);
  });

  test("in a file of many shapes", () => {
    for (const { told, all } of bothWays([{ path: "a.yaml", text: ruleFile(60) }])) expect(told).toBe(all);
  });
});
