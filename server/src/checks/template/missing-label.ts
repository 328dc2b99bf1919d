import { labelFact } from "../../promql/labels/facts.ts";
import { reasonClause } from "../../promql/labels/reasons.ts";
import type { RawFinding, RuleCheck } from "../check.ts";
import { type Analysed, analysed, becauseOf } from "../flow/analysis.ts";
import { keepLabel } from "../flow/keep-label.ts";
import { ruleKinds } from "../rule/context.ts";
import { type TemplatePlace, templatesIn } from "./each.ts";
import { isAskedFor, labelsUsed } from "./labels-used.ts";

/** A label that the expression cannot return is empty in the text of every alert. */
export const templateMissingLabel: RuleCheck = {
  unit: "rule",
  id: "template.missing-label",
  severity: "error",
  kinds: ruleKinds,
  needs: ["promql", "decoded"],
  wants: ["alert", "templates", "expression"],
  summary: "A template shows a label that the expression of its alert can never return.",
  *run(context) {
    const places = context.rule.kind === "alert" ? templatesIn(context) : [];
    const found = places.length === 0 ? undefined : analysed(context);
    if (found === undefined || found.labels.flow.empty !== undefined) return;
    const isMetricsQl = context.ruler === "vmalert";
    for (const place of places) yield* missing(found, place, isMetricsQl);
  },
};

function* missing(
  found: Analysed,
  { scalar, once }: TemplatePlace,
  isMetricsQl: boolean,
): Iterable<RawFinding> {
  for (const { name, span } of once(labelsUsed)) {
    const fact = labelFact(found.labels.flow, name);
    const never = fact.presence === "impossible";
    // Where only one side of an `or` lacks it, other alerts have it: their author may know.
    const reason = never ? fact.reason : fact.presence === "possible" ? fact.absentIn : undefined;
    // MetricsQL joins a side without labels with all of the other side, as if it were a number.
    if (reason === undefined || (isMetricsQl && reason.kind === "matched")) continue;
    if (!never && isAskedFor(scalar.value, name)) continue;
    const edit = keepLabel(found, reason.node, name);
    yield {
      check: templateMissingLabel.id,
      severity: never ? "error" : "info",
      message: worded(never ? "The alert never has" : "Some alerts lack", name, reasonClause(reason)),
      span: scalar.map.spanToSource(span),
      related: becauseOf(found, reason),
      fixes:
        edit === undefined
          ? undefined
          : [{ title: `Keep ${name} in the aggregation`, safe: false, edits: [edit] }],
    };
  }
}

function worded(subject: string, name: string, reason: string): string {
  const whole = `${subject} the label ${name}: ${reason}.`;
  return whole.length > 120 ? `${subject} the label ${name}: keep it in the expression.` : whole;
}
