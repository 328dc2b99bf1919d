import type { Expr, ValueType } from "./ast.ts";

/** What an expression evaluates to; a call of an unknown function counts as an instant vector. */
export function typeOf(expr: Expr): ValueType {
  return expr.type;
}

/** Whether a rule may have the expression: a range vector or string loads and then fails at every evaluation. */
export function isEvaluable(expr: Expr): boolean {
  return expr.type === "scalar" || expr.type === "vector";
}
