// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are tab stops of snippets.
export interface KeyDoc {
  readonly detail: string;
  /** A snippet behind the colon; default one tab stop. */
  readonly value?: string;
}

/** The key that a mapping or list hangs on; empty for the file itself. */
export type Level = "groups" | "rules" | "labels" | "annotations" | "spec" | "";

/** Keys of each mapping of a rule file (`model/rulefmt/rulefmt.go`). */
export const ruleKeys: Readonly<Record<Exclude<Level, "labels">, Readonly<Record<string, KeyDoc>>>> = {
  "": { groups: { detail: "groups of rules", value: "\n  - name: $1\n    rules:\n      - $0" } },
  spec: { groups: { detail: "groups of rules", value: "\n  - name: $1\n    rules:\n      - $0" } },
  groups: {
    name: { detail: "unique within the file" },
    rules: { detail: "evaluated one after another", value: "\n  - $0" },
    interval: { detail: "how often the group is evaluated" },
    limit: { detail: "most series or alerts that a rule may give; 0 for no limit" },
    query_offset: { detail: "evaluates that much in the past" },
    labels: { detail: "added to all rules of the group", value: "\n  $1: $0" },
    partial_response_strategy: { detail: "Thanos Ruler: abort or warn", value: " ${1|abort,warn|}" },
  },
  rules: {
    alert: { detail: "name of an alerting rule" },
    record: { detail: "metric of a recording rule" },
    expr: { detail: "PromQL" },
    for: { detail: "how long it must be true before it fires" },
    keep_firing_for: { detail: "how long it goes on firing once it is no longer true" },
    labels: { detail: "added to the series or the alert", value: "\n  $0" },
    annotations: { detail: "texts for people; templates", value: "\n  $0" },
  },
  annotations: {
    summary: { detail: "one line" },
    description: { detail: "what happens, and since when" },
    runbook_url: { detail: "what to do" },
  },
};

/** Whole items of each list. */
export const ruleSnippets: Readonly<
  Partial<Record<Level, readonly (readonly [label: string, detail: string, text: string])[]>>
> = {
  rules: [
    [
      "alerting rule",
      "alert, expr, for, labels, annotations",
      [
        "alert: ${1:Name}",
        "  expr: $2",
        "  for: ${3:5m}",
        "  labels:",
        "    severity: ${4:warning}",
        "  annotations:",
        "    summary: $0",
      ].join("\n"),
    ],
    ["recording rule", "record, expr", "record: ${1:level:metric:operations}\n  expr: $0"],
  ],
  groups: [["rule group", "name, rules", "name: ${1:name}\n  rules:\n    - $0"]],
};
