import { isYoungerThanUnicode15 } from "../base/unicode.ts";

/** What is read behind the end of the text. */
export const END = -1;

/** What half a surrogate pair is read as, and what an invalid byte is in UTF-8. */
export const REPLACEMENT = 0xfffd;

/** Classes of characters, as bits: a letter or underscore, a digit, white space. */
export const LETTER = 1;
export const DIGIT = 2;
export const SPACE = 4;

const classes = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const character = String.fromCharCode(code);
  if (/[A-Za-z_]/.test(character)) classes[code] = LETTER;
  else if (/[0-9]/.test(character)) classes[code] = DIGIT;
  else if (/[ \t\n\r]/.test(character)) classes[code] = SPACE;
}

/** The class of a code unit; nothing beyond ASCII has one. */
export function classOf(code: number): number {
  return code >= 0 && code < 128 ? (classes[code] ?? 0) : 0;
}

/** Whether the code unit is one of `0` to `9`. */
export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** The code unit at `at`, or END; enough wherever only ASCII is asked for. */
export function unitAt(text: string, at: number): number {
  return at < text.length ? text.charCodeAt(at) : END;
}

/** The whole character at `at`. */
export function runeAt(text: string, at: number): number {
  const code = text.codePointAt(at);
  if (code === undefined) return END;
  return code >= 0xd800 && code < 0xe000 ? REPLACEMENT : code;
}

/** Whether a character is a letter of any script (`unicode.IsLetter`). */
export function isLetter(rune: number): boolean {
  return rune >= 0 && /^\p{L}$/u.test(String.fromCodePoint(rune)) && !isYoungerThanUnicode15(rune);
}
