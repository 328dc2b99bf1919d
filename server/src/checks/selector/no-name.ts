import type { RawFinding, RuleCheck } from "../check.ts";
import { analysed } from "../flow/analysis.ts";
import { flowKinds } from "../flow/kinds.ts";

/** A selector without a metric name is looked up among all series of its labels. */
export const noMetricName: RuleCheck = {
  unit: "rule",
  id: "promql.no-metric-name",
  severity: "warning",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["matcher"],
  summary: "A selector names no metric, so it reads every metric that carries its labels.",
  run(context) {
    const findings: RawFinding[] = [];
    // A stream of logs has no name.
    if (context.ruler === "Loki") return findings;
    const found = analysed(context);
    for (const node of found?.selectors ?? []) {
      if (found === undefined || node.name !== undefined) continue;
      if (node.matchers.some(({ name }) => name === "__name__") || isInfo(found.parents.get(node))) continue;
      findings.push({
        check: noMetricName.id,
        severity: "warning",
        message:
          "Without a metric name this reads all metrics with these labels: name the metric that is meant.",
        span: found.at(node.span),
      });
    }
    return findings;
  },
};

/** The second argument of `info()` chooses labels, not series. */
function isInfo(parent: { readonly kind: string; readonly name?: unknown } | undefined): boolean {
  return parent?.kind === "call" && parent.name === "info";
}
