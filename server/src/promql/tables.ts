import {
  ERROR,
  ERROR_TOKEN,
  productionText,
  rowText,
  rowWidth,
  stateCount,
  tokenCount,
} from "./tables.generated.ts";

function numbers(text: string): Int16Array {
  return Int16Array.from(text.split(","), Number);
}

function unpackRows(): Int16Array {
  const packed = numbers(rowText);
  const rows = new Int16Array(stateCount * rowWidth);
  const states: Map<number, number>[] = [];
  let at = 0;
  for (let state = 0; state < stateCount; state++) {
    const [fallback = 0, blind = 0, base = 0, count = 0] = packed.subarray(at, at + 4);
    const cells = new Map(base > 0 ? states[base] : []);
    at += 4;
    for (const end = at + count * 2; at < end; at += 2) cells.set(packed[at] ?? 0, packed[at + 1] ?? 0);
    states.push(cells);
    const row = state * rowWidth;
    rows.fill(-fallback, row + 1, row + tokenCount);
    rows[row] = blind === 1 ? -fallback : 0;
    rows[row + ERROR_TOKEN] = 0;
    // A cell of 0 takes back what the other state has there.
    for (const [column, value] of cells) {
      if (value !== 0) rows[row + column] = value === ERROR ? 0 : value;
    }
  }
  return rows;
}

/**
 * For each state and token what to do (a shift to a state > 0, a reduction of a production < 0, an error 0), then
 * for each nonterminal where to go. Column 0, which is no token, holds the reduction of a state that acts without
 * looking at the next token.
 */
export const table = unpackRows();

/** For each production the column of its nonterminal, its length, and its action or -1. */
export const productions = numbers(productionText);
