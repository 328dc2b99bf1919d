import {
  GoYamlError,
  isAlpha,
  isBlank,
  isBlankOrEnd,
  isBreak,
  isBreakOrEnd,
  type Mark,
  type Reader,
} from "./reader.ts";
import type { Token } from "./token.ts";

/** `scannerc.go`: directives, anchors, aliases and tags. */
export function scanDirective(reader: Reader): Token {
  const start = reader.mark();
  reader.skip();
  const name = directiveName(reader, start);
  let token: Omit<Token, "end">;
  if (name === "YAML") {
    skipBlanks(reader);
    const major = versionNumber(reader, start);
    if (reader.code() !== 0x2e) throw refusal(reader, start, "did not find expected digit or '.' character");
    reader.skip();
    token = { type: "version-directive", start, value: `${major}.${versionNumber(reader, start)}` };
  } else if (name === "TAG") token = { type: "tag-directive", start, ...tagDirective(reader, start) };
  else throw refusal(reader, start, "found unknown directive name");
  const end = reader.mark();
  skipBlanks(reader);
  if (reader.code() === 0x23) while (!isBreakOrEnd(reader.code())) reader.skip();
  if (!isBreakOrEnd(reader.code()))
    throw refusal(reader, start, "did not find expected comment or line break");
  if (isBreak(reader.code())) reader.skipLine();
  return { ...token, end };
}

function directiveName(reader: Reader, start: Mark): string {
  const name = readAlpha(reader);
  if (name === "") throw refusal(reader, start, "could not find expected directive name");
  if (!isBlankOrEnd(reader.code()))
    throw refusal(reader, start, "found unexpected non-alphabetical character");
  return name;
}

function versionNumber(reader: Reader, start: Mark): number {
  let digits = "";
  while (reader.code() >= 0x30 && reader.code() <= 0x39) {
    if (digits.length >= 2) throw refusal(reader, start, "found extremely long version number");
    digits += reader.read();
  }
  if (digits === "") throw refusal(reader, start, "did not find expected version number");
  return Number(digits);
}

function tagDirective(reader: Reader, start: Mark): { readonly value: string; readonly suffix: string } {
  skipBlanks(reader);
  const value = tagHandle(reader, start, true);
  if (!isBlank(reader.code())) throw refusal(reader, start, "did not find expected whitespace");
  skipBlanks(reader);
  const suffix = tagUri(reader, start, "");
  if (!isBlankOrEnd(reader.code()))
    throw refusal(reader, start, "did not find expected whitespace or line break");
  return { value, suffix };
}

const behindAnchor = new Set([..."?:,]}%@`"].map((char) => char.charCodeAt(0)));

/** An anchor or an alias, at its `&` or `*` (`yaml_parser_scan_anchor`). Throws a {@link GoYamlError}. */
export function scanAnchor(reader: Reader, type: "alias" | "anchor"): Token {
  const start = reader.mark();
  reader.skip();
  const value = readAlpha(reader);
  const end = reader.mark();
  if (value === "" || !(isBlankOrEnd(reader.code()) || behindAnchor.has(reader.code())))
    throw refusal(reader, start, "did not find expected alphabetic or numeric character");
  return { type, start, end, value };
}

/** A tag, at its `!` (`yaml_parser_scan_tag`). Throws a {@link GoYamlError}. */
export function scanTag(reader: Reader): Token {
  const start = reader.mark();
  let value = "";
  let suffix: string;
  if (reader.code(1) === 0x3c) {
    reader.skip();
    reader.skip();
    suffix = tagUri(reader, start, "");
    if (reader.code() !== 0x3e) throw refusal(reader, start, "did not find the expected '>'");
    reader.skip();
  } else {
    value = tagHandle(reader, start, false);
    if (value.length > 1 && value.endsWith("!")) suffix = tagUri(reader, start, "");
    else {
      suffix = tagUri(reader, start, value);
      value = "!";
      // The tag that is nothing but `!`.
      if (suffix === "") [value, suffix] = [suffix, value];
    }
  }
  if (!isBlankOrEnd(reader.code()))
    throw refusal(reader, start, "did not find expected whitespace or line break");
  return { type: "tag", start, end: reader.mark(), value, suffix };
}

function tagHandle(reader: Reader, start: Mark, directive: boolean): string {
  if (reader.code() !== 0x21) throw refusal(reader, start, "did not find expected '!'");
  const handle = reader.read() + readAlpha(reader);
  if (reader.code() === 0x21) return handle + reader.read();
  if (directive && handle !== "!") throw refusal(reader, start, "did not find expected '!'");
  return handle;
}

const uriCharacters = new Set([...";/?:@&=+$,.!~*'()[]%"].map((char) => char.charCodeAt(0)));

function tagUri(reader: Reader, start: Mark, head: string): string {
  let uri = head.slice(1);
  let isThere = head.length > 0;
  for (;;) {
    const code = reader.code();
    if (!isAlpha(code) && !uriCharacters.has(code)) break;
    uri += code === 0x25 ? uriEscapes(reader, start) : reader.read();
    isThere = true;
  }
  if (!isThere) throw refusal(reader, start, "did not find expected tag URI");
  return uri;
}

/** One character, written as the bytes of its UTF-8. */
function uriEscapes(reader: Reader, start: Mark): string {
  const bytes: number[] = [];
  for (let left = 1; left > 0; left--) {
    const octet = reader.code() === 0x25 ? hexOf(reader, 1, 2) : undefined;
    if (octet === undefined) throw refusal(reader, start, "did not find URI escaped octet");
    if (bytes.length === 0) {
      left = octet < 0x80 ? 1 : octet < 0xc0 ? 0 : octet < 0xe0 ? 2 : octet < 0xf0 ? 3 : octet < 0xf8 ? 4 : 0;
      if (left === 0) throw refusal(reader, start, "found an incorrect leading UTF-8 octet");
    } else if ((octet & 0xc0) !== 0x80)
      throw refusal(reader, start, "found an incorrect trailing UTF-8 octet");
    bytes.push(octet);
    for (let i = 0; i < 3; i++) reader.skip();
  }
  return bytes.length === 1 ? String.fromCharCode(bytes[0] ?? 0) : "\ufffd";
}

/** The number that so many hexadecimal digits stand for; nothing where they are others. */
export function hexOf(reader: Reader, ahead: number, length: number): number | undefined {
  let value = 0;
  for (let i = 0; i < length; i++) {
    const digit = Number.parseInt(String.fromCharCode(reader.code(ahead + i)), 16);
    if (Number.isNaN(digit)) return undefined;
    value = value * 16 + digit;
  }
  return value;
}

/** Goes on to what is no blank. */
export function skipBlanks(reader: Reader): void {
  while (isBlank(reader.code())) reader.skip();
}

function readAlpha(reader: Reader): string {
  const start = reader.pos;
  while (isAlpha(reader.code())) reader.skip();
  return reader.text.slice(start, reader.pos);
}

function refusal(reader: Reader, context: Mark, problem: string): GoYamlError {
  return new GoYamlError("scanner", problem, reader.mark(), context);
}
