import type { Span } from "../base/text.ts";

/** The four types of PromQL (`promql/parser/value.go`). */
export type ValueType = "scalar" | "vector" | "matrix" | "string";

export type MatchOperator = "=" | "!=" | "=~" | "!~";

/** One label matcher of a selector; for `{"name"}` the name is `__name__` and `nameSpan` is the string's. */
export interface LabelMatcher {
  readonly name: string;
  readonly operator: MatchOperator;
  /** The decoded string. */
  readonly value: string;
  readonly span: Span;
  readonly nameSpan: Span;
  /** The string literal with its quotes. */
  readonly valueSpan: Span;
}

/** What every expression has. */
interface ExprBase {
  readonly span: Span;
  /** What it evaluates to; a call of an unknown function counts as a vector. */
  readonly type: ValueType;
}

export interface NumberLiteral extends ExprBase {
  readonly kind: "number";
  readonly value: number;
  /** Whether it was written as a duration (`5m`), which is the same number of seconds. */
  readonly duration: boolean;
}

export interface StringLiteral extends ExprBase {
  readonly kind: "string";
  readonly value: string;
}

/** A duration in a modifier, range or subquery: a literal (seconds) or an expression over durations. */
export interface DurationExpr {
  readonly kind: "duration";
  readonly span: Span;
  /** Nothing for `step()`, `range()`, arithmetic and the like. */
  readonly seconds: number | undefined;
  /** Whether a literal was written as a duration (`5m`), not as a number of seconds. */
  readonly inUnits: boolean;
  /** As written, for display. */
  readonly text: string;
  /** What a duration that is no literal computes. */
  readonly operation?: DurationOperation | undefined;
}

/** `left` is there for two operands, `right` for one or two, neither for `step` and `range`. */
export interface DurationOperation {
  readonly operator: "+" | "-" | "*" | "/" | "%" | "^" | "step" | "range" | "min_of" | "max_of";
  readonly left: DurationExpr | undefined;
  readonly right: DurationExpr | undefined;
  /** Whether parentheses stand around it. A number in parentheses is `+` of that number. */
  readonly wrapped: boolean;
}

/** `@ 123`, `@ start()`, `@ end()`. */
export interface AtModifier {
  readonly kind: "timestamp" | "start" | "end";
  /** Seconds since the epoch. */
  readonly timestamp: number | undefined;
  readonly span: Span;
}

export interface VectorSelector extends ExprBase {
  readonly kind: "selector";
  /** The metric name, from before the braces or from an equality matcher on `__name__`. */
  readonly name: string | undefined;
  /** Where the name is written before the braces; nothing for names inside of them. */
  readonly nameSpan: Span | undefined;
  /** All matchers in source order, without the name that stands before the braces. */
  readonly matchers: readonly LabelMatcher[];
  /** The braces with what is in them; nothing for a bare name. */
  readonly bracesSpan: Span | undefined;
  readonly offset: DurationExpr | undefined;
  readonly at: AtModifier | undefined;
  readonly rangeModifier: "anchored" | "smoothed" | undefined;
}

export interface MatrixSelector extends ExprBase {
  readonly kind: "matrix";
  readonly selector: VectorSelector;
  readonly range: DurationExpr;
}

export interface SubqueryExpr extends ExprBase {
  readonly kind: "subquery";
  readonly expr: Expr;
  readonly range: DurationExpr;
  readonly step: DurationExpr | undefined;
  readonly offset: DurationExpr | undefined;
  readonly at: AtModifier | undefined;
}

/** A label name in `by`, `without`, `on`, `ignoring`, `group_left` or `group_right`. */
export interface GroupingLabel {
  readonly name: string;
  readonly span: Span;
}

export interface AggregateExpr extends ExprBase {
  readonly kind: "aggregate";
  /** Lower case: `sum`, `topk`, … */
  readonly operator: string;
  readonly operatorSpan: Span;
  readonly expr: Expr | undefined;
  readonly parameter: Expr | undefined;
  readonly without: boolean;
  /** Nothing where neither `by` nor `without` is written. */
  readonly grouping: readonly GroupingLabel[] | undefined;
  readonly groupingSpan: Span | undefined;
}

export interface Call extends ExprBase {
  readonly kind: "call";
  readonly name: string;
  readonly nameSpan: Span;
  readonly args: readonly Expr[];
}

export interface VectorMatching {
  readonly cardinality: "one-to-one" | "many-to-one" | "one-to-many" | "many-to-many";
  /** True for `on`, false for `ignoring`, nothing where neither is written. */
  readonly on: boolean | undefined;
  readonly labels: readonly GroupingLabel[];
  /** Labels in `group_left(…)` or `group_right(…)`. */
  readonly include: readonly GroupingLabel[];
  readonly fillLeft: number | undefined;
  readonly fillRight: number | undefined;
}

export interface BinaryExpr extends ExprBase {
  readonly kind: "binary";
  /** Lower case: `+`, `and`, `==`, `atan2`, `</`, … */
  readonly operator: string;
  readonly operatorSpan: Span;
  readonly left: Expr;
  readonly right: Expr;
  readonly bool: boolean;
  /** Nothing where one side is a scalar. */
  readonly matching: VectorMatching | undefined;
}

export interface UnaryExpr extends ExprBase {
  readonly kind: "unary";
  readonly operator: "+" | "-";
  readonly expr: Expr;
}

export interface ParenExpr extends ExprBase {
  readonly kind: "paren";
  readonly expr: Expr;
}

export type Expr =
  | NumberLiteral
  | StringLiteral
  | VectorSelector
  | MatrixSelector
  | SubqueryExpr
  | AggregateExpr
  | Call
  | BinaryExpr
  | UnaryExpr
  | ParenExpr;

/** One error of the parser; spans are UTF-16 offsets of the expression. */
export interface ParseError {
  readonly message: string;
  /** Starts where Prometheus' range starts; its end may be wider than there. */
  readonly span: Span;
  /** The opening bracket that is never closed. */
  readonly bracket?: Span | undefined;
}

/** What Prometheus accepts besides the defaults; the names are those of `--enable-feature`. */
export interface ParserOptions {
  /** `promql-experimental-functions` */
  readonly experimentalFunctions?: boolean | undefined;
  /** `promql-binop-fill-modifiers` */
  readonly fillModifiers?: boolean | undefined;
  /** `promql-unquoted-utf8-names` */
  readonly unquotedUtf8Names?: boolean | undefined;
  /** `xrate` and its like, which only Thanos has: `--query.enable-x-functions` there. */
  readonly thanosFunctions?: boolean | undefined;
}

export interface ParseResult {
  /** Nothing where the text has no tree, even a partial one. */
  readonly expr: Expr | undefined;
  /** In the order of the Go parser; empty exactly where Prometheus accepts the expression. */
  readonly errors: readonly ParseError[];
}
