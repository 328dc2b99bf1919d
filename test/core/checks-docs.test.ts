import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { checksPage, checksPagePath, framed, pagePath } from "../../scripts/checks-docs.ts";
import { docsHome, docsUrl } from "../../server/src/checks/docs-url.ts";
import { allChecks } from "../../server/src/checks/registry.ts";

test("docs/checks.md is what `npm run checks-docs` writes", () => {
  expect(readFileSync(checksPagePath, "utf8")).toBe(checksPage(allChecks));
});

test("every check has its page, which begins as `npm run checks-docs` writes it", () => {
  const missing = allChecks.filter(({ id }) => !existsSync(pagePath(id))).map(({ id }) => id);
  expect(missing, "checks without docs/checks/ID.md").toEqual([]);
  for (const check of allChecks) {
    const page = readFileSync(pagePath(check.id), "utf8");
    expect(page, check.id).toBe(framed(check, page));
  }
});

test("every page is that of a check", () => {
  const pages = readdirSync(dirname(pagePath("x"))).map((name) => name.replace(/\.md$/, ""));
  const ids = new Set(allChecks.map(({ id }) => id));
  expect(pages.filter((id) => !ids.has(id))).toEqual([]);
});

test("addresses of pages are those of the manifest's homepage", () => {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    readonly homepage: string;
  };
  expect(docsHome).toBe(`${manifest.homepage}/blob/main/docs/checks`);
  expect(new URL(docsUrl("promql.syntax")).pathname).toMatch(/\/docs\/checks\/promql\.syntax\.md$/);
});

test("check ids are dotted kebab-case and unique", () => {
  const ids = allChecks.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids)
    expect(id).toMatch(
      /^(yaml|rule|promql|template|monitor|prometheus|alertmanager|helm|live|policy)\.[a-z0-9-]+$/,
    );
});
