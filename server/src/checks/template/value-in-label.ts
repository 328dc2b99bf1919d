import type { RawFinding, RuleCheck } from "../check.ts";
import { ruleKinds } from "../rule/context.ts";
import { isValue, pipelines, templatesIn } from "./each.ts";

/** Labels are the identity of an alert: with the value among them each evaluation makes another alert. */
export const valueInLabel: RuleCheck = {
  unit: "rule",
  id: "template.value-in-label",
  severity: "warning",
  kinds: ruleKinds,
  needs: ["promql", "decoded"],
  wants: ["templates"],
  summary: "A label holds the value of the alert, so each change of the value makes a new alert.",
  run(context) {
    const findings: RawFinding[] = [];
    for (const { what, name, scalar, once } of templatesIn(context)) {
      if (what !== "label") continue;
      for (const { pipe, isRoot } of once(pipelines))
        for (const { operands, span } of pipe.commands)
          if (operands.some((operand) => isValue(operand, isRoot)))
            findings.push({
              check: valueInLabel.id,
              severity: "warning",
              message: `Each new value makes another alert with another ${name}: move it to an annotation.`,
              span: scalar.map.spanToSource(span),
            });
    }
    return findings;
  },
};
