import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { block, code, joined, markup, plain } from "../../../server/src/features/markdown.ts";

/** Texts that lean towards what markdown and HTML read. */
const hostile = fc.oneof(
  fc.string({
    unit: fc.constantFrom(..."`*_[]()<>&!#|~\\\n\r\t $-+.:/\"'a1".split(""), "\u2028", "\u202e"),
    maxLength: 60,
  }),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.constantFrom(
    "<script>alert(1)</script>",
    "[x](command:evil)",
    "![x](https://example.org/x.png)",
    "``` \n# heading",
    "`` ` ``",
    "https://example.org www.example.org a@example.org",
    "$(alert)",
    "1. one\n2. two",
    "&lt;b&gt;",
  ),
);
const run = { seed: 7, numRuns: 500 };

/** What CommonMark makes of text in which all punctuation is escaped: the text without the escapes. */
function rendered(escaped: string): string | undefined {
  const entities: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
  const rest = escaped.replace(/\\([!-/:-@[-`{-~])|&(?:amp|lt|gt);|[A-Za-z0-9 ]|[^\u0000-\u007f]/gu, "");
  if (rest !== "") return undefined;
  return escaped.replace(/\\(.)|&(?:amp|lt|gt);/gu, (all, char?: string) => char ?? entities[all] ?? all);
}

describe("remote text", () => {
  test("as plain text: no character of it is left for markdown or HTML to read", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const back = rendered(plain(text));
        expect(back).toBeDefined();
        expect(back).not.toMatch(/[\r\n\u2028\u2029\u202e]/);
      }),
      run,
    );
  });

  test("as a code span: one line, and a fence longer than any run of backticks in it", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const [, fence = "", inner = ""] = /^(`+)(.*)\1$/s.exec(code(text)) ?? [];
        expect(fence).not.toBe("");
        expect(inner).not.toMatch(/[\r\n]/);
        const runs = inner.match(/`+/g) ?? [];
        expect(runs.every((ticks) => ticks.length !== fence.length)).toBe(true);
        expect(inner).not.toMatch(/^`|`$/);
      }),
      run,
    );
  });

  test("as a block: no line of it can close the fence", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const lines = block(text, "promql").split("\n");
        const fence = /^`+/.exec(lines[0] ?? "")?.[0] ?? "";
        expect(fence.length).toBeGreaterThanOrEqual(3);
        expect(lines.at(-1)).toBe(fence);
        for (const line of lines.slice(1, -1)) expect(line).not.toContain(fence);
      }),
      run,
    );
  });

  test("stays readable", () => {
    expect(code("up")).toBe("`up`");
    expect(code("a`b")).toBe("``a`b``");
    expect(code("`")).toBe("`` ` ``");
    expect(rendered(plain("CPU time (user) in %"))).toBe("CPU time (user) in %");
    expect(markup`**In** ${joined([plain("Dev"), code("x")], ", ")}`).toBe("**In** Dev, `x`");
  });

  test("is cut where it is endless", () => {
    expect(plain("a".repeat(5000)).length).toBeLessThan(1100);
    expect(block("a\n".repeat(50_000), "").length).toBeLessThan(11_000);
  });
});
