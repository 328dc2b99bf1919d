import { keyOf } from "../../yaml/access.ts";
import { effectivePairs } from "../../yaml/merge.ts";
import type { RuleCheck } from "../check.ts";
import { ruleKinds } from "../rule/context.ts";

/** Prometheus expands the values of labels and annotations, never their names. */
export const templateInName: RuleCheck = {
  unit: "rule",
  id: "template.in-name",
  severity: "warning",
  kinds: ruleKinds,
  needs: ["decoded"],
  wants: ["odd"],
  summary: "The name of a label or annotation is a template, which nothing expands.",
  *run({ rule }) {
    for (const map of [rule.labels, rule.annotations])
      for (const pair of map === undefined ? [] : effectivePairs(map))
        if (keyOf(pair)?.includes("{{") === true)
          yield {
            check: templateInName.id,
            severity: "warning",
            message: "Names are not expanded, only values are: write the name itself.",
            span: pair.key.span,
          };
  },
};
