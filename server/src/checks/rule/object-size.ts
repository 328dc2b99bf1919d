import { utf8Length } from "../../base/go-text.ts";
import { asMap, isNull, resolved } from "../../yaml/access.ts";
import { effectivePairs } from "../../yaml/merge.ts";
import type { YamlMap, YamlNode } from "../../yaml/node.ts";
import type { CheckContext, RawFinding, RuleContext } from "../check.ts";
import { keySpan, ruleFileOf } from "./context.ts";

/** Half of what a Secret may hold (`MaxConfigMapDataSize` in the operator's `rules.go`). */
const mostBytes = 524_288;

/** Of what stands around the rules: `groups:` and, of each group, `- name: ` and `  rules:` with their ends. */
const fileFrame = 8;
const groupFrame = 18;

/** Where the operator refuses an object because its rules take more than it writes into one file of a ConfigMap. */
export function tooLarge(context: CheckContext): RawFinding | undefined {
  const file = ruleFileOf(context);
  // Keys and indents add less than that to what is written; aliases of many rules are not looked for.
  if (file === undefined || context.snapshot.document.text.length < mostBytes / 4) return undefined;
  let bytes = fileFrame + file.groups.length * groupFrame;
  for (const { value } of context.rules(renderedBytes)) bytes += value;
  if (bytes <= mostBytes) return undefined;
  return {
    check: "rule.object-type",
    severity: "error",
    message: `the length of rendered Prometheus Rule is above the maximum limit of ${mostBytes} bytes: split the object.`,
    span: file.groupsPair?.key.span ?? keySpan(file.root.pairs, ["groups"], file.root.span),
    refusedBy: "operator",
  };
}

/**
 * The least bytes that the operator's file needs for a rule, with its keys and indents. Long lines that it folds and
 * texts that it quotes take more, so that what is above the limit here surely is.
 */
function renderedBytes({ item }: RuleContext): number {
  const map = asMap(item);
  return map === undefined ? 0 : mapBytes(map, 4);
}

function mapBytes(map: YamlMap, indent: number): number {
  let bytes = 0;
  for (const { key, value } of effectivePairs(map)) {
    if (isNull(value)) continue;
    bytes += indent + textBytes(key) + 2;
    const inner = asMap(value);
    bytes += inner === undefined ? textBytes(value) : mapBytes(inner, indent + 2);
  }
  return bytes;
}

function textBytes(node: YamlNode): number {
  const scalar = resolved(node);
  return scalar?.kind === "scalar" ? utf8Length(scalar.value) : 0;
}
