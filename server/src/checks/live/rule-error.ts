import { labelFact } from "../../promql/labels/facts.ts";
import { isPlainLabelName, quoted } from "../../promql/quote.ts";
import { dialectFacts } from "../../world/environment.ts";
import { stringMap } from "../../yaml/access.ts";
import type { RuleCheck, RuleContext } from "../check.ts";
import { type Analysed, analysed } from "../flow/analysis.ts";
import { sentence } from "../monitor/words.ts";
import { ruleKinds } from "../rule/context.ts";
import { counted, countIn, ranRules } from "./ran.ts";
import type { LiveSource } from "./sources.ts";

/** What a rule does with the results of its expression can fail, too (`rules/recording.go`, `rules/alerting.go`). */
export const ruleError: RuleCheck = {
  unit: "rule",
  id: "live.rule-error",
  severity: "error",
  kinds: ruleKinds,
  needs: ["promql", "decoded"],
  wants: ["environment", "expression"],
  beyondFile: true,
  summary:
    "The results are more than the limit of the group, or the rule's own labels make two of them the same; only told with --run.",
  *run(context) {
    const found = analysed(context);
    for (const { source, result, whole } of ranRules(context)) {
      // Behind others than a Prometheus may be the results of many, each of which evaluates the rule by itself.
      if (found === undefined || !result.ok || !whole || !isPrometheus(context, source)) continue;
      const series = found.expr.type === "vector" ? countIn(result) : 1;
      const limit = Number(context.group.fields.get("limit") ?? "0");
      const what = context.rule.kind === "alert" ? "alerts" : "series";
      const message =
        limit > 0 && series > limit
          ? `${source.name}: ${series} ${what}, and the limit of the group is ${limit}: none of them is kept.`
          : series > 1 && hasTwins(context, found, source)
            ? `${source.name}: two results differ only in labels that the rule sets itself, so it fails: aggregate them.`
            : undefined;
      if (message === undefined) continue;
      yield {
        check: ruleError.id,
        severity: "error",
        message: sentence(message),
        span: found.at(found.expr.span),
      };
    }
  },
};

function isPrometheus({ facts }: RuleContext, { environment }: LiveSource): boolean {
  const access = facts.environments.find((each) => each.environment === environment);
  return access !== undefined && dialectFacts(access).flavour === "prometheus";
}

/** Whether results are the same once the name and the labels are overwritten that the rule writes. */
function hasTwins({ rule, group }: RuleContext, found: Analysed, { live }: LiveSource): boolean {
  const labels = new Map([...group.labels, ...stringMap(rule.labels)]);
  // What a template writes may differ from one result to the next.
  const written = [...labels].flatMap(([name, value]) => (value.includes("{{") ? [] : [name]));
  const overwritten = written.filter((name) => tellsApart(found, name));
  const names = labelFact(found.labels.flow, "__name__");
  const hasNames = names.presence !== "impossible" && names.values?.length !== 1;
  if (overwritten.length === 0 && !hasNames) return false;
  const without = ["__name__", ...overwritten.map((name) => (isPlainLabelName(name) ? name : quoted(name)))];
  const twins = live.run?.(counted(`count without (${without.join(", ")}) (${found.text.text}\n) > 1`));
  return twins?.status === "ok" && twins.value.ok && countIn(twins.value) > 0;
}

/** Whether the expression names the label, and its results may have several values of it; of others nobody asks. */
function tellsApart(found: Analysed, name: string): boolean {
  const fact = found.labels.flow.labels.get(name);
  return fact !== undefined && fact.presence !== "impossible" && fact.values?.length !== 1;
}
