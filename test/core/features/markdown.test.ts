import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { block, code, joined, markup, plain, unformatted } from "../../../server/src/features/markdown.ts";

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

interface Token {
  readonly type: string;
  readonly content: string;
  readonly children: readonly Token[] | null;
}
interface MarkdownIt {
  parse(text: string, env: object): readonly Token[];
}
type MarkdownItClass = new (options: { html: boolean; linkify: boolean }) => MarkdownIt;
const markdownIt: MarkdownItClass = createRequire(import.meta.url)("markdown-it");
/** CommonMark with tables, strike-through and HTML: all that an editor may render. */
const renderer = new markdownIt({ html: true, linkify: false });

/** All tokens in a document, those within lines included. */
function tokensOf(text: string): readonly Token[] {
  return renderer.parse(text, {}).flatMap((token) => [token, ...(token.children ?? [])]);
}

/** The text of a document that is one paragraph of plain text; nothing if it is anything else. */
function rendered(text: string): string | undefined {
  const tokens = tokensOf(text);
  const allowed = ["paragraph_open", "inline", "text", "text_special", "paragraph_close"];
  if (tokens.some(({ type }) => !allowed.includes(type))) return undefined;
  return tokens.flatMap(({ type, content }) => (type.startsWith("text") ? [content] : [])).join("");
}

describe("remote text", () => {
  test("as plain text renders as itself, whatever stands around it", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const escaped = plain(text);
        const clean = text
          .replace(/[\r\n\t\u2028\u2029]+/g, " ")
          .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g, "")
          .trim();
        if (clean === "") return;
        expect(rendered(escaped)).toBe(clean.replaceAll("\u0000", "\ufffd"));
        expect(rendered(`before ${escaped} behind`)).toBe(`before ${clean} behind`);
        // Addresses that renderers with autolinks would take.
        expect(escaped).not.toMatch(/(?<!\\):\/\/|www\.|\w@\w|mailto:/i);
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
        expect(tokensOf(`before ${code(text)} behind`).map(({ type }) => type)).toEqual([
          "paragraph_open",
          "inline",
          "text",
          "code_inline",
          "text",
          "paragraph_close",
        ]);
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
        expect(tokensOf(block(text, "promql")).map(({ type }) => type)).toEqual(["fence"]);
        const lines = block(text, "promql").split("\n");
        const fence = /^`+/.exec(lines[0] ?? "")?.[0] ?? "";
        expect(fence.length).toBeGreaterThanOrEqual(3);
        expect(lines.at(-1)).toBe(fence);
        for (const line of lines.slice(1, -1)) expect(line).not.toContain(fence);
      }),
      run,
    );
  });

  test("is itself again where markdown is not rendered", () => {
    const shown = (text: string): string | undefined =>
      tokensOf(text).find(({ type }) => type === "code_inline")?.content;
    fc.assert(
      fc.property(hostile, (text) => {
        if (plain(text) !== "")
          expect(unformatted(plain(text)).replaceAll("\u0000", "\ufffd")).toBe(rendered(plain(text)));
        expect(unformatted(code(text))).toBe(shown(code(text)) ?? "");
        const lines = block(text, "promql").split("\n").slice(1, -1);
        expect(unformatted(block(text, "promql"))).toBe(lines.join("\n"));
        expect(unformatted(markup`**Metric** ${code("a*b")}: ${plain("*")}`)).toBe("Metric a*b: *");
      }),
      run,
    );
  });

  test("stays readable", () => {
    expect(code("up")).toBe("`up`");
    expect(code("a`b")).toBe("``a`b``");
    expect(code("`")).toBe("`` ` ``");
    const help = "Total CPU time (user, system) of node_exporter in seconds; e.g. 1.5, see docs/metrics.md!";
    expect(plain(help)).toBe(help);
    expect(markup`**In** ${joined([plain("Dev"), code("x")], ", ")}`).toBe("**In** Dev, `x`");
  });

  test("is cut where it is endless", () => {
    expect(plain("a".repeat(5000)).length).toBeLessThan(1100);
    expect(block("a\n".repeat(50_000), "").length).toBeLessThan(11_000);
  });
});
