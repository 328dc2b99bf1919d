import { isOpaque } from "../../base/opaque.ts";
import type { Span } from "../../base/text.ts";
import type { LabelMatcher, VectorSelector } from "../ast.ts";
import {
  guaranteed,
  impossible,
  type LabelSet,
  labelFact,
  labelSet,
  maxMatchers,
  meet,
  unknownLabel,
} from "./facts.ts";
import { type RawFlow, unknownFlow } from "./flow.ts";
import type { LabelFact, LabelOptions, Reason } from "./types.ts";
import { exclude, matchesAllButEmpty, matchesEverything, regexValues, satisfier } from "./value-matchers.ts";

type Matcher = Pick<LabelMatcher, "name" | "operator" | "value" | "span">;

/** The only values that satisfy a matcher, the empty text for an absent label; nothing where they are not few. */
function candidates({ operator, value }: Matcher): readonly string[] | undefined {
  switch (operator) {
    case "=":
      return [value];
    case "=~":
      return regexValues(value);
    case "!~":
      if (matchesEverything(value)) return [];
      return matchesAllButEmpty(value) ? [""] : undefined;
    case "!=":
      return undefined;
  }
}

/** What matchers of one label make of it; nothing where no value satisfies them all. */
function constrained(matchers: readonly Matcher[], node: VectorSelector): LabelFact | undefined {
  const reason = ({ span }: Matcher): Reason => ({ kind: "matcher", span, node });
  if (matchers.some(({ value }) => isOpaque(value))) return unknownValue(matchers, reason);
  let few: readonly string[] | undefined;
  let decisive = matchers[0];
  for (const matcher of matchers) {
    const values = candidates(matcher);
    if (values === undefined || (few !== undefined && few.length <= values.length)) continue;
    few = values;
    decisive = matcher;
  }
  if (decisive === undefined) return unknownLabel;
  if (few !== undefined) {
    const tests = matchers.length === 1 ? [] : matchers.map(satisfier);
    const left = few.filter((value) => tests.every((test) => test(value)));
    if (left.length === 0) return undefined;
    const values = left.filter((value) => value !== "");
    if (values.length === 0) return impossible(reason(decisive));
    if (values.length === left.length) return guaranteed(reason(decisive), values);
    return { presence: "possible", reason: reason(decisive), values };
  }
  if (matchers.length > 1 && exclude(matchers, matchers)) return undefined;
  const demanding = matchers.find((matcher) => !satisfier(matcher)(""));
  const kept = matchers.slice(0, maxMatchers);
  if (demanding !== undefined) return { ...guaranteed(reason(demanding)), matchers: kept };
  return { presence: "possible", reason: reason(decisive), matchers: kept };
}

/** A template engine will write a value: it is asked for a text, and with any other operator for nobody knows what. */
function unknownValue(matchers: readonly Matcher[], reason: (matcher: Matcher) => Reason): LabelFact {
  const equal = matchers.find(({ operator }) => operator === "=");
  return equal === undefined ? unknownLabel : guaranteed(reason(equal));
}

/** The same for the only matcher of a label; nearly all are, and demand one value. */
function constrainedByOne(matcher: Matcher, node: VectorSelector): LabelFact | undefined {
  const { operator, value, span } = matcher;
  if (operator !== "=" || isOpaque(value)) return constrained([matcher], node);
  const reason: Reason = { kind: "matcher", span, node };
  return value === "" ? impossible(reason) : guaranteed(reason, [value]);
}

/** More matchers than these are not compared with each other. */
const few = 8;

function areDistinct(matchers: readonly Matcher[]): boolean {
  if (matchers.length > few) return false;
  for (let at = 1; at < matchers.length; at++)
    for (let before = 0; before < at; before++)
      if (matchers[at]?.name === matchers[before]?.name) return false;
  return true;
}

/** The matchers of a selector, of which the name that stands before the braces is one. */
function matchersOf({ name, nameSpan, matchers }: VectorSelector): readonly Matcher[] {
  if (name === undefined || nameSpan === undefined) return matchers;
  const all: Matcher[] = [{ name: "__name__", operator: "=", value: name, span: nameSpan }];
  for (const matcher of matchers) all.push(matcher);
  return all;
}

/** What the matchers of a selector say of the labels of the series that it selects, and what is known of its metric. */
export function selectorFlow(selector: VectorSelector, { recorded }: LabelOptions): RawFlow {
  const labels = new Map<string, LabelFact>();
  const stored: Reason = { kind: "stored", span: selector.span, node: selector };
  let empty: Reason | undefined;
  let isNamed = false;
  const add = (name: string, fact: LabelFact | undefined, span: Span): void => {
    isNamed ||= name === "__name__";
    // A series without a name cannot be stored.
    if (fact === undefined || (name === "__name__" && fact.presence === "impossible"))
      empty ??= { kind: "contradiction", span, node: selector, label: name };
    else if (name === "__name__" && fact.presence === "possible")
      labels.set(name, { ...fact, ...guaranteed(stored, fact.values) });
    else labels.set(name, fact);
  };
  const matchers = matchersOf(selector);
  if (areDistinct(matchers))
    for (const matcher of matchers) add(matcher.name, constrainedByOne(matcher, selector), matcher.span);
  else
    for (const [name, group] of Map.groupBy(matchers, (matcher) => matcher.name))
      add(name, constrained(group, selector), group.at(-1)?.span ?? selector.span);
  if (!isNamed) labels.set("__name__", guaranteed(stored));
  const set = labelSet(labels, unknownLabel);
  const flow: RawFlow = { ...unknownFlow, labels: set.labels, rest: set.rest, empty };
  return recorded === undefined || empty !== undefined ? flow : withRecorded(flow, selector, recorded);
}

/** Narrows what a selector says to what the recording rules of its metrics can have written. */
function withRecorded(
  flow: RawFlow,
  selector: VectorSelector,
  recorded: NonNullable<LabelOptions["recorded"]>,
): RawFlow {
  const names = labelFact(flow, "__name__").values;
  const [metric] = names ?? [];
  if (names?.length !== 1 || metric === undefined) return flow;
  const written = recorded(metric);
  if (written === undefined) return flow;
  const span = selector.nameSpan ?? selector.span;
  const recordedReason = (via?: Reason): Reason => ({ kind: "recorded", span, node: selector, via, metric });
  if (written.empty !== undefined) return { ...flow, empty: recordedReason(written.empty) };
  const labels = new Map<string, LabelFact>();
  let empty: Reason | undefined;
  const set: LabelSet = written;
  for (const name of new Set([...flow.labels.keys(), ...set.labels.keys()])) {
    const asked = labelFact(flow, name);
    const known = meet(asked, labelFact(set, name), recordedReason);
    if (known !== undefined) labels.set(name, partly(known, labelFact(set, name), recordedReason));
    else {
      labels.set(name, asked);
      const at = asked.reason?.span ?? span;
      empty ??= { ...recordedReason(labelFact(set, name).reason), span: at, label: name };
    }
  }
  const rest = set.rest.presence === "impossible" ? impossible(recordedReason(set.rest.reason)) : flow.rest;
  return {
    ...flow,
    ...labelSet(labels, rest),
    empty,
    conditional: written.conditional,
    range: written.range,
    histograms: written.histograms,
  };
}

/** A label that only some of the rules of a metric write is told with the one that does not. */
function partly(
  fact: LabelFact,
  { absentIn }: LabelFact,
  recordedReason: (via?: Reason) => Reason,
): LabelFact {
  if (fact.presence !== "possible" || absentIn === undefined) return fact;
  return { ...fact, absentIn: recordedReason(absentIn) };
}
