import type { Labels } from "../../base/labels.ts";
import { parseDuration } from "../../checks/rule/duration.ts";
import type { RuleGroupModel, RuleModel } from "../../model/rules.ts";
import type { DurationExpr, Expr } from "../../promql/ast.ts";
import { printSelector } from "../../promql/print-selector.ts";
import { children, selectors, walk } from "../../promql/walk.ts";
import { stringMap, textOf, valueAt } from "../../yaml/access.ts";
import { type Feeding, type FeedingRule, feedingOf } from "./feeding.ts";
import { drawnFillings, type Filling, type Grid, numbersIn, simpleFillings } from "./fillings.ts";
import { ruleFileText } from "./rule-text.ts";
import {
  LabelNeeds,
  liveSeries,
  madeSeries,
  type Shape,
  seriesText,
  type TestMetric,
  type WantedSeries,
  wantedBy,
} from "./test-series.ts";

/** A series of a test: its labels with its name, and the samples in promtool's notation. */
export interface TestSeries {
  readonly series: string;
  readonly values: string;
}

/** One way to fill the series of a rule. */
export interface Attempt {
  readonly series: readonly TestSeries[];
  /** Some of them are those of a backend. */
  readonly isLive?: true | undefined;
}

/** A selector whose series a backend may know. */
export interface AskedSeries {
  readonly wanted: WantedSeries;
  /** As PromQL, without offsets. */
  readonly selector: string;
}

/** What is needed to test one rule. */
export interface Scaffold {
  readonly kind: "alert" | "record";
  readonly name: string;
  /** A selector of what it records, for a rule that records. */
  readonly recorded: string;
  /** Between two samples. */
  readonly interval: string;
  /** Between two evaluations of the rules. */
  readonly evaluationInterval: string;
  readonly evalTime: string;
  /** The groups that take part, in the order in which they must be evaluated; empty where it is one. */
  readonly evalOrder: readonly string[];
  /** The rules that take part, as a file for promtool. */
  readonly rules: string;
  /** The series that no rule writes. */
  readonly asked: readonly AskedSeries[];
  /**
   * Ways to fill its series, in rounds: those that a person would write, then many that cost more to try. Which of them
   * makes the rule give something only promtool knows. `live` are label sets that series of `asked` have, in its order.
   */
  rounds(live?: readonly (readonly Labels[])[]): readonly (() => readonly Attempt[])[];
}

/** What a test expects, in the words of the file. */
export interface Expected {
  readonly alerts: readonly { readonly labels: readonly Pair[]; readonly annotations: readonly Pair[] }[];
  readonly samples: readonly { readonly labels: string; readonly value: string }[];
}

export type Pair = readonly [name: string, value: string];

/** Live series of each selector that a test takes. */
const liveEach = 2;
/** Ways that are drawn for each shape of the series; fewer where each holds many samples. */
const drawnEach = 40;
const drawnSamples = 50_000;
/** So many evaluations are enough, unless the rule looks back far. */
const maxEvaluations = 200;

/** The scaffold of a test of a rule; `groups` are those of its file. Nothing where it has no name or expression. */
export function scaffoldOf(rule: RuleModel, groups: readonly RuleGroupModel[]): Scaffold | undefined {
  const feeding = feedingOf(rule, groups);
  if (feeding === undefined || rule.name === undefined || rule.kind === "unknown") return undefined;
  const exprs = feeding.rules.map(({ expr }) => expr);
  const asked = askedBy(feeding);
  const numbers = numbersIn(exprs);
  const times = timesOf(rule, feeding);
  const grid: Grid = { count: Math.ceil(times.end / times.sample) + 5, seconds: times.sample };
  const drawn = drawnFillings(numbers, grid, Math.max(4, Math.min(drawnEach, drawnSamples / grid.count)));
  const needs = new LabelNeeds(
    exprs,
    feeding.rules.flatMap(({ rule: one }) => labelsNamed(one)),
  );
  const bounds = boundsOf(exprs, numbers);
  const wanted = asked.map((one) => one.wanted);
  const filled = (series: readonly TestMetric[], fillings: readonly Filling[]): readonly Attempt[] =>
    fillings.map((fill) => attemptOf(series, fill));
  const made = (shape: Shape): readonly TestMetric[] => madeSeries(wanted, needs, shape, bounds);
  return {
    kind: rule.kind,
    name: rule.name.value,
    recorded: recordedBy(rule, feeding),
    interval: durationText(times.sample),
    evaluationInterval: durationText(times.evaluation),
    evalTime: durationText(times.end),
    evalOrder:
      feeding.order.length > 1
        ? feeding.order.flatMap(({ name }) => (name === undefined ? [] : name.value))
        : [],
    rules: rulesText(feeding),
    asked,
    rounds: (live) => {
      const real = liveSeries(
        asked.flatMap((one, at) => {
          const labels = live?.[at] ?? [];
          return labels.length === 0 ? [] : [{ wanted: one.wanted, labels }];
        }),
        liveEach,
      );
      const simple = simpleFillings(numbers, grid);
      const others: readonly Shape[] = ["shared", "twins", "different"];
      const rounds = [
        () => filled(made("plain"), simple),
        () => filled(made("plain"), drawn),
        ...others.map((shape) => () => filled(made(shape), [...simple, ...drawn])),
      ];
      if (real.series.length === 0) return rounds;
      const missing = wanted.filter((_, at) => (live?.[at] ?? []).length === 0);
      const series = [...real.series, ...madeSeries(missing, needs.preferring(real.values), "plain", bounds)];
      const ofBackend = (fillings: readonly Filling[]): readonly Attempt[] =>
        filled(series, fillings).map((attempt) => ({ ...attempt, isLive: true }));
      return [() => ofBackend(simple), () => ofBackend(drawn), ...rounds];
    },
  };
}

/** The series of a recording rule; by the labels that it sets, where other rules record the same metric. */
function recordedBy(rule: RuleModel, { writers }: Feeding): string {
  const name = rule.name?.value ?? "";
  if ((writers.get(name)?.length ?? 0) < 2) return printSelector(name, []);
  const matchers = [...stringMap(rule.labels)].map(([label, value]) => ({
    name: label,
    operator: "=" as const,
    value,
  }));
  return printSelector(name, matchers);
}

/** The selectors down to what no rule of the file records. */
function askedBy({ rules, writers }: Feeding): readonly AskedSeries[] {
  const found = new Map<string, AskedSeries>();
  for (const { expr } of rules)
    for (const selector of selectors(expr)) {
      const wanted = wantedBy(selector);
      if (wanted === undefined || writers.has(wanted.name)) continue;
      const alert = selector.matchers.find(({ name }) => name === "alertname")?.value;
      if (wanted.name.startsWith("ALERTS") && writers.has(`ALERTS ${alert}`)) continue;
      const text = printSelector(selector.name, selector.matchers);
      if (!found.has(text)) found.set(text, { wanted, selector: text });
    }
  return [...found.values()];
}

/** How far the rules look back, and how often samples and evaluations are needed for that; in seconds. */
function timesOf(
  rule: RuleModel,
  { rules, writers }: Feeding,
): { readonly sample: number; readonly evaluation: number; readonly end: number } {
  const own = rules.find((one) => one.rule === rule);
  const hold = Math.max(
    0,
    ...rules.map(({ rule: one }) => {
      const pending = parseDuration(textOf(valueAt(one.node, "for")) ?? "0");
      return pending.ok ? Number(pending.milliseconds) / 1000 : 0;
    }),
  );
  const reach = own === undefined ? 0 : reachOf(own.expr, writers, 0);
  const ranges = rules.flatMap(({ expr }) =>
    [...walk(expr)].flatMap((node) =>
      node.kind === "matrix"
        ? [secondsOf(node.range)]
        : node.kind === "subquery"
          ? [secondsOf(node.range)]
          : [],
    ),
  );
  const shortest = Math.min(...ranges.filter((range) => range > 0), Number.POSITIVE_INFINITY);
  const wanted = Math.max(300, reach + hold + 120);
  const coarse = wanted > maxEvaluations * 60;
  const evaluation = coarse ? Math.ceil(wanted / maxEvaluations / 300) * 300 : 60;
  const sample = sampleSteps.find((step) => step <= (coarse ? 300 : 60) && step * 4 <= shortest) ?? 1;
  return { sample, evaluation, end: (Math.ceil(wanted / evaluation) + (coarse ? 1 : 0)) * evaluation };
}

const sampleSteps = [300, 60, 30, 15, 10, 5, 2, 1];
const maxDepth = 8;

/** How many seconds an expression looks back, through what rules record. */
function reachOf(expr: Expr, writers: ReadonlyMap<string, readonly FeedingRule[]>, depth: number): number {
  if (depth > maxDepth) return 0;
  if (expr.kind === "selector") {
    const fed = writers.get(expr.name ?? "")?.map((one) => reachOf(one.expr, writers, depth + 1)) ?? [];
    return Math.max(0, secondsOf(expr.offset)) + Math.max(0, ...fed);
  }
  const below = Math.max(0, ...children(expr).map((child) => reachOf(child, writers, depth)));
  if (expr.kind === "matrix") return below + secondsOf(expr.range);
  if (expr.kind === "subquery") return below + secondsOf(expr.range) + Math.max(0, secondsOf(expr.offset));
  return below;
}

function secondsOf(duration: DurationExpr | undefined): number {
  return duration?.seconds ?? 0;
}

function durationText(seconds: number): string {
  if (seconds % 3600 === 0 && seconds > 0) return `${seconds / 3600}h`;
  return seconds % 60 === 0 && seconds > 0 ? `${seconds / 60}m` : `${seconds}s`;
}

/** Bounds of made up buckets, so that a quantile can pass the number it is compared with. */
function boundsOf(exprs: readonly Expr[], numbers: readonly number[]): readonly string[] {
  const usual = ["0.1", "1", "+Inf"];
  const compares = exprs.some((expr) =>
    [...walk(expr)].some((node) => node.kind === "call" && node.name.startsWith("histogram_")),
  );
  const number = compares ? numbers.find((value) => value > 0) : undefined;
  return number === undefined ? usual : [plain(number / 2), plain(number * 4), "+Inf"];
}

function plain(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** Labels that the texts of a rule name. */
function labelsNamed({ labels, annotations }: RuleModel): readonly string[] {
  const texts = [labels, annotations].flatMap(
    (map) => map?.pairs.map((pair) => textOf(pair.value) ?? "") ?? [],
  );
  return texts.flatMap((text) =>
    [...text.matchAll(/(?:\$labels|\.Labels)\.([a-zA-Z_][a-zA-Z0-9_]*)/g)].map(([, name = ""]) => name),
  );
}

function attemptOf(series: readonly TestMetric[], fill: Filling): Attempt {
  let family = -1;
  return {
    series: series.flatMap((metric) => {
      if (metric.height === undefined || metric.height === 0) family++;
      const values = fill(metric, family);
      return values === undefined ? [] : [{ series: seriesText(metric), values }];
    }),
  };
}

function rulesText({ rules, order }: Feeding): string {
  const kept = new Set(rules.map(({ rule }) => rule));
  return ruleFileText(order.map((group) => ({ group, rules: kept })));
}
