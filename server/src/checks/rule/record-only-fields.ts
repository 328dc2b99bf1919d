import { asMap, pairOf } from "../../yaml/access.ts";
import { effectivePairs } from "../../yaml/merge.ts";
import type { YamlPair } from "../../yaml/node.ts";
import type { RuleCheck } from "../check.ts";
import { fieldText, keySpan, ruleKinds } from "./context.ts";
import { parseDuration } from "./duration.ts";
import { removal } from "./removal.ts";

const durations = ["for", "keep_firing_for"] as const;

/** Fields of alerts in a recording rule. Durations of nothing pass. */
export const recordOnlyFields: RuleCheck = {
  unit: "rule",
  id: "rule.record-only-fields",
  severity: "error",
  kinds: ruleKinds,
  wants: ["odd"],
  summary: "A recording rule has a field that only alerts may have.",
  *run(context) {
    const { rule, lines } = context;
    const record = fieldText(rule, "record");
    if (record === undefined || record === "") return;
    const wrong: YamlPair[] = [];
    const annotations = pairOf(rule.node, "annotations");
    const map = asMap(annotations?.value);
    if (annotations !== undefined && map !== undefined && effectivePairs(map).length > 0)
      wrong.push(annotations);
    for (const field of durations) {
      const pair = pairOf(rule.node, field);
      const duration = parseDuration(fieldText(rule, field) || "0");
      if (pair !== undefined && duration.ok && duration.milliseconds !== 0n) wrong.push(pair);
    }
    // vmalert takes them, and does nothing with them.
    if (wrong.length === 0 || context.ruler === "vmalert") return;
    for (const pair of wrong) {
      const name = pair.key.kind === "scalar" ? pair.key.value : "";
      yield {
        check: recordOnlyFields.id,
        severity: "error",
        message: `invalid field '${name}' in recording rule: remove it, or make the rule an alert.`,
        span: pair.key.span,
        related: [
          { message: "the rule records", span: keySpan(rule.node.pairs, ["record"], rule.node.span) },
        ],
        refusedBy: "prometheus",
        fixes: removal(rule.node, pair, name, lines),
      };
    }
  },
};
