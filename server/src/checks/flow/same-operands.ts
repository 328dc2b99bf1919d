import type { BinaryExpr, Expr } from "../../promql/ast.ts";
import { isComparison } from "../../promql/labels/ranges.ts";
import { printExpr } from "../../promql/print.ts";
import { children } from "../../promql/walk.ts";
import type { RawFinding, RuleCheck } from "../check.ts";
import { type Analysed, analysed, unwrapped } from "./analysis.ts";
import { flowKinds } from "./kinds.ts";

/** `sum(free) - sum(free) > 5`, `a > 1 or b > 1 or a > 1`: one of them was copied and not changed. */
export const sameOperands: RuleCheck = {
  unit: "rule",
  id: "promql.same-operands",
  severity: "warning",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["match"],
  summary: "The same stands on both sides of an operator, which then does nothing or always gives the same.",
  run(context) {
    const findings: RawFinding[] = [];
    const found = analysed(context);
    for (const node of found?.nodes ?? []) {
      if (found === undefined || node.kind !== "binary" || node.matching === undefined) continue;
      const outcome = outcomes[node.operator];
      if (outcome === undefined || !isSame(node)) continue;
      if ((node.operator === "-" || node.operator === "/") && !isCompared(node, found)) continue;
      findings.push({
        check: sameOperands.id,
        severity: "warning",
        message: `The same stands on both sides of ${node.operator}, so ${outcome}: change one of them.`,
        span: found.at(node.operatorSpan),
      });
    }
    return findings;
  },
};

/**
 * What an operator makes of the same twice. `x == x` leaves NaN out and `x != x` finds it, a sum and a product of the
 * same are more than it.
 */
const outcomes: Readonly<Record<string, string | undefined>> = {
  "-": "this is always 0",
  "/": "this is always 1",
  ">": "this never holds",
  "<": "this never holds",
  and: "it changes nothing",
  or: "it changes nothing",
  unless: "this returns nothing",
};

function isSame(node: BinaryExpr): boolean {
  const { operator, left, right, matching } = node;
  if (matching?.fillLeft !== undefined || matching?.fillRight !== undefined) return false;
  const isChain = operator === "and" || operator === "or";
  for (let at = unwrapped(left); ; at = unwrapped(at.left)) {
    const isLink: boolean = isChain && at.kind === "binary" && at.operator === operator;
    const other = isLink && at.kind === "binary" ? unwrapped(at.right) : at;
    if (isEqual(other, unwrapped(right))) return true;
    if (!isLink || at.kind !== "binary") return false;
  }
}

function isEqual(left: Expr, right: Expr): boolean {
  return beginAlike(left, right) && printExpr(left) === printExpr(right);
}

/** Most operands differ in the functions and the metric that come first, and need not be printed. */
function beginAlike(left: Expr, right: Expr): boolean {
  let [a, b]: readonly (Expr | undefined)[] = [left, right];
  while (a !== undefined && b !== undefined && a.kind === b.kind) {
    if (a.kind === "selector") return b.kind === "selector" && a.name === b.name;
    if (nameOf(a) !== nameOf(b)) return false;
    [a] = children(a);
    [b] = children(b);
  }
  return a === undefined && b === undefined;
}

function nameOf(expr: Expr): string {
  if (expr.kind === "call") return expr.name;
  return expr.kind === "aggregate" || expr.kind === "binary" ? expr.operator : "";
}

/** Whether it is compared: `x - x` also stands for a zero with the labels of `x`, and `x / x` for a one. */
function isCompared(node: Expr, { parents }: Analysed): boolean {
  let child = node;
  for (let at = parents.get(node); at !== undefined; at = parents.get(at)) {
    if (at.kind === "binary") {
      if (isComparison(at.operator)) return true;
      const other = at.left === child ? at.right : at.left;
      if (other.type !== "scalar" && at.operator !== "-" && at.operator !== "/") return false;
    } else if (at.kind !== "paren" && at.kind !== "unary") return false;
    child = at;
  }
  return false;
}
