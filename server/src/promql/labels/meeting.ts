import type { BinaryExpr, GroupingLabel, VectorMatching } from "../ast.ts";
import {
  copied,
  impossible,
  isMetadataLabel,
  isOpen,
  isSame,
  type LabelSet,
  labelFact,
  labelSet,
  meet,
  metadataLabels,
  uniqueBy,
} from "./facts.ts";
import type { RawFlow } from "./flow.ts";
import type { JoinFacts, JoinLabel, Reason } from "./types.ts";

/** How series of two sides of an operator match; kept for who asks of the join. */
export interface Met {
  readonly node: BinaryExpr;
  /** The side whose series were met with those of the other. */
  readonly kept: LabelSet;
  /** Why nothing matches. */
  readonly conflict: Reason | undefined;
  /** Whether everything matches. */
  readonly same: boolean;
}

interface Meeting {
  readonly met: Met;
  /** The labels of those series of the kept side that match some of the other. */
  readonly set: LabelSet;
}

/** Whether two series must agree in a label to match. */
function isCompared({ on, labels }: VectorMatching, name: string): boolean {
  const isListed = labels.length > 0 && labels.some((label) => label.name === name);
  return on === true ? isListed : !isListed && !isMetadataLabel(name);
}

/** The labels in a list, each once. */
function distinct(labels: readonly GroupingLabel[]): readonly GroupingLabel[] {
  return labels.length < 2 ? labels : [...new Map(labels.map((label) => [label.name, label])).values()];
}

/** Calls for each label that is compared where `on` does not list them, and of which something is known. */
function forCompared(
  matching: VectorMatching,
  kept: LabelSet,
  other: LabelSet,
  compare: (name: string) => void,
): void {
  kept.labels.forEach((_, name) => {
    if (isCompared(matching, name)) compare(name);
  });
  other.labels.forEach((_, name) => {
    if (!kept.labels.has(name) && isCompared(matching, name)) compare(name);
  });
}

/** Meets each label of those series of `kept` that match some of `other`. */
export function meetSets(
  node: BinaryExpr,
  matching: VectorMatching,
  kept: LabelSet,
  other: LabelSet,
): Meeting {
  const on = matching.on === true;
  const labels = copied(kept.labels);
  let conflict: Reason | undefined;
  let same = on || (!isOpen(kept) && !isOpen(other));
  let span = node.operatorSpan;
  const matched = (via?: Reason): Reason => ({ kind: "matched", span, node, via });
  const compare = (name: string): void => {
    const mine = labelFact(kept, name);
    const theirs = labelFact(other, name);
    const fact = meet(mine, theirs, matched);
    same &&= isSame(mine, theirs);
    if (fact === undefined)
      conflict ??= { kind: "no-match", span, node, label: name, left: mine, right: theirs };
    else labels.set(name, fact);
  };
  if (!on) forCompared(matching, kept, other, compare);
  else
    for (const label of distinct(matching.labels)) {
      span = label.span;
      compare(label.name);
    }
  let { rest } = kept;
  if (!on && rest.presence === "possible" && other.rest.presence === "impossible") {
    rest = impossible({ kind: "matched", span: node.operatorSpan, node, via: other.rest.reason });
    // What `ignoring` names, and the name, is not compared: the other side says nothing of it.
    const keep = (name: string): void => {
      if (!labels.has(name)) labels.set(name, labelFact(kept, name));
    };
    for (const { name } of matching.labels) keep(name);
    for (const name of metadataLabels) keep(name);
  }
  return { met: { node, kept, conflict, same }, set: labelSet(labels, rest) };
}

/** How the sides of an operator between vectors meet; `flow` is what the operator makes of them. */
export function joinFacts(
  node: BinaryExpr,
  matching: VectorMatching,
  left: RawFlow,
  right: RawFlow,
  flow: RawFlow | undefined,
): JoinFacts {
  const known = flow?.met;
  const met = known?.node === node && known.kept === left ? known : meetSets(node, matching, left, right).met;
  const labels: JoinLabel[] = [];
  const add = (name: string, span: JoinLabel["span"]): void => {
    labels.push({ name, span, left: labelFact(left, name), right: labelFact(right, name) });
  };
  if (matching.on === true) for (const { name, span } of matching.labels) add(name, span);
  else forCompared(matching, left, right, (name) => add(name, node.operatorSpan));
  const compared = (name: string): boolean => isCompared(matching, name);
  return {
    node,
    left,
    right,
    labels,
    noMatch: met.conflict,
    allMatch: met.same,
    leftUnique: uniqueBy(left, compared),
    rightUnique: uniqueBy(right, compared),
  };
}
