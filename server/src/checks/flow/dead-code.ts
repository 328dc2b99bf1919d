import type { BinaryExpr, Expr } from "../../promql/ast.ts";
import { type Comparison, compare, constantOf, flip, isComparison } from "../../promql/labels/ranges.ts";
import type { Reason } from "../../promql/labels/types.ts";
import type { RawFinding, RuleCheck } from "../check.ts";
import { type Analysed, analysed, becauseOf } from "./analysis.ts";
import { flowKinds } from "./kinds.ts";

/** Parts of an expression that change nothing, or that keep it from ever returning anything. */
export const deadCode: RuleCheck = {
  unit: "rule",
  id: "promql.dead-code",
  severity: "warning",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["expression"],
  summary:
    "A part of the expression never has a say: a comparison that never or always holds, an `or` or `unless` without use.",
  *run(context) {
    const found = analysed(context);
    if (found === undefined) return;
    for (const node of found.nodes) {
      const { empty } = found.labels.of(node);
      const words = empty?.node === node ? neverWords(empty) : undefined;
      if (empty !== undefined && words !== undefined)
        yield finding(found, words, empty.span, becauseOf(found, empty.via));
      else if (node.kind === "binary" && empty === undefined) {
        yield* useless(found, node);
        yield* neverPassing(found, node);
      }
    }
  },
};

/** What an author must hear who wrote something that never returns; other checks say it of joins and matchers. */
function neverWords({ kind, node }: Reason): string | undefined {
  const name = node.kind === "binary" ? node.operator : "";
  switch (kind) {
    case "never-true":
      return `The left side is never ${name} the right, so this returns nothing: change the comparison.`;
    case "always-excluded":
      return "unless excludes everything here, so this returns nothing: change its right side.";
    case "no-elements":
      return "This asks for no elements and returns nothing: ask for one or more.";
    default:
      return undefined;
  }
}

function* useless(found: Analysed, node: BinaryExpr): Iterable<RawFinding> {
  const [left, right] = [found.labels.of(node.left), found.labels.of(node.right)];
  if (node.operator === "or") {
    const facts = found.labels.join(node);
    if (left.always && facts?.allMatch === true)
      yield finding(
        found,
        "The left side always returns, so the right side of or is never used: take it out.",
        node.right.span,
      );
    return;
  }
  if (node.operator === "unless") {
    if (right.empty !== undefined)
      yield finding(
        found,
        "The right side never returns anything, so unless excludes nothing: take it out.",
        node.right.span,
      );
    return;
  }
  if (!isComparison(node.operator)) return;
  const [a, b] = [constantOf(left.range), constantOf(right.range)];
  if (a === undefined || b === undefined || left.histograms || right.histograms) return;
  const holds = compare(node.operator, left.range, right.range);
  if (holds === "always" || (holds === "never" && node.bool))
    yield finding(
      found,
      `This comparison of two constants ${holds} holds: compare a metric, or take it out.`,
      node.span,
    );
}

/** Constants beside `or` that a comparison around it always takes away: `(a or vector(0)) > 5`. */
function* neverPassing(found: Analysed, { operator, bool, left, right }: BinaryExpr): Iterable<RawFinding> {
  if (!isComparison(operator) || bool) return;
  const sides = [
    { compared: left, by: operator, with: right },
    { compared: right, by: flip(operator), with: left },
  ];
  for (const { compared, by, with: other } of sides) {
    const { range, histograms } = found.labels.of(other);
    for (const one of alternativesIn(found, compared, by)) {
      const flow = found.labels.of(one);
      if (histograms || constantOf(flow.range) === undefined || compare(by, flow.range, range) !== "never")
        continue;
      yield {
        ...finding(
          found,
          `This constant never passes the comparison with ${by}, so it has no say: take it out.`,
          one.span,
        ),
        severity: "hint",
      };
    }
  }
}

/**
 * The operands of `or` that an expression is made of. An aggregation is looked through where what never passes the
 * comparison changes nothing of the others either: the least of what a maximum is made of, and nothing in a sum.
 */
function alternativesIn(found: Analysed, expr: Expr, by: Comparison): readonly Expr[] {
  if (expr.kind === "paren") return alternativesIn(found, expr.expr, by);
  if (expr.kind === "binary" && expr.operator === "or")
    return [...alternativesIn(found, expr.left, by), ...alternativesIn(found, expr.right, by)];
  if (expr.kind !== "aggregate" || expr.expr === undefined) return [expr];
  const inner = alternativesIn(found, expr.expr, by);
  if (expr.operator === "sum") return inner.filter((one) => constantOf(found.labels.of(one).range) === 0);
  const isKept = expr.operator === "max" ? by.startsWith(">") : expr.operator === "min" && by.startsWith("<");
  return isKept ? inner : [expr];
}

function finding(
  { at }: Analysed,
  message: string,
  span: BinaryExpr["span"],
  related?: RawFinding["related"],
): RawFinding {
  return { check: deadCode.id, severity: "warning", message, span: at(span), related };
}
