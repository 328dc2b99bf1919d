import { compileAnchored } from "../../base/re2.ts";
import type { Pattern } from "./types.ts";

/** Compiles a regular expression that has been judged before; nothing for one that RE2 refuses all the same. */
export function patternOf(source: string): Pattern | undefined {
  const compiled = compileAnchored(source);
  return compiled.ok ? { source, regex: compiled.regex, literals: literalsOf(source) } : undefined;
}

/** The choices of a pattern that is a name, `a|b` or `(a|b)`; nothing for any other. */
function literalsOf(source: string): readonly string[] | undefined {
  const inner = /^\((?:\?:)?([^()]*)\)$/.exec(source)?.[1] ?? source;
  const choices = inner.split("|");
  return choices.every((choice) => /^[\w :/@,-]*$/.test(choice)) ? choices : undefined;
}

/** Whether one of the patterns matches; none at all match everything. */
export function anyMatches(patterns: readonly Pattern[], text: string): boolean {
  return patterns.length === 0 || patterns.some(({ regex }) => regex.matches(text));
}
