import { quoteMeta } from "../../base/re2.ts";
import { patternOf } from "../../world/policy/pattern.ts";
import type { KeyDemand } from "../../world/policy/types.ts";
import { fieldText } from "../rule/context.ts";
import type { Asked } from "./asked.ts";

const field = /\{\{-?\s*[$.](alert|record|for|expr|labels|annotations)(?:\.(\w+))?\s*-?\}\}/gi;

/**
 * The demand of a rule whose pattern takes something from the rule itself, as `https://runbooks/{{ $alert }}`: that
 * stands for its own text there. Nothing of a field that the rule does not have is left.
 */
export function ofRule(demand: KeyDemand, asked: Asked): KeyDemand {
  const source = demand.pattern?.source;
  if (source?.includes("{{") !== true) return demand;
  const filled = source.replace(field, (_, name: string, key: string | undefined) =>
    quoteMeta(textOf(asked, name.toLowerCase(), key)),
  );
  return { ...demand, pattern: asked.context.recall("pattern of a policy", filled, patternOf) };
}

function textOf({ context: { rule }, facts }: Asked, name: string, key: string | undefined): string {
  if (name === "labels") return facts.labels.get(key ?? "") ?? "";
  return name === "annotations" ? (facts.annotations.get(key ?? "") ?? "") : (fieldText(rule, name) ?? "");
}
