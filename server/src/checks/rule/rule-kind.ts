import { isNull, pairOf, valueAt } from "../../yaml/access.ts";
import type { RuleCheck } from "../check.ts";
import { fieldText, keySpan, ruleKinds } from "./context.ts";

export const recordAndAlert: RuleCheck = {
  unit: "rule",
  id: "rule.record-and-alert",
  severity: "error",
  kinds: ruleKinds,
  wants: ["odd"],
  summary: "A rule either records or alerts; it cannot do both.",
  *run({ rule }) {
    if (isEmpty(fieldText(rule, "alert")) || isEmpty(fieldText(rule, "record"))) return;
    const alert = keySpan(rule.node.pairs, ["alert"], rule.node.span);
    yield {
      check: recordAndAlert.id,
      severity: "error",
      message: "only one of 'record' and 'alert' must be set: split the rule in two.",
      span: keySpan(rule.node.pairs, ["record"], rule.node.span),
      related: [{ message: "the rule is also an alert", span: alert }],
      refusedBy: "prometheus",
    };
  },
};

export const noRecordOrAlert: RuleCheck = {
  unit: "rule",
  id: "rule.no-record-or-alert",
  severity: "error",
  kinds: ruleKinds,
  wants: ["odd"],
  summary: "A rule has neither the name of an alert nor that of a recorded metric.",
  *run({ rule }) {
    if (!isEmpty(fieldText(rule, "alert")) || !isEmpty(fieldText(rule, "record"))) return;
    yield {
      check: noRecordOrAlert.id,
      severity: "error",
      message: "one of 'record' or 'alert' must be set: name the alert or the metric that the rule records.",
      span: keySpan(rule.node.pairs, ["alert", "record", "expr"], rule.node.span),
      refusedBy: "prometheus",
    };
  },
};

export const exprMissing: RuleCheck = {
  unit: "rule",
  id: "rule.expr-missing",
  severity: "error",
  kinds: ruleKinds,
  wants: ["odd"],
  summary: "A rule has no expression.",
  *run({ rule, kind }) {
    if (fieldText(rule, "expr") !== "") return;
    const pair = pairOf(rule.node, "expr");
    // Kubernetes wants the field, which may be an empty text.
    const byKubernetes = kind === "PrometheusRule" && isNull(valueAt(rule.node, "expr"));
    yield {
      check: exprMissing.id,
      severity: "error",
      message: byKubernetes
        ? ({ path }) => `${path}.expr: Required value: write the query.`
        : "field 'expr' must be set in rule: write the query.",
      span: pair?.key.span ?? keySpan(rule.node.pairs, ["alert", "record"], rule.node.span),
      refusedBy: byKubernetes ? "kubernetes" : "prometheus",
    };
  },
};

/** Empty as Go sees it; what is of another type is not empty, and told by yaml.wrong-type. */
function isEmpty(text: string | undefined): boolean {
  return text === "";
}
