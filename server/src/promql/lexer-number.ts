import { classOf, DIGIT, isDigit, LETTER, unitAt } from "./characters.ts";

/** What a number turned out to be, nothing for neither, and how far was read to find out. */
export interface ScannedNumber {
  readonly kind: "number" | "duration" | undefined;
  readonly end: number;
}

const DOT = 46;
const decimal = "0123456789";
const hexadecimal = "0123456789abcdefABCDEF";

class NumberScanner {
  readonly #input: string;
  pos: number;

  constructor(input: string, start: number) {
    this.#input = input;
    this.pos = start;
  }

  #accept(valid: string): boolean {
    if (!this.#is(valid)) return false;
    this.pos++;
    return true;
  }

  #is(valid: string): boolean {
    return this.pos < this.#input.length && valid.includes(this.#input.charAt(this.pos));
  }

  #atWord(): boolean {
    return isWordAt(this.#input, this.pos);
  }

  /** `scanNumber`: not all that it lets through is a number, which the parser finds out. */
  number(inSeries: boolean): boolean {
    const start = this.pos;
    let digits = decimal;
    if (!inSeries && this.#accept("0") && this.#accept("xX")) {
      this.#accept("_");
      digits = hexadecimal;
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
        if (this.#accept("_.") || digits === hexadecimal) return false;
      } else if (this.#accept("eE")) {
        exponent = true;
        this.#accept("+-");
        if (this.#accept("._eE") || this.pos >= this.#input.length) return false;
      } else if (this.#accept("_")) {
        if (this.#accept("._eE") || this.pos >= this.#input.length) return false;
      } else while (this.#accept(digits));
    }
    return this.pos > start && (!this.#atWord() || (inSeries && this.#is("x")));
  }

  /** `acceptRemainingDuration`: reads on behind a number that turned out to have a unit. */
  duration(): boolean {
    if (!this.#accept("smhdwy")) return false;
    this.#accept("s");
    while (this.#accept(decimal)) {
      while (this.#accept(decimal));
      if (!this.#accept("smhdw")) return false;
      this.#accept("s");
    }
    if (!this.#atWord()) return true;
    this.pos++;
    return false;
  }
}

function digitsEnd(input: string, start: number): number {
  let end = start;
  while (isDigit(unitAt(input, end))) end++;
  return end;
}

function isWordAt(input: string, at: number): boolean {
  return (classOf(unitAt(input, at)) & (LETTER | DIGIT)) !== 0;
}

/** Behind a number of digits alone, with digits behind a dot or without, as nearly all are; `start` where it is none. */
export function plainNumberEnd(input: string, start: number): number {
  let end = digitsEnd(input, start);
  if (end > start && unitAt(input, end) === DOT) {
    const fraction = end + 1;
    end = digitsEnd(input, fraction);
    if (end === fraction) return start;
  }
  return unitAt(input, end) === DOT || isWordAt(input, end) ? start : end;
}

/** Behind a duration of digits and one unit of one letter; `start` where it is none. */
export function plainDurationEnd(input: string, start: number): number {
  const unit = digitsEnd(input, start);
  const isUnit = unit > start && unit < input.length && "smhdwy".includes(input.charAt(unit));
  return isUnit && !isWordAt(input, unit + 1) ? unit + 1 : start;
}

/** Reads a number or a duration as `lexNumberOrDuration` does (`promql/parser/lex.go`). */
export function scanNumber(input: string, start: number): ScannedNumber {
  const scanner = new NumberScanner(input, start);
  if (scanner.number(false)) return { kind: "number", end: scanner.pos };
  const kind = scanner.duration() ? "duration" : undefined;
  return { kind, end: scanner.pos };
}

/** Behind a number of a series description, where `x` repeats it and nothing is hexadecimal. */
export function scanSeriesNumber(
  input: string,
  start: number,
): { readonly ok: boolean; readonly end: number } {
  const scanner = new NumberScanner(input, start);
  const ok = scanner.number(true);
  return { ok, end: scanner.pos };
}
