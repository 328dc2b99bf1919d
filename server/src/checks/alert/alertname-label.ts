import { keyOf } from "../../yaml/access.ts";
import type { RuleCheck } from "../check.ts";
import { ruleKinds } from "../rule/context.ts";
import { removal } from "../rule/removal.ts";

/** An alert gets its name after its labels, whatever they say (`rules/alerting.go`, Eval). */
export const alertnameLabel: RuleCheck = {
  unit: "rule",
  id: "rule.alertname-label",
  severity: "warning",
  kinds: ruleKinds,
  wants: ["alert", "odd"],
  summary: "An alert has a label alertname, which its own name overwrites.",
  *run({ rule, lines }) {
    const pair =
      rule.kind === "alert" ? rule.labels?.pairs.find((each) => keyOf(each) === "alertname") : undefined;
    if (pair === undefined || rule.labels === undefined) return;
    yield {
      check: alertnameLabel.id,
      severity: "warning",
      message: "The name of the alert overwrites this label: remove it, or rename the alert.",
      span: pair.key.span,
      fixes: removal(rule.labels, pair, "alertname", lines),
    };
  },
};
