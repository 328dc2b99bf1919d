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
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}
