import type { Expr } from "../../promql/ast.ts";

const comparisons: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">="]);

/**
 * An expression without its comparisons with numbers: what they compare, whether the comparison holds now or not.
 * Nothing where a comparison of two numbers is all that is there.
 */
export function withoutConditions(expr: Expr): Expr | undefined {
  switch (expr.kind) {
    case "paren":
    case "unary":
    case "subquery": {
      const inner = withoutConditions(expr.expr);
      return inner === undefined ? undefined : { ...expr, expr: inner };
    }
    case "aggregate": {
      const inner = expr.expr === undefined ? undefined : withoutConditions(expr.expr);
      return inner === undefined ? undefined : { ...expr, expr: inner };
    }
    case "call":
      return {
        ...expr,
        args: expr.args.map((arg) => (arg.type === "scalar" ? arg : (withoutConditions(arg) ?? arg))),
      };
    case "binary": {
      const isCondition = comparisons.has(expr.operator) && !expr.bool;
      if (isCondition && expr.left.type === "scalar") return withoutConditions(expr.right);
      if (isCondition && expr.right.type === "scalar") return withoutConditions(expr.left);
      const left = withoutConditions(expr.left);
      const right = withoutConditions(expr.right);
      return left === undefined || right === undefined ? undefined : { ...expr, left, right };
    }
    default:
      return expr;
  }
}
