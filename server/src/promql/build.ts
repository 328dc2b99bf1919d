import type {
  AggregateExpr,
  BinaryExpr,
  Call,
  DurationExpr,
  DurationOperation,
  Expr,
  MatrixSelector,
  NumberLiteral,
  ParenExpr,
  StringLiteral,
  SubqueryExpr,
  UnaryExpr,
  VectorMatching,
  VectorSelector,
} from "./ast.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * A node while it is built: modifiers change it after it was made. `upstreamEnd` is where Prometheus thinks that
 * the node ends; it differs from the span where its parser had read ahead, and places of messages hang on it.
 */
type Built<T> = Mutable<T> & { upstreamEnd: number };

export type BuiltNumber = Built<NumberLiteral>;
/** `bothRangeModifiers`: anchored and smoothed were both written, and each further one is an error again. */
export type BuiltSelector = Built<VectorSelector> & { bothRangeModifiers: boolean };
export type BuiltMatrix = Built<MatrixSelector>;
/**
 * `rangeOfExpression`: upstream made a range selector of something that is no selector, which is an error. In our
 * tree that is a subquery, because there a range always has a selector.
 */
export type BuiltSubquery = Built<SubqueryExpr> & { rangeOfExpression: boolean };
export type BuiltAggregate = Built<AggregateExpr>;
export type BuiltBinary = Built<BinaryExpr>;

export type Node =
  | BuiltNumber
  | Built<StringLiteral>
  | BuiltSelector
  | BuiltMatrix
  | BuiltSubquery
  | BuiltAggregate
  | Built<Call>
  | BuiltBinary
  | Built<UnaryExpr>
  | Built<ParenExpr>;

/** Where Prometheus thinks that a parsed expression ends. */
export function upstreamEnd(expr: Expr): number {
  return (expr as Node).upstreamEnd;
}

export type MutableMatching = Mutable<VectorMatching>;

/** What stands between a binary operator and its right operand. */
export interface BinaryModifiers {
  readonly bool: boolean;
  readonly matching: MutableMatching;
}

/** `by (…)` or `without (…)` of an aggregation. */
export interface AggregateModifier {
  readonly without: boolean;
  readonly grouping: AggregateExpr["grouping"];
  readonly groupingSpan: AggregateExpr["groupingSpan"];
}

/**
 * A duration while it is built. `upstreamStart` is 0 for a literal that replaces a refused one, which is where
 * Prometheus then places what it says about it.
 */
export type BuiltDuration = Mutable<DurationExpr> & { upstreamStart: number };
export type { DurationOperation };
