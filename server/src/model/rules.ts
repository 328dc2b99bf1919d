import { asMap, asScalar, asSeq, isNull, pairOf, valueAt } from "../yaml/access.ts";
import type { OffsetMap, YamlMap, YamlNode, YamlPair, YamlScalar } from "../yaml/node.ts";
import type { EmbeddedText } from "./document.ts";

export interface RuleModel {
  readonly kind: "alert" | "record" | "unknown";
  /** The alert's name or the recorded metric. */
  readonly name: YamlScalar | undefined;
  readonly node: YamlMap;
  readonly expr: EmbeddedText | undefined;
  readonly labels: YamlMap | undefined;
  readonly annotations: YamlMap | undefined;
}

export interface RuleGroupModel {
  readonly name: YamlScalar | undefined;
  readonly node: YamlMap;
  readonly rules: readonly RuleModel[];
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
  return { root, groupsPair, groups: mapsOf(groupsPair?.value).map(readGroup) };
}

function readGroup(node: YamlMap): RuleGroupModel {
  return { node, name: presentScalar(node, "name"), rules: mapsOf(valueAt(node, "rules")).map(readRule) };
}

function readRule(node: YamlMap): RuleModel {
  const alert = presentScalar(node, "alert");
  const record = presentScalar(node, "record");
  const expr = presentScalar(node, "expr");
  return {
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

function mapsOf(node: YamlNode | undefined): readonly YamlMap[] {
  const maps: YamlMap[] = [];
  for (const item of asSeq(node)?.items ?? []) {
    const map = asMap(item);
    if (map !== undefined) maps.push(map);
  }
  return maps;
}

/** The scalar under a key; null counts as absent. */
function presentScalar(node: YamlMap, key: string): YamlScalar | undefined {
  const value = valueAt(node, key);
  return isNull(value) ? undefined : asScalar(value);
}
