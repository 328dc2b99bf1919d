import type { AggregateExpr, BinaryExpr, Expr, GroupingLabel } from "../../promql/ast.ts";
import { labelFact } from "../../promql/labels/facts.ts";
import type { LabelFact } from "../../promql/labels/types.ts";
import type { RawFinding, RuleCheck } from "../check.ts";
import { type Analysed, analysed, becauseOf } from "./analysis.ts";
import { flowKinds } from "./kinds.ts";
import { takeOutLabel } from "./take-out-label.ts";

/** A label in `by`, `on` or `group_left` that what it looks at cannot carry any more. */
export const impossibleLabel: RuleCheck = {
  unit: "rule",
  id: "promql.impossible-label",
  severity: "warning",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["labelled"],
  summary: "by, on or group_left names a label that an aggregation or join below it has removed.",
  run(context) {
    const findings: RawFinding[] = [];
    const found = analysed(context);
    if (found === undefined) return findings;
    const told = new Set<string>();
    for (const node of found.nodes)
      for (const { label, fact, where, atReason, isHarmless } of lostIn(found, node)) {
        const always = fact.presence === "impossible";
        const why = becauseOf(found, always ? fact.reason : fact.absentIn);
        // What on() compares is shown where the one side loses it, once for all labels that are lost there.
        const place = atReason === true ? why[0]?.span : undefined;
        const key = `${node.span.start} ${place?.start}`;
        if (place !== undefined && told.has(key)) continue;
        told.add(key);
        findings.push({
          check: impossibleLabel.id,
          severity: always && isHarmless !== true ? "warning" : "hint",
          message: `There is no label ${label.name} ${always ? where : `in some ${results(where)}`}: keep it there, or take it out ${place === undefined ? "here" : "of on()"}.`,
          span: place ?? found.at(label.span),
          related:
            place === undefined ? why : [{ message: "it is compared here", span: found.at(label.span) }],
          fixes:
            node.kind === "aggregate" && always ? takeOutLabel(found, node.grouping ?? [], label) : undefined,
        });
      }
    return findings;
  },
};

interface Lost {
  readonly label: GroupingLabel;
  readonly fact: LabelFact;
  /** Words for where it is missing. */
  readonly where: string;
  /** Whether it is shown where the label is lost, and not where it is named. */
  readonly atReason?: boolean;
  /** It changes nothing, and need not be named. */
  readonly isHarmless?: boolean;
}

/** `on the left side` → `results on the left side`, `in what is aggregated` → `of what is aggregated`. */
function results(where: string): string {
  return where.startsWith("in ") ? where.replace(/^in /, "of ") : `results ${where}`;
}

function lostIn(found: Analysed, node: Expr): Iterable<Lost> {
  if (node.kind === "aggregate") return lostInGroups(found, node);
  if (node.kind === "binary") return lostInJoin(found, node);
  return [];
}

function* lostInGroups(
  { labels }: Analysed,
  { expr, without, grouping = [] }: AggregateExpr,
): Iterable<Lost> {
  if (expr === undefined || without) return;
  const flow = labels.of(expr);
  if (flow.empty !== undefined) return;
  for (const label of grouping) {
    const fact = labelFact(flow, label.name);
    if (isLost(fact)) yield { label, fact, where: "in what is aggregated" };
  }
}

function* lostInJoin({ labels }: Analysed, node: BinaryExpr): Iterable<Lost> {
  const facts = labels.join(node);
  const { matching } = node;
  if (matching === undefined || facts === undefined) return;
  if (facts.left.empty !== undefined || facts.right.empty !== undefined) return;
  const fromRight = matching.cardinality !== "one-to-many";
  const sides = { left: facts.left, right: facts.right };
  const [many, one] = fromRight ? (["left", "right"] as const) : (["right", "left"] as const);
  if (facts.noMatch === undefined && matching.on === true && node.operator !== "or")
    for (const label of matching.labels)
      for (const side of [many, one]) {
        const fact = labelFact(sides[side], label.name);
        if (isLost(fact)) yield { label, fact, where: `on the ${side} side`, atReason: side === one };
      }
  // Without the label on the left side, on() keeps of the right what has none either.
  if (matching.on === true && node.operator === "or")
    for (const label of matching.labels) {
      const fact = labelFact(facts.left, label.name);
      if (fact.presence === "impossible" && isLost(fact))
        yield { label, fact, where: "on the left side", isHarmless: true };
    }
  for (const label of matching.include) {
    const fact = labelFact(sides[one], label.name);
    if (isLost(fact)) yield { label, fact, where: `on the ${one} side` };
  }
}

/**
 * Removed on the way, from all results or from those of one operand of `or`; a matcher that demands its absence says
 * what its author knows.
 */
function isLost({ presence, reason, absentIn }: LabelFact): boolean {
  const kind =
    presence === "impossible" ? reason?.kind : presence === "possible" ? absentIn?.kind : undefined;
  return kind !== undefined && kind !== "matcher" && kind !== "matched";
}
