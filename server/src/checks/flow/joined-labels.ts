import type { Span } from "../../base/text.ts";
import type { AggregateExpr, BinaryExpr, Expr, GroupingLabel } from "../../promql/ast.ts";
import { labelFact } from "../../promql/labels/facts.ts";
import type { RuleCheck } from "../check.ts";
import { type Analysed, analysed, becauseOf } from "./analysis.ts";
import { flowKinds } from "./kinds.ts";
import { labelsText } from "./words.ts";

/** `group_left(x)` brings a label that something around it does not keep, without anybody having used it. */
export const unusedLabel: RuleCheck = {
  unit: "rule",
  id: "promql.unused-label",
  severity: "hint",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["join"],
  summary: "group_left or group_right brings a label that an aggregation or operator around it loses again.",
  *run(context) {
    const found = analysed(context);
    if (found === undefined) return;
    const losses = new Map<number, Loss & { readonly labels: GroupingLabel[] }>();
    for (const node of found.nodes)
      for (const label of node.kind === "binary" ? (node.matching?.include ?? []) : []) {
        const loss = node.kind === "binary" ? lossOf(found, node, label) : undefined;
        if (loss === undefined) continue;
        const told = losses.get(loss.span.start) ?? { ...loss, labels: [] };
        losses.set(loss.span.start, told);
        told.labels.push(label);
      }
    for (const { operator, span, labels } of losses.values())
      yield {
        check: unusedLabel.id,
        severity: "hint",
        message: `${operator} loses ${labelsText(labels)} again, joined below: do not join it, or join it last.`,
        span: found.at(span),
        related: labels.map((label) => ({
          message: `${label.name} is joined here`,
          span: found.at(label.span),
        })),
      };
  },
};

/** `group_left(x)` brings a label that the series have already: it overwrites what they say. */
export const duplicateJoin: RuleCheck = {
  unit: "rule",
  id: "promql.duplicate-join",
  severity: "hint",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["join"],
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

interface Loss {
  readonly operator: string;
  /** Where the author wrote what loses it. */
  readonly span: Span;
}

/** What around a join removes or leaves out the label, which nothing between them looks at. */
function lossOf({ parents }: Analysed, join: BinaryExpr, { name }: GroupingLabel): Loss | undefined {
  let child: Expr = join;
  for (let node = parents.get(child); node !== undefined; child = node, node = parents.get(node)) {
    if (node.kind === "aggregate") return lossInGroups(node, name);
    if (node.kind === "binary" && node.matching !== undefined) {
      if (isCompared(node, name)) return undefined;
      if (!isKept(node, child, name)) return { operator: node.operator, span: node.operatorSpan };
    }
    // A function that writes labels may have looked at it.
    if (node.kind === "call" && /^(?:label_|sort_by_|info$|absent)/.test(node.name)) return undefined;
  }
  return undefined;
}

function lossInGroups(
  { operator, operatorSpan, without, grouping, groupingSpan }: AggregateExpr,
  name: string,
): Loss | undefined {
  const named = grouping?.find((label) => label.name === name);
  if (operator === "count_values" || choosing.has(operator) || (named !== undefined) !== without)
    return undefined;
  return { operator, span: named?.span ?? groupingSpan ?? operatorSpan };
}

function isCompared({ matching }: BinaryExpr, name: string): boolean {
  return matching?.labels.some((label) => label.name === name) === (matching?.on === true);
}

/** Whether the results of an operator have the label of one of its operands. */
function isKept({ operator, left, matching }: BinaryExpr, operand: Expr, name: string): boolean {
  if (operator === "or") return true;
  const isLeft = operand === left;
  if (operator === "and" || operator === "unless") return isLeft;
  switch (matching?.cardinality) {
    case "many-to-one":
      return isLeft || matching.include.some((label) => label.name === name);
    case "one-to-many":
      return !isLeft || matching.include.some((label) => label.name === name);
    default:
      // Of one to one only what is compared is left.
      return false;
  }
}

/** They keep all labels of what they choose. */
const choosing: ReadonlySet<string> = new Set(["topk", "bottomk", "limitk", "limit_ratio"]);
