import type { Expr } from "../../promql/ast.ts";
import type { LabelFlow } from "../../promql/labels/types.ts";
import type { RawFinding, RuleCheck } from "../check.ts";
import { analysed } from "../flow/analysis.ts";
import { ruleKinds } from "../rule/context.ts";
import { boolComparison, branchesOf } from "./branches.ts";

/** An alert without any condition fires as soon as its metric exists, whatever the value. */
export const noComparison: RuleCheck = {
  unit: "rule",
  id: "rule.no-comparison",
  severity: "warning",
  kinds: ruleKinds,
  needs: ["promql"],
  wants: ["alert", "expression"],
  summary: "The expression of an alert has no condition, so the alert fires whenever the metric exists.",
  run(context) {
    const findings: RawFinding[] = [];
    const found = context.rule.kind === "alert" ? analysed(context) : undefined;
    if (found === undefined) return findings;
    for (const branch of branchesOf(context)) {
      const flow = found.labels.of(branch);
      if (flow.conditional || flow.always || isGone(flow)) continue;
      if (branch.type !== "vector" || boolComparison(branch) !== undefined) continue;
      const span = found.at(branch.span);
      findings.push({
        check: noComparison.id,
        severity: choosesInfo(branch) ? "hint" : "warning",
        message: "There is no condition, so the alert fires whenever this returns anything: compare it.",
        span,
        fixes: [
          {
            title: "Compare with > 0",
            safe: false,
            edits: [{ span: { start: span.end, end: span.end }, newText: " > 0" }],
          },
        ],
      });
    }
    return findings;
  },
};

/** Whether nothing can be compared: what is wrong with a join is another matter. */
function isGone({ empty }: LabelFlow): boolean {
  return empty !== undefined && empty.kind !== "no-match";
}

/** A metric that is always 1 says what it says by its labels: there the matchers are the condition. */
function choosesInfo(branch: Expr): boolean {
  return (
    branch.kind === "selector" &&
    branch.matchers.length > 0 &&
    /(?:_(?:info|metadata|labels)|^ALERTS)$/.test(branch.name ?? "")
  );
}
