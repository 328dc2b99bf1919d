import { fits, hintOf, type MetricFit, type NameHint } from "../../world/metric-fit.ts";
import type { MetricType } from "../../world/ports.ts";

/** Types as the low bits of a name's kind; the order is part of the format on disk. */
export const metricTypes: readonly MetricType[] = [
  "unknown",
  "counter",
  "gauge",
  "histogram",
  "gaugehistogram",
  "summary",
  "info",
  "stateset",
];
const hints: readonly NameHint[] = ["none", "counter", "bucket"];
const hintShift = 4;
const typeMask = 0b1111;

/** The kind of a name of which only the name is known. */
function kindOfHint(hint: NameHint): number {
  return hints.indexOf(hint) << hintShift;
}

/** Names that share one sign each: a block without a sign of what is typed is passed over at once. */
export const blockNames = 32;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Signs of all bytes of a name, of the bytes that begin words, and of its pairs of bytes. */
export interface NameSigns {
  readonly chars: Uint32Array;
  readonly initials: Uint32Array;
  readonly pairsLow: Uint32Array;
  readonly pairsHigh: Uint32Array;
}

/** The columns of a table: name `i` is `bytes` from `starts[i]` to `starts[i + 1]`. */
export interface NameColumns extends NameSigns {
  readonly bytes: Uint8Array;
  /** One more than there are names. */
  readonly starts: Uint32Array;
  readonly kinds: Uint8Array;
  /** Whether some name has a letter in upper case. */
  readonly hasUpperCase: boolean;
}

/**
 * Many names in little room: sorted by their UTF-8 bytes, in one block, without a JavaScript text for each.
 * A million names of 33 characters take 55 MB, none of which the collector of garbage has to walk.
 */
export class NameTable {
  readonly columns: NameColumns;
  readonly size: number;
  /** The signs of each block of {@link blockNames} names together. */
  readonly blocks: NameSigns;

  constructor(columns: NameColumns, blocks: NameSigns) {
    this.columns = columns;
    this.size = columns.starts.length - 1;
    this.blocks = blocks;
  }

  /** What it weighs, in bytes. */
  get weight(): number {
    return this.columns.bytes.length + this.size * 21;
  }

  nameAt(index: number): string {
    const { bytes, starts } = this.columns;
    return decoder.decode(bytes.subarray(starts[index] ?? 0, starts[index + 1] ?? 0));
  }

  /** Whether a name is there. */
  has(name: string): boolean {
    return this.indexOf(name) !== undefined;
  }

  /** Where a name is. */
  indexOf(name: string): number | undefined {
    const wanted = encoder.encode(name);
    const index = this.lowerBound(wanted);
    return index < this.size && compareAt(this.columns, index, wanted, false) === 0 ? index : undefined;
  }

  /** The first name that is not before `wanted`. */
  lowerBound(wanted: Uint8Array): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareAt(this.columns, middle, wanted, false) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Behind the last name that begins with `prefix`, given where the first one is. */
  prefixEnd(prefix: Uint8Array, from: number): number {
    let low = from;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareAt(this.columns, middle, prefix, true) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  typeAt(index: number): MetricType {
    return metricTypes[(this.columns.kinds[index] ?? 0) & typeMask] ?? "unknown";
  }

  /** Remembers the type of a metric, if it is there. */
  learnType(name: string, type: MetricType): void {
    const index = this.indexOf(name);
    const at = metricTypes.indexOf(type);
    if (index === undefined || at < 0) return;
    const { kinds } = this.columns;
    kinds[index] = ((kinds[index] ?? 0) & ~typeMask) | at;
  }
}

/** For each kind whether it fits, as a table of 256 flags. */
export function kindsThatFit(fit: MetricFit): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, kind) => {
    const type = metricTypes[kind & typeMask];
    const hint = hints[kind >> hintShift];
    return type !== undefined && hint !== undefined && fits(fit, type, hint) ? 1 : 0;
  });
}

/** The kind of a name as far as the name tells it. */
export function kindOfName(name: string): number {
  return kindOfHint(hintOf(name));
}

/** Compares name `index` with `wanted`, or only as much of it as `wanted` is long. */
function compareAt(
  { bytes, starts }: NameColumns,
  index: number,
  wanted: Uint8Array,
  prefix: boolean,
): number {
  const start = starts[index] ?? 0;
  const length = (starts[index + 1] ?? 0) - start;
  const common = Math.min(length, wanted.length);
  for (let i = 0; i < common; i++) {
    const difference = (bytes[start + i] ?? 0) - (wanted[i] ?? 0);
    if (difference !== 0) return difference;
  }
  if (prefix && length >= wanted.length) return 0;
  return length - wanted.length;
}
