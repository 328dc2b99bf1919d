import type { Expr } from "../../server/src/promql/ast.ts";
import { analyseLabels } from "../../server/src/promql/labels/analyse.ts";
import { labelFact } from "../../server/src/promql/labels/facts.ts";
import type { LabelFlow, LabelOptions } from "../../server/src/promql/labels/types.ts";
import type { EvalAnswer } from "./oracle.ts";

function number(value: string): number {
  if (value === "+Inf") return Number.POSITIVE_INFINITY;
  return value === "-Inf" ? Number.NEGATIVE_INFINITY : Number(value);
}

/** What an answer of the engine shows to be wrong in what we know of an expression; nothing where all holds. */
export function refutation(flow: LabelFlow, answer: EvalAnswer): string | undefined {
  const results = answer.labels ?? [];
  if (flow.empty !== undefined && results.length > 0) return `not empty (${flow.empty.kind})`;
  if (flow.always && results.length === 0) return "not always there";
  for (const [at, labels] of results.entries()) {
    for (const [name, value] of Object.entries(labels)) {
      const { presence, values, reason } = labelFact(flow, name);
      if (presence === "impossible") return `${name} is possible (${reason?.kind})`;
      if (values !== undefined && !values.includes(value))
        return `${name} can be ${JSON.stringify(value)}, not only ${values.join()}`;
    }
    for (const [name, { presence, reason }] of flow.labels)
      if (presence === "guaranteed" && !Object.hasOwn(labels, name))
        return `${name} is not guaranteed (${reason?.kind})`;
    const value = answer.values?.[at] ?? "";
    if (value === "matrix") continue;
    if (value === "histogram") {
      if (!flow.histograms) return "histograms are possible";
      continue;
    }
    const float = number(value);
    const { min, max, nan } = flow.range;
    if (Number.isNaN(float) ? !nan : float < min || float > max)
      return `the value can be ${value}, not only ${min} to ${max}`;
  }
  return undefined;
}

/** What we know of an expression, and what the answer of the engine says against it. */
export function refuted(expr: Expr, answer: EvalAnswer, options: LabelOptions = {}): string | undefined {
  return refutation(analyseLabels(expr, options).flow, answer);
}
