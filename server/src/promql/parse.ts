import { actions } from "./actions.ts";
import type { Expr, ParseError, ParseResult, ParserOptions, VectorSelector } from "./ast.ts";
import { checkTypes } from "./check-types.ts";
import { Machine } from "./machine.ts";
import { Token } from "./tables.generated.ts";

/**
 * Parses a PromQL expression with the verdict of Prometheus 3.16 (`promql/parser/parse.go`): every error that its
 * parser reports, in its order, in its words, starting where it says. Spans are UTF-16 offsets of `text`.
 *
 * Without options the defaults of Prometheus hold. Never throws, never recurses; types are checked only where the
 * syntax is sound, as there.
 */
export function parseExpr(text: string, options: ParserOptions = {}): ParseResult {
  const machine = new Machine(text, options);
  machine.run(Token.START_EXPRESSION, actions);
  const expr = machine.result as Expr | undefined;
  if (expr !== undefined && machine.errors.length === 0) checkTypes(machine, expr);
  return { expr, errors: machine.errors };
}

export interface SelectorResult {
  /** Nothing where the text has no tree, even a partial one. */
  readonly selector: VectorSelector | undefined;
  /** In the order of the Go parser; empty exactly where Prometheus accepts the selector. */
  readonly errors: readonly ParseError[];
}

/**
 * Parses one selector without modifiers, as `match[]` of the API takes it (`ParseMetricSelector`). Whether it
 * selects everything is not asked here: that is for each endpoint to refuse.
 */
export function parseSelector(text: string, options: ParserOptions = {}): SelectorResult {
  const machine = new Machine(text, options);
  machine.run(Token.START_METRIC_SELECTOR, actions);
  return { selector: machine.result as VectorSelector | undefined, errors: machine.errors };
}
