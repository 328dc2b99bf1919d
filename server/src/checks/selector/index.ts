import type { Check } from "../check.ts";
import { regexpInEquality } from "./equality.ts";
import { grafanaVariable } from "./grafana-variable.ts";
import { histogramLeValue, histogramRawBuckets } from "./histogram.ts";
import { noMetricName } from "./no-name.ts";
import { regexpAnchors, regexpLiteral, regexpMatchAll } from "./regex.ts";
import { regexpSmelly } from "./smelly.ts";

/** What single selectors and their matchers say. */
export const selectorChecks: readonly Check[] = [
  regexpLiteral,
  regexpAnchors,
  regexpMatchAll,
  regexpInEquality,
  regexpSmelly,
  grafanaVariable,
  noMetricName,
  histogramRawBuckets,
  histogramLeValue,
];
