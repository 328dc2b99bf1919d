import {
  GoYamlError,
  isBlank,
  isBlankOrEnd,
  isBreak,
  isBreakOrEnd,
  type Mark,
  type Reader,
} from "./reader.ts";
import { hexOf, skipBlanks } from "./scan-properties.ts";
import type { Token } from "./token.ts";

/** What the scanner knows while it reads a scalar. */
export interface ScalarContext {
  readonly reader: Reader;
  /** Column of the block collection around it; -1 outside of all. */
  readonly indent: number;
  readonly inFlow: boolean;
}

function refusal(reader: Reader, context: Mark, problem: string): GoYamlError {
  return new GoYamlError("scanner", problem, reader.mark(), context);
}

/** `scannerc.go`, yaml_parser_scan_block_scalar. */
export function scanBlockScalar(context: ScalarContext, literal: boolean, comment: () => void): Token {
  const { reader } = context;
  const start = reader.mark();
  reader.skip();
  const header = blockHeader(reader, start);
  skipBlanks(reader);
  if (reader.code() === 0x23) {
    comment();
    while (!isBreakOrEnd(reader.code())) reader.skip();
  }
  if (!isBreakOrEnd(reader.code()))
    throw refusal(reader, start, "did not find expected comment or line break");
  if (isBreak(reader.code())) reader.skipLine();
  const given = header.increment === 0 ? 0 : Math.max(context.indent, 0) + header.increment;
  let end = reader.mark();
  let { breaks, end: endOfBreaks, indent } = blockBreaks(context, given, start);
  let value = "";
  let leadingBreak = "";
  let leadingBlank = false;
  while (reader.column === indent && reader.code() !== 0) {
    const trailingBlank = isBlank(reader.code());
    if (!literal && !leadingBlank && !trailingBlank && leadingBreak.startsWith("\n")) {
      if (breaks === "") value += " ";
    } else value += leadingBreak;
    value += breaks;
    leadingBlank = isBlank(reader.code());
    const from = reader.pos;
    while (!isBreakOrEnd(reader.code())) reader.skip();
    value += reader.text.slice(from, reader.pos);
    leadingBreak = reader.readLine();
    end = reader.mark();
    ({ breaks, end: endOfBreaks, indent } = blockBreaks(context, indent, start));
  }
  if (header.chomping !== "-") value += leadingBreak;
  if (header.chomping === "+") {
    value += breaks;
    end = endOfBreaks;
  }
  return { type: "scalar", start, end, value, style: literal ? "literal" : "folded" };
}

interface BlockHeader {
  readonly chomping: string;
  readonly increment: number;
}

function blockHeader(reader: Reader, start: Mark): BlockHeader {
  let chomping = "";
  let increment = 0;
  for (let part = 0; part < 2; part++) {
    const code = reader.code();
    if (chomping === "" && (code === 0x2b || code === 0x2d)) chomping = reader.read();
    else if (increment === 0 && code >= 0x30 && code <= 0x39) {
      if (code === 0x30) throw refusal(reader, start, "found an indentation indicator equal to 0");
      increment = Number(reader.read());
    }
  }
  return { chomping, increment };
}

function blockBreaks(
  context: ScalarContext,
  given: number,
  start: Mark,
): { readonly breaks: string; readonly end: Mark; readonly indent: number } {
  const { reader } = context;
  let end = reader.mark();
  let breaks = "";
  let greatest = 0;
  for (;;) {
    while ((given === 0 || reader.column < given) && reader.code() === 0x20) reader.skip();
    greatest = Math.max(greatest, reader.column);
    if ((given === 0 || reader.column < given) && reader.code() === 0x09)
      throw refusal(reader, start, "found a tab character where an indentation space is expected");
    if (!isBreak(reader.code())) break;
    breaks += reader.readLine();
    end = reader.mark();
  }
  return { breaks, end, indent: given === 0 ? Math.max(greatest, context.indent + 1, 1) : given };
}

/** What `\` and a character stand for. */
const escapes: ReadonlyMap<number, string> = new Map(
  Object.entries({
    "0": "\0",
    a: "\x07",
    b: "\b",
    t: "\t",
    "\t": "\t",
    n: "\n",
    v: "\v",
    f: "\f",
    r: "\r",
    e: "\x1b",
    " ": " ",
    '"': '"',
    "'": "'",
    "\\": "\\",
    N: "\u0085",
    _: "\u00a0",
    L: "\u2028",
    P: "\u2029",
  }).map(([letter, text]) => [letter.charCodeAt(0), text]),
);
const hexLengths: ReadonlyMap<number, number> = new Map([
  [0x78, 2],
  [0x75, 4],
  [0x55, 8],
]);

/** Blanks and line breaks between two words of a scalar, as they are folded. */
class Folding {
  leadingBlanks = false;
  whitespace = "";
  leadingBreak = "";
  trailingBreaks = "";

  get text(): string {
    if (!this.leadingBlanks) return this.whitespace;
    if (!this.leadingBreak.startsWith("\n")) return this.leadingBreak + this.trailingBreaks;
    return this.trailingBreaks === "" ? " " : this.trailingBreaks;
  }

  /** Reads one blank or line break. */
  add(reader: Reader): void {
    if (isBlank(reader.code())) {
      if (this.leadingBlanks) reader.skip();
      else this.whitespace += reader.read();
    } else if (this.leadingBlanks) this.trailingBreaks += reader.readLine();
    else {
      this.whitespace = "";
      this.leadingBreak = reader.readLine();
      this.leadingBlanks = true;
    }
  }
}

/** `scannerc.go`, yaml_parser_scan_flow_scalar. */
export function scanQuoted(reader: Reader, single: boolean): Token {
  const start = reader.mark();
  const quote = single ? 0x27 : 0x22;
  reader.skip();
  let value = "";
  for (;;) {
    reader.need(4);
    if (atDocumentIndicator(reader)) throw refusal(reader, start, "found unexpected document indicator");
    if (reader.code() === 0) throw refusal(reader, start, "found unexpected end of stream");
    const folding = new Folding();
    while (!isBlankOrEnd(reader.code())) {
      const code = reader.code();
      if (code === quote && !(single && reader.code(1) === quote)) break;
      if (single && code === quote) {
        value += "'";
        reader.skip();
        reader.skip();
      } else if (!single && code === 0x5c && isBreak(reader.code(1))) {
        reader.skip();
        reader.skipLine();
        folding.leadingBlanks = true;
        break;
      } else if (!single && code === 0x5c) value += scanEscape(reader, start);
      else value += reader.read();
    }
    if (reader.code() === quote) break;
    // Behind an escaped line break nothing is folded: its blanks are left out, and further breaks stay.
    while (isBlank(reader.code()) || isBreak(reader.code())) folding.add(reader);
    value += folding.text;
  }
  reader.skip();
  return { type: "scalar", start, end: reader.mark(), value, style: single ? "single" : "double" };
}

function scanEscape(reader: Reader, start: Mark): string {
  const letter = reader.code(1);
  const simple = escapes.get(letter);
  const length = hexLengths.get(letter);
  if (simple === undefined && length === undefined)
    throw refusal(reader, start, "found unknown escape character");
  reader.skip();
  reader.skip();
  if (simple !== undefined || length === undefined) return simple ?? "";
  const code = hexOf(reader, 0, length);
  if (code === undefined) throw refusal(reader, start, "did not find expected hexdecimal number");
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff)
    throw refusal(reader, start, "found invalid Unicode character escape code");
  for (let i = 0; i < length; i++) reader.skip();
  return String.fromCodePoint(code);
}

const flowIndicators = new Set([...",?[]{}"].map((char) => char.charCodeAt(0)));

/** `scannerc.go`, yaml_parser_scan_plain_scalar; `keyAllowed` where the scalar ends with a line break. */
export function scanPlain(context: ScalarContext): { readonly token: Token; readonly keyAllowed: boolean } {
  const { reader, inFlow } = context;
  const indent = context.indent + 1;
  const start = reader.mark();
  let end = start;
  let value = "";
  let folding = new Folding();
  for (;;) {
    reader.need(4);
    if (atDocumentIndicator(reader) || reader.code() === 0x23) break;
    const from = reader.pos;
    for (let code = reader.code(); !isBlankOrEnd(code); code = reader.code()) {
      if (code === 0x3a && isBlankOrEnd(reader.code(1))) break;
      if (inFlow && flowIndicators.has(code)) break;
      reader.skip();
    }
    if (reader.pos > from) {
      value += folding.text + reader.text.slice(from, reader.pos);
      folding = new Folding();
      end = reader.mark();
    }
    if (!isBlank(reader.code()) && !isBreak(reader.code())) break;
    while (isBlank(reader.code()) || isBreak(reader.code())) {
      if (folding.leadingBlanks && reader.column < indent && reader.code() === 0x09)
        throw refusal(reader, start, "found a tab character that violates indentation");
      folding.add(reader);
    }
    if (!inFlow && reader.column < indent) break;
  }
  return { token: { type: "scalar", start, end, value, style: "plain" }, keyAllowed: folding.leadingBlanks };
}

/** Whether `---` or `...` stands at the start of the line. */
export function atDocumentIndicator(reader: Reader): boolean {
  if (reader.column !== 0) return false;
  const code = reader.code();
  if (code !== 0x2d && code !== 0x2e) return false;
  return reader.code(1) === code && reader.code(2) === code && isBlankOrEnd(reader.code(3));
}
