import type { RuleModel } from "../../model/rules.ts";
import { asScalar, keyOf } from "../../yaml/access.ts";
import { effectivePairs } from "../../yaml/merge.ts";
import type { YamlScalar } from "../../yaml/node.ts";

/** The labels and annotations of a rule that are texts, in the order in which the loader reads them. */
export function* templatesOf(
  rule: RuleModel,
): Iterable<{ readonly what: string; readonly name: string; readonly scalar: YamlScalar }> {
  for (const [what, map] of [
    ["label", rule.labels],
    ["annotation", rule.annotations],
  ] as const)
    for (const pair of map === undefined ? [] : effectivePairs(map)) {
      const name = keyOf(pair);
      const scalar = asScalar(pair.value);
      if (name !== undefined && scalar !== undefined && scalar.type !== "null") yield { what, name, scalar };
    }
}
