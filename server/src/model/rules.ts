import { asMap, asScalar, asSeq, isNull, pairOf, valueAt } from "../yaml/access.ts";
import type { OffsetMap, YamlMap, YamlNode, YamlPair, YamlScalar } from "../yaml/node.ts";
import type { EmbeddedText } from "./document.ts";

export interface RuleModel {
  /** Its place in the list of its group, in which there may be what is no rule. */
  readonly index: number;
  readonly kind: "alert" | "record" | "unknown";
  /** The alert's name or the recorded metric. */
  readonly name: YamlScalar | undefined;
  readonly node: YamlMap;
  readonly expr: EmbeddedText | undefined;
  readonly labels: YamlMap | undefined;
  readonly annotations: YamlMap | undefined;
}

export interface RuleGroupModel {
  /** Its place in the list of groups. */
  readonly index: number;
  readonly name: YamlScalar | undefined;
  readonly node: YamlMap;
  /** What stands in the list of its rules. */
  readonly items: readonly YamlNode[];
  /** Those of the items that are mappings. */
  readonly rules: readonly RuleModel[];
  /** The rules stand in no group: the group is not written. */
  readonly implied?: true;
}

/** A rule file, or the `spec` of a PrometheusRule, which has the same shape. */
export interface RuleFileModel {
  /** The mapping that holds `groups`. */
  readonly root: YamlMap;
  readonly groupsPair: YamlPair | undefined;
  readonly groups: readonly RuleGroupModel[];
}

/**
 * Reads a rule file out of the mapping that holds `groups`. What is missing or of another shape is left
 * out; keys that merges (`<<`) bring count as the rule's own, as they do for Prometheus.
 */
export function readRuleFile(root: YamlMap): RuleFileModel {
  const groupsPair = pairOf(root, "groups");
  return { root, groupsPair, groups: mapsOf(groupsPair?.value, readGroup) };
}

/** Reads a list of groups that stands without `groups:` above it; `root` stands in for what is not there. */
export function readGroupList(list: YamlNode | undefined, root: YamlMap): RuleFileModel {
  return { root, groupsPair: undefined, groups: mapsOf(list, readGroup) };
}

/** Reads rules that stand in no group, as one group without a name. */
export function readRuleList(items: readonly YamlNode[], root: YamlMap): RuleFileModel {
  const rules: RuleModel[] = [];
  for (const [index, item] of items.entries()) {
    const map = asMap(item);
    if (map !== undefined) rules.push(readRule(map, index));
  }
  const group: RuleGroupModel = {
    index: 0,
    node: root,
    name: undefined,
    items,
    rules,
    implied: true,
  };
  return { root, groupsPair: undefined, groups: [group] };
}

function readGroup(node: YamlMap, index: number): RuleGroupModel {
  const list = valueAt(node, "rules");
  const items = asSeq(list)?.items ?? [];
  return { index, node, name: presentScalar(node, "name"), items, rules: mapsOf(list, readRule) };
}

/** Reads a rule; `index` is its place in the list. */
export function readRule(node: YamlMap, index: number): RuleModel {
  const alert = presentScalar(node, "alert");
  const record = presentScalar(node, "record");
  const expr = presentScalar(node, "expr");
  return {
    index,
    node,
    kind: alert !== undefined ? "alert" : record !== undefined ? "record" : "unknown",
    name: alert ?? record,
    expr: expr === undefined ? undefined : embeddedPromql(expr),
    labels: asMap(valueAt(node, "labels")),
    annotations: asMap(valueAt(node, "annotations")),
  };
}

/** The PromQL that a scalar holds. */
export function embeddedPromql(scalar: YamlScalar): EmbeddedText {
  return new ScalarText(scalar);
}

/** The scalar's map is made only where somebody asks for it. */
class ScalarText implements EmbeddedText {
  readonly language = "promql";
  readonly text: string;
  readonly scalar: YamlScalar;

  constructor(scalar: YamlScalar) {
    this.text = scalar.value;
    this.scalar = scalar;
  }

  get map(): OffsetMap {
    return this.scalar.map;
  }
}

/** What `read` makes of the mappings in a list. */
function mapsOf<T>(node: YamlNode | undefined, read: (map: YamlMap, index: number) => T): readonly T[] {
  const made: T[] = [];
  const items = asSeq(node)?.items ?? [];
  for (let index = 0; index < items.length; index++) {
    const map = asMap(items[index]);
    if (map !== undefined) made.push(read(map, index));
  }
  return made;
}

/** The scalar under a key; null counts as absent. */
function presentScalar(node: YamlMap, key: string): YamlScalar | undefined {
  const value = valueAt(node, key);
  return isNull(value) ? undefined : asScalar(value);
}
