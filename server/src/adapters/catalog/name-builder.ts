import { Breather } from "../breather.ts";
import { charBits, folded, pairSign, separates } from "./name-signs.ts";
import { blockNames, kindOfName, type NameColumns, NameTable } from "./name-table.ts";

const blockBytes = 1 << 20;
/** Longer names are no names of metrics, and are left out. */
const maxNameBytes = 65_535;
/** Names that are sorted between two looks at the clock. */
const run = 2_048;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** How the suffixes that tell something of a metric end. */
const tellingEnds = new Set([..."lmt"].map((char) => char.charCodeAt(0)));

/** Takes names as they arrive and makes a table of them. */
export class NameTableBuilder {
  readonly #blocks: Uint8Array[] = [];
  #block = new Uint8Array(0);
  #used = 0;
  #bytes = 0;
  #size = 0;
  #starts = new Uint32Array(1_024);
  #kinds = new Uint8Array(1_024);
  #chars = new Uint32Array(1_024);
  #initials = new Uint32Array(1_024);
  #pairsLow = new Uint32Array(1_024);
  #pairsHigh = new Uint32Array(1_024);
  #hasUpperCase = false;
  #sorted = true;
  #last: Uint8Array = new Uint8Array(0);
  /** Whether a name was left out because it is too long. */
  tooLong = false;

  get size(): number {
    return this.#size;
  }

  /** Bytes of all names so far. */
  get bytes(): number {
    return this.#bytes;
  }

  addText(name: string): void {
    const bytes = encoder.encode(name);
    this.add(bytes, 0, bytes.length);
  }

  /** Takes the name that stands in `source` from `start` to `end`, as UTF-8. */
  add(source: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (length > maxNameBytes) {
      this.tooLong = true;
      return;
    }
    const order = compareRanges(this.#last, 0, this.#last.length, source, start, end);
    if (order === 0 && this.#size > 0) return;
    if (order > 0) this.#sorted = false;
    if (this.#used + length > this.#block.length) this.#nextBlock(length);
    const at = this.#used;
    const index = this.#size;
    if (index + 1 >= this.#starts.length) this.#grow();
    const block = this.#block;
    let chars = 0;
    let initials = 0;
    let low = 0;
    let high = 0;
    let before = -1;
    for (let i = 0; i < length; i++) {
      const byte = source[start + i] ?? 0;
      block[at + i] = byte;
      const small = folded[byte] ?? byte;
      if (small !== byte) this.#hasUpperCase = true;
      const bit = charBits[small] ?? 0;
      chars |= bit;
      if (before < 0 || separates[before] === 1) initials |= bit;
      if (before >= 0) {
        const sign = pairSign(before, small);
        if (sign < 32) low |= 1 << sign;
        else high |= 1 << (sign - 32);
      }
      before = small;
    }
    this.#chars[index] = chars;
    this.#initials[index] = initials;
    this.#pairsLow[index] = low;
    this.#pairsHigh[index] = high;
    this.#kinds[index] = tellingEnds.has(before) ? kindOfEnd(source, start, end) : 0;
    this.#used += length;
    this.#bytes += length;
    this.#size++;
    this.#starts[this.#size] = this.#bytes;
    this.#last = block.subarray(at, at + length);
  }

  /** The table of all names, each once, sorted. Gives way to requests while it works. */
  async finish(): Promise<NameTable> {
    const breather = new Breather();
    if (this.#used > 0) this.#blocks.push(this.#block.subarray(0, this.#used));
    const size = this.#size;
    const bytes = new Uint8Array(this.#bytes);
    let at = 0;
    // Each block may be freed as soon as it is copied.
    for (let block = this.#blocks.shift(); block !== undefined; block = this.#blocks.shift()) {
      bytes.set(block, at);
      at += block.length;
      if (breather.due) await breather.rest();
    }
    const fitted = async <T extends Uint8Array | Uint32Array>(column: T, length: number): Promise<T> => {
      if (breather.due) await breather.rest();
      const spare = column.length - length;
      return (spare * 8 > length ? column.slice(0, length) : column.subarray(0, length)) as T;
    };
    const columns: NameColumns = {
      bytes,
      starts: await fitted(this.#starts, size + 1),
      kinds: await fitted(this.#kinds, size),
      chars: await fitted(this.#chars, size),
      initials: await fitted(this.#initials, size),
      pairsLow: await fitted(this.#pairsLow, size),
      pairsHigh: await fitted(this.#pairsHigh, size),
      hasUpperCase: this.#hasUpperCase,
    };
    if (!this.#sorted) return await inOrder(columns, breather);
    const block = async (signs: Uint32Array): Promise<Uint32Array> => {
      if (breather.due) await breather.rest();
      return together(signs);
    };
    return new NameTable(columns, {
      chars: await block(columns.chars),
      initials: await block(columns.initials),
      pairsLow: await block(columns.pairsLow),
      pairsHigh: await block(columns.pairsHigh),
    });
  }

  #nextBlock(length: number): void {
    if (this.#used > 0) this.#blocks.push(this.#block.subarray(0, this.#used));
    this.#block = new Uint8Array(Math.max(length, this.#bytes < blockBytes ? blockBytes / 16 : blockBytes));
    this.#used = 0;
  }

  #grow(): void {
    this.#starts = larger(this.#starts, new Uint32Array(this.#starts.length * 2));
    this.#kinds = larger(this.#kinds, new Uint8Array(this.#kinds.length * 2));
    this.#chars = larger(this.#chars, new Uint32Array(this.#chars.length * 2));
    this.#initials = larger(this.#initials, new Uint32Array(this.#initials.length * 2));
    this.#pairsLow = larger(this.#pairsLow, new Uint32Array(this.#pairsLow.length * 2));
    this.#pairsHigh = larger(this.#pairsHigh, new Uint32Array(this.#pairsHigh.length * 2));
  }
}

/** The signs of each block of names as one. */
function together(signs: Uint32Array): Uint32Array {
  const blocks = new Uint32Array(Math.ceil(signs.length / blockNames));
  for (let index = 0; index < signs.length; index++) {
    const block = Math.floor(index / blockNames);
    blocks[block] = (blocks[block] ?? 0) | (signs[index] ?? 0);
  }
  return blocks;
}

function larger<T extends Uint8Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

function kindOfEnd(source: Uint8Array, start: number, end: number): number {
  return kindOfName(decoder.decode(source.subarray(Math.max(start, end - 8), end)));
}

function compareRanges(
  one: Uint8Array,
  oneStart: number,
  oneEnd: number,
  other: Uint8Array,
  otherStart: number,
  otherEnd: number,
): number {
  const shorter = Math.min(oneEnd - oneStart, otherEnd - otherStart);
  for (let i = 0; i < shorter; i++) {
    const difference = (one[oneStart + i] ?? 0) - (other[otherStart + i] ?? 0);
    if (difference !== 0) return difference;
  }
  return oneEnd - oneStart - (otherEnd - otherStart);
}

/** The same names sorted, each once: runs that are sorted one by one, then merged. */
async function inOrder(columns: NameColumns, breather: Breather): Promise<NameTable> {
  const { bytes, starts } = columns;
  const size = starts.length - 1;
  const compare = (a: number, b: number): number =>
    compareRanges(bytes, starts[a] ?? 0, starts[a + 1] ?? 0, bytes, starts[b] ?? 0, starts[b + 1] ?? 0);
  let order = Uint32Array.from({ length: size }, (_, index) => index);
  for (let from = 0; from < size; from += run) {
    order.subarray(from, Math.min(size, from + run)).sort(compare);
    if (breather.due) await breather.rest();
  }
  let merged = new Uint32Array(size);
  for (let width = run; width < size; width *= 2) {
    for (let from = 0; from < size; from += width * 2) {
      const middle = Math.min(size, from + width);
      const end = Math.min(size, from + width * 2);
      let left = from;
      let right = middle;
      for (let to = from; to < end; to++) {
        const takeLeft = left < middle && (right >= end || compare(order[left] ?? 0, order[right] ?? 0) <= 0);
        merged[to] = (takeLeft ? order[left++] : order[right++]) ?? 0;
        if ((to & 1_023) === 0 && breather.due) await breather.rest();
      }
    }
    [order, merged] = [merged, order];
  }
  const builder = new NameTableBuilder();
  for (const [count, index] of order.entries()) {
    builder.add(bytes, starts[index] ?? 0, starts[index + 1] ?? 0);
    if ((count & 1_023) === 0 && breather.due) await breather.rest();
  }
  return await builder.finish();
}
