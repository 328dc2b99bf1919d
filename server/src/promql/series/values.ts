import type { SeriesItem } from "./types.ts";

/** A sample of a series description: a number, none, the mark that the series ended, or a native histogram. */
export type SeriesValue = number | "_" | "stale" | "histogram";

/** The first samples that the items give. */
export function seriesValues(items: readonly SeriesItem[], limit: number): readonly SeriesValue[] {
  const values: SeriesValue[] = [];
  for (const item of items) {
    let current = item.kind === "float" ? item.base : 0;
    for (let index = 0; index < item.times && values.length < limit; index++) {
      if (item.kind === "float") values.push(current);
      else if (item.kind === "omitted") values.push("_");
      else values.push(item.kind);
      // Added up one after another, as Prometheus does, for the sake of the last digit.
      if (item.kind === "float" && item.step !== undefined) current += item.step;
    }
  }
  return values;
}

/** How many samples the items give, holes included. */
export function countValues(items: readonly SeriesItem[]): number {
  return items.reduce((sum, { times }) => sum + times, 0);
}
