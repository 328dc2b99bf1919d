import type { QueryAnswer, Sample, Series } from "../../world/query.ts";
import { bag, isBag, labels, list, text } from "./wire.ts";

type Histogram = NonNullable<Series["histograms"]>[number];

export interface QueryResultData {
  readonly resultType: QueryAnswer["resultType"];
  readonly series: readonly Series[];
  readonly total: number;
}

function sample(value: unknown): readonly Sample[] {
  const [seconds, written] = list(value);
  return typeof seconds === "number" && typeof written === "string" ? [[seconds, written]] : [];
}

function histogram(value: unknown): readonly Histogram[] {
  const [seconds, written] = list(value);
  if (typeof seconds !== "number") return [];
  const { count, sum, buckets } = bag(written) as Record<string, unknown>;
  const read = list(buckets).flatMap((bucket) => {
    const [rule, lower, upper, inside] = list(bucket);
    return typeof rule === "number" ? [[rule, text(lower), text(upper), text(inside)] as const] : [];
  });
  return [
    [seconds, { count: text(count), sum: text(sum), ...(buckets === undefined ? {} : { buckets: read }) }],
  ];
}

function seriesOf(value: unknown): Series {
  const { metric, value: one, values, histogram: single, histograms } = bag(value) as Record<string, unknown>;
  const samples = values === undefined ? sample(one) : list(values).flatMap(sample);
  const native = histograms === undefined ? histogram(single) : list(histograms).flatMap(histogram);
  return { labels: labels(metric), values: samples, ...(native.length > 0 ? { histograms: native } : {}) };
}

const sampleKeys = ["value", "values", "histogram", "histograms"];

const isSeries = (value: unknown): boolean =>
  isBag(value) &&
  (value["metric"] === undefined || isBag(value["metric"])) &&
  sampleKeys.some((key) => Array.isArray(value[key]));

/** The data of `query` and `query_range` (at most `keep` series of it), or nothing for what is no such data. */
export function readResult(data: unknown, keep: number): QueryResultData | undefined {
  const { resultType, result } = bag(data) as Record<string, unknown>;
  if (resultType === "scalar" || resultType === "string") {
    const values = sample(result);
    return values.length === 0 ? undefined : { resultType, series: [{ labels: {}, values }], total: 1 };
  }
  if (resultType !== "vector" && resultType !== "matrix") return undefined;
  // Read in part, it would look as if series were not there.
  if (!Array.isArray(result) || !result.every(isSeries)) return undefined;
  const all = list(result);
  return { resultType, series: all.slice(0, keep).map(seriesOf), total: all.length };
}
