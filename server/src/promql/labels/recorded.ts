import type { Expr } from "../ast.ts";
import { analyseLabels } from "./analyse.ts";
import { copied, guaranteed, impossible, labelFact, labelSet, union, unknownLabel } from "./facts.ts";
import { hull } from "./ranges.ts";
import type { LabelFact, LabelFlow, LabelOptions, Reason, RecordedFlow } from "./types.ts";

/** A recording rule as far as labels are concerned. */
export interface RecordingRule {
  readonly metric: string;
  /** Nothing where it cannot be parsed: the metric is unknown then. */
  readonly expr: Expr | undefined;
  /** The labels of the rule and its group; an empty value removes the label. */
  readonly labels: Iterable<readonly [name: string, value: string]>;
}

export interface RecordedOptions extends Omit<LabelOptions, "recorded"> {
  /**
   * Labels that may be added on the way from the rule to the query: those of the server (`external_labels`) where a
   * Thanos or a federation is asked, none where the server asks itself. `unknown` where nothing is known of that.
   */
  readonly externalLabels: readonly string[] | "unknown";
}

/** Rules that read rules that read rules: deeper ones count as unknown. */
const maxDepth = 40;

/**
 * What the series carry that recording rules write, of all rules of one metric together. Each metric is worked out
 * once, when it is first asked for; one that feeds on itself counts as unknown on the way.
 */
export function recordedFlows(rules: Iterable<RecordingRule>, options: RecordedOptions): RecordedFlow {
  const byMetric = new Map<string, RecordingRule[]>();
  for (const rule of rules) {
    const list = byMetric.get(rule.metric);
    if (list === undefined) byMetric.set(rule.metric, [rule]);
    else list.push(rule);
  }
  const known = new Map<string, LabelFlow | undefined>();
  let depth = 0;
  const recorded: RecordedFlow = (metric) => {
    if (known.has(metric)) return known.get(metric);
    const definitions = byMetric.get(metric);
    if (definitions === undefined || depth >= maxDepth) return undefined;
    known.set(metric, undefined);
    depth++;
    const seen = writtenFlow(definitions, { ...options, recorded });
    depth--;
    known.set(metric, seen);
    return seen;
  };
  return recorded;
}

/** What the series carry that all rules of one metric write, for who knows what other recording rules write. */
export function writtenFlow(
  rules: readonly RecordingRule[],
  options: RecordedOptions & Pick<LabelOptions, "recorded">,
): LabelFlow | undefined {
  const flow = written(rules, options);
  return flow === undefined ? undefined : fromOutside(flow, options.externalLabels);
}

/** What all rules of one metric write. */
function written(rules: readonly RecordingRule[], options: LabelOptions): LabelFlow | undefined {
  let all: LabelFlow | undefined;
  for (const rule of rules) {
    const { expr } = rule;
    if (expr === undefined) return undefined;
    const flow = writtenBy(rule, expr, analyseLabels(expr, options).flow);
    all = all === undefined ? flow : eitherFlow(all, flow);
  }
  return all;
}

function writtenBy({ metric, labels: own }: RecordingRule, expr: Expr, flow: LabelFlow): LabelFlow {
  const reason: Reason = { kind: "recorded", span: expr.span, node: expr, metric };
  const labels = new Map<string, LabelFact>(flow.labels);
  labels.set("__name__", guaranteed(reason, [metric]));
  for (const [name, value] of own)
    labels.set(name, value === "" ? impossible(reason) : guaranteed(reason, [value]));
  return { ...flow, ...labelSet(labels, flow.rest), always: false };
}

function eitherFlow(a: LabelFlow, b: LabelFlow): LabelFlow {
  if (a.empty !== undefined) return b;
  if (b.empty !== undefined) return a;
  return {
    ...union(a, b),
    empty: undefined,
    always: false,
    conditional: a.conditional && b.conditional,
    range: hull(a.range, b.range),
    histograms: a.histograms || b.histograms,
  };
}

/** The series as someone sees them to whom labels were added on the way, where the rule did not set them. */
export function fromOutside(flow: LabelFlow, external: RecordedOptions["externalLabels"]): LabelFlow {
  if (external !== "unknown" && external.length === 0) return flow;
  const added = (fact: LabelFact): LabelFact => (fact.presence === "guaranteed" ? fact : unknownLabel);
  const labels = copied(flow.labels);
  const names = external === "unknown" ? [...labels.keys()] : external;
  for (const name of names) labels.set(name, added(labelFact(flow, name)));
  return { ...flow, ...labelSet(labels, external === "unknown" ? unknownLabel : flow.rest) };
}
