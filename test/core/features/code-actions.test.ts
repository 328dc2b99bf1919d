import { describe, expect, test } from "vitest";
import { applyEdits } from "../../../server/src/base/text.ts";
import type { Finding } from "../../../server/src/checks/check.ts";
import { codeActions } from "../../../server/src/features/code-actions.ts";

function finding(check: string, start: number, end: number, newText: string, safe: boolean): Finding {
  return {
    check,
    severity: "warning",
    message: "wrong",
    span: { start, end },
    fixes: [{ title: `Write ${newText}`, safe, edits: [{ span: { start, end }, newText }] }],
  };
}

const text = "one two three";
const findings = [
  finding("rule.a", 0, 3, "1", true),
  finding("rule.b", 4, 7, "2", false),
  finding("rule.c", 8, 13, "3", true),
];
const titles = (at: number, only?: readonly string[]): readonly string[] =>
  codeActions(findings, { start: at, end: at }, only).map(({ title, preferred }) =>
    preferred ? `${title}!` : title,
  );

describe("code actions", () => {
  test("fixes of the findings under the cursor, safe ones preferred, and all safe ones", () => {
    expect(titles(1)).toEqual(["Write 1!", "Fix all safe Promscope findings"]);
    expect(titles(5)).toEqual(["Write 2", "Fix all safe Promscope findings"]);
  });

  test("only the kinds that are asked for", () => {
    expect(titles(1, ["quickfix"])).toEqual(["Write 1!"]);
    expect(titles(1, ["source"])).toEqual(["Fix all safe Promscope findings"]);
    expect(titles(1, ["refactor"])).toEqual([]);
  });

  test("all safe fixes leave the others alone", () => {
    const all = codeActions(findings, { start: 0, end: 0 }, ["source.fixAll"])[0];
    expect(applyEdits(text, all?.edits ?? [])).toBe("1 two 3");
    expect(all?.checks).toEqual(["rule.a", "rule.c"]);
  });

  test("of fixes that meet only the first is applied", () => {
    const both = [
      finding("rule.a", 0, 3, "1", true),
      finding("rule.b", 2, 7, "2", true),
      finding("rule.c", 0, 0, "0", true),
    ];
    const all = codeActions(both, { start: 0, end: 0 }, ["source.fixAll"])[0];
    expect(applyEdits(text, all?.edits ?? [])).toBe("1 two three");
  });

  test("none where nothing can be fixed", () => {
    expect(codeActions([], { start: 0, end: 0 }, undefined)).toEqual([]);
  });
});
