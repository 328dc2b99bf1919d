import type { BinaryExpr, Expr } from "../../promql/ast.ts";
import { isComparison } from "../../promql/labels/ranges.ts";
import type { RuleContext } from "../check.ts";
import { analysed, unwrapped } from "../flow/analysis.ts";

/** What an alert fires on: the operands of its outermost `or`, each of which can make it fire. */
export function branchesOf(context: RuleContext): readonly Expr[] {
  return context.once(allBranches);
}

function allBranches(context: RuleContext): readonly Expr[] {
  const found = analysed(context);
  return found === undefined ? [] : branches(found.expr);
}

/** The same of an expression. */
function branches(expr: Expr): readonly Expr[] {
  const found: Expr[] = [];
  const stack = [expr];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const node = unwrapped(next);
    if (node.kind === "binary" && node.operator === "or") stack.push(node.right, node.left);
    else found.push(node);
  }
  return found;
}

/** The comparison with `bool` that an expression is: it returns 0 or 1 for everything it compares. */
export function boolComparison(branch: Expr): BinaryExpr | undefined {
  const node = unwrapped(branch);
  return node.kind === "binary" && node.bool && isComparison(node.operator) ? node : undefined;
}
