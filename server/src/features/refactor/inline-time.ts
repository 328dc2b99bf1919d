import type { AtModifier, DurationExpr, Expr, VectorSelector } from "../../promql/ast.ts";
import { parseExpr } from "../../promql/parse.ts";
import { printExpr } from "../../promql/print.ts";
import { walk } from "../../promql/walk.ts";
import { parserOptions } from "./expression-place.ts";

/** An expression, or the sentence that says why there is none. */
export type InTime = { readonly text: string } | string;

/** What computes with the moment of its evaluation and not only with samples; date functions without operands, too. */
const ofNow: ReadonlySet<string> = new Set(["time", "predict_linear", "info"]);
const dates = /^(?:hour|minute|month|year|day_of_(?:week|month|year)|days_in_month)$/;

/** What looks at the selector itself, so that an expression in its place gives something else. */
export const ofSelector: ReadonlySet<string> = new Set(["absent", "absent_over_time", "timestamp", "info"]);

/**
 * The expression as it was `offset` ago or at a moment: each of its parts that reads samples is moved. Steps of a
 * subquery stand at fixed times, so that it is moved as a whole.
 */
export function movedInTime(source: string, { offset, at }: Pick<VectorSelector, "offset" | "at">): InTime {
  const { expr } = parseExpr(source, parserOptions);
  if (expr === undefined) return "The expression of the recording rule is not valid PromQL.";
  for (const node of walk(expr)) {
    if (node.kind === "call" && (ofNow.has(node.name) || (dates.test(node.name) && node.args.length === 0)))
      return `The rule computes with the time of its evaluation (${node.name}), which offset and @ do not move.`;
    if (computes(node))
      return "The rule's durations are computed, so that they cannot be added to the offset.";
  }
  if (offset !== undefined && offset.seconds === undefined)
    return "The offset is computed, so that it cannot be moved into the rule's expression.";
  return { text: printExpr(moved(expr, offset?.seconds ?? 0, at), parserOptions) };
}

/** The samples of a range as a subquery with the interval of the rule's group; `interval` is nothing for the default. */
export function asSubquery(
  source: string,
  use: VectorSelector,
  range: DurationExpr,
  interval: string | undefined,
): InTime {
  const { expr } = parseExpr(source, parserOptions);
  const step = interval === undefined ? undefined : stepOf(interval);
  if (expr === undefined) return "The expression of the recording rule is not valid PromQL.";
  if (interval !== undefined && step === undefined) return "The interval of the rule's group is no duration.";
  if (use.rangeModifier !== undefined)
    return "A subquery cannot be anchored or smoothed, so this range cannot be inlined.";
  const isLoose = !["call", "aggregate", "selector", "paren"].includes(expr.kind);
  const { span } = expr;
  const operand: Expr = isLoose ? { kind: "paren", span, type: expr.type, expr } : expr;
  const { offset, at } = use;
  const made: Expr = { kind: "subquery", span, type: "matrix", expr: operand, range, step, offset, at };
  return { text: printExpr(made, parserOptions) };
}

function stepOf(interval: string): DurationExpr | undefined {
  const { expr, errors } = parseExpr(`x[1h:${interval}]`, parserOptions);
  return errors.length === 0 && expr?.kind === "subquery" ? expr.step : undefined;
}

function computes(node: Expr): boolean {
  if (node.kind !== "selector" && node.kind !== "subquery") return false;
  return node.offset !== undefined && node.offset.seconds === undefined;
}

function moved(expr: Expr, seconds: number, at: AtModifier | undefined): Expr {
  const inside = (of: Expr): Expr => moved(of, seconds, at);
  switch (expr.kind) {
    case "number":
    case "string":
      return expr;
    case "selector":
      return movedReading(expr, seconds, at);
    case "matrix":
      return { ...expr, selector: movedReading(expr.selector, seconds, at) };
    case "subquery":
      return movedReading(expr, seconds, at);
    case "aggregate":
      return {
        ...expr,
        expr: expr.expr === undefined ? undefined : inside(expr.expr),
        parameter: expr.parameter === undefined ? undefined : inside(expr.parameter),
      };
    case "call":
      return { ...expr, args: expr.args.map(inside) };
    case "binary":
      return { ...expr, left: inside(expr.left), right: inside(expr.right) };
    case "unary":
    case "paren":
      return { ...expr, expr: inside(expr.expr) };
  }
}

/** What stands at a fixed moment already is the same whenever it is asked for. */
function movedReading<T extends Extract<Expr, { kind: "selector" | "subquery" }>>(
  node: T,
  seconds: number,
  at: AtModifier | undefined,
): T {
  if (node.at !== undefined) return node;
  const sum = (node.offset?.seconds ?? 0) + seconds;
  const offset: DurationExpr | undefined =
    sum === 0
      ? undefined
      : { kind: "duration", span: node.span, seconds: sum, inUnits: true, text: `${sum}s` };
  return { ...node, offset, at };
}
