import type { BinaryExpr, VectorMatching } from "../ast.ts";
import { copied, impossible, type LabelSet, labelFact, labelSet, union } from "./facts.ts";
import { bareFlow, droppingName, type FlowContext, type RawFlow, unknownFlow, withoutName } from "./flow.ts";
import { type Met, meetSets } from "./meeting.ts";
import {
  anyValue,
  arithmetic,
  compare,
  constantRange,
  flip,
  hull,
  isComparison,
  narrow,
  type ValueRange,
} from "./ranges.ts";
import type { LabelFact, Reason } from "./types.ts";

const zeroOrOne: ValueRange = { min: 0, max: 1, nan: false };

/** Only the labels that are compared, as the series has them that stands in for one that is missing. */
function comparedOnly(node: BinaryExpr, matching: VectorMatching, set: LabelSet): LabelSet {
  if (matching.on === true) {
    const rest = impossible({ kind: "on", span: node.operatorSpan, node });
    return labelSet(new Map(matching.labels.map(({ name }) => [name, labelFact(set, name)])), rest);
  }
  const gone: Reason = { kind: "ignoring", span: node.operatorSpan, node };
  const labels = copied(withoutName(set, gone).labels);
  for (const { name } of matching.labels) labels.set(name, impossible(gone));
  return labelSet(labels, set.rest);
}

/** The labels of a result from those of its two series (`resultMetric` of the engine); `many` is the one that is kept. */
function resultLabels(
  node: BinaryExpr,
  matching: VectorMatching,
  dropName: boolean,
  many: LabelSet,
  one: LabelSet,
): LabelSet {
  let set = dropName ? withoutName(many, { kind: "name-dropped", span: node.operatorSpan, node }) : many;
  if (matching.cardinality === "one-to-one") {
    if (matching.on === true) {
      const first = matching.labels[0];
      const last = matching.labels[matching.labels.length - 1];
      const span =
        first === undefined || last === undefined
          ? node.operatorSpan
          : { start: first.span.start, end: last.span.end };
      const kept = new Map<string, LabelFact>();
      for (const { name } of matching.labels) kept.set(name, labelFact(set, name));
      set = labelSet(kept, impossible({ kind: "on", span, node }));
    } else if (matching.labels.length > 0) {
      const labels = copied(set.labels);
      for (const { name, span } of matching.labels)
        if (labelFact(set, name).presence !== "impossible")
          labels.set(name, impossible({ kind: "ignoring", span, node }));
      set = labelSet(labels, set.rest);
    }
  }
  if (matching.include.length === 0) return set;
  const labels = copied(set.labels);
  for (const { name, span } of matching.include) {
    const fact = labelFact(one, name);
    labels.set(name, { ...fact, reason: { kind: "included", span, node, via: fact.reason } });
  }
  return labelSet(labels, set.rest);
}

type Operand = Pick<RawFlow, "range" | "histograms">;

function filled(side: Operand, fill: number | undefined): Operand {
  if (fill === undefined) return side;
  return { range: hull(side.range, constantRange(fill)), histograms: side.histograms };
}

function setOperation(node: BinaryExpr, matching: VectorMatching, left: RawFlow, right: RawFlow): RawFlow {
  const { met, set } = meetSets(node, matching, left, right);
  // Nothing of the right side is left where the left side always matches it.
  if (node.operator === "or") return left.always && met.same ? left : orFlow(left, right, met);
  if (node.operator === "unless") {
    const excluded: Reason = { kind: "always-excluded", span: node.operatorSpan, node };
    const matchesAll = right.always && met.same && right.empty === undefined;
    return {
      ...left,
      empty: left.empty ?? (matchesAll ? excluded : undefined),
      always: left.always && (right.empty !== undefined || met.conflict !== undefined),
      conditional: true,
      met,
    };
  }
  return {
    ...left,
    labels: set.labels,
    rest: set.rest,
    empty: left.empty ?? right.empty ?? met.conflict,
    always: left.always && right.always && met.same,
    conditional: left.conditional || right.conditional,
    met,
  };
}

function orFlow(left: RawFlow, right: RawFlow, met: Met): RawFlow {
  if (right.empty !== undefined) return left;
  if (left.empty !== undefined) return right;
  const goes = left.nameGoes ?? right.nameGoes;
  const partly =
    left.nameGoesPartly === true ||
    right.nameGoesPartly === true ||
    (left.nameGoes === undefined) !== (right.nameGoes === undefined);
  const { labels, rest } = union(left, right);
  return {
    labels,
    rest,
    empty: undefined,
    always: left.always || right.always,
    conditional: left.conditional && right.conditional,
    range: hull(left.range, right.range),
    histograms: left.histograms || right.histograms,
    nameGoes: goes,
    nameGoesPartly: goes !== undefined && partly,
    met,
  };
}

/** What an operator makes of the samples of matched series. */
interface Samples {
  readonly range: ValueRange;
  readonly histograms: boolean;
  /** It returns something for every pair of floats, or for none. */
  readonly always: boolean;
  readonly never: boolean;
}

function combined(node: BinaryExpr, left: Operand, right: Operand): Samples {
  const { operator } = node;
  const floats = !left.histograms && !right.histograms;
  if (isComparison(operator)) {
    const verdict = compare(operator, left.range, right.range);
    if (node.bool) {
      const range = floats ? verdictRange(verdict) : zeroOrOne;
      return { range, histograms: false, always: floats, never: false };
    }
    // A comparison with the scalar on the left keeps the samples of the vector.
    const range =
      node.left.type === "scalar"
        ? narrow(flip(operator), right.range, left.range)
        : narrow(operator, left.range, right.range);
    const both = left.histograms && right.histograms;
    return {
      range,
      histograms: both,
      always: floats && verdict === "always",
      never: verdict === "never" && !both,
    };
  }
  const trims = operator === "</" || operator === ">/";
  if (trims) return { range: anyValue, histograms: left.histograms, always: false, never: !left.histograms };
  return {
    range: arithmetic(operator, left.range, right.range),
    histograms: left.histograms || right.histograms,
    always: floats,
    never: false,
  };
}

/** What a comparison with `bool` returns. */
function verdictRange(verdict: ReturnType<typeof compare>): ValueRange {
  return verdict === "sometimes" ? zeroOrOne : constantRange(verdict === "always" ? 1 : 0);
}

function neverTrue(node: BinaryExpr): Reason {
  return { kind: "never-true", span: node.operatorSpan, node };
}

function vectorOperation(
  node: BinaryExpr,
  matching: VectorMatching,
  left: RawFlow,
  right: RawFlow,
  context: FlowContext,
): RawFlow {
  const delayed = context.options.delayedNameRemoval === true;
  const swapped = matching.cardinality === "one-to-many";
  const many = swapped ? right : left;
  const one = swapped ? left : right;
  const { fillLeft, fillRight } = matching;
  const fillMany = swapped ? fillRight : fillLeft;
  const fillOne = swapped ? fillLeft : fillRight;
  const { met, set: meeting } = meetSets(node, matching, many, one);
  const filtering = isComparison(node.operator) && !node.bool;
  const keepsName = filtering || node.operator === "</" || node.operator === ">/";
  const dropName = node.bool ? !delayed : !keepsName;
  const empty = left.empty ?? right.empty ?? orient(met.conflict, swapped);
  const matchedLabels = resultLabels(node, matching, dropName, meeting, one);
  let set = empty === undefined ? matchedLabels : undefined;
  const add = (side: LabelSet): void => {
    set = set === undefined ? side : union(set, side);
  };
  if (fillOne !== undefined && many.empty === undefined)
    add(resultLabels(node, matching, dropName, many, comparedOnly(node, matching, many)));
  if (fillMany !== undefined && one.empty === undefined)
    add(resultLabels(node, matching, dropName, comparedOnly(node, matching, one), one));
  const samples = combined(node, filled(left, fillLeft), filled(right, fillRight));
  const certain =
    (left.always && right.always && met.same) ||
    (fillOne !== undefined && many.always) ||
    (fillMany !== undefined && one.always);
  const { labels, rest } = set ?? matchedLabels;
  return {
    labels,
    rest,
    empty: set === undefined ? empty : samples.never ? neverTrue(node) : undefined,
    always: certain && samples.always,
    conditional: filtering || left.conditional || right.conditional,
    range: samples.range,
    histograms: samples.histograms,
    nameGoes: node.bool ? { kind: "name-dropped", span: node.operatorSpan, node } : undefined,
    nameGoesPartly: false,
    met,
  };
}

/** A conflict was found with the kept side first; its reason says left and right as written. */
function orient(conflict: Reason | undefined, swapped: boolean): Reason | undefined {
  return conflict === undefined || !swapped
    ? conflict
    : { ...conflict, left: conflict.right, right: conflict.left };
}

function scalarOperation(node: BinaryExpr, left: RawFlow, right: RawFlow, context: FlowContext): RawFlow {
  const vector = node.left.type === "scalar" ? right : left;
  const samples = combined(node, left, right);
  const filtering = isComparison(node.operator) && !node.bool;
  const keepsName = filtering || node.operator === "</" || node.operator === ">/";
  const named = keepsName ? vector : droppingName(vector, node, node.operatorSpan, context.options);
  return {
    ...named,
    empty: vector.empty ?? (samples.never ? neverTrue(node) : undefined),
    always: vector.always && samples.always,
    conditional: filtering || vector.conditional,
    range: samples.range,
    histograms: samples.histograms,
  };
}

/** What a binary operator makes of its operands. */
export function binaryFlow(node: BinaryExpr, context: FlowContext): RawFlow {
  const left = context.of(node.left);
  const right = context.of(node.right);
  if (node.type === "scalar") {
    const verdict = isComparison(node.operator) ? compare(node.operator, left.range, right.range) : undefined;
    if (verdict === undefined) return bareFlow(node, arithmetic(node.operator, left.range, right.range));
    return bareFlow(node, verdictRange(verdict));
  }
  const { matching } = node;
  if (matching === undefined) return scalarOperation(node, left, right, context);
  if (node.left.type !== "vector" || node.right.type !== "vector") return unknownFlow;
  if (matching.cardinality === "many-to-many") return setOperation(node, matching, left, right);
  return vectorOperation(node, matching, left, right, context);
}
