import { alertMetrics } from "../../world/names/rule.ts";
import type { RawFinding, RuleCheck } from "../check.ts";
import { analysed } from "../flow/analysis.ts";
import { flowKinds } from "../flow/kinds.ts";
import { relatedTo } from "./related.ts";

/** The state of an alert that no rule has is never there. Rules may be deployed from elsewhere: only a slip is told. */
export const alertsMetricUnknown: RuleCheck = {
  unit: "rule",
  id: "rule.alerts-metric-unknown",
  severity: "warning",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["names", "matcher"],
  beyondFile: true,
  summary: "ALERTS{alertname=…} asks for an alert that no rule has, but one that is spelled nearly so.",
  run(context) {
    const findings: RawFinding[] = [];
    const { names } = context;
    const found = names === undefined ? undefined : analysed(context);
    for (const node of found?.selectors ?? []) {
      if (!alertMetrics.has(node.name ?? "")) continue;
      for (const { name, operator, value, valueSpan } of node.matchers) {
        if (name !== "alertname" || operator !== "=" || value === "") continue;
        if (names === undefined || found === undefined || names.alerts(value).length > 0) continue;
        const near = names.nearestAlert(value);
        const rule = near === undefined ? undefined : names.alerts(near)[0];
        if (near === undefined || rule === undefined) continue;
        const span = found.at({ start: valueSpan.start + 1, end: valueSpan.end - 1 });
        const message = `No rule here has this alert name: did you mean ${near}?`;
        findings.push({
          check: alertsMetricUnknown.id,
          severity: "warning",
          message:
            message.length > 120 ? "No rule here has this alert name, but one of nearly the same." : message,
          span,
          related: [relatedTo(rule, "the alert")],
          fixes: /^[\w:. -]+$/.test(near)
            ? [{ title: `Change to ${near}`, safe: false, edits: [{ span, newText: near }] }]
            : undefined,
        });
      }
    }
    return findings;
  },
};
