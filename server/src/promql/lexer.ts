import { quoteGo, quoteRune, utf8Length } from "../base/go-text.ts";
import { classOf, DIGIT, END, isDigit, isLetter, LETTER, runeAt, SPACE, unitAt } from "./characters.ts";
import { durationKeywords, keywordLengths, keywords } from "./keywords.ts";
import { plainDurationEnd, plainNumberEnd, scanNumber } from "./lexer-number.ts";
import { stringEnd } from "./lexer-string.ts";
import { Token } from "./tables.generated.ts";

/** By code, the token that a character is wherever it stands outside of braces and strings; 0 for all others. */
const single = new Uint8Array(128);
for (const [character, token] of [
  [",", Token.COMMA],
  ["*", Token.MUL],
  ["/", Token.DIV],
  ["%", Token.MOD],
  ["+", Token.ADD],
  ["-", Token.SUB],
  ["^", Token.POW],
] as const)
  single[character.charCodeAt(0)] = token;

/** Whether `code` can begin `step`, `range`, `max_of` or `min_of`, in either case. */
function startsDurationKeyword(code: number): boolean {
  const lower = code | 0x20;
  return code < 128 && (lower === 115 || lower === 114 || lower === 109);
}

const HASH = 35;
const COLON = 58;
const DOT = 46;

const State = { statements: 0, duration: 1, done: 2 } as const;

/**
 * The lexer of Prometheus (`promql/parser/lex.go`) over UTF-16: the same states, the same tokens, the same errors
 * at the same places. After an error it has nothing more to say.
 *
 * A character of half a surrogate pair is what an invalid UTF-8 byte is there.
 */
export class Lexer {
  readonly input: string;
  /** Whether names may hold letters of any script, and dots (`promql-unquoted-utf8-names`). */
  readonly #unquotedNames: boolean;
  /** The last token: its type (0 is an error) and where it stands. */
  type = 0;
  start = 0;
  end = 0;
  /** What is wrong, where the type is 0. */
  message = "";
  /** The opening bracket that is meant where the message says that one is unclosed. */
  bracket: number | undefined = undefined;

  #pos = 0;
  #state: number = State.statements;
  /** Where the parentheses stand that are open. */
  readonly #parens: number[] = [0, 0, 0, 0];
  #parenDepth = 0;
  #brace = -1;
  #bracket = -1;
  #gotColon = false;
  #gotDuration = false;
  #hasColon = false;

  constructor(input: string, unquotedNames = false) {
    this.input = input;
    this.#unquotedNames = unquotedNames;
  }

  /** Reads the next token that is no comment into `type`, `start` and `end`. */
  next(): number {
    if (this.#state === State.done) return this.#emit(Token.EOF, this.#pos);
    if (this.#state === State.duration) return this.#durationExpr();
    return this.#brace >= 0 ? this.#insideBraces() : this.#statements();
  }

  #emit(type: number, start: number): number {
    this.type = type;
    this.start = start;
    this.end = this.#pos;
    return type;
  }

  #fail(start: number, message: string): number {
    this.type = 0;
    this.start = start;
    this.end = this.input.length;
    this.message = message;
    this.#state = State.done;
    return 0;
  }

  #skipSpacesAndComments(): void {
    const { input } = this;
    let at = this.#pos;
    for (;;) {
      let code = unitAt(input, at);
      while (classOf(code) === SPACE) code = unitAt(input, ++at);
      if (code !== HASH) break;
      while (at < input.length && !"\r\n".includes(input.charAt(at))) at++;
    }
    this.#pos = at;
  }

  #statements(): number {
    this.#skipSpacesAndComments();
    const { input } = this;
    const start = this.#pos;
    const code = unitAt(input, start);
    if (code === COLON || this.#startsName(start, code)) return this.#word(start, code);
    if (isDigit(code) || (code === DOT && isDigit(unitAt(input, start + 1)))) return this.#numberOrDuration();
    if (code === END) return this.#endOfInput(start);
    this.#pos++;
    const alone = single[code] ?? 0;
    if (alone !== 0) return this.#emit(alone, start);
    const next = input.charAt(start + 1);
    switch (input.charAt(start)) {
      case "(":
        return this.#openParen(start);
      case ")":
        return this.#closeParen(start);
      case "{":
        this.#brace = start;
        return this.#emit(Token.LEFT_BRACE, start);
      case "[":
        return this.#openBracket(start);
      case "@":
        return this.#emit(Token.AT, start);
      case "=":
        if (next === "=") return this.#emitTwo(Token.EQLC, start);
        if (next === "~") return this.#fail(start, "unexpected character after '=': '~'");
        return this.#emit(Token.EQL, start);
      case "!":
        if (next === "=") return this.#emitTwo(Token.NEQ, start);
        return this.#fail(start, `unexpected character after '!': ${quoteRune(runeAt(input, this.#pos))}`);
      case "<":
        if (next === "=") return this.#emitTwo(Token.LTE, start);
        if (next === "/") return this.#emitTwo(Token.TRIM_UPPER, start);
        return this.#emit(Token.LSS, start);
      case ">":
        if (next === "=") return this.#emitTwo(Token.GTE, start);
        if (next === "/") return this.#emitTwo(Token.TRIM_LOWER, start);
        return this.#emit(Token.GTR, start);
      case '"':
      case "'":
      case "`":
        return this.#string(start, code);
      case "]":
        if (this.#bracket < 0) return this.#fail(start, "unexpected right bracket ']'");
        this.#bracket = -1;
        return this.#emit(Token.RIGHT_BRACKET, start);
      default:
        return this.#fail(start, `unexpected character: ${quoteRune(runeAt(input, start))}`);
    }
  }

  /** Whether the character at `at`, whose unit is `code`, can begin a name. */
  #startsName(at: number, code: number): boolean {
    if (code < 128) return classOf(code) === LETTER;
    return this.#unquotedNames && isLetter(runeAt(this.input, at));
  }

  /** Behind the name that begins at `start`; `colons` tells whether it may hold some, `#hasColon` whether it does. */
  #nameEnd(start: number, colons: boolean): number {
    const { input } = this;
    this.#hasColon = false;
    for (let at = start; ; ) {
      const code = unitAt(input, at);
      if ((classOf(code) & (LETTER | DIGIT)) !== 0) at++;
      else if (colons && code === COLON) {
        this.#hasColon = true;
        at++;
      } else if (!this.#unquotedNames) return at;
      else if (code === DOT) at++;
      else if (code >= 128 && isLetter(runeAt(input, at))) at += runeAt(input, at) > 0xffff ? 2 : 1;
      else return at;
    }
  }

  #emitTwo(type: number, start: number): number {
    this.#pos++;
    return this.#emit(type, start);
  }

  #endOfInput(start: number): number {
    if (this.#parenDepth !== 0) {
      this.bracket = this.#parens[this.#parenDepth - 1];
      return this.#fail(start, "unclosed left parenthesis");
    }
    if (this.#bracket >= 0) {
      this.bracket = this.#bracket;
      return this.#fail(start, "unclosed left bracket");
    }
    this.#state = State.done;
    return this.#emit(Token.EOF, start);
  }

  #openParen(start: number): number {
    this.#parens[this.#parenDepth++] = start;
    return this.#emit(Token.LEFT_PAREN, start);
  }

  #closeParen(start: number): number {
    this.#parenDepth--;
    // Upstream has already taken the parenthesis when it sees that it closes nothing.
    if (this.#parenDepth < 0) return this.#fail(this.#pos, "unexpected right parenthesis ')'");
    return this.#emit(Token.RIGHT_PAREN, start);
  }

  #openBracket(start: number): number {
    if (this.#bracket >= 0) return this.#fail(start, "unexpected left bracket '['");
    this.#gotColon = false;
    this.#gotDuration = false;
    this.#bracket = start;
    this.#state = State.duration;
    return this.#emit(Token.LEFT_BRACKET, start);
  }

  /** A keyword or name; inside brackets only a colon or a duration keyword. */
  #word(start: number, code: number): number {
    const { input } = this;
    if (this.#bracket >= 0) {
      this.#pos++;
      if (code === COLON) {
        if (this.#gotColon) return this.#fail(start, "unexpected colon ':'");
        this.#gotColon = true;
        return this.#emit(Token.COLON, start);
      }
      const keyword = startsDurationKeyword(code) ? this.#durationKeyword(start) : undefined;
      if (keyword !== undefined) return this.#emit(keyword, start);
      return this.#fail(start, `unexpected character: ${quoteRune(runeAt(input, start))}, expected ':'`);
    }
    this.#pos = this.#nameEnd(start, true);
    const keyword = this.#keywordAt(start, this.#pos);
    if (keyword !== undefined) return this.#emit(keyword, start);
    return this.#emit(this.#hasColon ? Token.METRIC_IDENTIFIER : Token.IDENTIFIER, start);
  }

  #keywordAt(start: number, end: number): number | undefined {
    const lengths = keywordLengths[this.input.charCodeAt(start) | 0x20] ?? 0;
    if ((lengths & (1 << (end - start))) === 0 || end - start > 12) return undefined;
    const word = this.input.slice(start, end);
    // The Kelvin sign and its kin stay themselves, though they have ASCII letters for their lower case.
    const keyword = utf8Length(word) === word.length ? keywords.get(word.toLowerCase()) : undefined;
    // `fill` and its kin are names unless a parenthesis follows, because they came late to the language.
    if (keyword === Token.FILL || keyword === Token.FILL_LEFT || keyword === Token.FILL_RIGHT) {
      let at = end;
      while (classOf(unitAt(this.input, at)) === SPACE) at++;
      if (this.input.charAt(at) !== "(") return undefined;
    }
    return keyword;
  }

  #durationKeyword(start: number): number | undefined {
    while (classOf(unitAt(this.input, this.#pos)) === LETTER) this.#pos++;
    return durationKeywords.get(this.input.slice(start, this.#pos).toLowerCase());
  }

  /** Inside brackets up to the first number; from there on it is `#statements` that reads, as upstream. */
  #durationExpr(): number {
    const { input } = this;
    while (classOf(unitAt(input, this.#pos)) === SPACE) this.#pos++;
    const start = this.#pos;
    const character = input.charAt(start);
    const code = unitAt(input, start);
    if (code === END) {
      this.bracket = this.#bracket;
      return this.#fail(start, "unexpected end of input in duration expression");
    }
    if (isDigit(code) || (character === "." && isDigit(unitAt(input, start + 1)))) {
      this.#gotDuration = true;
      this.#state = State.statements;
      return this.#numberOrDuration();
    }
    this.#pos++;
    const alone = single[code] ?? 0;
    if (alone !== 0) return this.#emit(alone, start);
    switch (character) {
      case "]":
        this.#bracket = -1;
        this.#gotColon = false;
        this.#state = State.statements;
        return this.#emit(Token.RIGHT_BRACKET, start);
      case ":":
        if (!this.#gotDuration)
          return this.#fail(this.#pos, "unexpected colon before duration in duration expression");
        if (this.#gotColon) return this.#fail(this.#pos, "unexpected repeated colon in duration expression");
        this.#gotColon = true;
        return this.#emit(Token.COLON, start);
      case "(":
        return this.#openParen(start);
      case ")":
        return this.#closeParen(start);
      default: {
        const keyword = startsDurationKeyword(code) ? this.#durationKeyword(start) : undefined;
        if (keyword === undefined) {
          const rune = quoteRune(runeAt(input, start));
          return this.#fail(start, `unexpected character in duration expression: ${rune}`);
        }
        this.#gotDuration = true;
        return this.#emit(keyword, start);
      }
    }
  }

  #insideBraces(): number {
    this.#skipSpacesAndComments();
    const { input } = this;
    const start = this.#pos;
    const code = unitAt(input, start);
    if (this.#startsName(start, code)) {
      this.#pos = this.#nameEnd(start, false);
      return this.#emit(Token.IDENTIFIER, start);
    }
    if (code === END) {
      this.bracket = this.#brace;
      return this.#fail(start, "unexpected end of input inside braces");
    }
    this.#pos++;
    const next = input.charAt(start + 1);
    switch (input.charAt(start)) {
      case ",":
        return this.#emit(Token.COMMA, start);
      case '"':
      case "'":
      case "`":
        return this.#string(start, code);
      case "=":
        return next === "~" ? this.#emitTwo(Token.EQL_REGEX, start) : this.#emit(Token.EQL, start);
      case "!": {
        if (next === "~") return this.#emitTwo(Token.NEQ_REGEX, start);
        if (next === "=") return this.#emitTwo(Token.NEQ, start);
        const rune = quoteRune(runeAt(input, this.#pos));
        return this.#fail(start, `unexpected character after '!' inside braces: ${rune}`);
      }
      case "{":
        return this.#fail(start, "unexpected left brace '{'");
      case "}":
        this.#brace = -1;
        return this.#emit(Token.RIGHT_BRACE, start);
      default:
        return this.#fail(start, `unexpected character inside braces: ${quoteRune(runeAt(input, start))}`);
    }
  }

  #string(start: number, quote: number): number {
    const end = stringEnd(this.input, start, quote);
    if (typeof end === "string") return this.#fail(start, end);
    this.#pos = end;
    return this.#emit(Token.STRING, start);
  }

  #numberOrDuration(): number {
    const { input } = this;
    const start = this.#pos;
    this.#pos = plainNumberEnd(input, start);
    if (this.#pos > start) return this.#emit(Token.NUMBER, start);
    this.#pos = plainDurationEnd(input, start);
    if (this.#pos > start) return this.#emit(Token.DURATION, start);
    const { kind, end } = scanNumber(input, start);
    this.#pos = end;
    if (kind !== undefined) return this.#emit(kind === "number" ? Token.NUMBER : Token.DURATION, start);
    return this.#fail(start, `bad number or duration syntax: ${quoteGo(input.slice(start, end))}`);
  }
}
