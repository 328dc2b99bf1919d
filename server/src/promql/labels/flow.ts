import type { Span } from "../../base/text.ts";
import type { Expr } from "../ast.ts";
import {
  copied,
  impossible,
  type LabelSet,
  labelFact,
  labelSet,
  metadataLabels,
  unknownLabel,
} from "./facts.ts";
import type { Met } from "./meeting.ts";
import { anyValue, constantRange, type ValueRange } from "./ranges.ts";
import type { LabelFlow, LabelOptions, Reason } from "./types.ts";

/**
 * A flow while its expression is worked out. Series carry a mark that their name must go, which some operators forget.
 * With delayed name removal it is obeyed in the end; else the name goes at once, and what is named anew behind that
 * loses it where `last_over_time` or `first_over_time` takes the series from a subquery.
 */
export interface RawFlow extends LabelFlow {
  /** Why the name must go in the end; nothing where it need not. */
  readonly nameGoes?: Reason | undefined;
  /** Whether only some of the results have the mark. */
  readonly nameGoesPartly?: boolean | undefined;
  /** How the sides of an operator have met, of that or of one that keeps the flow of its operand. */
  readonly met?: Met | undefined;
}

/** What the flows of the operands become, with the options of the whole. */
export interface FlowContext {
  readonly options: LabelOptions;
  /** The flow of an operand, which has been worked out already. */
  of(expr: Expr): RawFlow;
}

/** A string, or an operand that is missing in a broken text: nothing is known. */
export const unknownFlow: RawFlow = {
  labels: new Map(),
  rest: unknownLabel,
  empty: undefined,
  always: false,
  conditional: false,
  range: anyValue,
  histograms: true,
  // Objects that have the same properties from the beginning are copied at once.
  nameGoes: undefined,
  nameGoesPartly: undefined,
  met: undefined,
};

/** Exactly one float without labels, as of `vector(1)` and of every scalar. */
export function bareFlow(node: Expr, range: ValueRange): RawFlow {
  const rest = impossible({ kind: "no-labels", span: node.span, node });
  return { ...unknownFlow, rest, always: true, range, histograms: false };
}

/** The flow of a number, which has no labels. */
export function bareNumber(node: Expr, value: number): RawFlow {
  return bareFlow(node, constantRange(value));
}

/** The labels without the metric name and what belongs to it. */
export function withoutName(set: LabelSet, reason: Reason): LabelSet {
  const kept = copied(set.labels);
  const gone = impossible(reason);
  for (const name of metadataLabels) if (labelFact(set, name).presence !== "impossible") kept.set(name, gone);
  return labelSet(kept, set.rest);
}

/** As functions drop the name of their operand: at once, or with a mark that it goes in the end. */
export function droppingName(
  flow: RawFlow,
  node: Expr,
  span: Span,
  { delayedNameRemoval }: LabelOptions,
): RawFlow {
  const reason: Reason = { kind: "name-dropped", span, node };
  const { labels, rest } = delayedNameRemoval === true ? flow : withoutName(flow, reason);
  return { ...flow, labels, rest, nameGoes: reason, nameGoesPartly: false };
}

/** The results as they are handed out, with the marks of names that must go obeyed. */
export function finished(flow: RawFlow): RawFlow {
  if (flow.nameGoes === undefined) return flow;
  const without = withoutName(flow, flow.nameGoes);
  if (flow.nameGoesPartly !== true) return { ...flow, ...without };
  const labels = copied(flow.labels);
  for (const name of metadataLabels) {
    const fact = labelFact(flow, name);
    if (fact.presence !== "impossible")
      labels.set(name, { ...fact, presence: "possible", absentIn: flow.nameGoes });
  }
  return { ...flow, ...labelSet(labels, flow.rest) };
}
