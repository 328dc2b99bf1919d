import type { Regex } from "../../base/re2.ts";

/** A regular expression of a policy, anchored at both ends. */
export interface Pattern {
  readonly source: string;
  readonly regex: Regex;
  /** The texts that it matches, where it is nothing but a choice of texts. */
  readonly literals: readonly string[] | undefined;
}

/** In seconds. */
export interface Bounds {
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly required: boolean;
}

/** Which rules a policy is about: all of these hold; what is empty or absent holds for all. */
export interface Match {
  readonly files: ((path: string) => boolean) | undefined;
  readonly kinds: readonly ("alert" | "record")[];
  readonly groups: readonly Pattern[];
  readonly names: readonly Pattern[];
  readonly labels: readonly NamedValue[];
  readonly annotations: readonly NamedValue[];
  readonly for: Bounds | undefined;
  readonly keepFiringFor: Bounds | undefined;
  readonly not: readonly Match[];
}

export interface NamedValue {
  readonly name: Pattern | undefined;
  readonly value: Pattern | undefined;
}

/** What a value must be. */
export interface ValueDemand {
  readonly pattern: Pattern | undefined;
  readonly values: readonly string[] | undefined;
  readonly split: string | undefined;
  /** Takes the parts of a value of which each is judged. */
  readonly tokens: ((value: string) => readonly string[]) | undefined;
  readonly is: "url" | "promql" | "duration" | undefined;
  /** It must have an action of a template in it. */
  readonly template: boolean;
}

export interface KeyDemand extends ValueDemand {
  readonly name: Pattern;
  readonly optional: boolean;
  readonly fromExpression: boolean;
}

export type NameStyle =
  | "PascalCase"
  | "camelCase"
  | "snake_case"
  | "kebab-case"
  | "level:metric"
  | "level:metric:operations";

export interface NameDemand {
  readonly pattern: Pattern | undefined;
  readonly style: NameStyle | undefined;
  readonly maxLength: number | undefined;
  /** What the name says of operations is what the expression does. */
  readonly operations: boolean;
}

export interface SelectorDemand {
  readonly metrics: readonly Pattern[];
  readonly except: readonly Pattern[];
  readonly inside: readonly Pattern[];
  readonly labels: readonly KeyDemand[];
  readonly allowLabels: readonly Pattern[];
}

export interface MatcherDenial extends NamedValue {
  readonly metrics: readonly Pattern[];
}

export interface Demands {
  readonly labels: readonly KeyDemand[];
  readonly annotations: readonly KeyDemand[];
  readonly anyLabel: readonly (readonly string[])[];
  readonly anyAnnotation: readonly (readonly string[])[];
  readonly name: NameDemand | undefined;
  /** Alerts must not share their names. */
  readonly uniqueName: boolean;
  readonly for: Bounds | undefined;
  readonly keepFiringFor: Bounds | undefined;
  readonly group: GroupDemands | undefined;
  readonly keep: readonly string[];
  readonly strip: readonly string[];
  readonly selectors: readonly SelectorDemand[];
  readonly range: Bounds | undefined;
  /** The longest offset and look-back, in seconds. */
  readonly maxOffset: number | undefined;
  readonly maxLookback: number | undefined;
  /** What running the expression may cost. */
  readonly cost: CostDemand | undefined;
  /** How many series a selector may have. */
  readonly maxSelectorSeries: number | undefined;
  readonly alertCount: AlertCountDemand | undefined;
  /** Addresses in annotations that must answer. */
  readonly links: readonly Pattern[];
  /** The names that are allowed, empty for any; nothing where no owner is asked for. */
  readonly owner: readonly Pattern[] | undefined;
  readonly forbiddenLabels: readonly NamedValue[];
  readonly forbiddenAnnotations: readonly NamedValue[];
  readonly labelsTogether: readonly (readonly NamedLabel[])[];
  readonly forbiddenNames: readonly Pattern[];
  readonly metrics: readonly Pattern[];
  readonly functions: readonly Pattern[];
  readonly matchers: readonly MatcherDenial[];
  readonly noFor: boolean;
  readonly noKeepFiringFor: boolean;
  readonly plainAnnotations: readonly Pattern[];
  readonly knownLabels: readonly string[];
  readonly knownAnnotations: readonly string[];
}

/** The most that is allowed of each. */
export interface CostDemand {
  /** Series that the expression gives. */
  readonly series: number | undefined;
  /** Samples that are read in all, and kept at one time. */
  readonly totalSamples: number | undefined;
  readonly peakSamples: number | undefined;
  readonly seconds: number | undefined;
}

/** How many alerts a rule may have fired in the last `range` seconds. */
export interface AlertCountDemand {
  readonly max: number;
  readonly range: number | undefined;
}

export interface NamedLabel {
  readonly name: string;
  readonly value: Pattern | undefined;
}

/** What is asked of whole groups. */
export interface GroupDemands {
  readonly name: NameDemand | undefined;
  readonly interval: Bounds | undefined;
  readonly queryOffset: Bounds | undefined;
  readonly limit: { readonly max: number | undefined; readonly required: boolean } | undefined;
  /** Of rules in the group. */
  readonly maxRules: number | undefined;
  readonly allowedTenants: readonly Pattern[];
  readonly tenants: readonly { readonly tenant: string; readonly metrics: readonly Pattern[] }[];
}

export type PolicySeverity = "error" | "warning" | "info" | "hint";

/** One policy of a `promscope.yaml`, ready for use. */
export interface Policy {
  /** Its place in the list. */
  readonly index: number;
  readonly name: string | undefined;
  /** Any of these has to match; empty: all rules. */
  readonly match: readonly Match[];
  /** Nothing where it is not written. */
  readonly severity: PolicySeverity | "off" | undefined;
  readonly message: string | undefined;
  readonly link: string | undefined;
  /** Comments do not silence what it says. */
  readonly locked: boolean;
  /** Nothing where it only overrides. */
  readonly demands: Demands | undefined;
  /** Names of policies above. */
  readonly overrides: readonly string[];
  /** Ids of checks that say nothing of the rules. */
  readonly silence: readonly string[];
}

/** The policies of one file of rules. The same object as long as they stay the same. */
export interface FilePolicy {
  /** Relative to the folder of the `promscope.yaml`, with forward slashes. */
  readonly path: string;
  readonly policies: readonly Policy[];
  /** The file is one of a Thanos Ruler. */
  readonly isForThanos?: true;
  /** Rules may stand anywhere in it: another program than Prometheus takes them out. */
  readonly isRelaxed?: true;
  /** Metrics of other groups that may be an interval old. */
  readonly mayLag?: (metric: string) => boolean;
}
