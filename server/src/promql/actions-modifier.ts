import type { AtModifier, DurationExpr } from "./ast.ts";
import type { BuiltDuration, BuiltMatrix, BuiltSelector, BuiltSubquery, Node } from "./build.ts";
import type { Action, Machine } from "./machine.ts";
import { Token } from "./tables.generated.ts";

/** What carries the modifiers of an expression: a selector, the selector of a range, or a subquery. */
function carrier(expr: Node): BuiltSelector | BuiltSubquery | undefined {
  if (expr.kind === "selector" || (expr.kind === "subquery" && !expr.rangeOfExpression)) return expr;
  return expr.kind === "matrix" ? (expr.selector as BuiltSelector) : undefined;
}

function failAt(machine: Machine, expr: Node, message: string): void {
  machine.fail(message, expr.span.start, expr.upstreamEnd);
}

/** Moves the end of an expression behind the modifier that the machine has just read. */
function extend(machine: Machine, at: number, last: number): void {
  const expr = machine.value<Node>(at);
  expr.span = { start: expr.span.start, end: machine.end(last) };
  expr.upstreamEnd = machine.lastClosing;
}

/** Whether an offset counts as set: upstream cannot tell one of zero from none. */
function isSet(offset: DurationExpr | undefined): boolean {
  if (offset === undefined) return false;
  return offset.seconds === undefined || Math.round(Math.abs(offset.seconds) * 1e9) !== 0;
}

const onlySelectors = "ranges only allowed for vector selectors";
const place = "must be preceded by an instant vector selector or range vector selector or a subquery";

function notSelected(expr: Node, modifier: string): string {
  return expr.kind === "subquery" ? onlySelectors : `${modifier} modifier ${place}`;
}

const offset: Action = (machine, at) => {
  const expr = machine.value<Node>(at);
  const on = carrier(expr);
  if (on === undefined) failAt(machine, expr, notSelected(expr, "offset"));
  else {
    if (isSet(on.offset)) failAt(machine, expr, "offset may not be set multiple times");
    else on.offset = machine.value<BuiltDuration>(at + 2);
    extend(machine, at, at + 2);
  }
  return expr;
};

/** `%f` of what is no time: infinite, not a number, or beyond 64 bits and therefore an integer. */
function formatTimestamp(seconds: number): string {
  if (Number.isNaN(seconds)) return "NaN";
  if (!Number.isFinite(seconds)) return seconds > 0 ? "+Inf" : "-Inf";
  return `${BigInt(seconds)}.000000`;
}

function setAt(machine: Machine, at: number, last: number, modifier: AtModifier): Node {
  const expr = machine.value<Node>(at);
  const on = carrier(expr);
  if (on === undefined) failAt(machine, expr, notSelected(expr, "@"));
  else if (on.at !== undefined) failAt(machine, expr, "@ <timestamp> may not be set multiple times");
  else {
    on.at = modifier;
    extend(machine, at, last);
  }
  return expr;
}

function rangeModifier(name: "anchored" | "smoothed"): Action {
  const other = name === "anchored" ? "smoothed" : "anchored";
  return (machine, at) => {
    const expr = machine.value<Node>(at);
    const on = carrier(expr);
    if (on?.kind === "subquery") failAt(machine, expr, `${name} modifier is not supported for subqueries`);
    else if (on !== undefined) {
      on.bothRangeModifiers ||= on.rangeModifier === other;
      on.rangeModifier ??= name;
      if (on.bothRangeModifiers)
        failAt(machine, expr, "anchored and smoothed modifiers cannot be used together");
      expr.span = { start: expr.span.start, end: machine.end(at + 1) };
    } else if (expr.kind !== "subquery") failAt(machine, expr, `${name} modifier not implemented`);
    return expr;
  };
}

const matrix: Action = (machine, at): BuiltMatrix | BuiltSubquery => {
  const selector = machine.value<Node>(at);
  let message: string | undefined;
  if (selector.kind !== "selector") message = onlySelectors;
  else if (isSet(selector.offset)) message = "no offset modifiers allowed before range";
  else if (selector.at !== undefined) message = "no @ modifiers allowed before range";
  if (message !== undefined) machine.fail(message, machine.start(at + 1), machine.end(at + 3));
  if (selector.kind !== "selector")
    return { ...subquery(machine, at, at + 3, undefined), rangeOfExpression: true };
  return {
    kind: "matrix",
    type: "matrix",
    span: { start: selector.span.start, end: machine.end(at + 3) },
    selector,
    range: machine.value<BuiltDuration>(at + 2),
    upstreamEnd: machine.lastClosing,
  };
};

function subquery(
  machine: Machine,
  at: number,
  last: number,
  step: BuiltDuration | undefined,
): BuiltSubquery {
  const expr = machine.value<Node>(at);
  return {
    kind: "subquery",
    type: "matrix",
    span: { start: expr.span.start, end: machine.end(last) },
    expr,
    range: machine.value<BuiltDuration>(at + 2),
    step,
    offset: undefined,
    at: undefined,
    rangeOfExpression: false,
    upstreamEnd: machine.end(last),
  };
}

/** Complains about the last token and keeps the expression before it. */
function expected(context: string, what: string): Action {
  return (machine, at) => {
    machine.unexpected(context, what);
    return machine.value(at);
  };
}

const durationStart = "number, duration, step(), or range()";

export const modifierActions = {
  offset,
  offsetExpected: expected("offset", durationStart),
  anchored: rangeModifier("anchored"),
  smoothed: rangeModifier("smoothed"),
  atTimestamp: (machine: Machine, at: number): Node => {
    const timestamp = machine.value<number>(at + 2);
    const expr = machine.value<Node>(at);
    if (!(timestamp < 2 ** 63 && timestamp > -(2 ** 63)))
      failAt(machine, expr, `timestamp out of bounds for @ modifier: ${formatTimestamp(timestamp)}`);
    const span = { start: machine.start(at + 1), end: machine.end(at + 2) };
    return setAt(machine, at, at + 2, { kind: "timestamp", timestamp, span });
  },
  atPreprocessor: (machine: Machine, at: number): Node => {
    const kind = machine.type(at + 2) === Token.START ? "start" : "end";
    const span = { start: machine.start(at + 1), end: machine.end(at + 4) };
    return setAt(machine, at, at + 4, { kind, timestamp: undefined, span });
  },
  atExpected: expected("@", "timestamp"),
  matrix,
  subqueryStep: (machine: Machine, at: number): BuiltSubquery =>
    subquery(machine, at, at + 5, machine.value<BuiltDuration>(at + 4)),
  subquery: (machine: Machine, at: number): BuiltSubquery => subquery(machine, at, at + 4, undefined),
  subqueryEndExpected: expected("subquery selector", '"]"'),
  subqueryStepExpected: expected("subquery selector", `number, duration, step(), range(), or "]"`),
  rangeEndExpected: expected("subquery or range", '":" or "]"'),
  rangeExpected: expected("subquery or range selector", durationStart),
};
