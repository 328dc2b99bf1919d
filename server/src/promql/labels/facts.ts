import type { LabelFact, LabelFlow, Reason } from "./types.ts";

/** The labels that describe a metric; what removes its name removes all of them (`schema.IsMetadataLabel`). */
export const metadataLabels: readonly string[] = ["__name__", "__type__", "__unit__"];

export function isMetadataLabel(name: string): boolean {
  return name === "__name__" || name === "__type__" || name === "__unit__";
}

/** Of a label of which nothing is known. */
export const unknownLabel: LabelFact = { presence: "possible" };

/** Labels of an expression while they are worked out. */
export interface LabelSet {
  readonly labels: ReadonlyMap<string, LabelFact>;
  readonly rest: LabelFact;
}

/** What is known of a label of the results. */
export function labelFact(flow: LabelSet, name: string): LabelFact {
  return flow.labels.get(name) ?? flow.rest;
}

/** Whether labels may occur that are not listed. */
export function isOpen(flow: LabelSet): boolean {
  return flow.rest.presence === "possible";
}

export function impossible(reason: Reason): LabelFact {
  return { presence: "impossible", reason };
}

export function guaranteed(reason: Reason, values?: readonly string[]): LabelFact {
  return { presence: "guaranteed", reason, values };
}

/** No more labels than these are told apart, and no more values of one: beyond, less is known. */
const maxLabels = 200;
export const maxValues = 100;

/** Labels in which nothing has to be forgotten to stay small. */
export function labelSet(labels: Map<string, LabelFact>, rest: LabelFact): LabelSet {
  if (labels.size <= maxLabels) return { labels, rest };
  const kept = new Map<string, LabelFact>();
  for (const [name, fact] of labels) {
    if (kept.size >= maxLabels) break;
    kept.set(name, fact);
  }
  return { labels: kept, rest: unknownLabel };
}

function joinedValues(a: LabelFact, b: LabelFact): readonly string[] | undefined {
  if (a.presence === "impossible") return b.values;
  if (b.presence === "impossible") return a.values;
  if (a.values === undefined || b.values === undefined) return undefined;
  if (a.values === b.values) return a.values;
  const all = [...new Set([...a.values, ...b.values])];
  return all.length > maxValues ? undefined : all;
}

/** What is known of a label of results that come from either of two places. */
export function either(a: LabelFact, b: LabelFact): LabelFact {
  if (a === b) return a;
  const values = joinedValues(a, b);
  if (a.presence === b.presence && a.presence !== "possible") return { ...a, values };
  const absentIn =
    [a, b].find(({ presence }) => presence === "impossible")?.reason ?? a.absentIn ?? b.absentIn;
  const reason = [a, b].find(({ presence }) => presence !== "impossible")?.reason;
  return { presence: "possible", reason, values, absentIn };
}

/** The labels of results that come from either of two places. */
export function union(a: LabelSet, b: LabelSet): LabelSet {
  if (a === b) return a;
  const labels = new Map<string, LabelFact>();
  for (const [name, fact] of a.labels) labels.set(name, either(fact, labelFact(b, name)));
  for (const [name, fact] of b.labels) if (!labels.has(name)) labels.set(name, either(a.rest, fact));
  return labelSet(labels, either(a.rest, b.rest));
}

/**
 * What is known of a label that has the value of another one, or is absent with it. Nothing where both cannot be
 * equal. `matched` says why, where the other one decides.
 */
export function meet(
  kept: LabelFact,
  other: LabelFact,
  matched: (via?: Reason) => Reason,
): LabelFact | undefined {
  const values = commonValues(kept.values, other.values);
  const none = values !== undefined && values.length === 0;
  if (kept.presence === "guaranteed") {
    if (other.presence === "impossible" || none) return undefined;
    return values === kept.values ? kept : { ...kept, values };
  }
  if (kept.presence === "impossible") return other.presence === "guaranteed" ? undefined : kept;
  if (other.presence === "impossible") return impossible(matched(other.reason));
  if (other.presence === "guaranteed")
    return none ? undefined : { presence: "guaranteed", reason: matched(other.reason), values };
  if (none) return impossible(matched(other.reason));
  return values === kept.values ? kept : { ...kept, values };
}

function commonValues(
  a: readonly string[] | undefined,
  b: readonly string[] | undefined,
): readonly string[] | undefined {
  if (a === undefined || b === undefined || a === b) return a ?? b;
  if (a.length === 1 && b.length === 1) return a[0] === b[0] ? a : [];
  const other = new Set(b);
  const common = a.filter((value) => other.has(value));
  return common.length === a.length ? a : common;
}

/** Whether a label is the same for all series: absent, or with one value. */
function isConstant({ presence, values }: LabelFact): boolean {
  return presence === "impossible" || (presence === "guaranteed" && values?.length === 1);
}

/** Whether no two series can be equal in the labels for which `compared` holds. */
export function uniqueBy(flow: LabelSet, compared: (name: string) => boolean): boolean {
  if (isOpen(flow)) return false;
  for (const [name, fact] of flow.labels) if (!compared(name) && !isConstant(fact)) return false;
  return true;
}

/** Whether there can be no two series in the result. */
export function atMostOne(flow: LabelFlow): boolean {
  return flow.empty !== undefined || uniqueBy(flow, () => false);
}

/** Whether a label is certainly equal on both sides: absent on both, or with the one same value. */
export function isSame(a: LabelFact, b: LabelFact): boolean {
  if (a.presence === "impossible") return b.presence === "impossible";
  return isConstant(a) && isConstant(b) && b.presence === "guaranteed" && a.values?.[0] === b.values?.[0];
}
