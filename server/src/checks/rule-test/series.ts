import type { Span } from "../../base/text.ts";
import { parseMetric, parseSeries } from "../../promql/series/parse.ts";
import type { YamlScalar } from "../../yaml/node.ts";
import type { CheckContext, DocumentCheck, RawFinding } from "../check.ts";
import { keyIn, testCheck, testsOf } from "./context.ts";

/** The notation of series in tests: metrics, samples, histograms. */
export const testSeriesSyntax: DocumentCheck = {
  ...testCheck,
  id: "rule.test-series-syntax",
  severity: "error",
  summary: "promtool cannot read a series of a rule unit test.",
  *run(context) {
    for (const { series, exprs } of testsOf(context)?.tests ?? []) {
      for (const input of series) {
        const metric = input.series?.value ?? "";
        const values = input.values?.value ?? "";
        const [line = ""] = `${metric} ${values}`.trim().split("\n");
        if (line.startsWith("#") || isStartLine(line)) continue;
        const { error } = parseSeries(line.trim());
        if (error === undefined) continue;
        const lead = `${metric} ${values}`.length - `${metric} ${values}`.trimStart().length;
        const at = { start: error.span.start + lead, end: error.span.end + lead };
        const span = placeOf(input.series, input.values, metric.length, at) ?? keyIn(input.node, "series");
        yield refusal(error.message, span);
      }
      for (const { samples } of exprs)
        for (const { labels, histogram } of samples) {
          if (labels !== undefined) yield* metricFinding(labels);
          if (histogram !== undefined && histogram.value !== "") yield* histogramFinding(histogram);
        }
    }
  },
};

/** A start timestamp of a series (`metric@st 1 2`), which the samples below it must follow. */
function isStartLine(line: string): boolean {
  const space = line.search(/[ \t]/);
  return space >= 0 && line.slice(0, space).endsWith("@st");
}

function refusal(message: string, span: Span): RawFinding {
  return {
    check: testSeriesSyntax.id,
    severity: "error",
    message: `parse error: ${message}`,
    span,
    refusedBy: "prometheus",
  };
}

/** Where an error of `metric values` stands in the file. */
function placeOf(
  series: YamlScalar | undefined,
  values: YamlScalar | undefined,
  length: number,
  { start, end }: Span,
): Span | undefined {
  if (start < length || values === undefined)
    return series === undefined ? values?.span : within(series, start, Math.min(end, length));
  const from = Math.max(0, start - length - 1);
  return within(values, from, Math.max(from, end - length - 1));
}

function within({ map, value, span }: YamlScalar, start: number, end: number): Span {
  if (value === "") return span;
  const from = Math.min(start, value.length - 1);
  return map.spanToSource({ start: from, end: Math.min(Math.max(end, from + 1), value.length) });
}

function* metricFinding(scalar: YamlScalar): Iterable<RawFinding> {
  const { error } = parseMetric(scalar.value);
  if (error !== undefined) yield refusal(error.message, within(scalar, error.span.start, error.span.end));
}

function* histogramFinding(scalar: YamlScalar): Iterable<RawFinding> {
  const { error, items } = parseSeries(`{} ${scalar.value}`);
  const [item] = items;
  const count = items.reduce((sum, { times }) => sum + times, 0);
  if (error !== undefined)
    yield refusal(error.message, within(scalar, Math.max(0, error.span.start - 3), error.span.end - 3));
  else if (count !== 1) yield refusal(`expected 1 value, got ${count}`, scalar.span);
  else if (item?.kind !== "histogram")
    yield refusal(`expected histogram, got ${scalar.value.trim()}`, scalar.span);
}

/** promtool reads series line by line: an empty line ends them all, and what stands behind a line break is another series. */
export const testSeriesCut: DocumentCheck = {
  ...testCheck,
  id: "rule.test-series-cut",
  severity: "warning",
  summary: "A line break in a series of a rule unit test makes promtool ignore all series behind it.",
  run: (context: CheckContext) => cutSeries(context),
};

function* cutSeries(context: CheckContext): Iterable<RawFinding> {
  for (const { series } of testsOf(context)?.tests ?? []) {
    for (const [index, { series: metric, values }] of series.entries()) {
      const isLast = index === series.length - 1;
      const lines = `${metric?.value ?? ""} ${values?.value ?? ""}`.split("\n").slice(1);
      const ends = lines.some((line) => /^\s*(?:#.*)?$/.test(line));
      if (isLast || !ends) continue;
      yield {
        check: testSeriesCut.id,
        severity: "warning",
        message:
          "The line break ends the list for promtool: it loads none of the series below. Write one line.",
        span:
          (values ?? metric)?.span ??
          keyIn(series[index]?.node ?? { kind: "map", flow: false, pairs: [], span: { start: 0, end: 0 } }),
      };
    }
  }
}
