import { unquote } from "../base/go-literal.ts";
import { quoteGo } from "../base/go-text.ts";
import type { Span } from "../base/text.ts";
import type { ParseError } from "./ast.ts";
import { describeToken } from "./describe-token.ts";
import { keywords } from "./keywords.ts";
import { Lexer } from "./lexer.ts";
import { scanSeriesNumber } from "./lexer-number.ts";
import { parseNumber } from "./literals.ts";
import { type HistogramKey, histogramKeys, SeriesLexer, type SeriesTokenType } from "./series-lexer.ts";
import { Token } from "./tables.generated.ts";

/** A label of a metric; the name of the metric is the label `__name__`, as in Prometheus. */
export interface SeriesLabel {
  readonly name: string;
  readonly value: string;
  /** Where it stands in the text. */
  readonly span: Span;
}

export type HistogramFields = Readonly<Partial<Record<HistogramKey, number | readonly number[] | string>>>;

/** What one item of the values gives: `times` samples, the first of them `base`. */
export type SeriesItem =
  | { readonly kind: "omitted" | "stale"; readonly times: number; readonly span: Span }
  | {
      readonly kind: "float";
      readonly base: number;
      readonly step: number | undefined;
      readonly times: number;
      readonly span: Span;
    }
  | {
      readonly kind: "histogram";
      readonly base: HistogramFields;
      /** What is added with each repetition; nothing where it stays as it is. */
      readonly step: { readonly fields: HistogramFields; readonly sign: 1 | -1 } | undefined;
      readonly times: number;
      readonly span: Span;
    };

export interface SeriesResult {
  readonly labels: readonly SeriesLabel[];
  readonly items: readonly SeriesItem[];
  /** The first error of Prometheus' parser; nothing exactly where it accepts the text. */
  readonly error: ParseError | undefined;
}

/**
 * Parses a series description of a rule unit test, `metric{label="value"} 0+10x5 _x3 stale`, with the verdict of
 * Prometheus 3.16 (`promql/parser/parse.go`, ParseSeriesDesc). Repetitions are counted, not made.
 */
export function parseSeries(text: string): SeriesResult {
  return new SeriesParser(text).series();
}

/** Parses what `labels` of an expected sample says (`ParseMetric`): a metric, and nothing behind it. */
export function parseMetric(text: string): Omit<SeriesResult, "items"> {
  return new SeriesParser(text).metricAlone();
}

/** A metric may have the name of a keyword, but not of each (`metric_identifier`). */
const noMetrics: ReadonlySet<number> = new Set([
  Token.BOOL,
  Token.GROUP_LEFT,
  Token.GROUP_RIGHT,
  Token.IGNORING,
  Token.ON,
  Token.ATAN2,
]);

class Refused extends Error {}

class SeriesParser {
  readonly #text: string;
  readonly #labels: SeriesLabel[] = [];
  readonly #items: SeriesItem[] = [];
  #error: ParseError | undefined;
  #lexer: SeriesLexer;

  constructor(text: string) {
    this.#text = text;
    this.#lexer = new SeriesLexer(text, 0);
  }

  series(): SeriesResult {
    try {
      const from = this.#metric(true);
      if (from !== undefined) {
        this.#lexer = new SeriesLexer(this.#text, from);
        this.#values();
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
    return { labels: this.#labels, items: this.#items, error: this.#error };
  }

  metricAlone(): Omit<SeriesResult, "items"> {
    try {
      this.#metric(false);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
    return { labels: this.#labels, error: this.#error };
  }

  #fail(message: string, span: Span): never {
    this.#note(message, span);
    throw new Refused(message);
  }

  /** An error that the parser goes on behind: only the first is kept. */
  #note(message: string, span: Span): void {
    this.#error ??= { message, span };
  }

  /** The metric; what it gives is where the values begin, or nothing where it must be followed by the end. */
  #metric(withValues: boolean): number | undefined {
    const lexer = new Lexer(this.#text);
    const number = withValues ? /^[ \t\r\n]*(?=\.?[0-9])/.exec(this.#text) : null;
    if (number !== null) {
      // Here already a number may be repeated with `x`.
      const start = number[0].length;
      const { ok, end } = scanSeriesNumber(this.#text, start);
      const word = this.#text.slice(start, end);
      if (ok) this.#fail(`unexpected ${describe("number", word)} in series values`, { start, end });
    }
    const read = (): number => {
      const type = lexer.next();
      if (type === 0) this.#fail(lexer.message, { start: lexer.start, end: lexer.end });
      return type;
    };
    const unexpected = (context: string, expected: string): never => {
      const word = describeToken(lexer.type, this.#text.slice(lexer.start, lexer.end));
      const where = context === "" ? "" : ` in ${context}`;
      const wanted = expected === "" ? "" : `, expected ${expected}`;
      return this.#fail(`unexpected ${word}${where}${wanted}`, { start: lexer.start, end: lexer.end });
    };
    const spanOf = (): Span => ({ start: lexer.start, end: lexer.end });
    let type = read();
    if (isMetricName(type)) {
      const value = this.#text.slice(lexer.start, lexer.end);
      this.#labels.push({ name: "__name__", value, span: spanOf() });
      if (withValues && this.#text.charAt(lexer.end) !== "{") return lexer.end;
      type = read();
    }
    if (type !== Token.LEFT_BRACE) {
      if (type !== Token.EOF) unexpected(withValues ? "series values" : "", "");
      return undefined;
    }
    type = read();
    while (type !== Token.RIGHT_BRACE) {
      const span = spanOf();
      const word = this.#text.slice(lexer.start, lexer.end);
      const isString = type === Token.STRING;
      if (type !== Token.IDENTIFIER && !isString) unexpected("label set", 'identifier or "}"');
      const name = isString ? unquote(word) : word;
      type = read();
      if (type === Token.EQL) {
        if (read() !== Token.STRING) unexpected("label set", "string");
        const value = unquote(this.#text.slice(lexer.start, lexer.end));
        this.#labels.push({ name, value, span: { start: span.start, end: lexer.end } });
        type = read();
      } else if (isString) this.#labels.push({ name: "__name__", value: name, span });
      else unexpected("label set", '"="');
      if (type === Token.COMMA) type = read();
      else if (type !== Token.RIGHT_BRACE) unexpected("label set", '"," or "}"');
    }
    if (withValues) return lexer.end;
    if (read() !== Token.EOF) unexpected("", "");
    return undefined;
  }

  #next(): SeriesTokenType {
    const type = this.#lexer.next();
    if (type === "error") this.#fail(this.#lexer.message, this.#span());
    return type;
  }

  #span(): Span {
    return { start: this.#lexer.start, end: this.#lexer.end };
  }

  #word(): string {
    return this.#text.slice(this.#lexer.start, this.#lexer.end);
  }

  #unexpected(expected = "", context = "series values"): string {
    const where = context === "" ? "" : ` in ${context}`;
    const wanted = expected === "" ? "" : `, expected ${expected}`;
    return `unexpected ${describe(this.#lexer.type, this.#word())}${where}${wanted}`;
  }

  #values(): void {
    let context = "series values";
    for (let type = this.#next(); type !== "end"; ) {
      if (type !== "space") this.#fail(this.#unexpected("", context), this.#span());
      // What could follow has been read by then: upstream no longer says of what the rest is no part.
      context = "";
      type = this.#next();
      if (type === "end") return;
      if (!startsItem.has(type)) this.#fail(this.#unexpected("", context), this.#span());
      type = this.#item(type);
    }
  }

  /** One item; what it gives is the token behind it. */
  #item(first: SeriesTokenType): SeriesTokenType {
    const { start } = this.#lexer;
    if (first === "open") return this.#histograms(start);
    if (first === "blank") {
      let end = this.#lexer.end;
      let type = this.#next();
      let times = 1;
      if (type === "times") {
        times = this.#uint(this.#next());
        end = this.#lexer.end;
        type = this.#next();
      }
      this.#items.push({ kind: "omitted", times, span: { start, end } });
      return type;
    }
    let isStale = false;
    let base = Number.NaN;
    if (first === "identifier") {
      isStale = true;
      if (this.#word() !== "stale")
        this.#note(this.#unexpected('number or "stale"', "series values"), this.#span());
    } else base = this.#signed(first);
    let end = this.#lexer.end;
    let type = this.#next();
    let step: number | undefined;
    let times = 1;
    const steps = type === "add" || type === "sub";
    if (steps) {
      step = this.#signed(type);
      type = this.#next();
      if (type !== "times") this.#fail(this.#unexpected(), this.#span());
    }
    if (type === "times") {
      times = this.#uint(this.#next()) + 1;
      end = this.#lexer.end;
      type = this.#next();
    }
    const span = { start, end };
    if (!isStale) this.#items.push({ kind: "float", base, step, times, span });
    else {
      // What is added to the mark makes an ordinary number of it that is none.
      const marks = steps ? Math.min(1, times) : times;
      this.#items.push({ kind: "stale", times: marks, span });
      if (times > marks)
        this.#items.push({ kind: "float", base, step: undefined, times: times - marks, span });
    }
    return type;
  }

  /** A number with or without a sign. */
  #signed(first: SeriesTokenType, context = "series values", expected = ""): number {
    const sign = first === "sub" ? -1 : 1;
    const type = first === "add" || first === "sub" ? this.#next() : first;
    if (type !== "number") this.#fail(this.#unexpected(expected, context), this.#span());
    const { value, error } = parseNumber(this.#word());
    if (error !== undefined) this.#note(`error parsing number: ${error}`, this.#span());
    return sign * value;
  }

  #uint(type: SeriesTokenType, context = "series values", expected = ""): number {
    if (type !== "number") this.#fail(this.#unexpected(expected, context), this.#span());
    const word = this.#word();
    const digits = word.replace(/^0+(?=.)/, "");
    const isNumber = /^[0-9]+$/.test(word);
    const isTooBig = isNumber && (digits.length > 20 || BigInt(digits) >= 2n ** 64n);
    if (!isNumber || isTooBig) {
      const why = isTooBig ? "value out of range" : "invalid syntax";
      this.#note(
        `invalid repetition in series values: strconv.ParseUint: parsing ${quoteGo(word)}: ${why}`,
        this.#span(),
      );
      return 0;
    }
    return Number(digits);
  }

  #histograms(start: number): SeriesTokenType {
    const base = this.#histogram();
    let end = this.#lexer.end;
    let type = this.#next();
    let step: { readonly fields: HistogramFields; readonly sign: 1 | -1 } | undefined;
    let times = 1;
    if (type === "add" || type === "sub") {
      const sign = type === "add" ? 1 : -1;
      if (this.#next() !== "open") this.#fail(this.#unexpected(), this.#span());
      step = { fields: this.#histogram(), sign };
      type = this.#next();
      if (type !== "times") this.#fail(this.#unexpected(), this.#span());
    }
    if (type === "times") {
      times = this.#uint(this.#next()) + 1;
      end = this.#lexer.end;
      if (step !== undefined && times > 1) this.#combinable(base, step, { start, end });
      type = this.#next();
    }
    const span = { start, end };
    this.#items.push({ kind: "histogram", base, step, times, span });
    return type;
  }

  /** Behind the opening braces. */
  #histogram(): HistogramFields {
    const fields: Partial<Record<HistogramKey, number | readonly number[] | string>> = {};
    let type = this.#next();
    if (type === "space") {
      if (this.#next() !== "close") this.#fail(this.#unexpected(), this.#span());
      return fields;
    }
    for (let count = 0; type !== "close"; count++) {
      const context = count === 0 ? "series values" : "histogram description";
      const expected = count === 0 ? "" : "histogram description key, e.g. buckets:[5 10 7]";
      if (type !== "descriptor") this.#fail(this.#unexpected(expected, context), this.#span());
      const word = this.#word().toLowerCase();
      const key = histogramKeys.find((candidate) => candidate === word);
      if (this.#next() !== "colon") this.#fail(this.#unexpected(expected, context), this.#span());
      const value = this.#fieldValue(key, context, expected);
      if (key !== undefined && key in fields) this.#note(`duplicate key "${key}" in histogram`, this.#span());
      else if (key !== undefined) fields[key] = value;
      type = this.#next();
      if (type !== "space") {
        if (type === "close") break;
        this.#fail(this.#unexpected(listed, "histogram description"), this.#span());
      }
      type = this.#next();
    }
    return fields;
  }

  #fieldValue(
    key: HistogramKey | undefined,
    context: string,
    expected: string,
  ): number | readonly number[] | string {
    const type = this.#next();
    switch (key) {
      case "schema":
      case "offset":
      case "n_offset":
        if (type === "sub") return -this.#uint(this.#next(), context, expected);
        return this.#uint(type, context, expected);
      case "z_bucket_w":
        if (type !== "number") this.#fail(this.#unexpected(expected, context), this.#span());
        return this.#signed(type, context, expected);
      case "buckets":
      case "n_buckets":
      case "custom_values":
        return this.#buckets(type, context, expected);
      case "counter_reset_hint":
        if (type !== "hint") this.#fail(this.#unexpected(expected, context), this.#span());
        return this.#word().toLowerCase();
      default:
        return this.#signed(type, context, expected);
    }
  }

  #buckets(open: SeriesTokenType, context: string, expected: string): readonly number[] {
    if (open !== "leftBracket") this.#fail(this.#unexpected(expected, context), this.#span());
    const values: number[] = [this.#signed(this.#next(), context, expected)];
    for (let type = this.#next(); type !== "rightBracket"; ) {
      // Upstream passes over what it does not understand here without a word.
      while (type !== "space" && type !== "rightBracket") {
        if (type === "end") this.#fail(this.#unexpected(expected, context), this.#span());
        type = this.#next();
      }
      if (type === "rightBracket") break;
      type = this.#next();
      if (type === "rightBracket") break;
      if (type === "number" || type === "sub") {
        values.push(this.#signed(type, context, expected));
        type = this.#next();
      }
    }
    return values;
  }

  /** Histograms of other schemas cannot be added (`histogramsSeries`, `FloatHistogram.Add`). */
  #combinable(base: HistogramFields, { fields }: { readonly fields: HistogramFields }, span: Span): void {
    const [from, to] = [Number(base.schema ?? 0), Number(fields.schema ?? 0)];
    if (from > to) this.#note(`error combining histograms: cannot merge from schema ${to} to ${from}`, span);
    else if ((from === customSchema) !== (to === customSchema))
      this.#note(
        "cannot apply this operation on histograms with a mix of exponential and custom bucket schemas",
        span,
      );
  }
}

const startsItem: ReadonlySet<SeriesTokenType> = new Set([
  "open",
  "blank",
  "identifier",
  "number",
  "add",
  "sub",
]);

const customSchema = -53;
const listed = "histogram description key, e.g. buckets:[5 10 7]";

function isMetricName(type: number): boolean {
  if (type === Token.IDENTIFIER || type === Token.METRIC_IDENTIFIER) return true;
  const isKeyword =
    (type >= Token.BOOL && type <= Token.WITHOUT) ||
    (type >= Token.START && type <= Token.MIN_OF) ||
    (type >= Token.AVG && type <= Token.LIMIT_RATIO) ||
    wordOperators.has(type);
  return isKeyword && !noMetrics.has(type);
}

const wordOperators: ReadonlySet<number> = new Set([Token.LAND, Token.LOR, Token.LUNLESS]);

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
