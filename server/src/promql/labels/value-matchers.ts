import { checkRegex, compileAnchored, type RegexResult } from "../../base/re2.ts";
import type { MatchOperator } from "../ast.ts";

/** No more values of one label are told apart: beyond, less is known. */
export const maxValues = 100;

/** What a value has to satisfy; an absent label counts as the empty text. */
export interface ValueMatcher {
  readonly operator: MatchOperator;
  readonly value: string;
}

const special = /[\\.+*?()[\]{}^$|]/;

/** `(abc)`, `^abc$` and the like without what stands around, where nothing in it depends on that. */
function bare(source: string): string {
  let text = source;
  for (;;) {
    if (text.startsWith("(?:") && closesAtEnd(text)) text = text.slice(3, -1);
    else if (text.startsWith("(") && !text.startsWith("(?") && closesAtEnd(text)) text = text.slice(1, -1);
    else if (!text.includes("|") && text.startsWith("^")) text = text.slice(1);
    else if (!text.includes("|") && text.endsWith("$") && !text.endsWith("\\$")) text = text.slice(0, -1);
    else return text;
  }
}

/** Whether the bracket that the text begins with is closed by its last character; only simple texts say yes. */
function closesAtEnd(text: string): boolean {
  return text.endsWith(")") && !/[()\\[\]]/.test(text.slice(text.startsWith("(?:") ? 3 : 1, -1));
}

/**
 * The texts that a regular expression matches, where it is nothing but alternatives of plain texts; nothing for all
 * others, and for very many.
 */
export function regexValues(source: string): readonly string[] | undefined {
  const text = bare(source);
  if (!special.test(text)) return [text];
  const values: string[] = [];
  for (const part of text.split("|")) {
    let value = "";
    for (let i = 0; i < part.length; i++) {
      let character = part.charAt(i);
      if (character === "\\") {
        character = part.charAt(++i);
        // Letters and digits have a meaning of their own behind a backslash.
        if (character === "" || /[\p{L}\p{N}]/u.test(character) || character > "\x7f") return undefined;
      } else if (special.test(character)) return undefined;
      value += character;
    }
    if (values.length >= maxValues) return undefined;
    values.push(value);
  }
  return [...new Set(values)];
}

/** `.*` in its common forms, which matches every value (in Prometheus the dot matches newlines). */
export function matchesEverything(source: string): boolean {
  return /^\^?(?:\.\*)+\??\$?$/.test(bare(source));
}

/** `.+` in its common forms, which matches every value but the empty one. */
export function matchesAllButEmpty(source: string): boolean {
  return /^\^?\.\+\??\$?$/.test(bare(source));
}

/** Plain characters, escapes and classes, then the first group with nothing else in it, without a repetition behind it. */
const firstGroup =
  /^\^?(?:[^()[\]|\\]|\\.|\[\^?\]?(?:[^\]\\]|\\.)*\])*\(((?:[^()[\]|\\?]|\\.|\[\^?\]?(?:[^\]\\]|\\.)*\])+)\)(?![*?{])([^|]*)$/s;

/** Whether the first group of a regular expression takes part in every match and is never empty then; only simple ones say yes. */
export function firstGroupFilled(source: string): boolean {
  // A quoted bracket is no group, and a word boundary is an empty match of a text that is not.
  if (/\\[QbB]/.test(source)) return false;
  const group = firstGroup.exec(source)?.[1];
  if (group === undefined) return false;
  const syntax = checkRegex(group);
  return syntax.ok && !syntax.matchesEmpty;
}

/** Tells which texts a regular expression matches, anchored at both ends; an invalid one matches none. Compiles at most once. */
export function regexMatcher(source: string): (value: string) => boolean {
  const syntax = checkRegex(source);
  if (!syntax.ok) return () => false;
  const values = regexValues(source);
  let compiled: RegexResult | undefined;
  return (value) => {
    if (value === "") return syntax.matchesEmpty;
    if (values !== undefined) return values.includes(value);
    compiled ??= compileAnchored(source);
    return compiled.ok && compiled.regex.matches(value);
  };
}

/** Tells whether a value, or the absence of the label (the empty text), satisfies a matcher. */
export function satisfier({ operator, value: wanted }: ValueMatcher): (value: string) => boolean {
  if (operator === "=") return (value) => value === wanted;
  if (operator === "!=") return (value) => value !== wanted;
  const matches = regexMatcher(wanted);
  return operator === "=~" ? matches : (value) => !matches(value);
}

/** Whether no value can satisfy both lists of matchers, because one refuses what the other demands. */
export function exclude(a: readonly ValueMatcher[], b: readonly ValueMatcher[]): boolean {
  const contradicts = (one: ValueMatcher, other: ValueMatcher): boolean =>
    one.value === other.value && opposite[one.operator] === other.operator;
  if (b.length < 20) return a.some((one) => b.some((other) => contradicts(one, other)));
  const demanded = new Set(b.map(({ operator, value }) => operator + value));
  return a.some(({ operator, value }) => demanded.has(opposite[operator] + value));
}

const opposite: Readonly<Record<MatchOperator, MatchOperator>> = {
  "=": "!=",
  "!=": "=",
  "=~": "!~",
  "!~": "=~",
};
