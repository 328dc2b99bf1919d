import type { Lines } from "./lines.ts";

/** On which lines each check told something. */
export class ToldLines {
  readonly #lines = new Map<string, number[]>();
  #isSorted = true;

  add(check: string, line: number): void {
    const lines = this.#lines.get(check);
    if (lines === undefined) this.#lines.set(check, [line]);
    else lines.push(line);
    this.#isSorted = false;
  }

  has(check: string, { first, last }: Lines): boolean {
    if (!this.#isSorted) for (const lines of this.#lines.values()) lines.sort((a, b) => a - b);
    this.#isSorted = true;
    const lines = this.#lines.get(check) ?? [];
    let low = 0;
    let high = lines.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((lines[middle] ?? 0) < first) low = middle + 1;
      else high = middle;
    }
    return (lines[low] ?? Number.POSITIVE_INFINITY) <= last;
  }
}
