import { anyValue, atLeastOne, constantRange, notNegative, type ValueRange } from "./ranges.ts";

const between = (min: number, max: number, nan = false): ValueRange => ({ min, max, nan });

/** Functions that return their operand's samples with all labels (`DropName` is not set by them). */
export const namedFunctions: ReadonlySet<string> = new Set([
  "sort",
  "sort_desc",
  "sort_by_label",
  "sort_by_label_desc",
  "last_over_time",
  "first_over_time",
]);

/** Functions whose samples can be native histograms if those of their operand are. */
export const histogramFunctions: ReadonlySet<string> = new Set([
  ..."avg_over_time sum_over_time last_over_time first_over_time delta idelta increase irate rate integral".split(
    " ",
  ),
  ..."sort_by_label sort_by_label_desc label_replace label_join info xrate xincrease xdelta".split(" "),
]);

/** Functions of histograms, which take `le` for the bucket and remove it. */
export const bucketFunctions: ReadonlySet<string> = new Set([
  "histogram_quantile",
  "histogram_quantiles",
  "histogram_fraction",
]);

/** Functions that need samples which are native histograms, and see no others. */
export const nativeFunctions: ReadonlySet<string> = new Set([
  "histogram_avg",
  "histogram_count",
  "histogram_stddev",
  "histogram_stdvar",
  "histogram_sum",
]);

/** Range functions that return something for a series with one float in the range. */
export const oneSampleFunctions: ReadonlySet<string> = new Set(
  "count_over_time last_over_time first_over_time max_over_time min_over_time present_over_time sum_over_time avg_over_time".split(
    " ",
  ),
);

/** Range functions that return nothing for a series with one sample in the range. */
export const twoSampleFunctions: ReadonlySet<string> = new Set(
  "rate increase delta irate idelta deriv predict_linear double_exponential_smoothing".split(" "),
);

/** Vector functions that return something for every float. */
export const floatFunctions: ReadonlySet<string> = new Set([
  ..."abs acos acosh asin asinh atan atanh ceil cos cosh deg exp floor ln log10 log2 rad round sgn sin sinh".split(
    " ",
  ),
  ..."sort sort_desc sqrt tan tanh timestamp clamp_min clamp_max".split(" "),
  ..."days_in_month day_of_month day_of_week day_of_year hour minute month year".split(" "),
]);

/** Where the samples of functions lie, whatever they are given. */
export const functionRanges: ReadonlyMap<string, ValueRange> = new Map<string, ValueRange>([
  ["abs", notNegative],
  ["absent", constantRange(1)],
  ["absent_over_time", constantRange(1)],
  ["changes", { ...notNegative, nan: false }],
  ["cos", between(-1, 1, true)],
  ["count_over_time", atLeastOne],
  ["day_of_month", between(1, 31)],
  ["day_of_week", between(0, 6)],
  ["day_of_year", between(1, 366)],
  ["days_in_month", between(28, 31)],
  ["exp", notNegative],
  ["hour", between(0, 23)],
  ["minute", between(0, 59)],
  ["month", between(1, 12)],
  ["pi", constantRange(Math.PI)],
  ["present_over_time", constantRange(1)],
  ["resets", { ...notNegative, nan: false }],
  ["sgn", between(-1, 1, true)],
  ["sin", between(-1, 1, true)],
  ["sqrt", notNegative],
  ["stddev_over_time", notNegative],
  ["stdvar_over_time", notNegative],
  ["time", anyValue],
]);

/** Functions whose samples are some of those of their operand. */
export const sampleFunctions: ReadonlySet<string> = new Set([
  "sort",
  "sort_desc",
  "sort_by_label",
  "sort_by_label_desc",
  "last_over_time",
  "first_over_time",
  "max_over_time",
  "min_over_time",
]);
