import { quoteGo } from "../../base/go-text.ts";
import type { LineIndex } from "../../base/text.ts";
import type { YamlMap, YamlNode, YamlPair } from "../../yaml/node.ts";
import type { RawFinding, RuleCheck } from "../check.ts";
import { readingOf } from "../monitor/reading.ts";
import { ruleItems } from "../rule/context.ts";
import { removal } from "../rule/removal.ts";

/** The same key twice in one mapping: go-yaml v3 refuses it, Kubernetes keeps the last. */
export const duplicateKey: RuleCheck = {
  unit: "rule",
  onAnyItem: true,
  id: "yaml.duplicate-key",
  severity: "error",
  kinds: ["rules", "PrometheusRule", "ServiceMonitor", "PodMonitor"],
  wants: ["odd"],
  whileDecoding: true,
  summary: "A key stands twice in the same mapping.",
  run: ({ item, kind, lines }) => inTree(item, kind === "rules", lines),
  outside(context) {
    const { part } = context;
    const { lines } = context.snapshot.document;
    const rules = context.once(ruleItems);
    if (part.model.kind === "rules") return inTree(part.model.rules.root, true, lines, rules);
    // Children that lost their indentation stand beside their namesakes only by accident.
    return inTree(readingOf(context)?.root ?? part.yaml?.root, false, lines, rules);
  },
};

function* inTree(
  root: YamlNode | undefined,
  isRuleFile: boolean,
  lines: LineIndex,
  skipped: ReadonlySet<YamlNode> = new Set(),
): Iterable<RawFinding> {
  const stack: YamlNode[] = root === undefined ? [] : [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (skipped.has(node)) continue;
    if (node.kind === "seq") for (const item of node.items.toReversed()) stack.push(item);
    if (node.kind !== "map") continue;
    const { pairs } = node;
    if (!areFewAndDistinct(pairs)) yield* inMap(node, isRuleFile, lines);
    for (let index = pairs.length - 1; index >= 0; index--) {
      const pair = pairs[index];
      if (pair === undefined) continue;
      if (pair.value.kind !== "scalar") stack.push(pair.value);
      if (pair.key.kind !== "scalar") stack.push(pair.key);
    }
  }
}

function* inMap(map: YamlMap, isRuleFile: boolean, lines: LineIndex): Iterable<RawFinding> {
  const seen = new Map<string, YamlPair>();
  for (const pair of map.pairs) {
    const name = identityOf(pair.key);
    const first = seen.get(name);
    if (first === undefined) {
      seen.set(name, pair);
      continue;
    }
    const label = quoteGo(name.slice(name.indexOf(":") + 1));
    const advice = isRuleFile ? "keep one of the two." : "only the last one counts, keep one of the two.";
    yield {
      check: duplicateKey.id,
      severity: isRuleFile ? "error" : "warning",
      message: ({ lineOf }) =>
        `mapping key ${label} already defined at line ${lineOf(first.key.span.start)}: ${advice}`,
      span: pair.key.span,
      related: [{ message: "first defined here", span: first.key.span }],
      refusedBy: isRuleFile ? "prometheus" : undefined,
      fixes: removal(map, pair, "the second one", lines),
    };
  }
}

/** So many keys are compared with each other faster than they are put into a table. */
const few = 12;

function areFewAndDistinct(pairs: readonly YamlPair[]): boolean {
  if (pairs.length > few) return false;
  for (let index = 0; index < pairs.length; index++) {
    const key = pairs[index]?.key;
    if (key?.kind !== "scalar") return false;
    for (let before = 0; before < index; before++) {
      const other = pairs[before]?.key;
      if (other?.kind === "scalar" && other.value === key.value) return false;
    }
  }
  return true;
}

/** Two keys are the same where their kinds and texts are (`decode.go`, mapping): `1` is `'1'`. */
function identityOf(key: YamlNode): string {
  if (key.kind === "scalar") return `scalar:${key.written ?? key.value}`;
  return key.kind === "alias" ? `alias:${key.name}` : `${key.kind}:`;
}
