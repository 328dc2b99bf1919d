import { quoteGo } from "../base/go-text.ts";
import type { LabelMatcher, ParserOptions } from "./ast.ts";
import { isLetter } from "./characters.ts";
import { isPlainLabelName, isPlainMetricName } from "./quote.ts";

/** What printing asks of a matcher. */
export type PrintedMatcher = Pick<LabelMatcher, "name" | "operator" | "value">;

/**
 * One selector as Prometheus prints it (`VectorSelector.String` in `promql/parser/printer.go`), without modifiers:
 * matchers sorted, names quoted where they must be. A name that cannot stand before braces becomes a matcher.
 */
export function printSelector(name: string | undefined, matchers: readonly PrintedMatcher[]): string {
  const bare = name !== undefined && isPlainMetricName(name) ? name : "";
  const all = bare === "" && name !== undefined ? [...matchers, nameMatcher(name)] : matchers;
  return printParts(bare, [...new Set(all.map((matcher) => printMatcher(matcher)))]);
}

/** A selector with the name that stands before its braces, where one does; repeated matchers stay. */
export function printWrittenSelector(
  name: string,
  matchers: readonly PrintedMatcher[],
  options: ParserOptions,
): string {
  const parts = matchers.map((matcher) => printMatcher(matcher, options));
  return printParts(name, parts);
}

function printParts(name: string, parts: readonly string[]): string {
  return name !== "" && parts.length === 0 ? name : `${name}{${parts.toSorted(byCodePoint).join(",")}}`;
}

function printMatcher({ name, operator, value }: PrintedMatcher, options: ParserOptions = {}): string {
  return `${printLabelName(name, options)}${operator}${quoteGo(value)}`;
}

/** A label name, in quotes where the parser would not read it without (`labelNameRequiresQuoting`). */
export function printLabelName(name: string, { unquotedUtf8Names }: ParserOptions): string {
  const bare = unquotedUtf8Names === true ? isUnquotedName(name) : isPlainLabelName(name);
  return bare ? name : quoteGo(name);
}

function isUnquotedName(name: string): boolean {
  if (name === "") return false;
  let first = true;
  for (const character of name) {
    const code = character.codePointAt(0) ?? 0;
    const start = code < 0x80 ? /[A-Za-z_]/.test(character) : isLetter(code);
    if (!start && (first || !/[0-9.]/.test(character))) return false;
    first = false;
  }
  return true;
}

/** Go sorts strings by their UTF-8, which is the order of code points; halves of pairs come too early in UTF-16. */
function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}

function nameMatcher(value: string): PrintedMatcher {
  return { name: "__name__", operator: "=", value };
}
