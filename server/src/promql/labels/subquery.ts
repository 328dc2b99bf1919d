import type { SubqueryExpr } from "../ast.ts";
import type { RawFlow } from "./flow.ts";

/** Whether a subquery has at least one step in its range whenever it is evaluated. */
function alwaysSteps({ range, step }: SubqueryExpr): boolean {
  return range.seconds !== undefined && step?.seconds !== undefined && range.seconds >= step.seconds;
}

/** Whether a subquery never has more than one step in its range, so that each of its series has one sample at most. */
export function atMostOneStep({ range, step }: SubqueryExpr): boolean {
  return range.seconds !== undefined && step?.seconds !== undefined && range.seconds <= step.seconds;
}

/** What a subquery makes of its expression: the samples of some steps, or of none at all. */
export function subqueryFlow(node: SubqueryExpr, inner: RawFlow): RawFlow {
  return inner.always && !alwaysSteps(node) ? { ...inner, always: false } : inner;
}
