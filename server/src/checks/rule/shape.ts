/** What a decoder makes of a node: Go's type, in the words of its messages. */
export type Shape =
  | {
      readonly kind:
        | "string"
        | "duration"
        | "integer"
        | "float"
        | "boolean"
        | "timestamp"
        | "strings"
        | "expression";
    }
  | { readonly kind: "list"; readonly go: string; readonly item: Shape }
  | StructShape;

export interface StructShape {
  readonly kind: "struct";
  readonly go: string;
  readonly fields: ReadonlyMap<string, Shape>;
}

const string: Shape = { kind: "string" };
const duration: Shape = { kind: "duration" };
const strings: Shape = { kind: "strings" };

/** A mapping with known keys. */
export function struct(go: string, fields: Readonly<Record<string, Shape>>): StructShape {
  return { kind: "struct", go, fields: new Map(Object.entries(fields)) };
}

/** One rule. */
export const ruleShape: StructShape = struct("rulefmt.Rule", {
  record: string,
  alert: string,
  expr: { kind: "expression" },
  for: duration,
  keep_firing_for: duration,
  labels: strings,
  annotations: strings,
});

const groupFields: Readonly<Record<string, Shape>> = {
  name: string,
  interval: duration,
  query_offset: duration,
  limit: { kind: "integer" },
  rules: { kind: "list", go: "[]rulefmt.Rule", item: ruleShape },
  labels: strings,
};

/** A rule file (`model/rulefmt/rulefmt.go`). */
export const ruleFileShape: StructShape = struct("rulefmt.RuleGroups", {
  groups: { kind: "list", go: "[]rulefmt.RuleGroup", item: struct("rulefmt.RuleGroup", groupFields) },
});

/** The `spec` of a PrometheusRule: the same, and Thanos' key. */
export const ruleSpecShape: StructShape = struct("rulefmt.RuleGroups", {
  groups: {
    kind: "list",
    go: "[]rulefmt.RuleGroup",
    item: struct("rulefmt.RuleGroup", { ...groupFields, partial_response_strategy: string }),
  },
});

/**
 * Keys of other programs that read rule files, by the mapping they stand in. Prometheus refuses them. Those of
 * a rule are no sign of a program: `debug` of vmalert is the only one.
 */
export const foreignKeys: Readonly<Record<"file" | "group" | "rule", ReadonlyMap<string, string>>> = {
  file: new Map([["namespace", "mimirtool"]]),
  group: new Map([
    ["partial_response_strategy", "Thanos Ruler"],
    ["source_tenants", "Mimir"],
    ["evaluation_delay", "Mimir"],
    ["align_evaluation_time_on_interval", "Mimir"],
    ["concurrency", "vmalert"],
    ["type", "vmalert"],
    ["params", "vmalert"],
    ["headers", "vmalert"],
    ["notifier_headers", "vmalert"],
    ["eval_delay", "vmalert"],
    ["eval_offset", "vmalert"],
    ["eval_alignment", "vmalert"],
    ["tenant", "vmalert"],
    ["debug", "vmalert"],
  ]),
  rule: new Map([
    ["debug", "vmalert"],
    ["update_entries_limit", "vmalert"],
  ]),
};
