import type { MetricFit } from "../../world/metric-fit.ts";
import { charBits, folded, pairSign, separates } from "./name-signs.ts";
import { blockNames, kindsThatFit, type NameTable } from "./name-table.ts";

/** What is looked for in a table. */
export interface NameSearch {
  /** What is typed; nothing finds all. */
  readonly search?: string | undefined;
  readonly limit: number;
  /** Names of this sort come first among those that match equally well. */
  readonly prefer?: MetricFit | undefined;
}

/** Names, best first; `complete` says that no other name matches. */
export interface NamesFound {
  readonly names: readonly string[];
  readonly complete: boolean;
}

/** Names that are compared letter by letter in one search; beyond them it is cut, so that no search takes long. */
const maxCompared = 30_000;
/** The same for names in which the letters only stand in order, which cost more and are worth less: of those that begin with the first letter, and of all others. */
const maxComparedInOrder = 15_000;

const encoder = new TextEncoder();

/**
 * Looks for names as an editor does: those that begin with what is typed, then those in which a word does, those
 * that contain it, those whose words begin with its parts (`hrt` in `http_requests_total`; from the name's start,
 * then from a later word), and those that have its letters in order from the start of a word on. Only ASCII letters are equal in both cases.
 */
export function searchNames(table: NameTable, { search = "", limit, prefer }: NameSearch): NamesFound {
  const preferred = prefer === undefined ? undefined : kindsThatFit(prefer);
  const ranks = new Ranked(table, limit, preferred);
  const typed = encoder.encode(search);
  const first = typed.length === 0 ? 0 : table.lowerBound(typed);
  const end = typed.length === 0 ? table.size : table.prefixEnd(typed, first);
  for (let index = first; index < end && !ranks.isFull(0); index++) ranks.add(0, index);
  // Names that fit and begin with it are the best there are; others stand behind all that begin with it.
  if (typed.length === 0 || ranks.count >= limit)
    return ranks.result(end - first <= ranks.count && typed.length === 0);
  const needle = typed.map((byte) => folded[byte] ?? byte);
  let whole = containing(table, needle, first, end, ranks);
  if (ranks.count < limit) whole = inOrder(table, needle, ranks) && whole;
  else whole = false;
  return ranks.result(whole);
}

/** Matches by rank, each rank in two lists: those of the preferred sort, and the others. */
class Ranked {
  readonly #table: NameTable;
  readonly #limit: number;
  readonly #preferred: Uint8Array | undefined;
  readonly #lists: readonly [number[], number[]][] = [0, 1, 2, 3, 4, 5, 6].map(() => [[], []]);
  #dropped = false;
  count = 0;

  constructor(table: NameTable, limit: number, preferred: Uint8Array | undefined) {
    this.#table = table;
    this.#limit = limit;
    this.#preferred = preferred;
  }

  add(rank: number, index: number): void {
    const kind = this.#table.columns.kinds[index] ?? 0;
    const fits = this.#preferred === undefined || this.#preferred[kind] === 1;
    const list = this.#lists[rank]?.[fits ? 0 : 1];
    if (list === undefined || list.length >= this.#limit) {
      this.#dropped = true;
      return;
    }
    list.push(index);
    this.count++;
  }

  /** Whether nothing that comes with this rank or a worse one could be shown. */
  isFull(rank: number): boolean {
    let better = 0;
    for (let i = 0; i < rank; i++)
      better += (this.#lists[i]?.[0].length ?? 0) + (this.#lists[i]?.[1].length ?? 0);
    return better + (this.#lists[rank]?.[0].length ?? 0) >= this.#limit;
  }

  /** All that were added. */
  indexes(): ReadonlySet<number> {
    return new Set(this.#lists.flat(2));
  }

  result(whole: boolean): NamesFound {
    const order = this.#lists.flatMap(([fitting, others]) => [...fitting, ...others]);
    const shown = order.slice(0, this.#limit);
    return {
      names: shown.map((index) => this.#table.nameAt(index)),
      complete: whole && !this.#dropped && order.length <= this.#limit,
    };
  }
}

/** Ranks 1 to 3 among the names outside of `first` to `end`, which begin with it. Tells whether it saw all. */
function containing(
  table: NameTable,
  needle: Uint8Array,
  first: number,
  end: number,
  ranks: Ranked,
): boolean {
  const { columns, blocks, size } = table;
  const { chars, pairsLow, pairsHigh, hasUpperCase } = columns;
  const [low, high] = pairsOf(needle);
  const letters = lettersOf(needle);
  const { bytes, starts } = columns;
  let compared = 0;
  for (let block = 0, from = 0; from < size; block++, from += blockNames) {
    if (
      ((blocks.pairsLow[block] ?? 0) & low) !== low ||
      ((blocks.pairsHigh[block] ?? 0) & high) !== high ||
      ((blocks.chars[block] ?? 0) & letters) !== letters
    )
      continue;
    const to = Math.min(from + blockNames, size);
    for (let index = from; index < to; index++) {
      if (((pairsLow[index] ?? 0) & low) !== low || ((pairsHigh[index] ?? 0) & high) !== high) continue;
      if (((chars[index] ?? 0) & letters) !== letters || (index >= first && index < end)) continue;
      if (++compared > maxCompared) return false;
      const rank = rankWithin(bytes, starts[index] ?? 0, starts[index + 1] ?? 0, needle);
      if (rank !== undefined) ranks.add(rank, index);
      if (rank === 2 && !hasUpperCase && ranks.isFull(2)) return false;
    }
  }
  return true;
}

function lettersOf(needle: Uint8Array): number {
  let letters = 0;
  for (const byte of needle) letters |= charBits[byte] ?? 0;
  return letters;
}

/** Signs of all pairs of bytes in the needle; signs above 31 are in the second number. */
function pairsOf(needle: Uint8Array): readonly [low: number, high: number] {
  let low = 0;
  let high = 0;
  for (let i = 0; i + 1 < needle.length; i++) {
    const sign = pairSign(needle[i] ?? 0, needle[i + 1] ?? 0);
    if (sign < 32) low |= 1 << sign;
    else high |= 1 << (sign - 32);
  }
  return [low, high];
}

/** 1 at the start, 2 at the start of a word, 3 elsewhere. */
function rankWithin(bytes: Uint8Array, start: number, end: number, needle: Uint8Array): number | undefined {
  const last = end - needle.length;
  const head = needle[0] ?? 0;
  let found: number | undefined;
  for (let at = start; at <= last; at++) {
    if (folded[bytes[at] ?? 0] !== head) continue;
    let i = 1;
    while (i < needle.length && folded[bytes[at + i] ?? 0] === needle[i]) i++;
    if (i < needle.length) continue;
    if (at === start) return 1;
    if (separates[bytes[at - 1] ?? 0] === 1) return 2;
    found = 3;
  }
  return found;
}

/**
 * Ranks 4 to 6 among the names that are not found yet: first those that begin with the first letter, then those in
 * which a word does. Tells whether it saw all.
 */
function inOrder(table: NameTable, needle: Uint8Array, ranks: Ranked): boolean {
  const head = needle.subarray(0, 1);
  const first = table.lowerBound(head);
  const end = table.prefixEnd(head, first);
  const found = ranks.indexes();
  const whole = inOrderWithin(table, needle, first, end, found, ranks, maxComparedInOrder);
  if (ranks.isFull(4)) return false;
  const half = maxComparedInOrder / 2;
  const before = inOrderWithin(table, needle, 0, first, found, ranks, half);
  return inOrderWithin(table, needle, end, table.size, found, ranks, half) && before && whole;
}

function inOrderWithin(
  { columns, blocks }: NameTable,
  needle: Uint8Array,
  from: number,
  to: number,
  found: ReadonlySet<number>,
  ranks: Ranked,
  most: number,
): boolean {
  const { bytes, starts, chars, initials } = columns;
  const letters = lettersOf(needle);
  const opening = charBits[needle[0] ?? 0] ?? 0;
  const places = placesOf(needle);
  let compared = 0;
  for (let index = from; index < to; index++) {
    if (index % blockNames === 0) {
      for (let block = index / blockNames; index < to; block++, index += blockNames)
        if (
          ((blocks.chars[block] ?? 0) & letters) === letters &&
          ((blocks.initials[block] ?? 0) & opening) !== 0
        )
          break;
      if (index >= to) break;
    }
    if (((chars[index] ?? 0) & letters) !== letters || ((initials[index] ?? 0) & opening) === 0) continue;
    if (++compared > most) return false;
    const rank = rankInOrder(bytes, starts[index] ?? 0, starts[index + 1] ?? 0, needle, places);
    if (rank === undefined || found.has(index)) continue;
    ranks.add(rank, index);
    if (ranks.isFull(4)) return false;
  }
  return true;
}

/** Of each byte a bit for each place where the needle has it, in either case; nothing where it has too many places. */
function placesOf(needle: Uint8Array): Int32Array | undefined {
  if (needle.length > maxWordwise) return undefined;
  const places = new Int32Array(256);
  for (let byte = 0; byte < 256; byte++)
    for (let i = 0; i < needle.length; i++)
      if ((folded[byte] ?? byte) === needle[i]) places[byte] = (places[byte] ?? 0) | (1 << i);
  return places;
}

/** 4 and 5 where words begin with its parts, the name's first word or a later one; 6 where it is only in order. */
function rankInOrder(
  bytes: Uint8Array,
  start: number,
  end: number,
  needle: Uint8Array,
  places: Int32Array | undefined,
): number | undefined {
  const { length } = needle;
  let matched = 0;
  for (let at = start; at < end && matched < length; at++) {
    if (folded[bytes[at] ?? 0] !== needle[matched]) continue;
    if (matched > 0 || at === start || separates[bytes[at - 1] ?? 0] === 1) matched++;
  }
  if (matched < length) return undefined;
  if (places === undefined || !beginsWords(bytes, start, end, length, places, true)) return 6;
  return beginsWords(bytes, start, end, length, places, false) ? 4 : 5;
}

/** Needles longer than this are not looked for by the first letters of words. */
const maxWordwise = 30;

/**
 * Whether the needle is made of beginnings of words, in order: all ways to take it apart at once, one bit for
 * each number of letters that are matched up to here.
 */
function beginsWords(
  bytes: Uint8Array,
  start: number,
  end: number,
  length: number,
  places: Int32Array,
  anywhere: boolean,
): boolean {
  const done = 1 << length;
  // Ways that matched the byte before, and ways that matched any byte so far.
  let running = 0;
  let any = 1;
  for (let at = start; at < end; at++) {
    const opens = at === start || separates[bytes[at - 1] ?? 0] === 1;
    // The first letter stands at the name's start, unless it may begin any word.
    const from = running | (opens ? (anywhere || at === start ? any : any & ~1) : 0);
    running = (from & (places[bytes[at] ?? 0] ?? 0)) << 1;
    if ((running & done) !== 0) return true;
    any |= running;
  }
  return false;
}
