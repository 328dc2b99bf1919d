/** Functions that take every fall for a reset (`extrapolatedRate`, `instantValue` in `promql/functions.go`). */
export const counterFunctions: ReadonlySet<string> = new Set([
  "rate",
  "irate",
  "increase",
  "xrate",
  "xincrease",
  "xirate",
]);

/** Functions that take every fall for a fall: of counters they are wrong by each reset. */
export const gaugeFunctions: ReadonlySet<string> = new Set([
  "delta",
  "idelta",
  "deriv",
  "predict_linear",
  "holt_winters",
  "double_exponential_smoothing",
  "xdelta",
]);

/** Functions for which it does not matter since when a counter counts: they look at other things than its value. */
export const valueBlindFunctions: ReadonlySet<string> = new Set([
  "absent",
  "absent_over_time",
  "present_over_time",
  "count_over_time",
  "changes",
  "resets",
  "timestamp",
  "ts_of_first_over_time",
  "ts_of_last_over_time",
]);

/** Aggregations that count series, whatever their values. */
export const valueBlindAggregations: ReadonlySet<string> = new Set(["count", "group"]);
