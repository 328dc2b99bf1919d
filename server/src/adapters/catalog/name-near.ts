import { nearest } from "../../base/nearest.ts";
import type { NameTable } from "./name-table.ts";

const encoder = new TextEncoder();
/** Names that are compared; the tables of large backends hold a million. */
const maxCompared = 20_000;
/** People seldom miss the first letters: names that begin alike stand together. */
const prefixLength = 3;

/** The name in the table that was most likely meant: one that begins alike, in a short table any. */
export function nearestName(table: NameTable, name: string): string | undefined {
  const prefix = encoder.encode(name.slice(0, prefixLength));
  const first = table.size <= maxCompared ? 0 : table.lowerBound(prefix);
  const end = table.size <= maxCompared ? table.size : table.prefixEnd(prefix, first);
  return nearest(name, candidates(table, name, first, Math.min(end, first + maxCompared)));
}

/** Names whose length is near enough: three letters more or less are the most that a typo makes. */
function* candidates(table: NameTable, name: string, first: number, end: number): Iterable<string> {
  const { starts } = table.columns;
  for (let index = first; index < end; index++) {
    const length = (starts[index + 1] ?? 0) - (starts[index] ?? 0);
    if (Math.abs(length - name.length) <= prefixLength) yield table.nameAt(index);
  }
}
