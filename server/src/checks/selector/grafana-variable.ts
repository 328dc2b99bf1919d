import type { RawFinding, RuleCheck } from "../check.ts";
import { flowKinds } from "../flow/kinds.ts";
import { expressionOf } from "../promql/syntax.ts";

/** `$__rate_interval`, `${job}`, `${job:regex}`, `[[job]]`, `$job` at the whole of a value. */
const anywhere = /\$__[a-z_]+|\$\{[A-Za-z_]\w*(?:[:.][^}"']*)?\}|\[\[[A-Za-z_]\w*\]\]/g;
const wholeValue = /(?<==~?\s*["'`])\$[A-Za-z_]\w*(?=["'`])/g;

/** Only Grafana fills its variables in: Prometheus takes them as text, or cannot parse them. */
export const grafanaVariable: RuleCheck = {
  unit: "rule",
  id: "promql.grafana-variable",
  severity: "warning",
  kinds: flowKinds,
  needs: ["promql"],
  summary: "The expression holds a variable of a Grafana dashboard, which Prometheus does not fill in.",
  run(context) {
    const findings: RawFinding[] = [];
    const expression = expressionOf(context);
    if (expression === undefined || !/\$|\[\[/.test(expression.text)) return findings;
    for (const pattern of [anywhere, wholeValue])
      for (const { index, 0: variable } of expression.text.matchAll(pattern))
        findings.push({
          check: grafanaVariable.id,
          severity: isEnvironment(variable) ? "hint" : "warning",
          message: /interval|range/.test(variable)
            ? `Prometheus does not fill in ${shown(variable)} of Grafana: write a duration such as 5m.`
            : `Prometheus does not fill in ${shown(variable)} of Grafana: write what it stands for.`,
          span: expression.map.spanToSource({ start: index, end: index + variable.length }),
        });
    return findings;
  },
};

/** `${CLUSTER}` is how Flux and envsubst write what they fill in before anyone loads the file. */
function isEnvironment(variable: string): boolean {
  return /^\$\{[A-Z][A-Z0-9_]*\}$/.test(variable);
}

function shown(variable: string): string {
  return variable.length > 40 ? `${variable.slice(0, 39)}…` : variable;
}
