import type { LineIndex, Span } from "../base/text.ts";
import type { DocumentPart, KindId } from "../model/document.ts";
import type { RuleModel } from "../model/rules.ts";
import type { Names } from "../world/names/names.ts";
import type { Snapshot } from "../world/snapshot.ts";
import type { YamlNode } from "../yaml/node.ts";

export type Severity = "hint" | "info" | "warning" | "error";

/** The program that refuses the document; only where it really does. */
export type RefusedBy = "prometheus" | "alertmanager" | "operator" | "kubernetes" | "thanos";

export interface FindingEdit {
  readonly span: Span;
  readonly newText: string;
}

export interface Fix {
  readonly title: string;
  /** Safe fixes keep what the author meant beyond doubt; only they run with `--fix`. */
  readonly safe: boolean;
  readonly edits: readonly FindingEdit[];
}

export interface Related {
  readonly message: string;
  /** Nothing for a place in the same file. */
  readonly uri?: string | undefined;
  readonly span: Span;
}

/** A problem at a span of one file. */
export interface Finding {
  readonly check: string;
  readonly severity: Severity;
  /** One sentence of at most 120 characters, a real program's own words aside. */
  readonly message: string;
  readonly span: Span;
  readonly related?: readonly Related[] | undefined;
  readonly fixes?: readonly Fix[] | undefined;
  readonly refusedBy?: RefusedBy | undefined;
  /** Where the author of a policy says more, instead of our docs: https only. */
  readonly link?: string | undefined;
  /** No comment silences it: its policy says so. */
  readonly locked?: true | undefined;
  /** Of a check that nobody has switched on it is not told. */
  readonly offByDefault?: true | undefined;
  /**
   * Where the text starts whose errors keep the order of their parser: they are listed at this offset, the one
   * that the real program prints first before the others.
   */
  readonly anchor?: number | undefined;
}

/** Where what a check looked at stands in its file: it moves when something above it changes. */
export interface Place {
  /** As Kubernetes writes it: `spec.groups[0].rules[2]`, in a rule file `groups[0].rules[2]`. Outside of rules `spec` or nothing. */
  readonly path: string;
  /** The line of an offset as go-yaml counts it, from 1. */
  lineOf(offset: number): number;
}

/** A finding as a check makes it: in the coordinates of what the check looked at. */
export interface RawFinding extends Omit<Finding, "message"> {
  /** A function where the words name a line or a path, for those change when something above changes. */
  readonly message: string | ((place: Place) => string);
  /** Of all findings of the check with this word only the first in the file is told. */
  readonly onceInFile?: string | undefined;
  /** Of all findings of the check at this span only the first is told, whatever it says. */
  readonly onceHere?: true | undefined;
}

/** The facts around a document, but for the names of other files, which checks ask for one by one. */
export type Facts = Omit<Snapshot, "document" | "names" | "now">;

/** What the group of a rule says, as plain values. */
export interface GroupValues {
  /** The texts of its scalar fields: `name`, `interval`, `query_offset`, `limit`, … */
  readonly fields: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, string>;
}

/**
 * What a check of the unit `rule` looks at: one rule, whose nodes may be the only ones that are there. Offsets are
 * those of `lines.text`, which may be the file or only the lines of the rule.
 */
export interface RuleContext {
  /** A `.promql` file counts as a rule that has an expression and nothing else. */
  readonly kind: KindId;
  readonly rule: RuleModel;
  /** What stands in the list of rules: the rule's own node, an alias of it, or something that is no rule at all. */
  readonly item: YamlNode;
  readonly group: GroupValues;
  readonly lines: LineIndex;
  /** Of the file, relative to its workspace folder. */
  readonly path: string;
  readonly facts: Facts;
  /**
   * Rules of all files by name; nothing where a file is looked at alone. What is asked of it is noted, so that findings
   * are made anew when that changes: each answer depends on what was asked and nothing else.
   */
  readonly names: Names | undefined;
  /** The program other than Prometheus that the whole file is meant for, where something tells. */
  readonly ruler: string | undefined;
  /** What several checks of the rule need and one makes, told apart by the function that makes it. */
  once<T>(make: (context: RuleContext) => T): T;
  /** Made of a text once for the file and its next versions; see `Recall.of`. */
  recall<T>(kind: string, text: string, make: (text: string) => T): T;
}

/** What was made of one rule, and where it stands. */
export interface OfRule<T> {
  readonly value: T;
  /** Index of its group in the file. */
  readonly group: number;
  /** The span in the coordinates of the document context. */
  place(span: Span): Span;
}

/** What a check of the unit `document` looks at: one part of one document, with the facts around it. */
export interface CheckContext {
  readonly snapshot: Snapshot;
  /**
   * In files of rules without what the rules say: there the rules' nodes are read with `rules`, for a check that
   * read them from the tree would see none while a large file is edited.
   */
  readonly part: DocumentPart;
  /** What several checks of the part need and one makes, told apart by the function that makes it. */
  once<T>(make: (context: CheckContext) => T): T;
  /**
   * What `make` makes of each rule, in order. It is made again only for rules that changed: so it is best a small
   * plain value, and `make` a function that lives as long as the program. In a file that is read as a whole it is made
   * when somebody looks at it, and what other checks knew of the rule is forgotten by then.
   */
  rules<T>(make: (context: RuleContext) => T): readonly OfRule<T>[];
}

interface CheckBase {
  /** Dotted kebab-case, stable for ever. */
  readonly id: string;
  readonly severity: Severity;
  /** The kinds it reads. */
  readonly kinds: readonly KindId[];
  /**
   * It is silent where the file holds LogQL or another language (`promql`), or where the loader gives up while it decodes the file
   * (`decoded`), which is told by other checks.
   */
  readonly needs?: readonly ("promql" | "decoded")[];
  /** Its refusals happen while the loader decodes the file: checks that need `decoded` are silent then. */
  readonly whileDecoding?: true;
  /**
   * Its findings rest on more than the file and the settings: on other files, a backend or a cluster. A comment that
   * silences it may be needed where more is known, so none is called unused.
   */
  readonly beyondFile?: true;
  /** It is told only where a user has chosen a severity for it; its findings say so too. */
  readonly offByDefault?: true;
  /** What it says on its docs page in one line. */
  readonly summary: string;
}

/** What a rule must have for a check to find anything in it. */
export type Trait =
  | "alert"
  | "record"
  /** It is written in another way than nearly all rules: see `rule/plain.ts`. */
  | "odd"
  /** Some text of it has actions. */
  | "templates"
  /** One of them may run a query. */
  | "queries"
  /** Its expression does not parse. */
  | "faulty"
  /** It does; from here to `join` it has at least one of these. */
  | "expression"
  | "selector"
  | "matcher"
  /** One that may be at odds with itself or others of its selector: of several, with a regex, or of the name. */
  | "matchers"
  | "regex"
  | "call"
  /** Of a selector. */
  | "range"
  | "aggregate"
  | "binary"
  /** An operator that calculates. */
  | "arithmetic"
  | "division"
  /** An operator between two vectors. */
  | "match"
  /** A label in `by`, `on` or `group_left`. */
  | "labelled"
  /** `group_left (x)` */
  | "join"
  /** Of its file; as the rest it is around the rule. */
  | "environment"
  | "policy"
  /** Those of all files. */
  | "names"
  /** Recording rules among them. */
  | "records"
  /** Routes of an Alertmanager among them. */
  | "routes"
  /** Another rule of its kind, name and labels. */
  | "twin";

/**
 * A check whose truth is in one rule: its own nodes, its group's values, and the facts. Its findings are kept until
 * one of these changes, so it must read nothing else.
 */
export interface RuleCheck extends CheckBase {
  readonly unit: "rule";
  /** Checks that many rules are asked by return a list: a generator costs more than most of them find. */
  run(context: RuleContext): Iterable<RawFinding>;
  /** Rules that lack one of these have no findings of it, so they are not even looked at: see `traits.ts`. */
  readonly wants?: readonly Trait[];
  /** Functions, one of which its expression must call: of other rules the same is true. */
  readonly calls?: ReadonlySet<string>;
  /** Also reads what stands in the place of a rule and is none; then the rule is empty. */
  readonly onAnyItem?: true;
  /** What it says of the document outside of its rules: of groups, or of what is no rule. */
  outside?(context: CheckContext): Iterable<RawFinding>;
  /** Rules whose costs together exceed the limit are left out from there on, so that no file can stop the editor. */
  readonly budget?: { readonly limit: number; cost(context: RuleContext): number };
}

/** A check that compares rules with each other, or looks at what is no rule. */
export interface DocumentCheck extends CheckBase {
  readonly unit: "document";
  /** Also reads documents that are no valid YAML: of these their problems and nothing else. */
  readonly onBrokenYaml?: true;
  /** Also reads documents of a rule file behind the first, which Prometheus never looks at. */
  readonly onUnreadDocuments?: true;
  run(context: CheckContext): Iterable<RawFinding>;
}

/** What is wrong with the comments that silence other checks: it is made once these have run. See `suppress.ts`. */
export interface CommentCheck extends CheckBase {
  readonly unit: "comment";
}

/**
 * One rule of the linter. `run` is pure and never awaits: an absent fact is asked for in the background by
 * the port that lacks it, and the check is silent until it is there.
 */
export type Check = RuleCheck | DocumentCheck | CommentCheck;
