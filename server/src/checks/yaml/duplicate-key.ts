import { quoteGo } from "../../base/go-text.ts";
import type { LineIndex } from "../../base/text.ts";
import type { YamlMap, YamlNode, YamlPair } from "../../yaml/node.ts";
import type { Check, Finding } from "../check.ts";
import { readingOf } from "../monitor/reading.ts";

/** The same key twice in one mapping: go-yaml v3 refuses it, Kubernetes keeps the last. */
export const duplicateKey: Check = {
  id: "yaml.duplicate-key",
  severity: "error",
  kinds: ["rules", "PrometheusRule", "ServiceMonitor", "PodMonitor"],
  summary: "A key stands twice in the same mapping.",
  *run(context) {
    const { part, snapshot } = context;
    const { lines } = snapshot.document;
    if (part.model.kind === "rules") yield* inTree(part.model.rules.root, lines, true);
    // Children that lost their indentation stand beside their namesakes only by accident.
    else yield* inTree(readingOf(context)?.root ?? part.yaml?.root, lines, false);
  },
};

function* inTree(root: YamlNode | undefined, lines: LineIndex, isRuleFile: boolean): Iterable<Finding> {
  const stack: YamlNode[] = root === undefined ? [] : [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.kind === "seq") for (const item of node.items.toReversed()) stack.push(item);
    if (node.kind !== "map") continue;
    if (!areFewAndDistinct(node.pairs)) yield* inMap(node, lines, isRuleFile);
    for (const { key, value } of node.pairs.toReversed()) {
      if (value.kind !== "scalar") stack.push(value);
      if (key.kind !== "scalar") stack.push(key);
    }
  }
}

function* inMap(map: YamlMap, lines: LineIndex, isRuleFile: boolean): Iterable<Finding> {
  const seen = new Map<string, YamlPair>();
  for (const pair of map.pairs) {
    const name = identityOf(pair.key);
    const first = seen.get(name);
    if (first === undefined) {
      seen.set(name, pair);
      continue;
    }
    const label = quoteGo(name.slice(name.indexOf(":") + 1));
    const line = goLineOf(lines.text, first.key.span.start, lines.positionAt(first.key.span.start).line + 1);
    const words = `mapping key ${label} already defined at line ${line}`;
    yield {
      check: duplicateKey.id,
      severity: isRuleFile ? "error" : "warning",
      message: isRuleFile
        ? `${words}: keep one of the two.`
        : `${words}: only the last one counts, keep one of the two.`,
      span: pair.key.span,
      related: [{ message: "first defined here", span: first.key.span }],
      refusedBy: isRuleFile ? "prometheus" : undefined,
    };
  }
}

/** go-yaml also counts the line breaks of Unicode. */
function goLineOf(text: string, offset: number, line: number): number {
  return line + (text.slice(0, offset).match(/[\x85\u2028\u2029]/g)?.length ?? 0);
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
