import type { BinaryExpr, Expr } from "../../promql/ast.ts";
import { isMetadataLabel, isOpen, labelFact } from "../../promql/labels/facts.ts";
import type { LabelFlow } from "../../promql/labels/types.ts";
import type { RawFinding, RuleCheck, RuleContext } from "../check.ts";
import { analysed, becauseOf, unwrapped } from "./analysis.ts";
import { flowKinds } from "./kinds.ts";

/**
 * Without `on` or `ignoring` an operator pairs series whose labels are all equal: `sum by (job, pod) (x) / sum by (job)
 * (y)` meets only where `pod` is empty, which the label that somebody groups by never is.
 */
export const groupingMismatch: RuleCheck = {
  unit: "rule",
  id: "promql.grouping-mismatch",
  severity: "warning",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["match"],
  summary:
    "The two sides of an operator keep different labels and nothing says which to compare, so hardly anything matches.",
  run(context) {
    const findings: RawFinding[] = [];
    const found = analysed(context);
    // What is made of operands that do not match is told there.
    const above = new Set<Expr>();
    for (const node of found?.nodes.toReversed() ?? []) {
      if (found === undefined || node.kind !== "binary" || node.operator === "or") continue;
      if (node.matching === undefined || node.matching.on !== undefined || context.ruler === "vmalert")
        continue;
      if (above.has(node)) continue;
      const facts = found.labels.join(node);
      if (facts === undefined || facts.noMatch !== undefined) continue;
      const { left, right } = facts;
      if (left.empty !== undefined || right.empty !== undefined) continue;
      const lacks = mismatch(node, left, right, context);
      if (lacks === undefined) continue;
      for (let at = found.parents.get(node); at !== undefined; at = found.parents.get(at)) above.add(at);
      const reason = labelFact(lacks.side === "left" ? left : right, lacks.label).reason;
      findings.push({
        check: groupingMismatch.id,
        severity: "warning",
        message: lacks.message,
        span: found.at(node.operatorSpan),
        related: becauseOf(found, reason),
      });
    }
    return findings;
  },
};

interface Mismatch {
  readonly side: "left" | "right";
  readonly label: string;
  readonly message: string;
}

function mismatch(
  node: BinaryExpr,
  left: LabelFlow,
  right: LabelFlow,
  context: RuleContext,
): Mismatch | undefined {
  if (!isOpen(left) && !isOpen(right)) {
    const label = onlyIn(left, right) ?? onlyIn(right, left);
    if (label === undefined) return undefined;
    const side = onlyIn(left, right) === undefined ? "left" : "right";
    const message = `Only the ${side === "left" ? "right" : "left"} side keeps ${shown(label)}, so little matches: group both alike, or use on().`;
    return { side, label, message };
  }
  const side = isOpen(left) ? "right" : "left";
  const [open, closed] = side === "right" ? [node.left, right] : [node.right, left];
  if (hasLabels(closed) || !isScraped(open, context)) return undefined;
  const message = `The ${side} side has no labels, and scraped series always have some, so nothing matches: use on().`;
  return { side, label: "job", message };
}

/** Mixins group by it throughout, and who has one cluster only has no such label: there it matches. */
const oftenEmpty = "cluster";

/** A label that one side may have and the other has not. */
function onlyIn(one: LabelFlow, other: LabelFlow): string | undefined {
  for (const [name, { presence }] of one.labels)
    if (
      presence !== "impossible" &&
      !isMetadataLabel(name) &&
      name !== oftenEmpty &&
      labelFact(other, name).presence === "impossible"
    )
      return name;
  return undefined;
}

function hasLabels(flow: LabelFlow): boolean {
  if (isOpen(flow)) return true;
  for (const [name, { presence }] of flow.labels)
    if (presence !== "impossible" && !isMetadataLabel(name)) return true;
  return false;
}

/** Functions that keep the labels of their series. */
const keeping =
  /^(?:rate|irate|increase|delta|idelta|deriv|changes|resets|predict_linear|abs|\w+_over_time)$/;

/** Series of a metric as it was scraped, compared or reckoned with numbers: they have `job` and `instance` at least. */
function isScraped(expr: Expr, context: RuleContext): boolean {
  const node = unwrapped(expr);
  switch (node.kind) {
    case "selector":
      return (
        node.name !== undefined &&
        !/:|^ALERTS/.test(node.name) &&
        context.names?.recorded(node.name) === undefined
      );
    case "matrix":
      return isScraped(node.selector, context);
    case "call":
      return keeping.test(node.name) && node.args.some((arg) => isScraped(arg, context));
    case "binary":
      if (node.left.type === "scalar") return isScraped(node.right, context);
      if (!isScraped(node.left, context)) return false;
      if (node.right.type === "scalar" || node.operator === "unless") return true;
      // Whatever matches has the labels of both.
      return node.matching?.on === undefined && isScraped(node.right, context);
    default:
      return false;
  }
}

function shown(label: string): string {
  return label.length <= 30 ? label : "a label";
}
