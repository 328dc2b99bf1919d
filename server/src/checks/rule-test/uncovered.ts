import type { RawFinding, RuleCheck } from "../check.ts";
import { namedRule } from "../names/related.ts";
import { ruleKinds } from "../rule/context.ts";

/** For those who want each rule to be tested; where no file tests anything, nothing is asked for. */
export const testUncoveredRule: RuleCheck = {
  unit: "rule",
  id: "rule.test-uncovered-rule",
  severity: "info",
  offByDefault: true,
  kinds: ruleKinds,
  needs: ["promql", "decoded"],
  wants: ["names"],
  beyondFile: true,
  summary: "No rule unit test among the files looks at what a rule gives.",
  run(context) {
    const findings: RawFinding[] = [];
    const { names, rule } = context;
    const own = names?.knows("rule test") === true ? namedRule(context) : undefined;
    if (names === undefined || own === undefined) return findings;
    const kind = own.kind === "alert" ? "alert" : "metric";
    if (names.otherUses(kind, own.name).some(({ use }) => use.by === "rule test")) return findings;
    findings.push({
      check: testUncoveredRule.id,
      severity: "info",
      offByDefault: true,
      message:
        own.kind === "alert"
          ? "No rule unit test asks for this alert: create one from the rule."
          : "No rule unit test asks for this metric: create one from the rule.",
      span: rule.name?.span ?? own.nameScalar.span,
    });
    return findings;
  },
};
