import type { LabelFact, LabelFlow, Reason } from "./types.ts";
import { exclude, maxValues, satisfier } from "./value-matchers.ts";

/** The labels that describe a metric; what removes its name removes all of them (`schema.IsMetadataLabel`). */
export const metadataLabels: readonly string[] = ["__name__", "__type__", "__unit__"];

/** The labels that belong to the metric itself and go with its name (`schema.IsMetadataLabel`). */
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

/** No result has the label. */
export function impossible(reason: Reason): LabelFact {
  return { presence: "impossible", reason };
}

/** Each result has the label; with one of `values`, where they are told. */
export function guaranteed(reason: Reason, values?: readonly string[]): LabelFact {
  return { presence: "guaranteed", reason, values };
}

/** A copy that may be changed; a callback leaves less garbage behind than an iterator. */
export function copied(labels: ReadonlyMap<string, LabelFact>): Map<string, LabelFact> {
  const copy = new Map<string, LabelFact>();
  labels.forEach((fact, name) => {
    copy.set(name, fact);
  });
  return copy;
}

/** No more labels than these are told apart: beyond, less is known. */
const maxLabels = 200;
/** No more matchers of one label are carried along. */
export const maxMatchers = 8;

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

function joinedMatchers(a: LabelFact, b: LabelFact): LabelFact["matchers"] {
  if (a.presence === "impossible") return b.matchers;
  return b.presence === "impossible" || a.matchers === b.matchers ? a.matchers : undefined;
}

/** What is known of a label of results that come from either of two places. */
export function either(a: LabelFact, b: LabelFact): LabelFact {
  if (a === b) return a;
  const values = joinedValues(a, b);
  const matchers = joinedMatchers(a, b);
  if (a.presence === b.presence && a.presence !== "possible") return { ...a, values, matchers };
  const absentIn =
    [a, b].find(({ presence }) => presence === "impossible")?.reason ?? a.absentIn ?? b.absentIn;
  const reason = [a, b].find(({ presence }) => presence !== "impossible")?.reason;
  return { presence: "possible", reason, values, matchers, absentIn };
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
  // Nothing is known of most labels on one side.
  if (other === unknownLabel && kept.matchers === undefined) return kept;
  const { values, matchers, none } = common(kept, other);
  const same = values === kept.values && matchers === kept.matchers;
  if (kept.presence === "guaranteed") {
    if (other.presence === "impossible" || none) return undefined;
    return same ? kept : { ...kept, values, matchers };
  }
  if (kept.presence === "impossible") return other.presence === "guaranteed" ? undefined : kept;
  if (other.presence === "impossible") return impossible(matched(other.reason));
  if (other.presence === "guaranteed")
    return none ? undefined : { presence: "guaranteed", reason: matched(other.reason), values, matchers };
  if (none) return impossible(matched(other.reason));
  return same ? kept : { ...kept, values, matchers };
}

interface Common extends Pick<LabelFact, "values" | "matchers"> {
  /** No value is possible on both sides. */
  readonly none: boolean;
}

/** What is known of a value that is on both sides. */
function common(a: LabelFact, b: LabelFact): Common {
  const values = satisfying(satisfying(commonValues(a.values, b.values), a.matchers), b.matchers);
  if (values !== undefined) return { values, matchers: undefined, none: values.length === 0 };
  if (a.matchers === undefined || b.matchers === undefined || a.matchers === b.matchers)
    return { values, matchers: a.matchers ?? b.matchers, none: false };
  const matchers = [...a.matchers, ...b.matchers].slice(0, maxMatchers);
  return { values, matchers, none: exclude(a.matchers, b.matchers) };
}

/** Those of the values that satisfy the matchers. */
function satisfying(values: LabelFact["values"], matchers: LabelFact["matchers"]): LabelFact["values"] {
  if (values === undefined || matchers === undefined) return values;
  const tests = matchers.map(satisfier);
  const left = values.filter((value) => tests.every((test) => test(value)));
  return left.length === values.length ? values : left;
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
