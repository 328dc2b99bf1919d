import { describeRune, quoteGo, quoteRune } from "../base/go-text.ts";
import { Token } from "./tables.generated.ts";

/** Words that are tokens of their own, in lower case (`promql/parser/lex.go`). */
export const keywords: ReadonlyMap<string, number> = new Map([
  ["and", Token.LAND],
  ["or", Token.LOR],
  ["unless", Token.LUNLESS],
  ["atan2", Token.ATAN2],
  ["sum", Token.SUM],
  ["avg", Token.AVG],
  ["count", Token.COUNT],
  ["min", Token.MIN],
  ["max", Token.MAX],
  ["group", Token.GROUP],
  ["stddev", Token.STDDEV],
  ["stdvar", Token.STDVAR],
  ["topk", Token.TOPK],
  ["bottomk", Token.BOTTOMK],
  ["count_values", Token.COUNT_VALUES],
  ["quantile", Token.QUANTILE],
  ["limitk", Token.LIMITK],
  ["limit_ratio", Token.LIMIT_RATIO],
  ["offset", Token.OFFSET],
  ["smoothed", Token.SMOOTHED],
  ["anchored", Token.ANCHORED],
  ["by", Token.BY],
  ["without", Token.WITHOUT],
  ["on", Token.ON],
  ["ignoring", Token.IGNORING],
  ["group_left", Token.GROUP_LEFT],
  ["group_right", Token.GROUP_RIGHT],
  ["fill", Token.FILL],
  ["fill_left", Token.FILL_LEFT],
  ["fill_right", Token.FILL_RIGHT],
  ["bool", Token.BOOL],
  ["start", Token.START],
  ["end", Token.END],
  ["step", Token.STEP],
  ["range", Token.RANGE],
  ["max_of", Token.MAX_OF],
  ["min_of", Token.MIN_OF],
  ["inf", Token.NUMBER],
  ["nan", Token.NUMBER],
]);

/** For each letter, which lengths of keywords begin with it, as bits: most names need no look-up. */
const keywordLengths = new Uint16Array(128);
for (const word of keywords.keys()) {
  const first = word.charCodeAt(0);
  keywordLengths[first] = (keywordLengths[first] ?? 0) | (1 << word.length);
}

const durationKeywords: ReadonlyMap<string, number> = new Map([
  ["step", Token.STEP],
  ["range", Token.RANGE],
  ["max_of", Token.MAX_OF],
  ["min_of", Token.MIN_OF],
]);

const END = -1;
const REPLACEMENT = 0xfffd;

/** Character classes of ASCII: 1 letter or underscore, 2 digit, 4 space. */
const classes = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const character = String.fromCharCode(code);
  if (/[A-Za-z_]/.test(character)) classes[code] = 1;
  else if (/[0-9]/.test(character)) classes[code] = 2;
  else if (/[ \t\n\r]/.test(character)) classes[code] = 4;
}
const LETTER = 1;
const DIGIT = 2;
const SPACE = 4;

function classOf(code: number): number {
  return code >= 0 && code < 128 ? (classes[code] ?? 0) : 0;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Whether `code` can begin `step`, `range`, `max_of` or `min_of`, in either case. */
function startsDurationKeyword(code: number): boolean {
  const lower = code | 0x20;
  return code < 128 && (lower === 115 || lower === 114 || lower === 109);
}

function digitValue(code: number): number {
  if (isDigit(code)) return code - 48;
  const lower = code | 0x20;
  return code < 128 && lower >= 97 && lower <= 102 ? lower - 87 : 16;
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

  /** The code unit at `at`, or END; enough wherever only ASCII is asked for. */
  #unit(at: number): number {
    return at < this.input.length ? this.input.charCodeAt(at) : END;
  }

  /** The whole character at `at`, U+FFFD for half a pair. */
  #rune(at: number): number {
    const code = this.input.codePointAt(at);
    if (code === undefined) return END;
    return code >= 0xd800 && code < 0xe000 ? REPLACEMENT : code;
  }

  #skipSpacesAndComments(): void {
    const { input } = this;
    for (;;) {
      const code = this.#unit(this.#pos);
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
    const code = this.#unit(start);
    const kind = classOf(code);
    if (kind === LETTER || code === 58) return this.#word(start, code);
    if (kind === DIGIT || (code === 46 && isDigit(this.#unit(start + 1)))) return this.#numberOrDuration();
    if (code === END) return this.#endOfInput(start);
    this.#pos++;
    const next = this.#unit(this.#pos);
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
        return this.#fail(start, `unexpected character after '!': ${quoteRune(this.#rune(this.#pos))}`);
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
        return this.#string(start, code);
      case 96:
        return this.#rawString(start);
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
        return this.#fail(start, `unexpected character: ${quoteRune(this.#rune(start))}`);
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
      while (classOf(this.#unit(at)) === SPACE) at++;
      if (this.#unit(at) !== 40) return undefined;
    }
    return keyword;
  }

  #durationKeyword(start: number): number | undefined {
    while (classOf(this.#unit(this.#pos)) === LETTER) this.#pos++;
    return durationKeywords.get(this.input.slice(start, this.#pos).toLowerCase());
  }

  /** Inside brackets up to the first number; from there on it is `#statements` that reads, as upstream. */
  #durationExpr(): number {
    while (classOf(this.#unit(this.#pos)) === SPACE) this.#pos++;
    const start = this.#pos;
    const code = this.#unit(start);
    if (code === END) {
      this.bracket = this.#bracket;
      return this.#fail(start, "unexpected end of input in duration expression");
    }
    if (isDigit(code) || (code === 46 && isDigit(this.#unit(start + 1)))) {
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
          const rune = quoteRune(this.#rune(start));
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
    const code = this.#unit(start);
    if (classOf(code) === LETTER) {
      let at = start + 1;
      while ((classOf(this.#unit(at)) & (LETTER | DIGIT)) !== 0) at++;
      this.#pos = at;
      return this.#emit(Token.IDENTIFIER, start);
    }
    if (code === END) {
      this.bracket = this.#brace;
      return this.#fail(start, "unexpected end of input inside braces");
    }
    this.#pos++;
    const next = this.#unit(this.#pos);
    switch (code) {
      case 44:
        return this.#emit(Token.COMMA, start);
      case 34:
      case 39:
        return this.#string(start, code);
      case 96:
        return this.#rawString(start);
      case 61:
        return next === 126 ? this.#emitTwo(Token.EQL_REGEX, start) : this.#emit(Token.EQL, start);
      case 33: {
        if (next === 126) return this.#emitTwo(Token.NEQ_REGEX, start);
        if (next === 61) return this.#emitTwo(Token.NEQ, start);
        const rune = quoteRune(this.#rune(this.#pos));
        return this.#fail(start, `unexpected character after '!' inside braces: ${rune}`);
      }
      case 123:
        return this.#fail(start, "unexpected left brace '{'");
      case 125:
        this.#brace = -1;
        return this.#emit(Token.RIGHT_BRACE, start);
      default:
        return this.#fail(start, `unexpected character inside braces: ${quoteRune(this.#rune(start))}`);
    }
  }

  #string(start: number, quote: number): number {
    for (let at = this.#pos; ; ) {
      const code = this.#unit(at);
      if (code === quote) {
        this.#pos = at + 1;
        return this.#emit(Token.STRING, start);
      }
      if (code === END || code === 10) return this.#fail(start, "unterminated quoted string");
      if (code === 92) {
        at = this.#escape(start, at + 1, quote);
        if (at < 0) return 0;
      } else if (code < 0x80) at++;
      else {
        const rune = this.#rune(at);
        if (rune === REPLACEMENT) return this.#fail(start, "invalid UTF-8 rune");
        at += rune > 0xffff ? 2 : 1;
      }
    }
  }

  /** Behind an escape sequence whose backslash stands before `at`; -1 after an error. */
  #escape(start: number, at: number, quote: number): number {
    const code = this.#rune(at);
    let digits: number;
    let base = 16;
    let most = 255;
    let first = at + 1;
    if (code === quote || "abfnrtv\\".includes(String.fromCodePoint(Math.max(code, 0)))) return at + 1;
    if (code >= 48 && code <= 55) {
      digits = 3;
      base = 8;
      first = at;
    } else if (code === 120) digits = 2;
    else if (code === 117 || code === 85) {
      digits = code === 117 ? 4 : 8;
      most = 0x10ffff;
    } else {
      if (code === END) this.#fail(start, "escape sequence not terminated");
      else this.#fail(start, `unknown escape sequence ${describeRune(code)}`);
      return -1;
    }
    let value = 0;
    for (let i = first; i < first + digits; i++) {
      const digit = this.#rune(i);
      if (digitValue(digit) >= base) {
        if (digit === END) this.#fail(start, "escape sequence not terminated");
        else this.#fail(start, `illegal character ${describeRune(digit)} in escape sequence`);
        return -1;
      }
      value = value * base + digitValue(digit);
    }
    if (value > most || (value >= 0xd800 && value < 0xe000)) {
      this.#fail(start, "escape sequence is an invalid Unicode code point");
      return -1;
    }
    return first + digits;
  }

  #rawString(start: number): number {
    for (let at = this.#pos; ; at++) {
      const code = this.#unit(at);
      if (code === 96) {
        this.#pos = at + 1;
        return this.#emit(Token.STRING, start);
      }
      if (code === END) return this.#fail(start, "unterminated raw string");
      if (code < 0x80) continue;
      const rune = this.#rune(at);
      if (rune === REPLACEMENT) return this.#fail(start, "invalid UTF-8 rune");
      if (rune > 0xffff) at++;
    }
  }

  #accept(valid: string): boolean {
    const at = this.#pos;
    if (at >= this.input.length || !valid.includes(this.input.charAt(at))) return false;
    this.#pos = at + 1;
    return true;
  }

  #is(valid: string): boolean {
    return this.#pos < this.input.length && valid.includes(this.input.charAt(this.#pos));
  }

  #numberOrDuration(): number {
    const start = this.#pos;
    if (this.#scanNumber()) return this.#emit(Token.NUMBER, start);
    if (this.#scanDuration()) return this.#emit(Token.DURATION, start);
    return this.#fail(start, `bad number or duration syntax: ${quoteGo(this.input.slice(start, this.#pos))}`);
  }

  /** Reads on behind a number that turned out to have a unit. Where it fails, `#pos` decides the message. */
  #scanDuration(): boolean {
    if (!this.#accept("smhdwy")) return false;
    this.#accept("s");
    while (this.#accept("0123456789")) {
      while (this.#accept("0123456789"));
      if (!this.#accept("smhdw")) return false;
      this.#accept("s");
    }
    if ((classOf(this.#unit(this.#pos)) & (LETTER | DIGIT)) === 0) return true;
    this.#pos++;
    return false;
  }

  #scanNumber(): boolean {
    const start = this.#pos;
    let digits = "0123456789";
    if (this.#accept("0") && this.#accept("xX")) {
      this.#accept("_");
      digits = "0123456789abcdefABCDEF";
    }
    this.#accept(".");
    this.#accept(digits);
    let dot = false;
    let exponent = false;
    while (this.#is(digits) || this.#is("._eE")) {
      if (dot && this.#accept(".")) return false;
      if (exponent && this.#accept("eE")) return false;
      if (this.#accept(".")) {
        dot = true;
        if (this.#accept("_.") || digits.length > 10) return false;
      } else if (this.#accept("eE")) {
        exponent = true;
        this.#accept("+-");
        if (this.#accept("._eE") || this.#pos >= this.input.length) return false;
      } else if (this.#accept("_")) {
        if (this.#accept("._eE") || this.#pos >= this.input.length) return false;
      } else while (this.#accept(digits));
    }
    return this.#pos > start && (classOf(this.#unit(this.#pos)) & (LETTER | DIGIT)) === 0;
  }
}
