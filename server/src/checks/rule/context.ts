import type { Span } from "../../base/text.ts";
import type { RuleFileModel, RuleGroupModel, RuleModel } from "../../model/rules.ts";
import { isNull, valueAt } from "../../yaml/access.ts";
import type { YamlNode, YamlPair } from "../../yaml/node.ts";
import type { CheckContext, RuleContext } from "../check.ts";
import { type DecodeVisitor, decode } from "./decode.ts";
import { ruleFileShape, ruleShape, ruleSpecShape } from "./shape.ts";

/** The kinds that hold rules. */
export const ruleKinds = ["rules", "PrometheusRule"] as const;

/** The groups of a part; nothing for parts of other kinds. Rules are asked for with `CheckContext.rules`. */
export function ruleFileOf({ part }: CheckContext): RuleFileModel | undefined {
  return "rules" in part.model ? part.model.rules : undefined;
}

type Event = (visitor: DecodeVisitor) => void;

/**
 * Tells what the rule is as go-yaml decodes it; the walk is made once for all checks, and of its scalars only
 * those are told that some check asks for: in rule files durations and integers.
 */
export function decodeRule(context: RuleContext, visitor: DecodeVisitor): void {
  for (const event of context.once(decodedRule)) event(visitor);
}

function decodedRule({ item, kind }: RuleContext): readonly Event[] {
  const events: Event[] = [];
  const visitor = recorder(events, kind === "PrometheusRule", new Set());
  if (isNull(item)) visitor.nullItem?.(item, undefined);
  decode(item, ruleShape, visitor);
  return events;
}

/**
 * The same of everything that is no rule. A rule file is walked from the document's own root, which may be of
 * another shape than the model wants; an object from its `spec`.
 */
export function decodeOutside(context: CheckContext, visitor: DecodeVisitor): void {
  for (const event of context.once(decodedOutside)) event(visitor);
}

function decodedOutside(context: CheckContext): readonly Event[] {
  const { part } = context;
  const events: Event[] = [];
  const isObject = part.model.kind === "PrometheusRule";
  const visitor = recorder(events, isObject, context.once(ruleItems));
  if (part.model.kind === "rules") decode(part.yaml?.root ?? part.model.rules.root, ruleFileShape, visitor);
  else if (part.model.kind === "PrometheusRule") decode(part.model.rules.root, ruleSpecShape, visitor);
  return events;
}

/** What stands in the places of rules, which are looked at one by one. */
export function ruleItems(context: CheckContext): ReadonlySet<YamlNode> {
  const nodes = new Set<YamlNode>();
  for (const group of ruleFileOf(context)?.groups ?? []) for (const item of group.items) nodes.add(item);
  return nodes;
}

function recorder(events: Event[], isObject: boolean, skipped: ReadonlySet<YamlNode>): DecodeVisitor {
  return {
    skips: (item) => skipped.has(item),
    unknownField: (field) => events.push((to) => to.unknownField?.(field)),
    wrongType: (node, written, go, path) => events.push((to) => to.wrongType?.(node, written, go, path)),
    nullItem: (written, path) => events.push((to) => to.nullItem?.(written, path)),
    badMerge: (pair) => events.push((to) => to.badMerge?.(pair)),
    badTag: (words, written) => events.push((to) => to.badTag?.(words, written)),
    scalar(scalar, written, shape, path) {
      if (isObject || shape === "duration" || shape === "integer")
        events.push((to) => to.scalar?.(scalar, written, shape, path));
    },
  };
}

/** Where to show that something of a mapping is missing: on its most telling key. */
export function keySpan(pairs: readonly YamlPair[], names: readonly string[], otherwise: Span): Span {
  for (const name of names) {
    const pair = pairs.find(({ key }) => key.kind === "scalar" && key.value === name);
    if (pair !== undefined) return pair.key.span;
  }
  return pairs[0]?.key.span ?? otherwise;
}

/** The text of a field, empty where Go's decoder would leave it empty; nothing where it is no text at all. */
export function fieldText(rule: RuleModel | RuleGroupModel, field: string): string | undefined {
  const value = valueAt(rule.node, field);
  if (value === undefined) return "";
  const scalar = value.kind === "alias" ? value.target : value;
  if (scalar?.kind !== "scalar") return undefined;
  return scalar.type === "null" ? "" : scalar.value;
}
