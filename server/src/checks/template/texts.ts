import { asScalar, keyOf } from "../../yaml/access.ts";
import { effectivePairs } from "../../yaml/merge.ts";
import type { YamlMap, YamlScalar } from "../../yaml/node.ts";
import type { RuleContext } from "../check.ts";

/** A label or annotation of a rule that is a text. */
export interface TextPlace {
  /** `label` or `annotation` */
  readonly what: string;
  readonly name: string;
  readonly scalar: YamlScalar;
}

/** The labels and annotations of a rule that have actions, in the order in which the loader reads them. */
export function templatesOf({ rule }: Pick<RuleContext, "rule">): readonly TextPlace[] {
  const found: TextPlace[] = [];
  if (rule.labels !== undefined) textsIn(rule.labels, "label", found);
  if (rule.annotations !== undefined) textsIn(rule.annotations, "annotation", found);
  return found;
}

function textsIn(map: YamlMap, what: string, found: TextPlace[]): void {
  for (const pair of effectivePairs(map)) {
    const name = keyOf(pair);
    const scalar = asScalar(pair.value);
    if (name !== undefined && scalar?.value.includes("{{") === true) found.push({ what, name, scalar });
  }
}
