import { quoteGo } from "../../base/go-text.ts";
import type { Span } from "../../base/text.ts";
import { describeToken } from "../describe-token.ts";
import { keywords } from "../keywords.ts";
import { parseNumber } from "../literals.ts";
import { Token } from "../tables.generated.ts";
import { SeriesLexer, type SeriesTokenType } from "./lexer.ts";
import { unexpected, type Verdict } from "./verdict.ts";

const sorts: Readonly<Partial<Record<SeriesTokenType, number>>> = {
  end: Token.EOF,
  add: Token.ADD,
  sub: Token.SUB,
  number: Token.NUMBER,
  identifier: Token.IDENTIFIER,
};

function describe(type: SeriesTokenType, word: string): string {
  const sort = type === "keyword" ? keywords.get(word.toLowerCase()) : sorts[type];
  return describeToken(sort ?? Token.LEFT_BRACE, word);
}

/** The tokens of the values, and the numbers among them. */
export class SeriesReader {
  readonly #lexer: SeriesLexer;
  readonly #verdict: Verdict;

  constructor(text: string, from: number, verdict: Verdict) {
    this.#lexer = new SeriesLexer(text, from);
    this.#verdict = verdict;
  }

  get start(): number {
    return this.#lexer.start;
  }

  get end(): number {
    return this.#lexer.end;
  }

  next(): SeriesTokenType {
    const type = this.#lexer.next();
    if (type === "error") this.#verdict.fail(this.#lexer.message, this.#span());
    return type;
  }

  word(): string {
    return this.#lexer.input.slice(this.#lexer.start, this.#lexer.end);
  }

  /** Gives up at this token. */
  refuse(expected = "", context = "series values"): never {
    return this.#verdict.fail(this.#unexpected(expected, context), this.#span());
  }

  /** Notes that this token is not what was expected, and goes on. */
  noteUnexpected(expected: string): void {
    this.note(this.#unexpected(expected, "series values"));
  }

  /** Notes an error at this token, or at `span`. */
  note(message: string, span = this.#span()): void {
    this.#verdict.note(message, span);
  }

  #unexpected(expected: string, context: string): string {
    return unexpected(describe(this.#lexer.type, this.word()), context, expected);
  }

  #span(): Span {
    return { start: this.#lexer.start, end: this.#lexer.end };
  }

  /** A number with or without a sign. */
  signed(first: SeriesTokenType, context = "series values", expected = ""): number {
    const sign = first === "sub" ? -1 : 1;
    const type = first === "add" || first === "sub" ? this.next() : first;
    if (type !== "number") this.refuse(expected, context);
    const { value, error } = parseNumber(this.word());
    if (error !== undefined) this.note(`error parsing number: ${error}`);
    return sign * value;
  }

  /** A number of repetitions, or a whole number of a histogram (`strconv.ParseUint`). */
  uint(type: SeriesTokenType, context = "series values", expected = ""): number {
    if (type !== "number") this.refuse(expected, context);
    const word = this.word();
    const digits = word.replace(/^0+(?=.)/, "");
    const isNumber = /^[0-9]+$/.test(word);
    const isTooBig = isNumber && (digits.length > 20 || BigInt(digits) >= 2n ** 64n);
    if (!isNumber || isTooBig) {
      const why = isTooBig ? "value out of range" : "invalid syntax";
      this.note(`invalid repetition in series values: strconv.ParseUint: parsing ${quoteGo(word)}: ${why}`);
      return 0;
    }
    return Number(digits);
  }
}
