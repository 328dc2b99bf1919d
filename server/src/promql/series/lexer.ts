import { quoteGo, quoteRune } from "../../base/go-text.ts";
import { classOf, DIGIT, END, isDigit, LETTER, runeAt, SPACE, unitAt } from "../characters.ts";
import { keywords } from "../keywords.ts";
import { scanSeriesNumber } from "../lexer-number.ts";
import { Token } from "../tables.generated.ts";

/** What the values of a series description are made of. */
export type SeriesTokenType =
  | "end"
  | "error"
  | "space"
  | "times"
  | "blank"
  | "add"
  | "sub"
  | "number"
  | "identifier"
  | "keyword"
  | "open"
  | "close"
  | "colon"
  | "leftBracket"
  | "rightBracket"
  | "leftBrace"
  | "descriptor"
  | "hint";

export const histogramKeys = [
  "schema",
  "sum",
  "count",
  "z_bucket",
  "z_bucket_w",
  "buckets",
  "offset",
  "n_buckets",
  "n_offset",
  "custom_values",
  "counter_reset_hint",
] as const;

export type HistogramKey = (typeof histogramKeys)[number];

const resetHints: readonly string[] = ["unknown", "reset", "not_reset", "gauge"];

const keyNames: ReadonlySet<string> = new Set(histogramKeys);
const signs: Readonly<Record<string, SeriesTokenType>> = { "+": "add", "-": "sub", x: "times", _: "blank" };

/**
 * The lexer of Prometheus behind the metric of a series description (`promql/parser/lex.go`, lexValueSequence,
 * lexHistogram and lexBuckets): the same tokens, the same errors. After an error it has nothing more to say.
 */
export class SeriesLexer {
  readonly input: string;
  type: SeriesTokenType = "space";
  start: number;
  end: number;
  /** What is wrong, where the type is `error`. */
  message = "";
  #inHistogram = false;
  #inBuckets = false;
  #done = false;
  /** Behind a word a brace is one of a selector. */
  #afterWord = false;

  constructor(input: string, from: number) {
    this.input = input;
    this.start = from;
    this.end = from;
  }

  next(): SeriesTokenType {
    if (this.#done) return this.#emit(this.type === "error" ? "error" : "end", this.end, this.end);
    if (this.#inBuckets) return this.#bucket();
    return this.#inHistogram ? this.#histogram() : this.#sequence();
  }

  #emit(type: SeriesTokenType, start: number, end: number): SeriesTokenType {
    this.#afterWord = false;
    this.type = type;
    this.start = start;
    this.end = end;
    return type;
  }

  #fail(start: number, message: string): SeriesTokenType {
    this.#done = true;
    this.message = message;
    return this.#emit("error", start, this.input.length);
  }

  #sequence(): SeriesTokenType {
    const { input, end: start } = this;
    const code = unitAt(input, start);
    const character = input.charAt(start);
    if (code === END) {
      this.#done = true;
      return this.#emit("end", start, start);
    }
    if (character === "{" && this.#afterWord) return this.#emit("leftBrace", start, start + 1);
    if (character === "{" && input.charAt(start + 1) === "{") {
      this.#inHistogram = true;
      return this.#emit("open", start, start + 2);
    }
    if (classOf(code) === SPACE) return this.#space(start);
    const sign = signs[character];
    if (sign !== undefined) return this.#emit(sign, start, start + 1);
    if (isDigit(code) || (character === "." && isDigit(unitAt(input, start + 1))))
      return this.#number(start, start);
    if (classOf(code) === LETTER) return this.#word(start);
    return this.#fail(start, `unexpected character in series sequence: ${quoteRune(runeAt(input, start))}`);
  }

  #space(start: number): SeriesTokenType {
    let end = start;
    while (classOf(unitAt(this.input, end)) === SPACE) end++;
    return this.#emit("space", start, end);
  }

  #number(start: number, from: number): SeriesTokenType {
    const { ok, end } = scanSeriesNumber(this.input, from);
    if (ok) return this.#emit("number", start, end);
    return this.#fail(start, `bad number syntax: ${quoteGo(this.input.slice(start, end))}`);
  }

  #word(start: number): SeriesTokenType {
    const { input } = this;
    let end = start;
    while ((classOf(unitAt(input, end)) & (LETTER | DIGIT)) !== 0 || input.charAt(end) === ":") end++;
    const keyword = keywords.get(input.slice(start, end).toLowerCase());
    const type = keyword === undefined ? "identifier" : "keyword";
    this.#emit(keyword === Token.NUMBER ? "number" : type, start, end);
    this.#afterWord = true;
    return this.type;
  }

  #histogram(): SeriesTokenType {
    const { input, end: start } = this;
    const code = unitAt(input, start);
    const character = input.charAt(start);
    if (classOf(code) === SPACE) return this.#space(start);
    if (classOf(code) === LETTER) return this.#descriptor(start);
    if (character === ":") return this.#emit("colon", start, start + 1);
    if (character === "-") return this.#emit("sub", start, start + 1);
    if (isDigit(code)) return this.#number(start, start);
    if (character === "[") {
      this.#inBuckets = true;
      return this.#emit("leftBracket", start, start + 1);
    }
    if (character === "}" && input.charAt(start + 1) === "}") {
      this.#inHistogram = false;
      return this.#emit("close", start, start + 2);
    }
    const rune = quoteRune(runeAt(input, start));
    return this.#fail(start, `histogram description incomplete unexpected: ${rune}`);
  }

  #descriptor(start: number): SeriesTokenType {
    const { input } = this;
    let end = start;
    while (classOf(unitAt(input, end)) === LETTER) end++;
    const word = input.slice(start, end).toLowerCase();
    if (keyNames.has(word)) {
      if (input.charAt(end) === ":") return this.#emit("descriptor", start, end);
      return this.#fail(start, "missing `:` for histogram descriptor");
    }
    if (keywords.get(word) === Token.NUMBER) return this.#emit("number", start, end);
    if (resetHints.includes(word)) return this.#emit("hint", start, end);
    return this.#fail(start, `bad histogram descriptor found: ${quoteGo(input.slice(start, end))}`);
  }

  /** Letters that are no number yet are swallowed by the token behind them, as upstream. */
  #bucket(): SeriesTokenType {
    const { input, end: start } = this;
    // Behind a sign only a number will do.
    if (this.type === "sub") return this.#number(start, start);
    for (let at = start; ; at++) {
      const code = unitAt(input, at);
      const character = input.charAt(at);
      if (classOf(code) === SPACE) {
        this.#space(at);
        return this.#emit("space", start, this.end);
      }
      if (character === "-") return this.#emit("sub", start, at + 1);
      if (isDigit(code)) return this.#number(start, at);
      if (character === "]") {
        this.#inBuckets = false;
        return this.#emit("rightBracket", start, at + 1);
      }
      if (classOf(code) !== LETTER) {
        const rune = quoteRune(runeAt(input, at));
        return this.#fail(start, `invalid character in buckets description: ${rune}`);
      }
      if (keywords.get(input.slice(start, at + 1).toLowerCase()) === Token.NUMBER)
        return this.#emit("number", start, at + 1);
    }
  }
}
