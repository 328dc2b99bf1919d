import { expect, test } from "vitest";
import { checkRegex, compileAnchored } from "../../../server/src/base/re2.ts";

function refusal(source: string): string | undefined {
  const checked = checkRegex(source);
  return checked.ok ? undefined : checked.message;
}

test("what RE2 refuses is refused in the words of its Go library", () => {
  expect(refusal("(foo")).toBe("error parsing regexp: missing closing ): `(foo`");
  expect(refusal("a**")).toBe("error parsing regexp: invalid nested repetition operator: `**`");
  expect(refusal("(?=x)")).toBe("error parsing regexp: invalid or unsupported Perl syntax: `(?=`");
  expect(refusal("[z-a]")).toBe("error parsing regexp: invalid character class range: `z-a`");
  expect(refusal("\\8")).toBe("error parsing regexp: invalid escape sequence: `\\8`");
  expect(refusal("(a{500}){3}")).toBe("error parsing regexp: invalid repeat count: `{3}`");
  expect(refusal("\\p{Klingon}")).toBe("error parsing regexp: invalid character class range: `\\p{Klingon}`");
  expect(compileAnchored("(foo")).toEqual(checkRegex("(foo"));
});

test("the empty text is matched where nothing must be there", () => {
  const matching = [".*", "a?", "|a", "^$", "(a|b)*", "x{0}", "\\B", "(?:)"];
  const others = ["a", ".+", "a|b", "\\b", "[^a]", "x{1,}", "(a*)b"];
  for (const source of matching) expect(checkRegex(source), source).toEqual({ ok: true, matchesEmpty: true });
  for (const source of others) expect(checkRegex(source), source).toEqual({ ok: true, matchesEmpty: false });
});

test("matching is anchored, and a dot matches a newline", () => {
  const matches = (source: string, text: string): boolean => {
    const compiled = compileAnchored(source);
    return compiled.ok && compiled.regex.matches(text);
  };
  expect(matches("a.c", "a\nc")).toBe(true);
  expect(matches("a|b", "ab")).toBe(false);
  expect(matches("(?P<n>a)(?P<n>b)", "ab")).toBe(true);
  expect(matches("\\(\\?P<n>", "(?P<n>")).toBe(true);
});
