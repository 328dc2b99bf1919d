import type { MetricMetadata, MetricType } from "../../world/ports.ts";
import { metricTypes } from "../catalog/name-table.ts";
import { bag, list, text } from "./wire.ts";

/** Series whose names are not their family's: which families a suffix may belong to. */
const suffixes: readonly (readonly [suffix: string, families: readonly MetricType[]])[] = [
  ["_bucket", ["histogram", "gaugehistogram"]],
  ["_count", ["histogram", "summary"]],
  ["_sum", ["histogram", "summary"]],
  ["_gcount", ["gaugehistogram"]],
  ["_gsum", ["gaugehistogram"]],
  ["_total", ["counter"]],
  ["_created", ["counter", "histogram", "summary"]],
  ["_info", ["info"]],
];

/** The names of the series that a family of this type may have. */
export function seriesNames(family: string, type: MetricType): readonly string[] {
  const own = suffixes.filter(([, families]) => families.includes(type)).map(([suffix]) => family + suffix);
  return [family, ...own];
}

/** The names under which a metric's metadata may stand: its own, then that of its family. */
export function metadataNames(metric: string): readonly string[] {
  const families = suffixes.filter(([suffix]) => metric.endsWith(suffix) && metric.length > suffix.length);
  return [metric, ...families.map(([suffix]) => metric.slice(0, -suffix.length))];
}

/**
 * The metadata of `metric` in the data of `/api/v1/metadata`: its own, else that of the family it is a part of
 * (`x_bucket` of the histogram `x`; the answer is then the family's, type included). Targets that disagree
 * about the type make it `unknown`.
 */
export function metadataIn(data: unknown, metric: string): MetricMetadata | undefined {
  const entries = bag(data);
  const own = merged(entries[metric]);
  if (own !== undefined) return own;
  for (const [suffix, families] of suffixes) {
    if (!metric.endsWith(suffix)) continue;
    const family = merged(entries[metric.slice(0, -suffix.length)]);
    if (family !== undefined && families.includes(family.type)) return family;
  }
  return undefined;
}

/** The type of each family in the data of `/api/v1/metadata`. */
export function typesIn(data: unknown): ReadonlyMap<string, MetricType> {
  const found = new Map<string, MetricType>();
  for (const [family, entries] of Object.entries(bag(data))) {
    const type = merged(entries)?.type;
    if (type !== undefined && type !== "unknown") found.set(family, type);
  }
  return found;
}

function merged(value: unknown): MetricMetadata | undefined {
  const entries = list(value).map((entry): MetricMetadata => {
    const { type, help, unit } = bag(entry) as Record<string, unknown>;
    return {
      type: metricTypes.find((known) => known === type) ?? "unknown",
      help: text(help),
      unit: text(unit),
    };
  });
  const told = entries.filter((entry) => entry.type !== "unknown");
  const [first] = told.length > 0 ? told : entries;
  if (first === undefined) return undefined;
  return {
    type: told.some((entry) => entry.type !== first.type) ? "unknown" : first.type,
    help: first.help || (entries.find((entry) => entry.help !== "")?.help ?? ""),
    unit: first.unit || (entries.find((entry) => entry.unit !== "")?.unit ?? ""),
  };
}
