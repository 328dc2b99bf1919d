import { RE2JS } from "re2js";
import { checkRegex } from "./re2-syntax.ts";

export { checkRegex, type RegexSyntax } from "./re2-syntax.ts";

/** A compiled regular expression of RE2, the dialect of Prometheus. */
export interface Regex {
  /** Whether the whole text matches. */
  matches(text: string): boolean;
  /** A text with `$1` and its like replaced by what the groups take of `text`; nothing where it does not match. */
  expand(text: string, replacement: string): string | undefined;
}

export type RegexResult =
  | { readonly ok: true; readonly regex: Regex }
  | { readonly ok: false; readonly message: string };

/**
 * Compiles `source` as Prometheus compiles matchers and relabel rules: anchored at both ends, `.` matching
 * newlines (`model/labels/regexp.go`). The message is that of Go's `regexp/syntax`, without the anchors.
 * Who only asks whether it is valid uses `checkRegex`, which compiles nothing.
 */
export function compileAnchored(source: string): RegexResult {
  const syntax = checkRegex(source);
  if (!syntax.ok) return syntax;
  try {
    const compiled = RE2JS.compile(withoutNames(source), RE2JS.DOTALL);
    return {
      ok: true,
      regex: {
        matches: (text) => compiled.matches(text),
        expand: (text, replacement) => expanded(compiled, text, replacement),
      },
    };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

/** Finds all that a regular expression takes of a text, from left to right (`FindAllString`); nothing for one that RE2 refuses. */
export function finderOf(source: string): ((text: string) => readonly string[]) | undefined {
  if (!checkRegex(source).ok) return undefined;
  try {
    const compiled = RE2JS.compile(withoutNames(source), RE2JS.DOTALL);
    return (text) => {
      const found: string[] = [];
      for (const matcher = compiled.matcher(text); matcher.find(); ) found.push(matcher.group() ?? "");
      return found;
    };
  } catch {
    return undefined;
  }
}

/** As Go's `Regexp.Expand` does: `$1`, `${1}`, `$$`. Names were taken out, and what they stand for is empty. */
function expanded(compiled: RE2JS, text: string, replacement: string): string | undefined {
  const matcher = compiled.matcher(text);
  if (!matcher.matches()) return undefined;
  return replacement.replace(/\$(?:(\$)|(\w+)|\{(\w+)\})/g, (_, dollar, bare, braced) => {
    if (dollar !== undefined) return "$";
    const name = String(bare ?? braced);
    return /^\d+$/.test(name) && Number(name) <= matcher.groupCount()
      ? (matcher.group(Number(name)) ?? "")
      : "";
  });
}

/** Prometheus allows the same name for two groups and never asks for one; the library refuses it. */
function withoutNames(source: string): string {
  if (!source.includes("<")) return source;
  return source.replace(/\\.|\(\?P?<\w+>/gs, (found) => (found.startsWith("(") ? "(" : found));
}

/** The text as a pattern that matches it and nothing else (`regexp.QuoteMeta`). */
export function quoteMeta(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&");
}
