import { describeRune, quoteGo } from "../base/go-text.ts";
import type { Span } from "../base/text.ts";
import { isYoungerThanUnicode15 } from "../base/unicode.ts";
import type { TemplateComment } from "./ast.ts";
import { keywords, type Token, type TokenType } from "./token.ts";

const eof = -1;
const wordCharacter = /^[\p{L}\p{Nd}]$/u;

function isSpace(code: number): boolean {
  return code === 32 || code === 9 || code === 13 || code === 10;
}

/** Go's letters and digits, and the underscore. */
function isAlphanumeric(code: number): boolean {
  if (code < 0x80)
    return (
      code === 95 || (code >= 48 && code < 58) || (code >= 65 && code < 91) || (code >= 97 && code < 123)
    );
  return wordCharacter.test(String.fromCodePoint(code)) && !isYoungerThanUnicode15(code);
}

/** The tokens of a template, one call each, exactly as Go cuts it (`text/template/parse/lex.go`). */
export class Lexer {
  readonly comments: TemplateComment[] = [];
  readonly #functions: ReadonlySet<string>;
  #input: string;
  #at = 0;
  #start = 0;
  /** Once the end was read, no step back is taken any more, as upstream. */
  #sawEnd = false;
  #line = 1;
  #startLine = 1;
  #inAction = false;
  /** Where the action begins that is being read. */
  #actionStart = 0;
  #parens: number[] = [];

  constructor(input: string, functions: ReadonlySet<string>) {
    this.#input = input;
    this.#functions = functions;
  }

  /** The next token; after an error there is nothing more to read. */
  next(): Token {
    return this.#inAction ? this.#insideAction() : this.#text();
  }

  #text(): Token {
    for (;;) {
      const found = this.#input.indexOf("{{", this.#at);
      if (found < 0) break;
      if (found > this.#at) {
        const textEnd = this.#isLeftMarker(found + 2) ? this.#trimmedEnd(found) : found;
        this.#skipTo(textEnd);
        const token = this.#token("text");
        this.#skipTo(found);
        this.#ignore();
        if (token.text.length > 0) return token;
      }
      const delimiter = this.#leftDelimiter();
      if (delimiter !== undefined) return delimiter;
    }
    this.#skipTo(this.#input.length);
    return this.#token(this.#at > this.#start ? "text" : "eof");
  }

  /** The delimiter, or nothing for a comment, which is no token. */
  #leftDelimiter(): Token | undefined {
    const start = this.#at;
    const trims = this.#isLeftMarker(start + 2);
    const inside = start + (trims ? 4 : 2);
    if (this.#input.startsWith("/*", inside)) {
      this.#skipTo(inside);
      this.#ignore();
      return this.#comment();
    }
    this.#at = start + 2;
    const token = this.#token("leftDelim", trims);
    this.#inAction = true;
    this.#actionStart = start;
    this.#skipTo(inside);
    this.#ignore();
    this.#parens = [];
    return token;
  }

  #comment(): Token | undefined {
    const start = this.#at;
    const close = this.#input.indexOf("*/", start + 2);
    if (close < 0) return this.#error("unclosed comment", { start, end: start + 2 });
    this.#at = close + 2;
    const end = this.#at;
    const { isDelimiter, trims } = this.#rightDelimiterHere();
    if (!isDelimiter)
      return this.#error("comment ends before closing delimiter", { start: close, end: close + 2 });
    this.comments.push({ span: { start, end } });
    this.#line += newlines(this.#input, start, end);
    this.#startLine = this.#line;
    this.#start = end;
    this.#at = end + (trims ? 4 : 2);
    if (trims) this.#at = this.#leftTrimmed(this.#at);
    this.#countTo(end, this.#at);
    this.#ignore();
    return undefined;
  }

  #rightDelimiter(): Token {
    const { trims } = this.#rightDelimiterHere();
    if (trims) {
      this.#skipTo(this.#at + 2);
      this.#ignore();
    }
    this.#at += 2;
    const token = this.#token("rightDelim", trims);
    if (trims) {
      this.#skipTo(this.#leftTrimmed(this.#at));
      this.#ignore();
    }
    this.#inAction = false;
    return token;
  }

  #insideAction(): Token {
    if (this.#rightDelimiterHere().isDelimiter) {
      const open = this.#parens.at(-1);
      if (open === undefined) return this.#rightDelimiter();
      return this.#error("unclosed left paren", { start: open, end: open + 1 });
    }
    const code = this.#next();
    if (code === eof)
      return this.#error("unclosed action", { start: this.#actionStart, end: this.#actionStart + 2 });
    if (isSpace(code)) return this.#space();
    switch (String.fromCodePoint(code)) {
      case "=":
        return this.#token("assign");
      case ":": {
        const colon = { start: this.#start, end: this.#at };
        return this.#next() === 61 ? this.#token("declare") : this.#error("expected :=", colon);
      }
      case "|":
        return this.#token("pipe");
      case '"':
        return this.#quoted('"');
      case "`":
        return this.#rawQuoted();
      case "'":
        return this.#quoted("'");
      case "$":
        return this.#isTerminator() ? this.#token("variable") : this.#fieldOrVariable("variable");
      case ".":
        if (this.#at < this.#input.length && !/[0-9]/.test(this.#input.charAt(this.#at)))
          return this.#fieldOrVariable("field");
        this.#back();
        return this.#number();
      case "(":
        this.#parens.push(this.#start);
        return this.#token("leftParen");
      case ")":
        if (this.#parens.pop() === undefined) return this.#error("unexpected right paren");
        return this.#token("rightParen");
      default:
    }
    if (code === 43 || code === 45 || (code >= 48 && code < 58)) {
      this.#back();
      return this.#number();
    }
    if (isAlphanumeric(code)) return this.#identifier();
    if (code > 32 && code < 127) return this.#token("char");
    return this.#error(`unrecognized character in action: ${describeRune(code)}`);
  }

  /** Blanks; a last one that belongs to a trim marker is left to the delimiter. */
  #space(): Token {
    this.#back();
    let count = 0;
    while (isSpace(this.#peek())) {
      this.#next();
      count++;
    }
    if (this.#isRightMarker(this.#at - 1) && this.#input.startsWith("}}", this.#at + 1)) {
      this.#back();
      if (count === 1) return this.#rightDelimiter();
    }
    return this.#token("space");
  }

  #identifier(): Token {
    const code = this.#word();
    if (!this.#isTerminator()) return this.#badCharacter(code);
    const word = this.#input.slice(this.#start, this.#at);
    const keyword = keywords.get(word);
    if (keyword !== undefined)
      return this.#token(
        (keyword === "break" || keyword === "continue") && this.#functions.has(word) ? "identifier" : keyword,
      );
    return this.#token(word === "true" || word === "false" ? "bool" : "identifier");
  }

  /** The dot or dollar sign is behind us. */
  #fieldOrVariable(type: "field" | "variable"): Token {
    if (this.#isTerminator()) return this.#token(type === "field" ? "dot" : type);
    const code = this.#word();
    return this.#isTerminator() ? this.#token(type) : this.#badCharacter(code);
  }

  /** Takes letters and digits and says what comes behind them. */
  #word(): number {
    for (;;) {
      const code = this.#next();
      if (isAlphanumeric(code)) continue;
      this.#back();
      return code;
    }
  }

  #badCharacter(code: number): Token {
    const width = code > 0xffff ? 2 : 1;
    return this.#error(`bad character ${describeRune(code)}`, { start: this.#at, end: this.#at + width });
  }

  #isTerminator(): boolean {
    const code = this.#peek();
    if (code === eof || isSpace(code) || ".,|:)(".includes(String.fromCodePoint(code))) return true;
    return this.#input.startsWith("}}", this.#at);
  }

  #number(): Token {
    if (!this.#scanNumber()) return this.#badNumber();
    const sign = this.#peek();
    if (sign !== 43 && sign !== 45) return this.#token("number");
    if (!this.#scanNumber() || this.#input.charAt(this.#at - 1) !== "i") return this.#badNumber();
    return this.#token("complex");
  }

  #badNumber(): Token {
    return this.#error(`bad number syntax: ${quoteGo(this.#input.slice(this.#start, this.#at))}`);
  }

  /** Takes what may be a number; the parser judges it. */
  #scanNumber(): boolean {
    this.#accept("+-");
    let base = 10;
    if (this.#accept("0")) {
      if (this.#accept("xX")) base = 16;
      else if (this.#accept("oO")) base = 8;
      else if (this.#accept("bB")) base = 2;
    }
    const digits = `${"0123456789abcdef".slice(0, base)}${base === 16 ? "ABCDEF" : ""}_`;
    this.#acceptRun(digits);
    if (this.#accept(".")) this.#acceptRun(digits);
    if ((base === 10 && this.#accept("eE")) || (base === 16 && this.#accept("pP"))) {
      this.#accept("+-");
      this.#acceptRun("0123456789_");
    }
    this.#accept("i");
    if (!isAlphanumeric(this.#peek())) return true;
    this.#next();
    return false;
  }

  #quoted(quote: '"' | "'"): Token {
    const what = quote === '"' ? "quoted string" : "character constant";
    for (;;) {
      let code = this.#next();
      if (code === 92) {
        code = this.#next();
        if (code !== eof && code !== 10) continue;
      }
      if (code === eof || code === 10)
        return this.#error(`unterminated ${what}`, {
          start: this.#start,
          end: code === 10 ? this.#at - 1 : this.#at,
        });
      if (code === quote.charCodeAt(0)) return this.#token(quote === '"' ? "string" : "charConstant");
    }
  }

  #rawQuoted(): Token {
    const end = this.#input.indexOf("`", this.#at);
    this.#skipTo(end < 0 ? this.#input.length : end + 1);
    return end < 0
      ? this.#error("unterminated raw quoted string", { start: this.#start, end: this.#start + 1 })
      : this.#token("rawString");
  }

  #next(): number {
    const code = this.#input.codePointAt(this.#at);
    if (code === undefined) {
      this.#sawEnd = true;
      return eof;
    }
    this.#at += code > 0xffff ? 2 : 1;
    if (code === 10) this.#line++;
    return code;
  }

  #peek(): number {
    const code = this.#next();
    this.#back();
    return code;
  }

  #back(): void {
    if (this.#sawEnd || this.#at === 0) return;
    const low = this.#input.charCodeAt(this.#at - 1);
    const high = this.#input.charCodeAt(this.#at - 2);
    const isPair = (low & 0xfc00) === 0xdc00 && (high & 0xfc00) === 0xd800;
    this.#at -= isPair ? 2 : 1;
    if (low === 10) this.#line--;
  }

  #accept(valid: string): boolean {
    const code = this.#next();
    if (code !== eof && valid.includes(String.fromCodePoint(code))) return true;
    this.#back();
    return false;
  }

  #acceptRun(valid: string): void {
    while (this.#accept(valid));
  }

  /** Moves on and counts the lines on the way. */
  #skipTo(end: number): void {
    this.#countTo(this.#at, end);
    this.#at = end;
  }

  #countTo(start: number, end: number): void {
    this.#line += newlines(this.#input, start, end);
  }

  /** What was read up to here belongs to no token. */
  #ignore(): void {
    this.#start = this.#at;
    this.#startLine = this.#line;
  }

  #token(type: TokenType, trims = false): Token {
    const span = { start: this.#start, end: this.#at };
    const token: Token = {
      type,
      span,
      text: this.#input.slice(span.start, span.end),
      line: this.#startLine,
      position: span.start,
      trims: trims ? true : undefined,
    };
    this.#ignore();
    return token;
  }

  #error(message: string, span: Span = { start: this.#start, end: this.#at }): Token {
    const token: Token = {
      type: "error",
      span,
      text: message,
      line: this.#startLine,
      position: this.#start,
    };
    this.#input = "";
    this.#at = 0;
    this.#start = 0;
    return token;
  }

  #isLeftMarker(at: number): boolean {
    return this.#input.charCodeAt(at) === 45 && isSpace(this.#input.charCodeAt(at + 1));
  }

  #isRightMarker(at: number): boolean {
    return isSpace(this.#input.charCodeAt(at)) && this.#input.charCodeAt(at + 1) === 45;
  }

  #rightDelimiterHere(): { isDelimiter: boolean; trims: boolean } {
    const trims = this.#isRightMarker(this.#at) && this.#input.startsWith("}}", this.#at + 2);
    return { isDelimiter: trims || this.#input.startsWith("}}", this.#at), trims };
  }

  /** Where the text that ends at `end` ends without blanks. */
  #trimmedEnd(end: number): number {
    let at = end;
    while (at > this.#start && isSpace(this.#input.charCodeAt(at - 1))) at--;
    return at;
  }

  #leftTrimmed(start: number): number {
    let at = start;
    while (isSpace(this.#input.charCodeAt(at))) at++;
    return at;
  }
}

function newlines(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if (text.charCodeAt(at) === 10) count++;
  return count;
}
