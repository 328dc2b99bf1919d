import { asScalar, valueAt } from "../../yaml/access.ts";
import type { DocumentCheck, RuleContext } from "../check.ts";
import { fieldText, ruleFileOf, ruleKinds } from "../rule/context.ts";
import { parseDuration } from "../rule/duration.ts";
import { foreignRuler } from "../rule/ruler.ts";

/** Prometheus' `query.lookback-delta`: so long a sample counts as the current one. */
const lookback = 300_000n;

/** Between two evaluations that are further apart than samples live, results and alerts come and go. */
export const groupIntervalTooLong: DocumentCheck = {
  unit: "document",
  id: "rule.group-interval-too-long",
  severity: "warning",
  kinds: ruleKinds,
  needs: ["decoded"],
  summary: "A group is evaluated more rarely than every 5 minutes, so what it writes goes stale in between.",
  *run(context) {
    const file = ruleFileOf(context);
    // VictoriaMetrics looks as far back as two steps of what it reads.
    if (file === undefined || foreignRuler(context) === "vmalert") return;
    for (const group of file.groups) {
      const interval = parseDuration(fieldText(group, "interval") || "0s");
      const scalar = asScalar(valueAt(group.node, "interval"));
      if (!interval.ok || scalar === undefined || interval.milliseconds <= lookback) continue;
      const rules = context.rules(firingFor).filter((rule) => rule.group === group.index);
      if (rules.length === 0) continue;
      if (rules.every(({ value }) => value !== "" && BigInt(value) >= interval.milliseconds)) continue;
      yield {
        check: groupIntervalTooLong.id,
        severity: "warning",
        message:
          "Samples live for 5m, so what this group writes is gone between evaluations: shorten the interval.",
        span: scalar.span,
      };
    }
  },
};

/** For how many milliseconds an alert goes on firing, in digits; empty for what is no alert, or does not. */
function firingFor({ rule }: RuleContext): string {
  if (rule.kind !== "alert") return "";
  const kept = parseDuration(fieldText(rule, "keep_firing_for") || "0s");
  return kept.ok ? String(kept.milliseconds) : "";
}
