import type { AggregateExpr } from "../ast.ts";
import { copied, guaranteed, impossible, labelFact, labelSet } from "./facts.ts";
import { type FlowContext, type RawFlow, unknownFlow, withoutName } from "./flow.ts";
import {
  anyValue,
  atLeastOne,
  constantOf,
  constantRange,
  notNegative,
  signOf,
  sumOf,
  type ValueRange,
} from "./ranges.ts";
import type { LabelFact, Reason } from "./types.ts";

/** Aggregations that return some of their series as they are. */
const selecting: ReadonlySet<string> = new Set(["topk", "bottomk", "limitk", "limit_ratio"]);
/** Aggregations whose groups return something whatever their samples are. */
const counting: ReadonlySet<string> = new Set(["count", "group", "count_values"]);

function rangeOf(operator: string, range: ValueRange): ValueRange {
  switch (operator) {
    case "count":
    case "count_values":
      return atLeastOne;
    case "group":
      return constantRange(1);
    case "min":
    case "max":
      return range;
    case "sum":
      return sumOf(range);
    case "avg":
      return signOf(range);
    case "stddev":
    case "stdvar":
      return notNegative;
    default:
      return anyValue;
  }
}

/** `topk` and its like keep labels; what they select depends on their parameter. */
function selected(node: AggregateExpr, inner: RawFlow, context: FlowContext): RawFlow {
  const ratio = node.operator === "limit_ratio";
  const ranked = node.operator === "topk" || node.operator === "bottomk";
  const { range } = node.parameter === undefined ? unknownFlow : context.of(node.parameter);
  const none = ratio ? constantOf(range) === 0 : range.max < 1 && !range.nan;
  const empty: Reason | undefined = none
    ? { kind: "no-elements", span: node.parameter?.span ?? node.operatorSpan, node }
    : undefined;
  const some = !ratio && range.min >= 1 && Number.isFinite(range.max) && !range.nan;
  return {
    ...inner,
    empty: inner.empty ?? empty,
    always: inner.always && some && !(ranked && inner.histograms),
    histograms: inner.histograms && !ranked,
  };
}

/** What an aggregation makes of the labels of its operand (`generateGroupingLabels` of the engine). */
export function aggregateFlow(node: AggregateExpr, context: FlowContext): RawFlow {
  if (node.expr === undefined) return unknownFlow;
  const inner = context.of(node.expr);
  const { operator } = node;
  if (selecting.has(operator)) return selected(node, inner, context);
  const grouping = node.grouping ?? [];
  const countsValues = operator === "count_values" && node.parameter?.kind === "string";
  const valueLabel = countsValues && node.parameter?.kind === "string" ? node.parameter.value : undefined;
  const valueFact =
    node.parameter === undefined
      ? undefined
      : guaranteed({ kind: "count_values", span: node.parameter.span, node });
  let set: Pick<RawFlow, "labels" | "rest">;
  if (node.without) {
    const reason: Reason = { kind: "without", span: node.groupingSpan ?? node.operatorSpan, node };
    const labels = copied(withoutName(inner, reason).labels);
    if (valueLabel !== undefined && valueFact !== undefined) labels.set(valueLabel, valueFact);
    if (valueLabel === "__name__" || valueLabel === "__type__" || valueLabel === "__unit__")
      labels.set(valueLabel, impossible(reason));
    for (const { name, span } of grouping)
      if (name === valueLabel || labelFact({ labels, rest: inner.rest }, name).presence !== "impossible")
        labels.set(name, impossible({ ...reason, span }));
    set = labelSet(labels, inner.rest);
  } else {
    const labels = new Map<string, LabelFact>();
    for (const { name } of grouping) labels.set(name, labelFact(inner, name));
    if (valueLabel !== undefined && valueFact !== undefined) labels.set(valueLabel, valueFact);
    const kind = node.grouping === undefined ? "aggregation" : "by";
    const span = node.groupingSpan ?? node.operatorSpan;
    set = labelSet(labels, impossible({ kind, span, node }));
  }
  const keepsMark = operator !== "count_values";
  const histograms = inner.histograms && (operator === "sum" || operator === "avg");
  return {
    ...unknownFlow,
    labels: set.labels,
    rest: set.rest,
    empty: inner.empty,
    always: inner.always && (counting.has(operator) || !inner.histograms),
    conditional: inner.conditional,
    range: rangeOf(operator, inner.range),
    histograms,
    // The first series of a group decides: any of them.
    nameGoes: keepsMark ? inner.nameGoes : undefined,
    nameGoesPartly: keepsMark ? inner.nameGoesPartly : undefined,
  };
}
