import type { ValueType } from "../promql/ast.ts";
import { type Expectation, enclosingCalls } from "../promql/context.ts";
import { aggregations, functions, signatureOf } from "../promql/functions.ts";
import { isPlainMetricName, quoted } from "../promql/quote.ts";
import { selectorText } from "../promql/selector-text.ts";
import { fits, hintOf, type MetricFit } from "../world/metric-fit.ts";
import { featuresOf } from "./embedded.ts";
import type { LiveNames } from "./live-names.ts";
import { argumentType, escapedName, type PromqlRequest, placesOf } from "./promql-request.ts";
import { recordsNamed } from "./recorded-rules.ts";
import { matchRank, maxItems, type Suggestion, type Template } from "./suggestions.ts";
import type { CompletionData } from "./types.ts";

/** When nothing is typed yet the metrics leave room for functions and aggregations. */
const maxMetricsUntyped = 90;

/** Functions that make sense of counters only, and those that make sense of gauges only. */
const counterFunctions = new Set(["rate", "irate", "increase", "resets", "xrate", "xincrease"]);
const gaugeFunctions = new Set([
  "delta",
  "idelta",
  "deriv",
  "predict_linear",
  "double_exponential_smoothing",
  "avg_over_time",
  "min_over_time",
  "max_over_time",
  "sum_over_time",
  "stddev_over_time",
  "stdvar_over_time",
  "mad_over_time",
  "quantile_over_time",
]);
const histogramFunctions = new Set([
  "histogram_quantile",
  "histogram_quantiles",
  "histogram_fraction",
  "histogram_avg",
  "histogram_count",
  "histogram_sum",
  "histogram_stddev",
  "histogram_stdvar",
]);

type ExpressionExpectation = Extract<Expectation, { kind: "expression" }>;

/** Metrics, recording rules, functions and aggregations, those first that fit the argument's type. */
export async function expressionItems(
  request: PromqlRequest,
  expectation: ExpressionExpectation,
): Promise<readonly Suggestion[]> {
  const wanted = argumentType(expectation.call);
  const callables = [
    ...functionItems(request, expectation, wanted),
    ...aggregationItems(expectation, wanted),
  ];
  const metrics = await metricItems(request, expectation, wanted);
  return [...callables, ...metrics];
}

function functionItems(
  { snapshot }: PromqlRequest,
  { span, followedBy }: ExpressionExpectation,
  wanted: ValueType | undefined,
): readonly Suggestion[] {
  const enabled = featuresOf(snapshot).has("promql-experimental-functions");
  return [...functions.values()].map(({ name, parameters, returns, experimental, variadic }) => {
    const takesNone =
      parameters.length === 0 || (variadic !== 0 && parameters.length === 1 && isOptional(name));
    const off = experimental && !enabled;
    const fits = wanted === undefined || wanted === returns || (wanted === "matrix" && returns === "vector");
    return {
      label: name,
      kind: "function",
      insert: call(name, followedBy, !takesNone),
      span,
      group: (wanted === "matrix" ? 4 : 2) + (fits ? 0 : 3) + (off ? 3 : 0),
      detail: `${signatureOf(name)?.label ?? name}${off ? " (experimental, not enabled)" : ""}`,
      retrigger: followedBy === "(" || takesNone ? undefined : "signature",
      data: { kind: "function", name },
    };
  });
}

function isOptional(name: string): boolean {
  return functions.get(name)?.parameters[0]?.fallback !== undefined;
}

function aggregationItems(
  { span, followedBy }: ExpressionExpectation,
  wanted: ValueType | undefined,
): readonly Suggestion[] {
  return [...aggregations.keys()].map((name) => ({
    label: name,
    kind: "aggregation",
    insert: call(name, followedBy, true),
    span,
    group: wanted === "matrix" ? 4 : wanted === "scalar" || wanted === "string" ? 5 : 1,
    detail: signatureOf(name)?.label,
    retrigger: followedBy === "(" ? undefined : "signature",
    data: { kind: "function", name },
  }));
}

function call(name: string, followedBy: "(" | "{" | undefined, argument: boolean): Template {
  if (followedBy === "(") return [name];
  return argument ? [`${name}(`, 1, ")"] : [`${name}()`];
}

async function metricItems(
  request: PromqlRequest,
  expectation: ExpressionExpectation,
  wanted: ValueType | undefined,
): Promise<readonly Suggestion[]> {
  const { cursor, names, vocabulary } = request;
  const { span, selector, followedBy } = expectation;
  const typed = cursor.text.slice(span.start, cursor.offset);
  const prefer = wantedFit(cursor.text, cursor.offset);
  const live = await names.metricNames({
    search: typed === "" ? undefined : typed,
    selector: selector === undefined ? undefined : selectorText({ ...selector, name: undefined }),
    prefer,
  });
  const used = [...live.names.keys()].filter((name) => vocabulary.metrics.has(name));
  const all = [...new Set([...used, ...live.names.keys()])];
  const ordered = all.slice(0, typed === "" ? maxMetricsUntyped : maxItems);
  if (ordered.length < all.length) names.more = true;
  const described = await names.metadata(live, ordered);
  const group = (name: string): number => {
    if (wanted === "scalar" || wanted === "string") return 6;
    if (prefer !== undefined)
      return fits(prefer, described.get(name)?.type ?? "unknown", hintOf(name)) ? 2 : 3;
    return wanted === "matrix" ? 2 : 3;
  };
  const items = ordered.flatMap((name): Suggestion[] => {
    const insert = metricInsert(name, followedBy);
    if (insert === undefined) return [];
    const metadata = described.get(name);
    const details = [metadata?.type, placesOf(name, live, names.size)].filter((text) => text !== undefined);
    return [
      {
        label: name,
        kind: "metric",
        insert,
        span,
        group: group(name),
        detail: details.length === 0 ? undefined : details.join(" · "),
        data: dataOf(name, live),
      },
    ];
  });
  return [...recordedItems(request, span, group), ...items, ...usedItems(request, live, span, group)];
}

/** What rules of the workspace record: true as soon as they are deployed, whatever the backend says. */
function recordedItems(
  { snapshot, cursor }: PromqlRequest,
  span: Suggestion["span"],
  group: (name: string) => number,
): readonly Suggestion[] {
  const typed = cursor.text.slice(span.start, cursor.offset);
  return recordsNamed(
    snapshot,
    (name) => isPlainMetricName(name) && matchRank(name, typed) !== undefined,
  ).map(({ name, expr, uri, path }) => ({
    label: name,
    kind: "recording-rule",
    insert: [name],
    span,
    group: group(name),
    detail: uri === snapshot.document.uri ? "recorded in this file" : `recorded in ${path}`,
    data: { kind: "recording-rule", name, expr, path },
  }));
}

/** The sort of metric that makes sense within the calls around the cursor; the innermost that wants one decides. */
function wantedFit(text: string, offset: number): MetricFit | undefined {
  const calls = enclosingCalls(text, offset);
  // The rate in the quantile of a histogram is one of buckets.
  if (calls.some(({ name }) => histogramFunctions.has(name))) return "histogram";
  for (const { name } of calls) {
    if (counterFunctions.has(name)) return "counter";
    if (gaugeFunctions.has(name)) return "gauge";
  }
  return undefined;
}

/** Metrics that the file's expressions name: they may be recorded elsewhere, or be missing just now. */
function usedItems(
  { vocabulary, names }: PromqlRequest,
  live: LiveNames,
  span: Suggestion["span"],
  group: (name: string) => number,
): readonly Suggestion[] {
  const detail =
    live.complete && names.size > 0 ? "used in this file, found nowhere now" : "used in this file";
  return [...vocabulary.metrics]
    .filter((name) => !live.names.has(name) && isPlainMetricName(name))
    .map((name) => ({ label: name, kind: "metric", insert: [name], span, group: group(name) + 1, detail }));
}

/** A name that is not an identifier goes into braces, with quotes (`{"k8s.pod.restarts"}`). */
function metricInsert(name: string, followedBy: "(" | "{" | undefined): Template | undefined {
  if (isPlainMetricName(name)) return [name];
  return followedBy === undefined ? [`{${quoted(name)}}`] : undefined;
}

function dataOf(name: string, live: LiveNames): CompletionData | undefined {
  const environment = live.names.get(name)?.[0];
  return environment === undefined ? undefined : { kind: "metric", name, environment };
}

/** Names of metrics within quotes in braces. */
export async function metricStringItems(
  { cursor, names }: PromqlRequest,
  expectation: Extract<Expectation, { kind: "metric-string" }>,
): Promise<readonly Suggestion[]> {
  const { span, selector, matcher, quote, closed } = expectation;
  const typed = cursor.text.slice(span.start, cursor.offset).replace(/^["'`]/, "");
  const search = typed === "" ? undefined : typed;
  const live = await names.metricNames({ search, selector: selectorText(selector, matcher) });
  return [...live.names.keys()].flatMap((name): Suggestion[] => {
    // Outside of quotes only names that need them; others are better written before the braces.
    if (quote === undefined && isPlainMetricName(name)) return [];
    const insert = escapedName(name, quote, closed);
    if (insert === undefined) return [];
    return [
      {
        label: name,
        kind: "metric",
        insert: [insert],
        span,
        group: 3,
        detail: placesOf(name, live, names.size),
        match: quote === undefined ? insert : name,
        data: dataOf(name, live),
      },
    ];
  });
}
