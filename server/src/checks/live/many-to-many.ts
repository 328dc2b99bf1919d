import { isPending } from "../../base/known.ts";
import type { Labels } from "../../base/labels.ts";
import { dialectFacts } from "../../world/environment.ts";
import { queryErrorOf } from "../../world/query-errors.ts";
import type { RawFinding, RuleCheck, RuleContext } from "../check.ts";
import { type Analysed, analysed } from "../flow/analysis.ts";
import { flowKinds } from "../flow/kinds.ts";
import { sentence, short } from "../monitor/words.ts";
import { type Failure, failureOf } from "./failures.ts";
import { comparedBy, groupingFix, type Join, mayBeAbout, oneSidedJoins, type Side } from "./join-parts.ts";
import { counted, countIn, needNotMatch, ranRules, textAt } from "./ran.ts";
import type { LiveSource } from "./sources.ts";

/** A side of an operator that should have one series for each of the other has several, so that it fails. */
export const manyToMany: RuleCheck = {
  unit: "rule",
  id: "live.many-to-many",
  severity: "error",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["environment", "binary"],
  beyondFile: true,
  summary: "A server cannot match the sides of an operator, for one of them has several series of a match.",
  *run(context) {
    const failure = failureOf(context);
    if (failure === undefined) {
      yield* sleeping(context);
      return;
    }
    const { found, source, error } = failure;
    const fault = faultOf(failure);
    if (fault === undefined || fault === "pending") return;
    const { join, side, example } = fault;
    const apart = blamable(context, source, example);
    if (apart === undefined) return;
    const other = side === "left" ? "right" : "left";
    // The engine looks for such series on the right first.
    const isAlone =
      join !== undefined && (error.kind === "not-explicit" || isUnique(found, source, join, other));
    if (isAlone === "pending") return;
    const fixes = join !== undefined && isAlone ? groupingFix(found, join, side) : undefined;
    const advice = fixes === undefined ? "aggregate it" : `aggregate it or write group_${side}`;
    yield {
      ...told(found, join, side, words(source, side, example, apart, advice)),
      ...(fixes === undefined ? {} : { fixes }),
    };
  },
};

/** Nothing fails while a side is empty: an alert whose condition holds for the first time is what fails then. */
function* sleeping(context: RuleContext): Iterable<RawFinding> {
  for (const { source, result, whole } of ranRules(context)) {
    const found = analysed(context);
    if (found === undefined || !result.ok || !whole) continue;
    if (countIn(result) > 0 && !found.nodes.some(needNotMatch)) continue;
    for (const join of oneSidedJoins(found)) {
      const side = oneSide(join);
      const facts = found.labels.join(join.node);
      if (facts === undefined || (side === "left" ? facts.leftUnique : facts.rightUnique)) continue;
      const example = exampleOn(found, source, join, side);
      if (example === undefined || example === "pending") continue;
      const apart = blamable(context, source, example);
      if (apart === undefined) continue;
      const other = side === "left" ? "right" : "left";
      yield told(
        found,
        join,
        side,
        words(source, side, example, apart, `it fails once the ${other} has one`),
      );
    }
  }
}

function told(found: Analysed, join: Join | undefined, side: Side, message: string): RawFinding {
  const operand = join?.node[side];
  return {
    check: manyToMany.id,
    severity: "error",
    message,
    span: found.at(join === undefined ? found.expr.span : clauseOf(found, join)),
    ...(operand === undefined
      ? {}
      : { related: [{ message: "has several series for one match", span: found.at(operand.span) }] }),
  };
}

/** In which labels the series differ; nothing where that is nobody's fault, or not known yet. */
function blamable(
  context: RuleContext,
  source: LiveSource,
  example: Example | undefined,
): readonly string[] | undefined {
  const outer = outerLabels(context, source);
  if (outer === undefined) return undefined;
  if (example === undefined) return isFederation(context, source) ? undefined : [];
  const apart = differing(example.pair);
  // Each of the Prometheus behind a federation has one of them alone.
  return apart.some((name) => outer.has(name)) ? undefined : apart;
}

/** What is wrong, with as much of the example as a message has room for, and what to do. */
function words(
  { name }: LiveSource,
  side: Side,
  example: Example | undefined,
  apart: readonly string[],
  advice: string,
): string {
  const texts = (example === undefined ? [] : exampleTexts(example, apart)).concat("series of a match");
  const all = texts.map((text) => `${name}: the ${side} side has several ${text}: ${advice}.`);
  return all.find((text) => text.length <= 120) ?? sentence(all.at(-1) ?? "");
}

interface Example {
  readonly group: Labels;
  readonly pair: readonly [Labels, Labels];
}

interface Fault {
  /** Nothing where several operators may be meant. */
  readonly join: Join | undefined;
  /** The side that is not unique. */
  readonly side: Side;
  readonly example: Example | undefined;
}

function faultOf(failure: Failure): Fault | "pending" | undefined {
  const { found, error } = failure;
  const joins = oneSidedJoins(found);
  if (error.kind === "not-unique") {
    const sided = joins.filter(
      (join) => join.matching.cardinality === "one-to-one" || oneSide(join) === error.side,
    );
    const fitting = sided.filter((join) => mayBeAbout(found, join, error));
    // What rules of the workspace record may be deployed with other labels.
    const join = culprit(failure, fitting.length === 0 ? sided : fitting);
    return join === "pending" ? join : { join, side: error.side, example: error };
  }
  if (error.kind !== "not-explicit") return undefined;
  const fitting = joins.filter(({ matching }) => matching.cardinality === "one-to-one");
  const join = culprit(failure, fitting);
  if (join === "pending") return join;
  const example = join === undefined ? undefined : exampleOn(failure.found, failure.source, join, "left");
  return example === "pending" ? example : { join, side: "left", example };
}

/** The side on which there may be one series for each match. */
function oneSide({ matching }: Join): Side {
  return matching.cardinality === "one-to-many" ? "left" : "right";
}

/** Which of the operators it is: the only one, else the innermost that fails so when it is run alone. */
function culprit({ found, source, error }: Failure, joins: readonly Join[]): Join | "pending" | undefined {
  if (joins.length <= 1) return joins[0];
  for (const join of [...joins].reverse()) {
    const fact = source.live.run?.(counted(textAt(found, join.node.span)));
    if (fact === undefined) return undefined;
    if (isPending(fact)) return "pending";
    if (fact.status === "unavailable" || fact.value.ok) continue;
    if (queryErrorOf(fact.value.error)?.kind === error.kind) return join;
  }
  return undefined;
}

/** Two series of a side that match the same. */
function exampleOn(
  found: Analysed,
  source: LiveSource,
  join: Join,
  side: Side,
): Example | "pending" | undefined {
  const text = `(${textAt(found, join.node[side].span)}\n)`;
  const by = comparedBy(join);
  const on = by.replace(/^by/, "on").replace(/^without/, "ignoring");
  const fact = source.live.run?.(`${text} and ${on} topk(1, count ${by} ${text} > 1)`);
  if (fact === undefined) return undefined;
  if (isPending(fact)) return "pending";
  if (fact.status !== "ok" || !fact.value.ok) return undefined;
  const [first, second] = fact.value.series;
  if (first === undefined || second === undefined) return undefined;
  const names = new Set(join.matching.labels.map(({ name }) => name));
  const group = Object.entries(first.labels).filter(
    ([name]) => name !== "__name__" && names.has(name) === (join.matching.on === true),
  );
  return { group: Object.fromEntries(group), pair: [first.labels, second.labels] };
}

/** Whether each series of a side matches another; where it cannot be told, it is taken not to. */
function isUnique(found: Analysed, source: LiveSource, join: Join, side: Side): boolean | "pending" {
  const facts = found.labels.join(join.node);
  if (facts !== undefined && (side === "left" ? facts.leftUnique : facts.rightUnique)) return true;
  const text = textAt(found, join.node[side].span);
  const fact = source.live.run?.(counted(`count ${comparedBy(join)} (${text}\n) > 1`));
  if (fact === undefined) return false;
  if (isPending(fact)) return "pending";
  return fact.status === "ok" && fact.value.ok && fact.value.total === 0;
}

/** The labels that are added to what leaves a Prometheus; nothing while they are asked for. */
function outerLabels(
  { facts }: RuleContext,
  { environment, live }: LiveSource,
): ReadonlySet<string> | undefined {
  const fact = live.externalLabels();
  if (isPending(fact)) return undefined;
  const told = fact.status === "unavailable" ? [] : fact.value.flatMap((labels) => Object.keys(labels));
  const scopes = facts.environments.flatMap((access) => Object.keys(access.environment.scope));
  return new Set([...told, ...scopes, ...environment.replicaLabels, ...usualReplicaLabels]);
}

const usualReplicaLabels = ["replica", "prometheus_replica", "receive_replica", "rule_replica"];

function isFederation({ facts }: RuleContext, { environment }: LiveSource): boolean {
  const access = facts.environments.find((each) => each.environment === environment);
  const flavour = access === undefined ? undefined : dialectFacts(access).flavour;
  return flavour !== undefined && flavour !== "prometheus";
}

/** The labels in which two series differ. */
function differing([first, second]: readonly [Labels, Labels]): readonly string[] {
  const names = new Set([...Object.keys(first), ...Object.keys(second)]);
  return [...names].filter((name) => first[name] !== second[name]);
}

/** The labels that two series share and one that tells them apart, the longest text first. */
function exampleTexts(
  { group, pair: [first, second] }: Example,
  apart: readonly string[],
): readonly string[] {
  const [shared] = Object.entries(group);
  const [name] = apart;
  const value = (labels: Labels): string => `"${short(labels[name ?? ""] ?? "", 12)}"`;
  const between = name === undefined ? "" : ` (${short(name, 14)} ${value(first)}, ${value(second)})`;
  const same = shared === undefined ? [] : [`series with ${short(shared[0], 16)}="${short(shared[1], 16)}"`];
  return [...same.map((text) => `${text}${between}`), `of a match${between}`];
}

/** The operator with its `on`, `ignoring` and grouping. */
function clauseOf({ text }: Analysed, { node }: Join) {
  const { start, end } = node.operatorSpan;
  const written = text.text.slice(start, node.right.span.start);
  const clause = written.includes("#") ? "" : written.trimEnd();
  return { start, end: Math.max(end, start + clause.length) };
}
