import { RE2JS } from "re2js";

/** A compiled regular expression of RE2, the dialect of Prometheus. */
export interface Regex {
  /** Whether the whole text matches. */
  matches(text: string): boolean;
}

export type RegexResult =
  | { readonly ok: true; readonly regex: Regex }
  | { readonly ok: false; readonly message: string };

/**
 * Compiles `source` as Prometheus compiles matchers and relabel rules: anchored at both ends, `.` matching
 * newlines (`model/labels/regexp.go`). The message is that of Go's `regexp/syntax`, without the anchors.
 */
export function compileAnchored(source: string): RegexResult {
  try {
    const compiled = RE2JS.compile(source, RE2JS.DOTALL);
    return { ok: true, regex: { matches: (text) => compiled.matches(text) } };
  } catch (error) {
    return { ok: false, message: messageOf(source, error) };
  }
}

/** The library writes the flag into the text that it quotes, so the message is that of `source` without flags. */
function messageOf(source: string, flagged: unknown): string {
  try {
    RE2JS.compile(source);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return flagged instanceof Error ? flagged.message : String(flagged);
}

/** Plain characters, alternatives and anchors; dots and escaped signs with at most one quantifier. */
const simple = /^(?:[\w\-/:;,@ %&~="'#!<>|^$]|\.[*+?]?|\\[.\-/+*?|()[\]{}^$dwsDWS][*+?]?)*$/;

/** Whether `source` is valid beyond doubt, which spares compiling most of the regular expressions there are. */
export function isSurelyValid(source: string): boolean {
  return source.length < 500 && simple.test(source);
}
