import { describeRune } from "../base/go-text.ts";
import { END, isDigit, REPLACEMENT, runeAt, unitAt } from "./characters.ts";

const BACKSLASH = 92;
const NEWLINE = 10;
const BACKTICK = 96;
const singleEscapes = new Set([..."abfnrtv\\"].map((character) => character.charCodeAt(0)));

function digitValue(code: number): number {
  if (isDigit(code)) return code - 48;
  const lower = code | 0x20;
  return code < 128 && lower >= 97 && lower <= 102 ? lower - 87 : 16;
}

/** Behind a string literal whose opening quote stands at `start`, or what is wrong with it (`lexString`). */
export function stringEnd(input: string, start: number, quote: number): number | string {
  const raw = quote === BACKTICK;
  for (let at = start + 1; ; ) {
    const code = unitAt(input, at);
    if (code === quote) return at + 1;
    if (code === END) return raw ? "unterminated raw string" : "unterminated quoted string";
    if (code === NEWLINE && !raw) return "unterminated quoted string";
    if (code === BACKSLASH && !raw) {
      const end = escapeEnd(input, at + 1, quote);
      if (typeof end === "string") return end;
      at = end;
    } else if (code < 0x80) at++;
    else {
      const rune = runeAt(input, at);
      if (rune === REPLACEMENT) return "invalid UTF-8 rune";
      at += rune > 0xffff ? 2 : 1;
    }
  }
}

/** Behind an escape sequence whose backslash stands before `at` (`lexEscape`). */
function escapeEnd(input: string, at: number, quote: number): number | string {
  const code = runeAt(input, at);
  if (code === quote || singleEscapes.has(code)) return at + 1;
  if (code >= 48 && code <= 55) return digitsEnd(input, at, 3, 8, 255);
  if (code === 120) return digitsEnd(input, at + 1, 2, 16, 255);
  if (code === 117) return digitsEnd(input, at + 1, 4, 16, 0x10ffff);
  if (code === 85) return digitsEnd(input, at + 1, 8, 16, 0x10ffff);
  if (code === END) return "escape sequence not terminated";
  return `unknown escape sequence ${describeRune(code)}`;
}

function digitsEnd(input: string, from: number, count: number, base: number, most: number): number | string {
  let value = 0;
  for (let at = from; at < from + count; at++) {
    const code = runeAt(input, at);
    if (code === END) return "escape sequence not terminated";
    if (digitValue(code) >= base) return `illegal character ${describeRune(code)} in escape sequence`;
    value = value * base + digitValue(code);
  }
  const valid = value <= most && !(value >= 0xd800 && value < 0xe000);
  return valid ? from + count : "escape sequence is an invalid Unicode code point";
}
