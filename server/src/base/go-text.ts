import { isYoungerThanUnicode15 } from "./unicode.ts";

/**
 * Text as Go's `strconv` and `fmt` print it, because messages of Prometheus and its kin quote with it.
 *
 * A JavaScript string cannot hold bytes that are not UTF-8. Where such a byte can occur (the value of `"\xff"`),
 * it is held as the lone surrogate U+DC00 + byte, and printed here as `\xff`.
 */

const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u;

/** Whether Go prints the character as it is (`unicode.IsPrint`). */
function isPrintable(codePoint: number): boolean {
  if (codePoint < 0x7f) return codePoint >= 0x20;
  if (codePoint >= 0xd800 && codePoint < 0xe000) return false;
  return printable.test(String.fromCodePoint(codePoint)) && !isYoungerThanUnicode15(codePoint);
}

const shortEscapes: ReadonlyMap<number, string> = new Map([
  [7, "\\a"],
  [8, "\\b"],
  [12, "\\f"],
  [10, "\\n"],
  [13, "\\r"],
  [9, "\\t"],
  [11, "\\v"],
  [92, "\\\\"],
]);

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}

function escaped(codePoint: number, quote: string): string {
  if (codePoint === quote.charCodeAt(0)) return `\\${quote}`;
  const short = shortEscapes.get(codePoint);
  if (short !== undefined) return short;
  if (isPrintable(codePoint)) return String.fromCodePoint(codePoint);
  if (codePoint >= 0xdc80 && codePoint <= 0xdcff) return `\\x${hex(codePoint - 0xdc00, 2)}`;
  if (codePoint < 0x20 || codePoint === 0x7f) return `\\x${hex(codePoint, 2)}`;
  if (codePoint >= 0xd800 && codePoint < 0xe000) return "\ufffd";
  return codePoint < 0x10000 ? `\\u${hex(codePoint, 4)}` : `\\U${hex(codePoint, 8)}`;
}

const plain = /^[ !#-[\]-~]*$/;

/** `%q` of a string. */
export function quoteGo(text: string): string {
  if (plain.test(text)) return `"${text}"`;
  let out = '"';
  for (const character of text) out += escaped(character.codePointAt(0) ?? 0, '"');
  return `${out}"`;
}

/** `%q` of a rune; what is no character (the end of the input, half a surrogate pair) is U+FFFD. */
export function quoteRune(codePoint: number): string {
  const valid = codePoint >= 0 && codePoint <= 0x10ffff && !(codePoint >= 0xd800 && codePoint < 0xe000);
  return `'${escaped(valid ? codePoint : 0xfffd, "'")}'`;
}

/** `%#U` of a rune: `U+0064 'd'`, without the character where it cannot be printed. */
export function describeRune(codePoint: number): string {
  const valid = codePoint >= 0xd800 && codePoint < 0xe000 ? 0xfffd : codePoint;
  const number = `U+${hex(valid, 4).toUpperCase()}`;
  return isPrintable(valid) ? `${number} '${String.fromCodePoint(valid)}'` : number;
}

/** The bytes of a string in UTF-8, half surrogate pairs counted as U+FFFD. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) continue;
    length += 1;
    if (code < 0x800) continue;
    const pair = code >= 0xd800 && code < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00;
    if (pair) i += 1;
    // Four bytes for the two units of a pair, three for any other unit.
    length += 1;
  }
  return length;
}
