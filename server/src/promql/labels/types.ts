import type { Span } from "../../base/text.ts";
import type { BinaryExpr, Expr } from "../ast.ts";
import type { ValueRange } from "./ranges.ts";
import type { ValueMatcher } from "./value-matchers.ts";

/** Whether every result carries a label, some may, or none can. A label with an empty value is no label. */
export type Presence = "guaranteed" | "possible" | "impossible";

/** What makes a label certain or impossible, or an expression empty. `reasons.ts` has the sentence for each. */
export type ReasonKind =
  /** A matcher of a selector demands the label or refuses it. */
  | "matcher"
  /** Every stored series has a metric name. */
  | "stored"
  /** An aggregation keeps only what `by` names, or removes what `without` names. */
  | "aggregation"
  | "by"
  | "without"
  /** `on` keeps only its labels, `ignoring` removes its own, of a join of one to one. */
  | "on"
  | "ignoring"
  /** The matched series of the other side decides. */
  | "matched"
  /** `group_left` or `group_right` takes the label, or its absence, from the one side. */
  | "included"
  /** An operator or function that removes the metric name. */
  | "name-dropped"
  /** `le` of histogram functions. */
  | "buckets"
  | "label_replace"
  | "label_join"
  | "count_values"
  | "quantiles"
  | "info"
  /** `absent()` gives the labels of equality matchers only. */
  | "absent"
  /** `vector()`, numbers, `time()` and the like have no labels. */
  | "no-labels"
  /** Recording rules decide. */
  | "recorded"
  // What follows makes expressions empty.
  /** Matchers of one label contradict each other. */
  | "contradiction"
  /** A label that both sides must share is certain on one and impossible on the other, or their values differ. */
  | "no-match"
  /** A comparison is never true. */
  | "never-true"
  /** `absent()` of what always returns. */
  | "never-absent"
  /** `unless` of what always returns and always matches. */
  | "always-excluded"
  /** `topk(0, …)` and its like. */
  | "no-elements"
  /** `clamp` with a minimum above its maximum. */
  | "no-range"
  /** A function of native histograms where there are none. */
  | "no-histograms"
  /** `histogram_quantile` and its like of floats without `le`. */
  | "no-buckets"
  /** `rate` and its like of a subquery with one step. */
  | "one-sample"
  /** `info` demands a label of series that have neither `job` nor `instance`. */
  | "no-info";

/** Why something is so, and where the author wrote what makes it so. */
export interface Reason {
  readonly kind: ReasonKind;
  /** In the text of the expression; for what `via` of `recorded` says, in that of the rule. */
  readonly span: Span;
  /** The expression that decides. */
  readonly node: Expr;
  /** For `matched`, `included`, `recorded` and `label_replace`: why it is so there. */
  readonly via?: Reason | undefined;
  /** For `recorded`: the metric. */
  readonly metric?: string | undefined;
  /** For `no-match`: the label that cannot be equal, with what is known of it on both sides. */
  readonly label?: string | undefined;
  readonly left?: LabelFact | undefined;
  readonly right?: LabelFact | undefined;
}

/** What is known of one label of the results of an expression. */
export interface LabelFact {
  readonly presence: Presence;
  /** Always there, except where nothing is known of the label. */
  readonly reason?: Reason | undefined;
  /** All values that it can have where it is present; nothing where they are not known. */
  readonly values?: readonly string[] | undefined;
  /** What its value satisfies where it is present and the values are not known. */
  readonly matchers?: readonly ValueMatcher[] | undefined;
  /** For a possible label: why some of the results, those of one operand of `or`, cannot carry it. */
  readonly absentIn?: Reason | undefined;
}

/**
 * What is known, for every data that a server could hold, of the results of an expression. A matrix has the labels of
 * its series, a scalar or string none.
 */
export interface LabelFlow {
  /** The labels of which more is known than `rest` says. */
  readonly labels: ReadonlyMap<string, LabelFact>;
  /** Of all labels that are not listed: possible (they may occur), or impossible with the reason. */
  readonly rest: LabelFact;
  /** It can never return anything, because of that; `node` of it is where this begins. */
  readonly empty: Reason | undefined;
  /** It returns something whenever it is evaluated, whatever is stored. */
  readonly always: boolean;
  /** Whether results come and go with a condition: a comparison that filters, `absent`, `unless`. */
  readonly conditional: boolean;
  /** Between which numbers the samples lie that are floats. */
  readonly range: ValueRange;
  /** Whether samples may be native histograms. */
  readonly histograms: boolean;
}

/** What one label that a join compares is on both sides. */
export interface JoinLabel {
  readonly name: string;
  /** The label in `on(…)`; the operator where all labels are compared. */
  readonly span: Span;
  readonly left: LabelFact;
  readonly right: LabelFact;
}

/** What is known of how the sides of an operator between vectors meet. */
export interface JoinFacts {
  readonly node: BinaryExpr;
  readonly left: LabelFlow;
  readonly right: LabelFlow;
  /** The labels of `on`; without `on`, those that are compared and of which something is known. */
  readonly labels: readonly JoinLabel[];
  /** No series of one side can match one of the other, because of that label. */
  readonly noMatch: Reason | undefined;
  /** All series of both sides match each other: nothing that is compared can differ. */
  readonly allMatch: boolean;
  /** Whether the labels that are compared tell the series of a side apart: it cannot be the many side. */
  readonly leftUnique: boolean;
  readonly rightUnique: boolean;
}

/** Decides what the series of a metric carry that recording rules write; nothing for metrics of no rule. */
export type RecordedFlow = (metric: string) => LabelFlow | undefined;

export interface LabelOptions {
  /** What is known of metrics that recording rules write. */
  readonly recorded?: RecordedFlow | undefined;
  /** `--enable-feature=promql-delayed-name-removal` */
  readonly delayedNameRemoval?: boolean | undefined;
}
