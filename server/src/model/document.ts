import type { LineIndex } from "../base/text.ts";
import type { OffsetMap, YamlDocument, YamlScalar, YamlStream } from "../yaml/node.ts";
import type { ChartRules } from "./chart.ts";
import type { ContainerPorts, KubernetesService } from "./kubernetes.ts";
import type { MonitorModel } from "./monitor.ts";
import type { Picker } from "./picker.ts";
import type { RuleTestsModel } from "./rule-tests.ts";
import type { RuleFileModel } from "./rules.ts";
import type { SlicedRules } from "./sliced.ts";

/** Names of document kinds; the table in `kinds.ts` has a row for each. */
export type KindId =
  | "rules"
  | "PrometheusRule"
  | "ServiceMonitor"
  | "PodMonitor"
  | "Service"
  | "workload"
  | "picker"
  | "rule-tests"
  | "promscope.yaml"
  | "promql";

/**
 * What a project says that a file is, whatever it looks like: Prometheus' rules, tests of rules, or nothing of ours.
 * Objects of Kubernetes say themselves what they are.
 */
export type ForcedKind = "rules" | "tests" | "none";

/** PromQL inside a YAML scalar, or the whole of a `.promql` file. */
export interface EmbeddedText {
  readonly language: "promql";
  readonly text: string;
  readonly map: OffsetMap;
  /** Nothing for a `.promql` file. */
  readonly scalar: YamlScalar | undefined;
}

/** What a kind's row makes of a document. */
export type PartModel =
  | { readonly kind: "rules" | "PrometheusRule"; readonly rules: RuleFileModel }
  | { readonly kind: "ServiceMonitor" | "PodMonitor"; readonly monitor: MonitorModel }
  | { readonly kind: "Service"; readonly service: KubernetesService }
  | { readonly kind: "workload"; readonly workload: ContainerPorts }
  | { readonly kind: "picker"; readonly picker: Picker }
  | { readonly kind: "rule-tests"; readonly tests: RuleTestsModel }
  | { readonly kind: "promscope.yaml" }
  | { readonly kind: "promql"; readonly expression: EmbeddedText };

/** One YAML document of a kind that we know (an item of a `kind: List` is one of its own). */
export interface DocumentPart {
  readonly model: PartModel;
  /** Nothing for a `.promql` file. For rules inside of a block scalar the document that its text is. */
  readonly yaml: YamlDocument | undefined;
  /**
   * Rules that Prometheus does not load from where they stand: `bare`, a file that is a list of rules or groups;
   * `nested`, somewhere inside of what is no rule file, as in the values of a chart; `embedded`, a rule file in a block
   * scalar, as in a ConfigMap; `chart`, in a template of a chart, with what is certain of it.
   */
  readonly standing?: "bare" | "nested" | "embedded" | "chart" | undefined;
}

/** An immutable reading of one version of a file. */
export interface SourceDocument {
  readonly uri: string;
  /** Relative to its workspace folder, with forward slashes; the whole path where it lies outside. */
  readonly path: string;
  readonly version: number;
  /** What its project says that it is; absent where that is told by the file. */
  readonly forced?: ForcedKind | undefined;
  readonly text: string;
  readonly lines: LineIndex;
  readonly stream: YamlStream | undefined;
  /** Empty for YAML that is not ours: then every feature is silent. */
  readonly parts: readonly DocumentPart[];
  /** What a template of a chart shows of its rules; it has no other parts. */
  readonly chart?: ChartRules | undefined;
  /** An open file of rules in slices: what reads these need not ask for the whole text, the lines or the parts. */
  readonly sliced?: SlicedRules | undefined;
}
