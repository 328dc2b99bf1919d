import type { BinaryExpr, Expr, GroupingLabel } from "../../promql/ast.ts";
import { labelFact } from "../../promql/labels/facts.ts";
import type { RuleCheck } from "../check.ts";
import { type Analysed, analysed, becauseOf } from "./analysis.ts";
import { flowKinds } from "./kinds.ts";

/** `group_left(x)` brings a label that an aggregation around it removes again, without anybody having used it. */
export const unusedLabel: RuleCheck = {
  unit: "rule",
  id: "promql.unused-label",
  severity: "hint",
  kinds: flowKinds,
  needs: ["promql"],
  summary: "group_left or group_right brings a label that an aggregation around it removes again.",
  *run(context) {
    const found = analysed(context);
    for (const node of found?.nodes ?? []) {
      if (found === undefined || node.kind !== "binary") continue;
      for (const label of node.matching?.include ?? []) {
        const remover = removerOf(found, node, label);
        if (remover === undefined) continue;
        yield {
          check: unusedLabel.id,
          severity: "hint",
          message: `The label ${label.name} is joined here and removed again by ${remover.operator}: take it out of one of them.`,
          span: found.at(label.span),
          related: [{ message: `${remover.operator} removes it`, span: found.at(remover.operatorSpan) }],
        };
      }
    }
  },
};

/** `group_left(x)` brings a label that the series have already: it overwrites what they say. */
export const duplicateJoin: RuleCheck = {
  unit: "rule",
  id: "promql.duplicate-join",
  severity: "hint",
  kinds: flowKinds,
  needs: ["promql"],
  summary: "group_left or group_right brings a label that the other side certainly has already.",
  *run(context) {
    const found = analysed(context);
    for (const node of found?.nodes ?? []) {
      if (found === undefined || node.kind !== "binary" || node.matching === undefined) continue;
      const facts = found.labels.join(node);
      const { matching } = node;
      if (facts === undefined) continue;
      const many = matching.cardinality === "many-to-one" ? facts.left : facts.right;
      for (const label of matching.include) {
        const fact = labelFact(many, label.name);
        if (fact.presence !== "guaranteed") continue;
        yield {
          check: duplicateJoin.id,
          severity: "hint",
          message: `The label ${label.name} is there already on both sides: joining it changes nothing or overwrites it.`,
          span: found.at(label.span),
          related: becauseOf(found, fact.reason),
        };
      }
    }
  },
};

/** The aggregation around a join that removes a label which nothing between them looks at. */
function removerOf(
  { parents }: Analysed,
  join: BinaryExpr,
  { name }: GroupingLabel,
): Extract<Expr, { kind: "aggregate" }> | undefined {
  for (let node = parents.get(join); node !== undefined; node = parents.get(node)) {
    if (node.kind === "aggregate") {
      const named = node.grouping?.some((label) => label.name === name) === true;
      return node.operator !== "count_values" && named === node.without && !choosing.has(node.operator)
        ? node
        : undefined;
    }
    // A join, a set operator or a function that writes labels may have looked at it.
    if (node.kind === "binary" && node.matching !== undefined) return undefined;
    if (node.kind === "call" && /^(?:label_|sort_by_|info$)/.test(node.name)) return undefined;
  }
  return undefined;
}

/** They keep all labels of what they choose. */
const choosing: ReadonlySet<string> = new Set(["topk", "bottomk", "limitk", "limit_ratio"]);
