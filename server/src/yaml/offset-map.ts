import type { Span } from "../base/text.ts";
import type { OffsetMap } from "./node.ts";

/** Maps a text onto itself, moved by `start`: single-line scalars without escapes, and whole files. */
export function identityMap(start: number, length: number): OffsetMap {
  const end = start + length;
  const toSource = (offset: number): number => start + Math.max(0, Math.min(offset, length));
  return {
    toSource,
    toValue: (offset) => (offset < start || offset > end ? undefined : offset - start),
    spanToSource: (value) => ({ start: toSource(value.start), end: toSource(value.end) }),
  };
}

/**
 * Gathers runs of a scalar while it is decoded: either characters that stand for themselves, or source
 * characters that stand together for others (an escape, a folded line break). Source characters that stand
 * for nothing (indentation, quotes) are simply passed over.
 */
export class RunBuilder {
  /** Four numbers a run: value offset, value length, source offset, source length. */
  readonly #runs: number[] = [];
  #value = "";

  get value(): string {
    return this.#value;
  }

  /** `text` stands at `source` as it is. */
  verbatim(text: string, source: number): void {
    if (text.length === 0) return;
    const { length } = this.#runs;
    const lastLength = this.#runs[length - 3] ?? 0;
    const adjoins =
      length > 0 &&
      lastLength === this.#runs[length - 1] &&
      (this.#runs[length - 2] ?? 0) + lastLength === source;
    if (adjoins) {
      this.#runs[length - 3] = lastLength + text.length;
      this.#runs[length - 1] = lastLength + text.length;
    } else this.#runs.push(this.#value.length, text.length, source, text.length);
    this.#value += text;
  }

  /** `text` is made by `sourceLength` characters at `source`. */
  made(text: string, source: number, sourceLength: number): void {
    if (text.length === sourceLength) this.verbatim(text, source);
    if (text.length === 0 || text.length === sourceLength) return;
    this.#runs.push(this.#value.length, text.length, source, sourceLength);
    this.#value += text;
  }

  /** The map; `span` is the scalar's, where its empty value stands and what its source offsets lie in. */
  build(span: Span, emptyAt: number): OffsetMap {
    return new RunMap(this.#runs, span, emptyAt);
  }
}

class RunMap implements OffsetMap {
  readonly #runs: readonly number[];
  readonly #span: Span;
  readonly #emptyAt: number;

  constructor(runs: readonly number[], span: Span, emptyAt: number) {
    this.#runs = runs;
    this.#span = span;
    this.#emptyAt = emptyAt;
  }

  toSource(valueOffset: number): number {
    const at = this.#runBefore(valueOffset, 0);
    if (at < 0) return this.#runs[2] ?? this.#emptyAt;
    const delta = valueOffset - this.#number(at);
    const valueLength = this.#number(at + 1);
    const source = this.#number(at + 2);
    const sourceLength = this.#number(at + 3);
    if (delta >= valueLength) return source + sourceLength;
    return valueLength === sourceLength ? source + delta : source;
  }

  toValue(sourceOffset: number): number | undefined {
    if (sourceOffset < this.#span.start || sourceOffset > this.#span.end) return undefined;
    const at = this.#runBefore(sourceOffset, 2);
    if (at < 0) return 0;
    const start = this.#number(at);
    const valueLength = this.#number(at + 1);
    const sourceLength = this.#number(at + 3);
    const delta = sourceOffset - this.#number(at + 2);
    if (delta >= sourceLength) return start + valueLength;
    return valueLength === sourceLength ? start + delta : start;
  }

  spanToSource(value: Span): Span {
    const start = this.toSource(value.start);
    if (value.end <= value.start) return { start, end: start };
    return { start, end: this.#endOf(value.end - 1) };
  }

  /** The source offset behind the character at `valueOffset`. */
  #endOf(valueOffset: number): number {
    const at = this.#runBefore(valueOffset, 0);
    if (at < 0) return this.#emptyAt;
    const delta = valueOffset - this.#number(at);
    const valueLength = this.#number(at + 1);
    const sourceLength = this.#number(at + 3);
    const within = valueLength === sourceLength && delta < valueLength;
    return this.#number(at + 2) + (within ? delta + 1 : sourceLength);
  }

  /** Index of the last run whose number `field` is not greater than `offset`; -1 if there is none. */
  #runBefore(offset: number, field: 0 | 2): number {
    let low = -1;
    let high = this.#runs.length / 4;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.#number(middle * 4 + field) <= offset) low = middle;
      else high = middle;
    }
    return low < 0 ? -1 : low * 4;
  }

  #number(index: number): number {
    return this.#runs[index] ?? 0;
  }
}
