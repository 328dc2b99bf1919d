import { actions } from "./actions.ts";
import type { Expr, ParseResult, ParserOptions } from "./ast.ts";
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
