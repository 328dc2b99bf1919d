import { readItems } from "./items.ts";
import { readMetric } from "./metric.ts";
import { SeriesReader } from "./reader.ts";
import type { SeriesItem, SeriesLabel, SeriesResult } from "./types.ts";
import { Verdict } from "./verdict.ts";

/**
 * Parses a series description of a rule unit test, `metric{label="value"} 0+10x5 _x3 stale`, with the verdict of
 * Prometheus 3.16 (`promql/parser/parse.go`, ParseSeriesDesc). Repetitions are counted, not made.
 */
export function parseSeries(text: string): SeriesResult {
  const verdict = new Verdict();
  const labels: SeriesLabel[] = [];
  const items: SeriesItem[] = [];
  verdict.read(() => {
    const from = readMetric(text, true, labels, verdict);
    if (from !== undefined) readItems(new SeriesReader(text, from, verdict), items);
  });
  return { labels, items, error: verdict.error };
}

/** Parses what `labels` of an expected sample says (`ParseMetric`): a metric, and nothing behind it. */
export function parseMetric(text: string): Omit<SeriesResult, "items"> {
  const verdict = new Verdict();
  const labels: SeriesLabel[] = [];
  verdict.read(() => void readMetric(text, false, labels, verdict));
  return { labels, error: verdict.error };
}
