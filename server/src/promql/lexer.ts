import { quoteGo, quoteRune } from "../base/go-text.ts";
import { classOf, DIGIT, END, isDigit, LETTER, runeAt, SPACE, unitAt } from "./characters.ts";
import { durationKeywords, keywordLengths, keywords } from "./keywords.ts";
import { scanNumber } from "./lexer-number.ts";
import { stringEnd } from "./lexer-string.ts";
import { Token } from "./tables.generated.ts";

/** Whether `code` can begin `step`, `range`, `max_of` or `min_of`, in either case. */
function startsDurationKeyword(code: number): boolean {
  const lower = code | 0x20;
  return code < 128 && (lower === 115 || lower === 114 || lower === 109);
}

const State = { statements: 0, duration: 1, done: 2 } as const;

/**
 * The lexer of Prometheus (`promql/parser/lex.go`) over UTF-16: the same states, the same tokens, the same errors
 * at the same places. After an error it has nothing more to say.
 *
 * A character of half a surrogate pair is what an invalid UTF-8 byte is there.
 */
export class Lexer {
  readonly input: string;
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
  readonly #parens: number[] = [];
  #parenDepth = 0;
  #brace = -1;
  #bracket = -1;
  #gotColon = false;
  #gotDuration = false;

  constructor(input: string) {
    this.input = input;
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
    for (;;) {
      const code = unitAt(this.input, this.#pos);
      if (classOf(code) === SPACE) this.#pos++;
      else if (code === 35) {
        while (this.#pos < input.length) {
          const inside = input.charCodeAt(this.#pos);
          if (inside === 10 || inside === 13) break;
          this.#pos++;
        }
      } else return;
    }
  }

  #statements(): number {
    this.#skipSpacesAndComments();
    const start = this.#pos;
    const code = unitAt(this.input, start);
    const kind = classOf(code);
    if (kind === LETTER || code === 58) return this.#word(start, code);
    if (kind === DIGIT || (code === 46 && isDigit(unitAt(this.input, start + 1))))
      return this.#numberOrDuration();
    if (code === END) return this.#endOfInput(start);
    this.#pos++;
    const next = unitAt(this.input, this.#pos);
    switch (code) {
      case 44:
        return this.#emit(Token.COMMA, start);
      case 42:
        return this.#emit(Token.MUL, start);
      case 47:
        return this.#emit(Token.DIV, start);
      case 37:
        return this.#emit(Token.MOD, start);
      case 43:
        return this.#emit(Token.ADD, start);
      case 45:
        return this.#emit(Token.SUB, start);
      case 94:
        return this.#emit(Token.POW, start);
      case 64:
        return this.#emit(Token.AT, start);
      case 61:
        if (next === 61) return this.#emitTwo(Token.EQLC, start);
        if (next === 126) return this.#fail(start, "unexpected character after '=': '~'");
        return this.#emit(Token.EQL, start);
      case 33:
        if (next === 61) return this.#emitTwo(Token.NEQ, start);
        return this.#fail(
          start,
          `unexpected character after '!': ${quoteRune(runeAt(this.input, this.#pos))}`,
        );
      case 60:
        if (next === 61) return this.#emitTwo(Token.LTE, start);
        if (next === 47) return this.#emitTwo(Token.TRIM_UPPER, start);
        return this.#emit(Token.LSS, start);
      case 62:
        if (next === 61) return this.#emitTwo(Token.GTE, start);
        if (next === 47) return this.#emitTwo(Token.TRIM_LOWER, start);
        return this.#emit(Token.GTR, start);
      case 34:
      case 39:
      case 96:
        return this.#string(start, code);
      case 40:
        return this.#openParen(start);
      case 41:
        return this.#closeParen(start);
      case 123:
        this.#brace = start;
        return this.#emit(Token.LEFT_BRACE, start);
      case 91:
        return this.#openBracket(start);
      case 93:
        if (this.#bracket < 0) return this.#fail(start, "unexpected right bracket ']'");
        this.#bracket = -1;
        return this.#emit(Token.RIGHT_BRACKET, start);
      default:
        return this.#fail(start, `unexpected character: ${quoteRune(runeAt(this.input, start))}`);
    }
  }

  #emitTwo(type: number, start: number): number {
    this.#pos++;
    return this.#emit(type, start);
  }

  #endOfInput(start: number): number {
    if (this.#parenDepth !== 0) {
      this.bracket = this.#parens.at(-1);
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
    this.#parens.push(start);
    this.#parenDepth++;
    return this.#emit(Token.LEFT_PAREN, start);
  }

  #closeParen(start: number): number {
    this.#parens.pop();
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
    if (this.#bracket >= 0) {
      this.#pos++;
      if (code === 58) {
        if (this.#gotColon) return this.#fail(start, "unexpected colon ':'");
        this.#gotColon = true;
        return this.#emit(Token.COLON, start);
      }
      if (startsDurationKeyword(code)) {
        const keyword = this.#durationKeyword(start);
        if (keyword !== undefined) return this.#emit(keyword, start);
      }
      return this.#fail(start, `unexpected character: ${quoteRune(code)}, expected ':'`);
    }
    const { input } = this;
    let at = start;
    let colon = false;
    for (; at < input.length; at++) {
      const unit = input.charCodeAt(at);
      if (unit === 58) colon = true;
      else if ((classOf(unit) & (LETTER | DIGIT)) === 0) break;
    }
    this.#pos = at;
    if (colon) return this.#emit(Token.METRIC_IDENTIFIER, start);
    return this.#emit(this.#keywordAt(start, at) ?? Token.IDENTIFIER, start);
  }

  #keywordAt(start: number, end: number): number | undefined {
    const lengths = keywordLengths[this.input.charCodeAt(start) | 0x20] ?? 0;
    if ((lengths & (1 << (end - start))) === 0 || end - start > 12) return undefined;
    const keyword = keywords.get(this.input.slice(start, end).toLowerCase());
    // `fill` and its kin are names unless a parenthesis follows, because they came late to the language.
    if (keyword === Token.FILL || keyword === Token.FILL_LEFT || keyword === Token.FILL_RIGHT) {
      let at = end;
      while (classOf(unitAt(this.input, at)) === SPACE) at++;
      if (unitAt(this.input, at) !== 40) return undefined;
    }
    return keyword;
  }

  #durationKeyword(start: number): number | undefined {
    while (classOf(unitAt(this.input, this.#pos)) === LETTER) this.#pos++;
    return durationKeywords.get(this.input.slice(start, this.#pos).toLowerCase());
  }

  /** Inside brackets up to the first number; from there on it is `#statements` that reads, as upstream. */
  #durationExpr(): number {
    while (classOf(unitAt(this.input, this.#pos)) === SPACE) this.#pos++;
    const start = this.#pos;
    const code = unitAt(this.input, start);
    if (code === END) {
      this.bracket = this.#bracket;
      return this.#fail(start, "unexpected end of input in duration expression");
    }
    if (isDigit(code) || (code === 46 && isDigit(unitAt(this.input, start + 1)))) {
      this.#gotDuration = true;
      this.#state = State.statements;
      return this.#numberOrDuration();
    }
    this.#pos++;
    switch (code) {
      case 93:
        this.#bracket = -1;
        this.#gotColon = false;
        this.#state = State.statements;
        return this.#emit(Token.RIGHT_BRACKET, start);
      case 58:
        if (!this.#gotDuration)
          return this.#fail(this.#pos, "unexpected colon before duration in duration expression");
        if (this.#gotColon) return this.#fail(this.#pos, "unexpected repeated colon in duration expression");
        this.#gotColon = true;
        return this.#emit(Token.COLON, start);
      case 40:
        return this.#openParen(start);
      case 41:
        return this.#closeParen(start);
      case 43:
        return this.#emit(Token.ADD, start);
      case 45:
        return this.#emit(Token.SUB, start);
      case 42:
        return this.#emit(Token.MUL, start);
      case 47:
        return this.#emit(Token.DIV, start);
      case 37:
        return this.#emit(Token.MOD, start);
      case 94:
        return this.#emit(Token.POW, start);
      case 44:
        return this.#emit(Token.COMMA, start);
      default: {
        const keyword = startsDurationKeyword(code) ? this.#durationKeyword(start) : undefined;
        if (keyword === undefined) {
          const rune = quoteRune(runeAt(this.input, start));
          return this.#fail(start, `unexpected character in duration expression: ${rune}`);
        }
        this.#gotDuration = true;
        return this.#emit(keyword, start);
      }
    }
  }

  #insideBraces(): number {
    this.#skipSpacesAndComments();
    const start = this.#pos;
    const code = unitAt(this.input, start);
    if (classOf(code) === LETTER) {
      let at = start + 1;
      while ((classOf(unitAt(this.input, at)) & (LETTER | DIGIT)) !== 0) at++;
      this.#pos = at;
      return this.#emit(Token.IDENTIFIER, start);
    }
    if (code === END) {
      this.bracket = this.#brace;
      return this.#fail(start, "unexpected end of input inside braces");
    }
    this.#pos++;
    const next = unitAt(this.input, this.#pos);
    switch (code) {
      case 44:
        return this.#emit(Token.COMMA, start);
      case 34:
      case 39:
      case 96:
        return this.#string(start, code);
      case 61:
        return next === 126 ? this.#emitTwo(Token.EQL_REGEX, start) : this.#emit(Token.EQL, start);
      case 33: {
        if (next === 126) return this.#emitTwo(Token.NEQ_REGEX, start);
        if (next === 61) return this.#emitTwo(Token.NEQ, start);
        const rune = quoteRune(runeAt(this.input, this.#pos));
        return this.#fail(start, `unexpected character after '!' inside braces: ${rune}`);
      }
      case 123:
        return this.#fail(start, "unexpected left brace '{'");
      case 125:
        this.#brace = -1;
        return this.#emit(Token.RIGHT_BRACE, start);
      default:
        return this.#fail(
          start,
          `unexpected character inside braces: ${quoteRune(runeAt(this.input, start))}`,
        );
    }
  }

  #string(start: number, quote: number): number {
    const end = stringEnd(this.input, start, quote);
    if (typeof end === "string") return this.#fail(start, end);
    this.#pos = end;
    return this.#emit(Token.STRING, start);
  }

  #numberOrDuration(): number {
    const start = this.#pos;
    const { kind, end } = scanNumber(this.input, start);
    this.#pos = end;
    if (kind !== undefined) return this.#emit(kind === "number" ? Token.NUMBER : Token.DURATION, start);
    return this.#fail(start, `bad number or duration syntax: ${quoteGo(this.input.slice(start, end))}`);
  }
}
