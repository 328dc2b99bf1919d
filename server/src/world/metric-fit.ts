import type { MetricType } from "./ports.ts";

/** What an argument makes sense of: `rate` of counters, `delta` of gauges, `histogram_quantile` of histograms. */
export type MetricFit = "counter" | "gauge" | "histogram";

/** How names of counters, and of the counters inside of histograms and summaries, end. */
const counterSuffix = /_(?:total|count|sum|bucket)$/;

/** What a name alone tells: `_bucket` of a histogram, another suffix of a counter, or nothing. */
export type NameHint = "bucket" | "counter" | "none";

/** What the name alone says of a metric's sort. */
export function hintOf(metric: string): NameHint {
  return metric.endsWith("_bucket") ? "bucket" : counterSuffix.test(metric) ? "counter" : "none";
}

/**
 * Whether a metric is of the wanted sort: by its type, else by its name. The type may be that of the family
 * (`x_bucket` of the histogram `x`); a histogram without a suffix is a native one, which can be a rate's too.
 */
export function fits(fit: MetricFit, type: MetricType, hint: NameHint): boolean {
  switch (fit) {
    case "counter":
      if (type === "counter" || type === "histogram") return true;
      return (type === "unknown" || type === "summary") && hint !== "none";
    case "gauge":
      return type === "gauge" || (type === "unknown" && hint === "none");
    case "histogram":
      return hint === "bucket" || ((type === "histogram" || type === "gaugehistogram") && hint === "none");
  }
}
