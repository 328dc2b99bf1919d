import type { LabelFlow } from "../../promql/labels/types.ts";
import type { YamlNode } from "../../yaml/node.ts";
import type { FileNames, OtherUse } from "./read.ts";
import type { RouteMatcher } from "./routes.ts";
import type { NamedRule } from "./rule.ts";

/** A rule as a check sees it, whose offsets may count from its own first line. */
export interface RuleAt {
  readonly item: YamlNode;
  /** Of its file. */
  readonly path: string;
  /** Where its name stands. */
  readonly nameStart: number | undefined;
}

/**
 * What the files of the workspace name, by name: each question costs what its answer holds, however many rules there
 * are. It is a live view that follows edits at once, so it is read before the first `await`, and what is kept of its
 * answers is kept with what was asked (`NameIndex.changedSince`). Files are partial: what is not here may be
 * deployed from elsewhere.
 */
export interface Names {
  /** Rules that record the metric; those of one file in a row, in its order. */
  records(metric: string): readonly NamedRule[];
  /** The same, for who looks at what these rules say. */
  definitions(metric: string): readonly NamedRule[];
  alerts(name: string): readonly NamedRule[];
  /** Rules of the same kind, name and labels as the rule, itself included. */
  twins(rule: NamedRule): readonly NamedRule[];
  /** Alerts with the same expression as the rule, itself included; none where it is short. */
  alike(rule: NamedRule): readonly NamedRule[];
  /** The rule that a check looks at; nothing where the index does not know it. */
  ruleOf(rule: RuleAt): NamedRule | undefined;
  /**
   * What the series of a metric carry that recording rules of the workspace write; nothing for other metrics. Only a
   * name with a colon surely comes from rules alone. Labels that are usually added from outside count as possible.
   */
  recorded(metric: string): LabelFlow | undefined;
  /** Whether there is any recording rule. */
  readonly hasRecords: boolean;
  /** Recording rules without labels whose expression Prometheus prints so. */
  recordsPrinted(text: string): readonly NamedRule[];
  /** The name of an alert that is most like one that no rule has. */
  nearestAlert(name: string): string | undefined;
  /** Rules that read the metric, or ask for the state of the alert. */
  users(kind: "metric" | "alert", name: string): readonly NamedRule[];
  /** Uses of a name outside of rules, with the files that they stand in. */
  otherUses(kind: "metric" | "alert", name: string): readonly UseIn[];
  /** Whether an Alertmanager is among the files. */
  readonly hasRoutes: boolean;
  /** By which values of a label the Alertmanagers among the files choose; none where they do not look at it. */
  routesBy(label: string): readonly RouteIn[];
  /** Whether queries of a kind are among the files: only then it means something that none uses a name. */
  knows(by: OtherUse["by"]): boolean;
  /** What one file names. */
  file(uri: string): FileNames | undefined;
  files(): Iterable<FileNames>;
}

export interface RouteIn {
  readonly file: FileNames;
  readonly matcher: RouteMatcher;
}

export interface UseIn {
  readonly file: FileNames;
  readonly use: OtherUse;
}
