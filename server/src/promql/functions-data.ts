import type { ValueType } from "./ast.ts";

/** A parameter of a function or aggregation. */
export interface Parameter {
  readonly name: string;
  readonly type: ValueType;
  /** How its default is written; only optional parameters have one. */
  readonly fallback?: string | undefined;
}

/** One function as `promql/parser/functions.go` declares it, and what a person should know of it. */
export interface FunctionData {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** Arguments beyond the parameters but the last: 0 none, n at most n, -1 any number. */
  readonly variadic: number;
  readonly returns: ValueType;
  /** Needs `--enable-feature=promql-experimental-functions`. */
  readonly experimental: boolean;
  /** The first Prometheus that has it, by this name. */
  readonly since: string;
  /** The first Prometheus that needs no flag for it; nothing where it never needed one, or still does. */
  readonly stableSince?: string | undefined;
  readonly doc: string;
}

const vector = (name: string, fallback?: string): Parameter => ({ name, type: "vector", fallback });
const matrix = (name: string): Parameter => ({ name, type: "matrix" });
const scalar = (name: string, fallback?: string): Parameter => ({ name, type: "scalar", fallback });
const text = (name: string): Parameter => ({ name, type: "string" });
const v = vector("v");
const m = matrix("v");

interface More {
  readonly variadic?: number;
  readonly returns?: ValueType;
  readonly experimental?: boolean;
  readonly since?: string;
  readonly stableSince?: string;
}

function fn(name: string, parameters: readonly Parameter[], doc: string, more: More = {}): FunctionData {
  const { variadic = 0, returns = "vector", experimental = false, since = "1.0", stableSince } = more;
  return { name, parameters, variadic, returns, experimental, since, stableSince, doc };
}

const trigonometry = { since: "2.31" };
const date = { variadic: 1 };
const dateOf = [vector("v", "vector(time())")];

function experimental(since: string): More {
  return { experimental: true, since };
}

/** All functions of PromQL 3.16. */
export const functionData: readonly FunctionData[] = [
  fn("abs", [v], "Absolute value of each sample."),
  fn("absent", [v], "1 if the vector has no elements, else nothing."),
  fn("absent_over_time", [m], "1 if the range holds no samples at all, else nothing.", { since: "2.16" }),
  fn("acos", [v], "Arc cosine, in radians.", trigonometry),
  fn("acosh", [v], "Inverse hyperbolic cosine.", trigonometry),
  fn("asin", [v], "Arc sine, in radians.", trigonometry),
  fn("asinh", [v], "Inverse hyperbolic sine.", trigonometry),
  fn("atan", [v], "Arc tangent, in radians.", trigonometry),
  fn("atanh", [v], "Inverse hyperbolic tangent.", trigonometry),
  fn("avg_over_time", [m], "Mean of the samples in the range."),
  fn("ceil", [v], "Rounds each sample up to the next integer."),
  fn("changes", [m], "How often the value changed within the range."),
  fn("clamp", [v, scalar("min"), scalar("max")], "Keeps each sample between two limits.", { since: "2.26" }),
  fn("clamp_max", [v, scalar("max")], "Lowers each sample to the limit where it is above."),
  fn("clamp_min", [v, scalar("min")], "Raises each sample to the limit where it is below."),
  fn("cos", [v], "Cosine of an angle in radians.", trigonometry),
  fn("cosh", [v], "Hyperbolic cosine.", trigonometry),
  fn("count_over_time", [m], "Number of samples in the range."),
  fn("day_of_month", dateOf, "Day of the month in UTC, 1 to 31.", date),
  fn("day_of_week", dateOf, "Day of the week in UTC, 0 (Sunday) to 6.", date),
  fn("day_of_year", dateOf, "Day of the year in UTC, 1 to 366.", date),
  fn("days_in_month", dateOf, "Number of days in the month, in UTC.", date),
  fn("deg", [v], "Turns radians into degrees.", trigonometry),
  fn("delta", [m], "Difference between the ends of the range, extrapolated; for gauges."),
  fn("deriv", [m], "Change per second by linear regression; for gauges."),
  fn(
    "double_exponential_smoothing",
    [m, scalar("smoothing_factor"), scalar("trend_factor")],
    "Smoothed value that follows the trend; for gauges. Was `holt_winters` before 3.0.",
    experimental("3.0"),
  ),
  fn("end", [], "End of the evaluated range in seconds since the epoch.", {
    ...experimental("3.12"),
    returns: "scalar",
  }),
  fn("exp", [v], "e to the power of each sample."),
  fn("first_over_time", [m], "The oldest sample in the range.", { since: "3.7", stableSince: "3.14" }),
  fn("floor", [v], "Rounds each sample down to an integer."),
  fn("histogram_avg", [v], "Mean of the observations of each native histogram.", { since: "2.51" }),
  fn("histogram_count", [v], "Number of observations of each native histogram.", { since: "2.40" }),
  fn(
    "histogram_fraction",
    [scalar("lower"), scalar("upper"), vector("b")],
    "Estimated share of the observations between two values.",
    { since: "2.40" },
  ),
  fn(
    "histogram_quantile",
    [scalar("φ"), vector("b")],
    "Estimated quantile (0 ≤ φ ≤ 1) of histograms; classic ones need the label `le`.",
  ),
  fn(
    "histogram_quantiles",
    [v, text("label"), scalar("φ1"), scalar("φ2")],
    "Several estimated quantiles at once, told apart by a label that is added.",
    { ...experimental("3.11"), variadic: 9 },
  ),
  fn("histogram_stddev", [v], "Estimated standard deviation of each native histogram.", { since: "2.47" }),
  fn("histogram_stdvar", [v], "Estimated variance of each native histogram.", { since: "2.47" }),
  fn("histogram_sum", [v], "Sum of the observations of each native histogram.", { since: "2.40" }),
  fn("hour", dateOf, "Hour of the day in UTC, 0 to 23.", date),
  fn("idelta", [m], "Difference between the last two samples; for gauges."),
  fn("increase", [m], "Growth of a counter over the range, with resets repaired and the ends extrapolated."),
  fn(
    "info",
    [v, vector("data_label_selector", "{}")],
    "Adds the labels of matching info series, by default of `target_info`.",
    { ...experimental("2.55"), variadic: 1 },
  ),
  fn("integral", [m, scalar("strategy", "2")], "Area under the samples of the range, value times seconds.", {
    ...experimental("3.16"),
    variadic: 1,
  }),
  fn("irate", [m], "Growth per second of a counter between the last two samples."),
  fn(
    "label_join",
    [v, text("dst_label"), text("separator"), text("src_label")],
    "Joins the values of labels into another label.",
    { variadic: -1 },
  ),
  fn(
    "label_replace",
    [v, text("dst_label"), text("replacement"), text("src_label"), text("regex")],
    "Sets a label from another one where a regular expression matches all of its value.",
  ),
  fn("last_over_time", [m], "The newest sample in the range.", { since: "2.26" }),
  fn("ln", [v], "Natural logarithm."),
  fn("log10", [v], "Decimal logarithm."),
  fn("log2", [v], "Binary logarithm."),
  fn("mad_over_time", [m], "Median absolute deviation of the samples in the range.", experimental("2.49")),
  fn("max_of", [scalar("a"), scalar("b")], "The larger of two numbers.", {
    ...experimental("3.13"),
    returns: "scalar",
  }),
  fn("max_over_time", [m], "Largest sample in the range."),
  fn("min_of", [scalar("a"), scalar("b")], "The smaller of two numbers.", {
    ...experimental("3.13"),
    returns: "scalar",
  }),
  fn("min_over_time", [m], "Smallest sample in the range."),
  fn("minute", dateOf, "Minute of the hour in UTC, 0 to 59.", date),
  fn("month", dateOf, "Month in UTC, 1 to 12.", date),
  fn("pi", [], "The number π.", { ...trigonometry, returns: "scalar" }),
  fn("predict_linear", [m, scalar("t")], "The value in t seconds from now by linear regression; for gauges."),
  fn("present_over_time", [m], "1 for each series that has a sample in the range.", { since: "2.29" }),
  fn("quantile_over_time", [scalar("φ"), m], "Quantile (0 ≤ φ ≤ 1) of the samples in the range."),
  fn("rad", [v], "Turns degrees into radians.", trigonometry),
  fn("range", [], "Length of the evaluated range in seconds, 0 for an instant.", {
    ...experimental("3.12"),
    returns: "scalar",
  }),
  fn("rate", [m], "Growth per second of a counter over the range, with resets repaired."),
  fn("resets", [m], "How often a counter fell back within the range."),
  fn("round", [v, scalar("to_nearest", "1")], "Rounds to the nearest multiple of a number, halves upward.", {
    variadic: 1,
  }),
  fn("scalar", [v], "The value of a vector with exactly one element, else NaN.", { returns: "scalar" }),
  fn("sgn", [v], "1 for positive samples, -1 for negative ones, else 0.", { since: "2.26" }),
  fn("sin", [v], "Sine of an angle in radians.", trigonometry),
  fn("sinh", [v], "Hyperbolic sine.", trigonometry),
  fn("sort", [v], "Sorts by value, smallest first; only instant queries keep the order."),
  fn(
    "sort_by_label",
    [v, text("label")],
    "Sorts by the values of labels in natural order; only instant queries keep the order.",
    { ...experimental("2.49"), variadic: -1 },
  ),
  fn(
    "sort_by_label_desc",
    [v, text("label")],
    "Sorts by the values of labels in falling natural order; only instant queries keep the order.",
    { ...experimental("2.49"), variadic: -1 },
  ),
  fn("sort_desc", [v], "Sorts by value, largest first; only instant queries keep the order."),
  fn("sqrt", [v], "Square root."),
  fn("start", [], "Start of the evaluated range in seconds since the epoch.", {
    ...experimental("3.12"),
    returns: "scalar",
  }),
  fn(
    "start_timestamp",
    [v],
    "When the counter behind each sample began, in seconds since the epoch.",
    experimental("3.14"),
  ),
  fn("stddev_over_time", [m], "Standard deviation of the samples in the range."),
  fn("stdvar_over_time", [m], "Variance of the samples in the range."),
  fn("step", [], "Step of the evaluated range in seconds, 0 for an instant.", {
    ...experimental("3.12"),
    returns: "scalar",
  }),
  fn("sum_over_time", [m], "Sum of the samples in the range."),
  fn("tan", [v], "Tangent of an angle in radians.", trigonometry),
  fn("tanh", [v], "Hyperbolic tangent.", trigonometry),
  fn("time", [], "When the query is evaluated, in seconds since the epoch.", { returns: "scalar" }),
  fn("timestamp", [v], "When each sample was taken, in seconds since the epoch."),
  fn("ts_of_first_over_time", [m], "When the oldest sample of the range was taken.", experimental("3.7")),
  fn("ts_of_last_over_time", [m], "When the newest sample of the range was taken.", experimental("3.5")),
  fn("ts_of_max_over_time", [m], "When the largest sample of the range was last seen.", experimental("3.5")),
  fn("ts_of_min_over_time", [m], "When the smallest sample of the range was last seen.", experimental("3.5")),
  fn("vector", [scalar("s")], "A vector without labels that holds the number."),
  fn("year", dateOf, "Year in UTC.", date),
];

/** What Thanos' own engine has besides, with `--query.enable-x-functions` (`execution/parse/functions.go` of promql-engine). */
export const thanosFunctionData: readonly FunctionData[] = [
  fn("xdelta", [m], "As `delta`, with the last sample before the range and nothing extrapolated."),
  fn("xincrease", [m], "As `increase`, with the last sample before the range and nothing extrapolated."),
  fn("xrate", [m], "As `rate`, with the last sample before the range and nothing extrapolated."),
];

/** An aggregation operator; the vector it aggregates is always its last argument. */
export interface AggregatorData {
  readonly name: string;
  readonly parameter: Parameter | undefined;
  readonly experimental: boolean;
  readonly since: string;
  readonly doc: string;
}

function aggregator(name: string, doc: string, parameter?: Parameter, since?: string): AggregatorData {
  return { name, parameter, experimental: since !== undefined, since: since ?? "1.0", doc };
}

/** All aggregation operators of PromQL 3.16. */
export const aggregatorData: readonly AggregatorData[] = [
  aggregator("avg", "Mean of the samples of each group."),
  aggregator("bottomk", "The k series with the smallest samples of each group.", scalar("k")),
  aggregator("count", "Number of series in each group."),
  aggregator(
    "count_values",
    "Number of series that have the same value, which a label names.",
    text("label"),
  ),
  aggregator("group", "1 for each group."),
  aggregator("limit_ratio", "A steady share of the series of each group.", scalar("ratio"), "2.54"),
  aggregator("limitk", "k series of each group, steady while the series are the same.", scalar("k"), "2.54"),
  aggregator("max", "Largest sample of each group."),
  aggregator("min", "Smallest sample of each group."),
  aggregator("quantile", "Quantile (0 ≤ φ ≤ 1) of the samples of each group.", scalar("φ")),
  aggregator("stddev", "Standard deviation of the samples of each group."),
  aggregator("stdvar", "Variance of the samples of each group."),
  aggregator("sum", "Sum of the samples of each group."),
  aggregator("topk", "The k series with the largest samples of each group.", scalar("k")),
];
