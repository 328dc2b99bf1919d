import { isOpaque } from "../../base/opaque.ts";
import type { Call, Expr, LabelMatcher } from "../ast.ts";
import { selectors } from "../walk.ts";
import {
  bucketFunctions,
  floatFunctions,
  functionRanges,
  histogramFunctions,
  namedFunctions,
  nativeFunctions,
  oneSampleFunctions,
  sampleFunctions,
  twoSampleFunctions,
} from "./call-data.ts";
import {
  atMostOne,
  copied,
  guaranteed,
  impossible,
  isMetadataLabel,
  labelFact,
  labelSet,
  unknownLabel,
} from "./facts.ts";
import { bareFlow, droppingName, type FlowContext, finished, type RawFlow, unknownFlow } from "./flow.ts";
import { infoFlow, labelJoinFlow, labelReplaceFlow } from "./label-functions.ts";
import { anyValue, compare, constantOf, signOf, sumOf, type ValueRange } from "./ranges.ts";
import { atMostOneStep } from "./subquery.ts";
import type { LabelFact, Reason } from "./types.ts";

function unwrapped(expr: Expr | undefined): Expr | undefined {
  let inner = expr;
  while (inner?.kind === "paren") inner = inner.expr;
  return inner;
}

function isVector(expr: Expr): boolean {
  return expr.type === "vector" || expr.type === "matrix";
}

/** The labels of `absent()`: those that exactly one equality matcher names (`createLabelsForAbsentFunction`). */
function absentLabels(node: Call): RawFlow {
  const argument = unwrapped(node.args[0]);
  const selector = argument?.kind === "matrix" ? argument.selector : argument;
  const labels = new Map<string, LabelFact>();
  const set = new Set<string>();
  const matchers: readonly LabelMatcher[] = selector?.kind === "selector" ? selector.matchers : [];
  for (const { name, operator, value, span } of matchers) {
    if (isMetadataLabel(name)) continue;
    const sets = operator === "=" && !set.has(name);
    if (sets) set.add(name);
    const kept = sets && value !== "";
    labels.set(
      name,
      kept
        ? guaranteed({ kind: "matcher", span, node }, isOpaque(value) ? undefined : [value])
        : impossible({ kind: "absent", span, node }),
    );
  }
  const rest = impossible({ kind: "absent", span: node.nameSpan, node });
  // The name that `absent_over_time` has been given must go, as that of all functions of ranges.
  const nameGoes: Reason | undefined =
    node.name === "absent" ? undefined : { kind: "name-dropped", span: node.nameSpan, node };
  return { ...unknownFlow, ...labelSet(labels, rest), conditional: true, histograms: false, nameGoes };
}

function absentFlow(node: Call, inner: RawFlow): RawFlow {
  const never: Reason = { kind: "never-absent", span: node.nameSpan, node };
  return {
    ...absentLabels(node),
    empty: inner.always ? never : undefined,
    always: inner.empty !== undefined,
    range: functionRanges.get("absent") ?? anyValue,
  };
}

/** Native histograms are not called buckets, nor what recording rules make of them. */
function areClassic(expr: Expr): boolean {
  const all = selectors(expr);
  return all.length > 0 && all.every(({ name }) => name !== undefined && /_buckets?(?::|$)/.test(name));
}

/** `histogram_quantile` and its like: classic ones lose `le`; native ones have none, or what they have stays. */
function bucketsFlow(node: Call, inner: RawFlow, context: FlowContext): RawFlow {
  const named = droppingName(inner, node, node.nameSpan, context.options);
  const labels = copied(named.labels);
  const le = labelFact(inner, "le");
  const buckets = node.args[node.name === "histogram_quantiles" ? 0 : node.args.length - 1];
  const isNative = inner.histograms && buckets !== undefined && !areClassic(buckets);
  if (isNative && le.presence !== "impossible") labels.set("le", { presence: "possible", reason: le.reason });
  else if (le.presence !== "impossible")
    labels.set("le", impossible({ kind: "buckets", span: node.nameSpan, node }));
  const label = node.args[1];
  let { rest } = named;
  if (node.name === "histogram_quantiles" && label?.kind === "string") {
    // With delayed name removal nobody minds at once that series become equal so.
    const mayRepeat = labelFact({ labels, rest }, label.value).presence !== "impossible";
    if (context.options.delayedNameRemoval === true && mayRepeat) rest = unknownLabel;
    labels.set(label.value, guaranteed({ kind: "quantiles", span: label.span, node }));
  }
  // Floats without `le` are passed over.
  const noBuckets: Reason | undefined =
    le.presence === "impossible" && !inner.histograms
      ? { kind: "no-buckets", span: node.nameSpan, node, via: le.reason }
      : undefined;
  return {
    ...named,
    ...labelSet(labels, rest),
    empty: inner.empty ?? noBuckets,
    always: false,
    range: anyValue,
    histograms: false,
  };
}

function scalarOf(node: Call, inner: RawFlow): RawFlow {
  const certain = inner.always && !inner.histograms && atMostOne(inner);
  return bareFlow(node, certain ? inner.range : { ...inner.range, nan: true });
}

/** Functions that keep the order of numbers, from the range of what they are given. */
const monotone: Readonly<Record<string, (value: number) => number>> = {
  ceil: Math.ceil,
  floor: Math.floor,
};

function rangeOf(node: Call, inner: RawFlow, context: FlowContext): ValueRange {
  const { name } = node;
  const { range } = inner;
  const known = functionRanges.get(name);
  if (known !== undefined) return known;
  if (sampleFunctions.has(name)) return range;
  if (name === "sum_over_time") return sumOf(range);
  if (name === "avg_over_time" || (name === "round" && node.args.length === 1)) return signOf(range);
  const apply = Object.hasOwn(monotone, name) ? monotone[name] : undefined;
  if (apply !== undefined) return { min: apply(range.min), max: apply(range.max), nan: range.nan };
  const limit = (at: number): number | undefined => {
    const arg = node.args[at];
    const value = arg === undefined ? undefined : constantOf(context.of(arg).range);
    return Number.isNaN(value) ? undefined : value;
  };
  const [first, second] = [limit(1), limit(2)];
  if (name === "clamp_min" && first !== undefined)
    return { min: Math.max(range.min, first), max: Math.max(range.max, first), nan: range.nan };
  if (name === "clamp_max" && first !== undefined)
    return { min: Math.min(range.min, first), max: Math.min(range.max, first), nan: range.nan };
  if (name === "clamp" && first !== undefined && second !== undefined && first <= second)
    return {
      min: Math.max(first, Math.min(second, range.min)),
      max: Math.max(first, Math.min(second, range.max)),
      nan: range.nan,
    };
  return anyValue;
}

/** Why a function never returns anything, whatever its operand does. */
function emptyOf(node: Call, argument: Expr, inner: RawFlow, context: FlowContext): Reason | undefined {
  const { name, nameSpan: span } = node;
  if (nativeFunctions.has(name)) return inner.histograms ? undefined : { kind: "no-histograms", span, node };
  if (twoSampleFunctions.has(name) && argument.kind === "subquery" && atMostOneStep(argument))
    return { kind: "one-sample", span: argument.span, node };
  const [, least, most] = node.args;
  if (name !== "clamp" || least === undefined || most === undefined) return undefined;
  const [a, b] = [context.of(least).range, context.of(most).range];
  const crossed = compare(">", a, b) === "always";
  return crossed
    ? { kind: "no-range", span: { start: least.span.start, end: most.span.end }, node }
    : undefined;
}

/** `max_of` and `min_of`, which pick one of two numbers. */
function pickedRange(node: Call, { of }: FlowContext): ValueRange | undefined {
  const [first, second] = node.args;
  if ((node.name !== "max_of" && node.name !== "min_of") || first === undefined || second === undefined)
    return undefined;
  const [a, b] = [of(first).range, of(second).range];
  const pick = node.name === "max_of" ? Math.max : Math.min;
  return { min: pick(a.min, b.min), max: pick(a.max, b.max), nan: a.nan || b.nan };
}

/** Whether the function returns something whenever its operand does. */
function staysAlways(node: Call, argument: Expr, inner: RawFlow): boolean {
  if (!inner.always) return false;
  const { name } = node;
  if (name.startsWith("sort_by_label")) return true;
  if (inner.histograms) return false;
  if (argument.kind === "subquery") return oneSampleFunctions.has(name);
  return floatFunctions.has(name);
}

/** The operand of a function that keeps names; those that must go are lost on the way out of a subquery at once. */
function keepingName(node: Call, argument: Expr, inner: RawFlow, { options }: FlowContext): RawFlow {
  const isSubquery = argument.kind === "subquery" && node.name.endsWith("_over_time");
  return isSubquery && options.delayedNameRemoval !== true ? finished(inner) : inner;
}

/** What a function makes of the labels of its operand (`promql/functions.go`). */
export function callFlow(node: Call, context: FlowContext): RawFlow {
  const { name } = node;
  if (name === "vector") {
    const [argument] = node.args;
    return bareFlow(node, argument === undefined ? anyValue : context.of(argument).range);
  }
  const argument = node.args.find(isVector);
  if (argument === undefined) {
    // Numbers, and date functions of the time of evaluation.
    return node.type === "scalar" || node.args.length === 0
      ? bareFlow(node, functionRanges.get(name) ?? pickedRange(node, context) ?? anyValue)
      : unknownFlow;
  }
  const inner = context.of(argument);
  switch (name) {
    case "absent":
    case "absent_over_time":
      return absentFlow(node, inner);
    case "scalar":
      return scalarOf(node, inner);
    case "label_replace":
      return labelReplaceFlow(node, inner);
    case "label_join":
      return labelJoinFlow(node, inner);
    case "info":
      return infoFlow(node, inner);
  }
  if (bucketFunctions.has(name)) return bucketsFlow(node, inner, context);
  const range = rangeOf(node, inner, context);
  const flow = namedFunctions.has(name)
    ? keepingName(node, argument, inner, context)
    : droppingName(inner, node, node.nameSpan, context.options);
  return {
    ...flow,
    empty: inner.empty ?? emptyOf(node, argument, inner, context),
    always: staysAlways(node, argument, inner),
    range,
    histograms: inner.histograms && histogramFunctions.has(name),
  };
}
