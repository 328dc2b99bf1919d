import type { ScalarStyle, YamlScalar } from "../node.ts";
import { decodeScalar, Scalar } from "../scalar.ts";
import { plainScalarType } from "../scalar-type.ts";

export const chars = {
  newline: 10,
  carriageReturn: 13,
  space: 32,
  doubleQuote: 34,
  hash: 35,
  singleQuote: 39,
  dash: 45,
  dot: 46,
  colon: 58,
} as const;

/** Stands for the column or the offset of nothing. */
export const none = -1;

/** Larger keys and flow collections meet limits of YAML 1.2 that only the library knows. */
export const longestKey = 1000;

/** No plain scalar starts with these; with `-` and `:` only before something. */
const indicators: ReadonlySet<number> = new Set(
  Array.from("?,[]{}#&*!|>'\"%@` ", (char) => char.charCodeAt(0)),
);
/** In a flow collection none of these is part of a plain scalar; go-yaml ends one at a question mark as well. */
const flowIndicators: ReadonlySet<number> = new Set(Array.from(",[]{}?", (char) => char.charCodeAt(0)));
const singleQuoted = /'(?:[^'\r\n]|'')*'/y;
const doubleQuoted =
  /"(?:[^"\\\r\n]|\\(?:[0abtnvfre "\\N_LP]|x[0-9a-fA-F]{2}|u(?![dD][89a-fA-F])[0-9a-fA-F]{4}))*"/y;

/** Whether a character code is a blank, a line end or the end of the text (NaN). */
export function isEmpty(code: number): boolean {
  return (
    code === chars.space || code === chars.newline || code === chars.carriageReturn || Number.isNaN(code)
  );
}

/** The offset of the first character from `at` on that is no space. */
export function skipSpaces(text: string, at: number): number {
  let end = at;
  while (text.charCodeAt(end) === chars.space) end++;
  return end;
}

/** Whether a plain scalar can start at `at`, in a flow collection or out of one. */
export function startsPlain(text: string, at: number, inFlow: boolean): boolean {
  const code = text.charCodeAt(at);
  if (indicators.has(code) || isEmpty(code)) return false;
  // In a flow collection go-yaml takes every colon for the sign of a value.
  if (code === chars.colon && inFlow) return false;
  if (code !== chars.dash && code !== chars.colon) return true;
  const next = text.charCodeAt(at + 1);
  return !isEmpty(next) && !(inFlow && flowIndicators.has(next));
}

/** Where a plain scalar ends on its first line: before the blanks before a comment, a colon or the line's end. */
export function plainEnd(text: string, from: number, inFlow: boolean): number {
  let end = from;
  for (let at = from; ; at++) {
    const code = text.charCodeAt(at);
    // Letters and most of what else stands in a text.
    if (code > chars.colon && !inFlow) end = at + 1;
    else if (code === chars.space) {
      if (text.charCodeAt(at + 1) === chars.hash) return end;
    } else if (code === chars.colon) {
      const next = text.charCodeAt(at + 1);
      if (isEmpty(next) || (inFlow && flowIndicators.has(next))) return end;
      end = at + 1;
    } else if (isEmpty(code) || (inFlow && flowIndicators.has(code))) return end;
    else end = at + 1;
  }
}

/** Lines that are longer are searched, not gone through. */
const shortLine = 24;

/** The same out of a flow collection, where few scalars hold what could end them before their line does. */
export function plainLineEnd(text: string, from: number): number {
  const newline = text.indexOf("\n", from);
  const end = newline < 0 ? text.length : newline;
  if (
    end - from <= shortLine ||
    isEmpty(text.charCodeAt(end - 1)) ||
    text.charCodeAt(end - 1) === chars.colon
  )
    return plainEnd(text, from, false);
  const line = text.slice(from, end);
  return line.includes(": ") || line.includes(" #") ? plainEnd(text, from, false) : end;
}

/** Where a plain scalar ends whose first line ends at `firstEnd` and whose others are indented by `least` or more. */
export function foldedEnd(text: string, firstEnd: number, least: number): number {
  for (let end = firstEnd; ; ) {
    let line = none;
    let at = skipSpaces(text, end);
    for (;;) {
      if (text.charCodeAt(at) === chars.carriageReturn) at++;
      if (text.charCodeAt(at) !== chars.newline) break;
      line = at + 1;
      at = skipSpaces(text, line);
    }
    const goesOn = line !== none && at < text.length && at - line >= least;
    if (!goesOn || text.charCodeAt(at) === chars.hash) return end;
    end = plainLineEnd(text, at);
  }
}

/** Where a quoted scalar of one line ends; nothing where it has no end there, or an escape that is for the library. */
export function quotedEnd(text: string, at: number): number | undefined {
  const pattern = text[at] === "'" ? singleQuoted : doubleQuoted;
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/**
 * Where a block scalar ends, `header` being at `|` or `>` and the content indented by `least` or more. Nothing
 * for headers and blank lines that only the library knows to read.
 */
export function blockEnd(text: string, header: number, least: number): number | undefined {
  let at = header + 1;
  if (text.charCodeAt(at) === chars.dash) at++;
  const comment = skipSpaces(text, at);
  const newline = text.indexOf("\n", at);
  if (newline < 0) return undefined;
  if (text.charCodeAt(comment) === chars.hash ? comment === at : !isEmpty(text.charCodeAt(comment)))
    return undefined;
  const first = newline + 1;
  const indent = skipSpaces(text, first) - first;
  if (indent < least || isEmpty(text.charCodeAt(first + indent))) return undefined;
  let end = first;
  for (let line = first; line < text.length; ) {
    const content = skipSpaces(text, line);
    const next = text.indexOf("\n", content) + 1 || text.length;
    if (!isEmpty(text.charCodeAt(content))) {
      if (content - line < indent) break;
      end = next;
    } else if (content - line > indent) return undefined;
    line = next;
  }
  return end;
}

/** The null that stands where nothing is written. */
export function emptyScalar(text: string, at: number): YamlScalar {
  return new Scalar(text, "", "null", "plain", { start: at, end: at });
}

/** The scalar at a span; one that is not written as it reads is decoded. */
export function scalarAt(
  text: string,
  style: ScalarStyle,
  start: number,
  end: number,
  folded: boolean,
): YamlScalar {
  const span = { start, end };
  if (style === "plain") {
    const value = folded ? decodeScalar(text, style, span, "").value : text.slice(start, end);
    return new Scalar(text, value, plainScalarType(value), style, span);
  }
  return new Scalar(text, decodeScalar(text, style, span, "").value, "string", style, span);
}

/** The scalar between the quotes at `start` and before `end`. */
export function quotedScalar(text: string, start: number, end: number): YamlScalar {
  const style = text[start] === "'" ? "single" : "double";
  const inner = text.slice(start + 1, end - 1);
  if (inner.includes(style === "single" ? "'" : "\\")) return scalarAt(text, style, start, end, true);
  return new Scalar(text, inner, "string", style, { start, end });
}
