import { isNull, pairOf } from "../../yaml/access.ts";
import type { DocumentCheck, RuleContext } from "../check.ts";
import { keySpan, ruleFileOf, ruleKinds } from "./context.ts";

/** Prometheus loads a group without rules and shows nothing of it. */
export const groupEmpty: DocumentCheck = {
  unit: "document",
  id: "rule.group-empty",
  severity: "hint",
  kinds: ruleKinds,
  summary: "A group has no rules, so it does nothing.",
  *run(context) {
    const filled = new Set(context.rules(isThere).flatMap(({ group, value }) => (value ? [group] : [])));
    for (const { implied, index, node, name } of ruleFileOf(context)?.groups ?? []) {
      if (implied === true || filled.has(index)) continue;
      const rules = pairOf(node, "rules");
      if (rules === undefined && name === undefined) continue;
      // What is no list of rules at all is refused, which another check tells.
      if (rules !== undefined && rules.value.kind !== "seq" && !isNull(rules.value)) continue;
      yield {
        check: groupEmpty.id,
        severity: "hint",
        message: "This group has no rules, so it does nothing: write some, or remove the group.",
        span: rules?.key.span ?? name?.span ?? keySpan(node.pairs, ["name"], node.span),
      };
    }
  },
};

/** Null items of the list are dropped. Made of each rule, so a function that lives as long as the program. */
function isThere({ item }: RuleContext): boolean {
  return !isNull(item);
}
