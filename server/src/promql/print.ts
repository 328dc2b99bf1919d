import { quoteGo } from "../base/go-text.ts";
import type {
  AggregateExpr,
  AtModifier,
  BinaryExpr,
  DurationExpr,
  DurationOperation,
  Expr,
  GroupingLabel,
  ParserOptions,
  SubqueryExpr,
  VectorSelector,
} from "./ast.ts";
import {
  printDuration,
  printDurationLiteral,
  printNumber,
  printOffset,
  printShortNumber,
  printTimestamp,
} from "./print-number.ts";
import { printLabelName, printWrittenSelector } from "./print-selector.ts";

/**
 * An expression on one line as Prometheus prints it (`Expr.String` in `promql/parser/printer.go`), character by
 * character: comments, spaces and the author's spelling of numbers are lost. The options are those that it was
 * parsed with. Does not recurse; what a broken expression lacks is left out.
 */
export function printExpr(expr: Expr, options: ParserOptions = {}): string {
  return render(expr, options).text;
}

/** The printed text with the place in it of the expression and of all below but the selectors of ranges. */
export interface Rendered {
  readonly text: string;
  readonly starts: ReadonlyMap<Expr, number>;
  readonly ends: ReadonlyMap<Expr, number>;
}

type DurationPart = string | DurationExpr;

/** What is still to be printed: text as it is, or something whose parts are asked for when it is its turn. */
type Part = DurationPart | Expr | { readonly kind: "end"; readonly of: Expr };

/** Prints an expression and says where its parts stand. */
export function render(expr: Expr, options: ParserOptions): Rendered {
  const starts = new Map<Expr, number>();
  const ends = new Map<Expr, number>();
  const stack: Part[] = [expr];
  let text = "";
  for (let part = stack.pop(); part !== undefined; part = stack.pop()) {
    if (typeof part === "string") {
      text += part;
      continue;
    }
    if (part.kind === "end") {
      ends.set(part.of, text.length);
      continue;
    }
    let parts: readonly Part[];
    if (part.kind === "duration") parts = durationParts(part);
    else {
      starts.set(part, text.length);
      stack.push({ kind: "end", of: part });
      parts = exprParts(part, options);
    }
    for (let i = parts.length - 1; i >= 0; i--) {
      const next = parts[i];
      if (next !== undefined && next !== "") stack.push(next);
    }
  }
  return { text, starts, ends };
}

function exprParts(expr: Expr, options: ParserOptions): readonly Part[] {
  switch (expr.kind) {
    case "number":
      return [expr.duration ? printDurationLiteral(expr.value) : printNumber(expr.value)];
    case "string":
      return [quoteGo(expr.value)];
    case "selector":
      return [selectorText(expr, options), atText(expr.at), modifierText(expr), ...offsetParts(expr.offset)];
    case "matrix": {
      const { selector, range } = expr;
      const head = selectorText(selector, options);
      const tail = `]${modifierText(selector)}${atText(selector.at)}`;
      return [head, "[", ...lengthParts(range), tail, ...offsetParts(selector.offset)];
    }
    case "subquery":
      return [expr.expr, ...subqueryParts(expr)];
    case "aggregate": {
      const { parameter, expr: of } = expr;
      const between = parameter !== undefined && of !== undefined ? ", " : "";
      return [aggregateHead(expr, options), "(", parameter ?? "", between, of ?? "", ")"];
    }
    case "call":
      return [`${expr.name}(`, ...expr.args.flatMap((arg, i) => (i === 0 ? [arg] : [", ", arg])), ")"];
    case "binary":
      return [expr.left, ` ${operatorText(expr, options)} `, expr.right];
    case "unary":
      return [expr.operator, expr.expr];
    case "paren":
      return ["(", expr.expr, ")"];
  }
}

function selectorText({ name, nameSpan, matchers }: VectorSelector, options: ParserOptions): string {
  if (nameSpan === undefined && matchers.length === 0) return "";
  return printWrittenSelector(nameSpan === undefined ? "" : (name ?? ""), matchers, options);
}

function modifierText({ rangeModifier }: VectorSelector): string {
  return rangeModifier === undefined ? "" : ` ${rangeModifier}`;
}

function atText(at: AtModifier | undefined): string {
  if (at === undefined) return "";
  return at.kind === "timestamp" ? ` @ ${printTimestamp(at.timestamp ?? 0)}` : ` @ ${at.kind}()`;
}

/** A range or step: a literal in the units that Prometheus chooses, or what it computes. */
function lengthParts(of: DurationExpr): readonly DurationPart[] {
  return [of.seconds === undefined ? of : (printDuration(of.seconds) ?? "0s")];
}

function offsetParts(of: DurationExpr | undefined): readonly DurationPart[] {
  if (of === undefined) return [];
  if (of.seconds === undefined) return [" offset ", of];
  const text = printOffset(of.seconds);
  return text === undefined ? [] : [` offset ${text}`];
}

/** What stands behind the operand of a subquery. */
function subqueryParts({ range, step, offset, at }: SubqueryExpr): readonly DurationPart[] {
  const none =
    step === undefined || (step.seconds !== undefined && printDuration(step.seconds) === undefined);
  const stepParts = none ? [] : lengthParts(step);
  return ["[", ...lengthParts(range), ":", ...stepParts, `]${atText(at)}`, ...offsetParts(offset)];
}

function durationParts({ operation, seconds = 0, inUnits }: DurationExpr): readonly Part[] {
  if (operation === undefined) return [inUnits ? printDurationLiteral(seconds) : printNumber(seconds)];
  const inner = operationParts(operation);
  return operation.wrapped ? ["(", ...inner, ")"] : inner;
}

function operationParts({ operator, left, right }: DurationOperation): readonly Part[] {
  switch (operator) {
    case "step":
    case "range":
      return [`${operator}()`];
    case "min_of":
    case "max_of":
      return [`${operator}(`, left ?? "", ", ", right ?? "", ")"];
  }
  // A plus before an operation is not printed.
  if (left === undefined) return [operator === "-" ? "-" : "", right ?? ""];
  return [left, ` ${operator} `, right ?? ""];
}

function labelList(labels: readonly GroupingLabel[], options: ParserOptions): string {
  return labels.map(({ name }) => printLabelName(name, options)).join(", ");
}

/** An aggregation up to its opening parenthesis. */
function aggregateHead({ operator, without, grouping = [] }: AggregateExpr, options: ParserOptions): string {
  if (!without && grouping.length === 0) return operator;
  return `${operator} ${without ? "without" : "by"} (${labelList(grouping, options)}) `;
}

/** A binary operator with `bool`, its matching and its fill values. */
function operatorText({ operator, bool, matching }: BinaryExpr, options: ParserOptions): string {
  let text = bool ? `${operator} bool` : operator;
  if (matching === undefined) return text;
  const { cardinality, labels, include, on, fillLeft, fillRight } = matching;
  const grouped = cardinality === "many-to-one" || cardinality === "one-to-many";
  if (labels.length > 0 || on === true || grouped)
    text += ` ${on === true ? "on" : "ignoring"} (${labelList(labels, options)})`;
  if (grouped)
    text += ` group_${cardinality === "many-to-one" ? "left" : "right"} (${labelList(include, options)})`;
  if (fillLeft !== undefined && fillLeft === fillRight) return `${text} fill (${printShortNumber(fillLeft)})`;
  if (fillLeft !== undefined) text += ` fill_left (${printShortNumber(fillLeft)})`;
  if (fillRight !== undefined) text += ` fill_right (${printShortNumber(fillRight)})`;
  return text;
}
