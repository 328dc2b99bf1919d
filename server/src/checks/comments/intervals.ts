import type { Lines } from "./lines.ts";

/** Ranges of lines, asked whether a line lies in one of them: files have thousands of both. */
export class Intervals {
  readonly #added: Lines[] = [];
  #sorted: { readonly first: readonly number[]; readonly reach: readonly number[] } | undefined;

  add(lines: Lines): void {
    this.#added.push(lines);
    this.#sorted = undefined;
  }

  has(line: number): boolean {
    this.#sorted ??= sorted(this.#added);
    const { first, reach } = this.#sorted;
    let low = 0;
    let high = first.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((first[middle] ?? 0) <= line) low = middle + 1;
      else high = middle;
    }
    return low > 0 && (reach[low - 1] ?? -1) >= line;
  }
}

/** The first lines in order, and how far down the ranges up to each of them reach. */
function sorted(added: readonly Lines[]): { first: readonly number[]; reach: readonly number[] } {
  const inOrder = added.toSorted((a, b) => a.first - b.first);
  let far = -1;
  return {
    first: inOrder.map(({ first }) => first),
    reach: inOrder.map(({ last }) => {
      far = Math.max(far, last);
      return far;
    }),
  };
}
