import type { Span } from "../base/text.ts";
import { RunBuilder } from "./offset-map.ts";

/** The characters of double-quoted escapes that stand for one character. */
const escapes: ReadonlyMap<string, string> = new Map([
  ["0", "\0"],
  ["a", "\x07"],
  ["b", "\b"],
  ["t", "\t"],
  ["\t", "\t"],
  ["n", "\n"],
  ["v", "\v"],
  ["f", "\f"],
  ["r", "\r"],
  ["e", "\x1b"],
  [" ", " "],
  ['"', '"'],
  ["/", "/"],
  ["\\", "\\"],
  ["N", "\u0085"],
  ["_", "\u00a0"],
  ["L", "\u2028"],
  ["P", "\u2029"],
]);
const hexLengths: ReadonlyMap<string, number> = new Map([
  ["x", 2],
  ["u", 4],
  ["U", 8],
]);
const blanks = /[ \t]*/y;
/** A line break with the blanks and empty lines around it, which folding makes one space or some breaks. */
const fold = /[ \t]*(?:\r\n|\r|\n)(?:[ \t]*(?:\r\n|\r|\n))*[ \t]*/y;
const emptyLine = /(?:\r\n|\r|\n)[ \t]*/y;
const lineBreak = /\r\n|\r|\n/g;
/** What makes another value of a double-quoted text. */
const escapeOrBreak = /[\\\r\n]/;

/** Decodes a plain scalar; `at` is its source without the blanks around it. */
export function decodePlain(text: string, at: Span): RunBuilder {
  const runs = new RunBuilder();
  foldLines(text, at, runs, (from, to) => runs.verbatim(text.slice(from, to), from));
  return runs;
}

/** Decodes a single-quoted scalar; `at` includes the quotes. */
export function decodeSingleQuoted(text: string, at: Span): RunBuilder {
  const runs = new RunBuilder();
  foldLines(text, inner(text, at), runs, (from, to) => {
    let start = from;
    for (let quote = text.indexOf("''", from); quote >= 0 && quote < to; quote = text.indexOf("''", start)) {
      runs.verbatim(text.slice(start, quote), start);
      runs.made("'", quote, 2);
      start = quote + 2;
    }
    runs.verbatim(text.slice(start, to), start);
  });
  return runs;
}

/** Decodes a double-quoted scalar; `at` includes the quotes. Escapes that YAML does not know stand for themselves. */
export function decodeDoubleQuoted(text: string, at: Span): RunBuilder {
  const runs = new RunBuilder();
  const { start, end } = inner(text, at);
  const written = text.slice(start, end);
  if (!escapeOrBreak.test(written)) {
    runs.verbatim(written, start);
    return runs;
  }
  let plain = start;
  let offset = start;
  const flush = (to: number): void => runs.verbatim(text.slice(plain, to), plain);
  while (offset < end) {
    const char = text[offset];
    if (char === "\\") {
      flush(offset);
      offset = decodeEscape(text, offset, end, runs);
      plain = offset;
    } else if (char === " " || char === "\t" || char === "\n" || char === "\r") {
      const length = matchAt(fold, text, offset, end);
      if (length === 0) offset += Math.max(1, matchAt(blanks, text, offset, end));
      else {
        flush(offset);
        folded(text, offset, length, runs);
        offset += length;
        plain = offset;
      }
    } else offset++;
  }
  flush(Math.max(plain, end));
  return runs;
}

/** Decodes one escape and returns the offset behind it. */
function decodeEscape(text: string, offset: number, end: number, runs: RunBuilder): number {
  const letter = text[offset + 1] ?? "";
  if (letter === "\n" || letter === "\r") {
    const breakEnd = offset + (letter === "\r" && text[offset + 2] === "\n" ? 3 : 2);
    let at = Math.min(end, breakEnd + matchAt(blanks, text, breakEnd, end));
    // Empty lines behind it stay.
    for (
      let found = matchAt(emptyLine, text, at, end);
      found > 0;
      found = matchAt(emptyLine, text, at, end)
    ) {
      runs.made("\n", at, found);
      at += found;
    }
    return at;
  }
  const simple = escapes.get(letter);
  const hexLength = hexLengths.get(letter);
  const digits = hexLength === undefined ? "" : text.slice(offset + 2, Math.min(end, offset + 2 + hexLength));
  if (simple !== undefined && offset + 2 <= end) {
    runs.made(simple, offset, 2);
    return offset + 2;
  }
  if (digits.length === hexLength && /^[0-9a-fA-F]+$/.test(digits)) {
    const code = Number.parseInt(digits, 16);
    if (code <= 0x10ffff) {
      runs.made(String.fromCodePoint(code), offset, 2 + digits.length);
      return offset + 2 + digits.length;
    }
  }
  runs.verbatim(text.slice(offset, Math.min(end, offset + 2)), offset);
  return Math.min(end, offset + 2);
}

/** Cuts a span at its line breaks and folds them; `line` gets the text between. */
function foldLines(text: string, at: Span, runs: RunBuilder, line: (from: number, to: number) => void): void {
  let from = at.start;
  lineBreak.lastIndex = from;
  for (;;) {
    lineBreak.lastIndex = from;
    const found = lineBreak.exec(text);
    if (found === null || found.index >= at.end) break;
    let to = found.index;
    while (to > from && (text[to - 1] === " " || text[to - 1] === "\t")) to--;
    const length = matchAt(fold, text, to, at.end);
    if (length === 0) break;
    line(from, to);
    folded(text, to, length, runs);
    from = to + length;
  }
  line(from, at.end);
}

/** One line break becomes a space, n of them n - 1 breaks. */
function folded(text: string, offset: number, length: number, runs: RunBuilder): void {
  const source = text.slice(offset, offset + length);
  const breaks = [...source.matchAll(/\r\n|\r|\n/g)];
  if (breaks.length === 1) {
    runs.made(" ", offset, length);
    return;
  }
  // The first break goes with the blanks before the second: together they make the first character.
  let start = offset;
  for (const [index, found] of breaks.entries()) {
    if (index === 0) continue;
    const end = index === breaks.length - 1 ? offset + length : offset + found.index + found[0].length;
    runs.made("\n", start, end - start);
    start = end;
  }
}

/** The length of a match at `offset` that stays before `end`. */
function matchAt(pattern: RegExp, text: string, offset: number, end: number): number {
  pattern.lastIndex = offset;
  const length = pattern.exec(text)?.[0].length ?? 0;
  return Math.min(length, end - offset);
}

/** What is between the quotes; the closing one may be missing while a text is typed. */
function inner(text: string, at: Span): Span {
  const quote = text[at.start];
  const closed = at.end - at.start >= 2 && text[at.end - 1] === quote;
  return { start: Math.min(at.start + 1, at.end), end: closed ? at.end - 1 : at.end };
}
