import type { AggregateExpr, BinaryExpr, Expr, GroupingLabel } from "../../promql/ast.ts";
import { labelFact } from "../../promql/labels/facts.ts";
import type { LabelFact } from "../../promql/labels/types.ts";
import type { RuleCheck } from "../check.ts";
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
  wants: ["expression"],
  summary: "by, on or group_left names a label that an aggregation or join below it has removed.",
  *run(context) {
    const found = analysed(context);
    if (found === undefined) return;
    for (const node of found.nodes)
      for (const { label, fact, where } of lostIn(found, node)) {
        yield {
          check: impossibleLabel.id,
          severity: "warning",
          message: `There is no label ${label.name} ${where}: keep it there, or take it out here.`,
          span: found.at(label.span),
          related: becauseOf(found, fact.reason),
          fixes: node.kind === "aggregate" ? takeOutLabel(found, node.grouping ?? [], label) : undefined,
        };
      }
  },
};

interface Lost {
  readonly label: GroupingLabel;
  readonly fact: LabelFact;
  /** Words for where it is missing. */
  readonly where: string;
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
  if (facts.noMatch !== undefined || facts.left.empty !== undefined || facts.right.empty !== undefined)
    return;
  if (matching.on === true && node.operator !== "or")
    for (const label of matching.labels) {
      const [left, right] = [labelFact(facts.left, label.name), labelFact(facts.right, label.name)];
      if (isLost(left)) yield { label, fact: left, where: "on the left side" };
      else if (isLost(right)) yield { label, fact: right, where: "on the right side" };
    }
  const fromRight = matching.cardinality === "many-to-one";
  const one = fromRight ? facts.right : facts.left;
  for (const label of matching.include) {
    const fact = labelFact(one, label.name);
    if (isLost(fact)) yield { label, fact, where: `on the ${fromRight ? "right" : "left"} side` };
  }
}

/** Removed on the way; a matcher that demands its absence says what its author knows. */
function isLost({ presence, reason }: LabelFact): boolean {
  return presence === "impossible" && reason?.kind !== "matcher" && reason?.kind !== "matched";
}
