import { printDuration } from "../../promql/print-number.ts";
import { asScalar, valueAt } from "../../yaml/access.ts";
import type { CheckContext, DocumentCheck, RuleContext } from "../check.ts";
import { fieldText, ruleFileOf, ruleKinds } from "../rule/context.ts";
import { parseDuration } from "../rule/duration.ts";
import { foreignRuler } from "../rule/ruler.ts";

/** Prometheus' default of `query.lookback-delta`: so many seconds a sample counts as the current one. */
const usualLookback = 300;
/** Groups that are evaluated as often are in time for every server. */
const askedFrom = 60_000n;

/** Between two evaluations that are further apart than samples live, results and alerts come and go. */
export const groupIntervalTooLong: DocumentCheck = {
  unit: "document",
  id: "rule.group-interval-too-long",
  severity: "warning",
  kinds: ruleKinds,
  needs: ["decoded"],
  summary:
    "A group is evaluated more rarely than samples live (5 minutes, or as its servers say): it has gaps.",
  *run(context) {
    const file = ruleFileOf(context);
    // VictoriaMetrics looks as far back as two steps of what it reads.
    if (file === undefined || foreignRuler(context) === "vmalert") return;
    for (const group of file.groups) {
      const interval = parseDuration(fieldText(group, "interval") || "0s");
      const scalar = asScalar(valueAt(group.node, "interval"));
      if (!interval.ok || scalar === undefined || interval.milliseconds <= askedFrom) continue;
      const lookback = lookbackIn(context);
      if (interval.milliseconds <= BigInt(Math.round(lookback * 1000))) continue;
      const rules = context.rules(firingFor).filter((rule) => rule.group === group.index);
      if (rules.length === 0) continue;
      if (rules.every(({ value }) => value !== "" && BigInt(value) >= interval.milliseconds)) continue;
      yield {
        check: groupIntervalTooLong.id,
        severity: "warning",
        message: `Samples live for ${printDuration(lookback) ?? "5m"}, so what this group writes is gone between evaluations: shorten the interval.`,
        span: scalar.span,
      };
    }
  },
};

/** The shortest of the servers that evaluate the file, as far as they tell. */
function lookbackIn({ snapshot }: CheckContext): number {
  const told = snapshot.environments.map(({ live }) => {
    const fact = live?.lookback?.();
    return fact?.status === "ok" ? fact.value : usualLookback;
  });
  return told.length === 0 ? usualLookback : Math.min(...told);
}

/** For how many milliseconds an alert goes on firing, in digits; empty for what is no alert, or does not. */
function firingFor({ rule }: RuleContext): string {
  if (rule.kind !== "alert") return "";
  const kept = parseDuration(fieldText(rule, "keep_firing_for") || "0s");
  return kept.ok ? String(kept.milliseconds) : "";
}
