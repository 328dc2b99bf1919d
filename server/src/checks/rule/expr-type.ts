import type { Expr } from "../../promql/ast.ts";
import type { Fix, RawFinding, RuleCheck } from "../check.ts";
import { type Analysed, analysed, unwrapped } from "../flow/analysis.ts";
import { ruleKinds } from "./context.ts";

/** The loader takes every expression, and each evaluation of these fails (`EngineQueryFunc` in `rules/manager.go`). */
export const exprType: RuleCheck = {
  unit: "rule",
  id: "rule.expr-type",
  severity: "error",
  kinds: ruleKinds,
  needs: ["promql"],
  wants: ["expression"],
  summary: "The expression of a rule is a range of samples or a text, so each evaluation of the rule fails.",
  run(context) {
    const findings: RawFinding[] = [];
    const found = analysed(context);
    if (found === undefined) return findings;
    const { expr } = found;
    if (expr.type === "matrix")
      findings.push({
        check: exprType.id,
        severity: "error",
        message: "This is a range of samples, so each evaluation fails: take a function of it, such as rate.",
        span: found.at(expr.span),
        fixes: overTime(found, expr),
      });
    else if (expr.type === "string")
      findings.push({
        check: exprType.id,
        severity: "error",
        message: "This is a text, so each evaluation fails: write an expression that gives numbers.",
        span: found.at(expr.span),
      });
    return findings;
  },
};

/** A function that every kind of metric can stand. */
function overTime({ at }: Analysed, expr: Expr): readonly Fix[] {
  const { start, end } = at(expr.span);
  const name = unwrapped(expr).kind === "subquery" ? "max_over_time" : "last_over_time";
  return [
    {
      title: `Wrap in ${name}`,
      safe: false,
      edits: [
        { span: { start, end: start }, newText: `${name}(` },
        { span: { start: end, end }, newText: ")" },
      ],
    },
  ];
}
