import type { RuleCheck } from "../check.ts";
import { ruleKinds } from "../rule/context.ts";
import { namedRule } from "./related.ts";

/** Queries of people are nowhere in files: this is told only where dashboards are, and as a hint. */
export const unusedRecording: RuleCheck = {
  unit: "rule",
  id: "rule.unused-recording",
  severity: "hint",
  kinds: ruleKinds,
  needs: ["promql", "decoded"],
  wants: ["names", "record"],
  beyondFile: true,
  summary: "No rule and no dashboard among the files reads what a rule records.",
  *run(context) {
    const { names, rule } = context;
    const own = rule.kind === "record" ? namedRule(context) : undefined;
    if (names === undefined || own === undefined || !names.knows("dashboard")) return;
    const uses = names.otherUses("metric", own.name);
    if (uses.some(({ use }) => use.by !== "rule test" && use.declares !== true)) return;
    if (names.users("metric", own.name).some(({ name }) => name !== own.name)) return;
    yield {
      check: unusedRecording.id,
      severity: "hint",
      message:
        "No rule and no dashboard here reads this metric: delete the rule if nobody queries it by hand.",
      span: rule.name?.span ?? own.nameScalar.span,
    };
  },
};
