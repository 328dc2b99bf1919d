import type { RuleCheck, RuleContext } from "../check.ts";
import { metricsQlFunctions } from "./metricsql-functions.ts";
import { expressionOf, parsedOf } from "./syntax.ts";

/** Rules of VictoriaMetrics in a file that nothing tells to be vmalert's: its errors have one cause. */
export const promqlMetricsQl: RuleCheck = {
  unit: "rule",
  id: "promql.metricsql",
  severity: "info",
  kinds: ["rules", "PrometheusRule", "promql"],
  needs: ["promql"],
  wants: ["faulty"],
  summary:
    "An expression calls a function that only MetricsQL has: VictoriaMetrics can read it, Prometheus cannot.",
  *run(context) {
    const expression = context.ruler === "vmalert" ? undefined : expressionOf(context);
    if (expression === undefined) return;
    const call = callOf(context);
    if (call === undefined) return;
    const { name, start } = call;
    yield {
      check: promqlMetricsQl.id,
      severity: "info",
      message: `${name} is MetricsQL: where vmalert reads this, give its environment the flavour victoriametrics.`,
      span: expression.map.spanToSource({ start, end: start + name.length }),
      onceInFile: "MetricsQL",
    };
  },
};

/** Whether the rule calls a function that only MetricsQL has. */
export function isMetricsQlRule(context: RuleContext): boolean {
  return callOf(context) !== undefined;
}

/** The first call of a function that only MetricsQL has. */
function callOf(context: RuleContext): { readonly name: string; readonly start: number } | undefined {
  const expression = expressionOf(context);
  if (expression === undefined) return undefined;
  for (const { message, span } of parsedOf(context, expression).errors) {
    const name = /^unknown function with name "(\w+)"/.exec(message)?.[1];
    if (name !== undefined && metricsQlFunctions.has(name)) return { name, start: span.start };
  }
  return undefined;
}
