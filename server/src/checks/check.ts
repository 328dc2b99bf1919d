import type { Recall } from "../base/recall.ts";
import type { Span } from "../base/text.ts";
import type { DocumentPart, KindId } from "../model/document.ts";
import type { Snapshot } from "../world/snapshot.ts";

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
  /**
   * Where the text starts whose errors keep the order of their parser: they are listed at this offset, the one
   * that the real program prints first before the others.
   */
  readonly anchor?: number | undefined;
}

/** What a check looks at: one part of one document, with the facts around it. */
export interface CheckContext {
  readonly snapshot: Snapshot;
  readonly part: DocumentPart;
  /** What several checks of the part need and one makes, told apart by the function that makes it. */
  readonly once?: (<T>(make: (context: CheckContext) => T) => T) | undefined;
  /** What was made of the texts of the file's version before; nothing where each run stands alone. */
  readonly recall?: Recall | undefined;
}

/**
 * One rule of the linter. `run` is pure and never awaits: an absent fact is asked for in the background by
 * the port that lacks it, and the check is silent until it is there.
 */
export interface Check {
  /** Dotted kebab-case, stable for ever. */
  readonly id: string;
  readonly severity: Severity;
  /** The kinds it reads. */
  readonly kinds: readonly KindId[];
  /** Also reads documents that are no valid YAML, of which only a part of the tree is there. */
  readonly onBrokenYaml?: true;
  /** Also reads documents of a rule file behind the first, which Prometheus never looks at. */
  readonly onUnreadDocuments?: true;
  /** What it says on its docs page in one line. */
  readonly summary: string;
  run(context: CheckContext): Iterable<Finding>;
}
