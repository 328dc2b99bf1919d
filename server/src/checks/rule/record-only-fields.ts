import type { LineIndex } from "../../base/text.ts";
import { asMap, pairOf } from "../../yaml/access.ts";
import { effectivePairs } from "../../yaml/merge.ts";
import type { YamlMap, YamlPair } from "../../yaml/node.ts";
import type { Fix, RuleCheck } from "../check.ts";
import { fieldText, keySpan, ruleKinds } from "./context.ts";
import { parseDuration } from "./duration.ts";

const durations = ["for", "keep_firing_for"] as const;

/** Fields of alerts in a recording rule. Durations of nothing pass. */
export const recordOnlyFields: RuleCheck = {
  unit: "rule",
  id: "rule.record-only-fields",
  severity: "error",
  kinds: ruleKinds,
  summary: "A recording rule has a field that only alerts may have.",
  *run({ rule, lines }) {
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

/** Removes the lines of a pair; only where it has them to itself. */
function removal(map: YamlMap, pair: YamlPair, name: string, lines: LineIndex): readonly Fix[] | undefined {
  const line = lines.positionAt(pair.key.span.start).line;
  const start = lines.lineStart(line);
  const isAlone = /^[ \t]*$/.test(lines.text.slice(start, pair.key.span.start));
  const last =
    pair.value.kind === "scalar" &&
    pair.value.span.end === lines.lineStart(lines.positionAt(pair.value.span.end).line);
  const endLine = lines.positionAt(pair.span.end).line + (last ? 0 : 1);
  const end = lines.lineStart(endLine);
  const rest = last ? "" : lines.text.slice(pair.span.end, end);
  if (map.flow || !map.pairs.includes(pair) || !isAlone || !/^[ \t]*(?:#.*)?(?:\r\n|\r|\n)?$/.test(rest))
    return undefined;
  return [{ title: `Remove ${name}`, safe: false, edits: [{ span: { start, end }, newText: "" }] }];
}
