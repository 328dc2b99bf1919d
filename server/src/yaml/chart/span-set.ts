import type { Span } from "../../base/text.ts";

/** Places of a text, asked many times. */
export class SpanSet {
  /** Apart from each other, in order. */
  readonly #spans: readonly Span[];

  constructor(spans: Iterable<Span>) {
    const apart: Span[] = [];
    for (const span of [...spans].sort((a, b) => a.start - b.start)) {
      const last = apart.at(-1);
      if (last === undefined || span.start > last.end) apart.push(span);
      else if (span.end > last.end) apart[apart.length - 1] = { start: last.start, end: span.end };
    }
    this.#spans = apart;
  }

  /** Whether a place has a character in common with one of them. */
  meets({ start, end }: Span): boolean {
    let low = 0;
    let high = this.#spans.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#spans[middle]?.end ?? 0) <= start) low = middle + 1;
      else high = middle;
    }
    const first = this.#spans[low];
    return first !== undefined && first.start < end && start < first.end;
  }
}
