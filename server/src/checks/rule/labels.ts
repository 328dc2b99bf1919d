import { labelFact } from "../../promql/labels/facts.ts";
import { asMap, asScalar, keyOf, valueAt } from "../../yaml/access.ts";
import { effectivePairs } from "../../yaml/merge.ts";
import type { YamlMap } from "../../yaml/node.ts";
import type { RawFinding, RuleCheck } from "../check.ts";
import { analysed, becauseOf } from "../flow/analysis.ts";
import { ruleFileOf, ruleKinds } from "./context.ts";
import { removal } from "./removal.ts";

/**
 * An empty label takes the label away from the results (`labels.Builder.Set`), which is a way to drop one. Where neither
 * the expression nor the group gives the label, it does nothing at all, and a value was most likely meant.
 */
export const labelEmpty: RuleCheck = {
  unit: "rule",
  id: "rule.label-empty",
  severity: "warning",
  kinds: ruleKinds,
  needs: ["promql"],
  wants: ["odd", "expression"],
  summary:
    "A label of a rule has an empty value, and nothing else gives it the label that this would remove.",
  *run(context) {
    const { rule, group, lines } = context;
    for (const pair of rule.labels?.pairs ?? []) {
      const name = keyOf(pair);
      const value = asScalar(pair.value);
      if (name === undefined || name === "" || value === undefined) continue;
      if (value.value !== "" && value.type !== "null") continue;
      const found = (group.labels.get(name) ?? "") === "" ? analysed(context) : undefined;
      if (found === undefined || rule.labels === undefined) continue;
      const fact = labelFact(found.labels.flow, name);
      if (fact.presence !== "impossible" || found.labels.flow.empty !== undefined) continue;
      yield {
        check: labelEmpty.id,
        severity: "warning",
        message:
          "An empty label is no label, and the results have none of this name: write a value, or remove it.",
        span: pair.key.span,
        related: becauseOf(found, fact.reason),
        fixes: removal(rule.labels, pair, name, lines),
      };
    }
  },
};

/** Names that begin with two underscores are Prometheus' own (`model.ReservedLabelPrefix`). */
export const labelReserved: RuleCheck = {
  unit: "rule",
  id: "rule.label-reserved",
  severity: "warning",
  kinds: ruleKinds,
  wants: ["odd"],
  summary: "A rule or a group sets a label whose name begins with __, which Prometheus keeps for itself.",
  run: ({ rule }) => reserved(rule.labels),
  *outside(context) {
    for (const group of ruleFileOf(context)?.groups ?? [])
      yield* reserved(asMap(valueAt(group.node, "labels")));
  },
};

function* reserved(map: YamlMap | undefined): Iterable<RawFinding> {
  for (const pair of map === undefined ? [] : effectivePairs(map)) {
    const name = keyOf(pair);
    // The metric's own name is refused, which another check tells.
    if (name?.startsWith("__") !== true || name === "__name__") continue;
    yield {
      check: labelReserved.id,
      severity: "warning",
      message: "Labels that begin with __ are kept for Prometheus itself: give this one another name.",
      span: pair.key.span,
    };
  }
}
