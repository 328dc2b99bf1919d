import type { YamlMap, YamlPair, YamlScalar } from "../yaml/node.ts";
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
