import type { QueryAnswer, Series } from "../../../server/src/protocol.ts";
import { seriesText, toNumber } from "./format.ts";

/** How many observations fell between two bounds at each time. */
export interface HeatMap {
  /** Seconds since the epoch, ascending. */
  readonly times: readonly number[];
  /** The lowest first. */
  readonly buckets: readonly { readonly lower: number; readonly upper: number }[];
  /** By bucket, then by time; NaN where there is no sample. */
  readonly cells: readonly (readonly number[])[];
  readonly max: number;
}

/** One histogram of an answer: the labels that it does not share with its buckets, and its map. */
export interface HeatGroup {
  readonly label: string;
  readonly map: HeatMap;
}

/** More rows than this are finer than the eye: neighbours are added up. */
const mostBuckets = 160;

/** Whether an answer holds histograms: native ones, or counters of buckets told apart by `le`. */
export function hasHistograms({ series }: QueryAnswer): boolean {
  if (series.some(({ histograms }) => histograms?.some(([, value]) => value.buckets !== undefined)))
    return true;
  return [...classicGroups(series).values()].some((group) => group.length > 1);
}

/** The histograms of an answer, each with its heat map. */
export function heatGroups({ series }: QueryAnswer): readonly HeatGroup[] {
  const classic = [...classicGroups(series)]
    .filter(([, group]) => group.length > 1)
    .map(([label, group]) => ({ label, map: classicMap(group) }));
  const native = series
    .filter(({ histograms }) => histograms !== undefined && histograms.length > 0)
    .map((one) => ({ label: seriesText(one.labels), map: nativeMap(one) }));
  return [...classic, ...native];
}

function classicGroups(series: readonly Series[]): Map<string, Series[]> {
  const groups = new Map<string, Series[]>();
  for (const one of series) {
    const { le, ...rest } = one.labels;
    if (le === undefined || Number.isNaN(toNumber(le))) continue;
    const key = seriesText(rest);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return groups;
}

/** Buckets of `le` count everything below their bound: what fell into one is the difference to the one before. */
function classicMap(group: readonly Series[]): HeatMap {
  const sorted = group.toSorted((a, b) => toNumber(a.labels["le"] ?? "") - toNumber(b.labels["le"] ?? ""));
  const times = timesOf(sorted.map(({ values }) => values.map(([second]) => second)));
  const lines = sorted.map(({ values }) => {
    const at = new Map(values.map(([second, value]) => [second, toNumber(value)]));
    return times.map((second) => at.get(second) ?? Number.NaN);
  });
  const bounds = sorted.map(({ labels }) => toNumber(labels["le"] ?? ""));
  const [lowest = 0] = bounds;
  const buckets = bounds.map((upper, index) => ({
    lower: bounds[index - 1] ?? (lowest > 0 ? 0 : Number.NEGATIVE_INFINITY),
    upper,
  }));
  const cells = lines.map((line, row) =>
    // Scrapes of one histogram are not atomic everywhere: a bucket can lag a little behind the one before.
    line.map((value, index) =>
      row === 0 ? value : Math.max(0, value - (lines[row - 1]?.[index] ?? Number.NaN)),
    ),
  );
  return withMax({ times, buckets, cells });
}

/** A native histogram changes its resolution as it likes: a wide bucket is spread over the fine rows that it covers. */
function nativeMap({ histograms = [] }: Series): HeatMap {
  const bounds = new Set<number>();
  for (const [, { buckets = [] }] of histograms)
    for (const [, lower, upper] of buckets) bounds.add(toNumber(lower)).add(toNumber(upper));
  const sorted = [...bounds].sort((a, b) => a - b);
  const place = new Map(sorted.map((bound, index) => [bound, index]));
  const rows = Math.max(0, sorted.length - 1);
  const cells = Array.from({ length: rows }, () => histograms.map(() => 0));
  histograms.forEach(([, { buckets = [] }], column) => {
    for (const [, lower, upper, count] of buckets) {
      const from = place.get(toNumber(lower)) ?? 0;
      const to = place.get(toNumber(upper)) ?? from;
      for (let row = from; row < to; row++) {
        const line = cells[row];
        if (line !== undefined) line[column] = (line[column] ?? 0) + toNumber(count) / (to - from);
      }
    }
  });
  const buckets = cells.map((_, row) => ({ lower: sorted[row] ?? 0, upper: sorted[row + 1] ?? 0 }));
  return withMax(coarser({ times: histograms.map(([second]) => second), buckets, cells }));
}

function coarser(map: Omit<HeatMap, "max">): Omit<HeatMap, "max"> {
  if (map.buckets.length <= mostBuckets) return map;
  const pairs = Array.from({ length: Math.ceil(map.buckets.length / 2) }, (_, index) => index * 2);
  return coarser({
    times: map.times,
    buckets: pairs.map((at) => ({
      lower: map.buckets[at]?.lower ?? 0,
      upper: map.buckets[at + 1]?.upper ?? map.buckets[at]?.upper ?? 0,
    })),
    cells: pairs.map((at) =>
      map.times.map((_, column) => (map.cells[at]?.[column] ?? 0) + (map.cells[at + 1]?.[column] ?? 0)),
    ),
  });
}

function withMax(map: Omit<HeatMap, "max">): HeatMap {
  let max = 0;
  for (const line of map.cells)
    for (const value of line) if (Number.isFinite(value) && value > max) max = value;
  return { ...map, max };
}

function timesOf(all: readonly (readonly number[])[]): number[] {
  const times = new Set<number>();
  for (const some of all) for (const second of some) times.add(second);
  return [...times].sort((a, b) => a - b);
}
