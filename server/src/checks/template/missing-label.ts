import { labelFact } from "../../promql/labels/facts.ts";
import { reasonClause } from "../../promql/labels/reasons.ts";
import type { LabelFlow, Reason, ReasonKind } from "../../promql/labels/types.ts";
import type { GroupValues, RawFinding, RuleCheck } from "../check.ts";
import { type Analysed, analysed, becauseOf } from "../flow/analysis.ts";
import { neverPasses } from "../flow/dead-constant.ts";
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
  run(context) {
    const findings: RawFinding[] = [];
    const places = context.rule.kind === "alert" ? templatesIn(context) : [];
    const found = places.length === 0 ? undefined : analysed(context);
    if (found === undefined || !hasResults(found.labels.flow)) return findings;
    const isMetricsQl = context.ruler === "vmalert";
    for (const place of places) addMissing(findings, found, place, context.group, isMetricsQl);
    return findings;
  },
};

function addMissing(
  findings: RawFinding[],
  found: Analysed,
  { scalar, once }: TemplatePlace,
  group: GroupValues,
  isMetricsQl: boolean,
): void {
  for (const { name, span } of once(labelsUsed)) {
    const fact = labelFact(found.labels.flow, name);
    const never = fact.presence === "impossible";
    // Where only one side of an `or` lacks it, other alerts have it: their author may know.
    const reason = never ? fact.reason : fact.presence === "possible" ? fact.absentIn : undefined;
    // MetricsQL joins a side without labels with all of the other side, as if it were a number.
    if (reason === undefined || (isMetricsQl && reason.kind === "matched")) continue;
    if (isToldOfJoin(reason, name)) continue;
    // What these functions make of a label depends on what they find.
    if (!never && [reason, fact.reason].some((each) => each !== undefined && setsLabels(each))) continue;
    if (!never && (isAskedFor(scalar.value, name) || neverPasses(found, reason.node))) continue;
    // Templates see what the expression returns, before the labels of the group are put on it.
    if (never && group.labels.has(name)) {
      findings.push({
        check: templateMissingLabel.id,
        severity: "info",
        message: worded("The group sets the label", name, "templates do not see it, so this stays empty"),
        span: scalar.map.spanToSource(span),
        related: becauseOf(found, reason),
      });
      continue;
    }
    const edits = keepLabel(found, reason.node, name);
    findings.push({
      check: templateMissingLabel.id,
      severity: never ? "error" : "info",
      message: worded(never ? "The alert never has" : "Some alerts lack", name, reasonClause(reason)),
      span: scalar.map.spanToSource(span),
      related: becauseOf(found, reason),
      fixes: edits && [{ title: `Keep ${name} in the aggregation`, safe: false, edits }],
    });
  }
}

/** Whether there are results that could have labels, or will be once a comparison or a join is mended. */
function hasResults({ empty }: LabelFlow): boolean {
  return empty === undefined || mendable.has(empty.kind);
}

const mendable: ReadonlySet<ReasonKind> = new Set(["never-true", "never-absent", "no-match"]);

function setsLabels({ kind }: Reason): boolean {
  return kind === "label_replace" || kind === "label_join";
}

/** Whether `on(…)` names a label that one side has not: `promql.impossible-label` says so there. */
function isToldOfJoin({ kind, node }: Reason, label: string): boolean {
  if (kind !== "matched" || node.kind !== "binary" || node.matching?.on !== true) return false;
  return node.matching.labels.some(({ name }) => name === label);
}

function worded(subject: string, name: string, reason: string): string {
  const whole = `${subject} the label ${name}: ${reason}.`;
  return whole.length > 120 ? `${subject} the label ${name}: keep it in the expression.` : whole;
}
