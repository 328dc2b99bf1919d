import { quoteMeta } from "../../base/re2.ts";
import { patternOf } from "../../world/policy/pattern.ts";
import type { KeyDemand, Pattern } from "../../world/policy/types.ts";
import { fieldText } from "../rule/context.ts";
import type { Asked } from "./asked.ts";

const field = /\{\{-?\s*[$.](alert|record|for|expr|labels|annotations)(?:\.(\w+))?\s*-?\}\}/gi;

/** A pattern with what it takes from the rule. */
export function filled(pattern: Pattern | undefined, asked: Asked): Pattern | undefined {
  const source = pattern?.source;
  if (source?.includes("{{") !== true) return pattern;
  const text = source.replace(field, (_, name: string, key: string | undefined) =>
    quoteMeta(textOf(asked, name.toLowerCase(), key)),
  );
  return asked.context.recall("pattern of a policy", text, patternOf);
}

/**
 * The demand of a rule whose pattern takes something from the rule itself, as `https://runbooks/{{ $alert }}`: that
 * stands for its own text there. Nothing of a field that the rule does not have is left.
 */
export function ofRule(demand: KeyDemand, asked: Asked): KeyDemand {
  return demand.pattern?.source.includes("{{") === true
    ? { ...demand, pattern: filled(demand.pattern, asked) }
    : demand;
}

function textOf({ context: { rule }, facts }: Asked, name: string, key: string | undefined): string {
  if (name === "labels") return facts.labels.get(key ?? "") ?? "";
  return name === "annotations" ? (facts.annotations.get(key ?? "") ?? "") : (fieldText(rule, name) ?? "");
}
