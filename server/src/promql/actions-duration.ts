import type { DurationExpr, DurationOperation } from "./ast.ts";
import type { BuiltDuration, BuiltNumber } from "./build.ts";
import { durationOutOfRange } from "./literals.ts";
import type { Action, Machine } from "./machine.ts";
import { Token } from "./tables.generated.ts";

type Operator = DurationOperation["operator"];

function literal(
  machine: Machine,
  start: number,
  end: number,
  seconds: number,
  inUnits = false,
): BuiltDuration {
  return {
    kind: "duration",
    span: { start, end },
    seconds,
    inUnits,
    text: machine.input.slice(start, end),
    operation: undefined,
    upstreamStart: start,
  };
}

/** What stands in the tree for a literal that was refused. */
function refused(machine: Machine, at: number, last: number): BuiltDuration {
  return { ...literal(machine, machine.start(at), machine.end(last), 0), upstreamStart: 0 };
}

function operation(
  machine: Machine,
  at: number,
  last: number,
  operator: Operator,
  left: DurationExpr | undefined,
  right: DurationExpr | undefined,
  wrapped = false,
): BuiltDuration {
  return {
    ...literal(machine, machine.start(at), machine.end(last), 0),
    seconds: undefined,
    operation: { operator, left, right, wrapped },
  };
}

/** A literal that may carry a sign; `at` is where upstream places its refusal. */
function checked(
  machine: Machine,
  at: number,
  last: number,
  seconds: number,
  inUnits: boolean,
): BuiltDuration {
  if (durationOutOfRange(seconds)) {
    machine.fail("duration out of range", machine.start(at), machine.end(at));
    return refused(machine, at, last);
  }
  return literal(machine, machine.start(at), machine.end(last), seconds, inUnits);
}

/** `wrapParenDurationExpr`: parentheses around an operation mark it, those around a number make it one. */
function wrap(machine: Machine, at: number, last: number, inner: BuiltDuration): BuiltDuration {
  const { operation: of } = inner;
  if (of === undefined) return operation(machine, at, last, "+", undefined, inner, true);
  return operation(machine, at, last, of.operator, of.left, of.right, true);
}

/** `applyUnaryOpToDurationExpr`: a plus before an operation changes nothing. */
function applySign(machine: Machine, at: number, last: number, of: BuiltDuration): BuiltDuration {
  const negative = machine.type(at) === Token.SUB;
  if (of.seconds !== undefined)
    return checked(machine, at, last, negative ? of.seconds * -1 : of.seconds, of.inUnits);
  return negative ? operation(machine, at, last, "-", undefined, of) : of;
}

function choice(machine: Machine, at: number): BuiltDuration {
  const operator = machine.type(at) === Token.MAX_OF ? "max_of" : "min_of";
  const left = machine.value<BuiltDuration>(at + 2);
  return operation(machine, at, at + 5, operator, left, machine.value<BuiltDuration>(at + 4));
}

function keyword(machine: Machine, at: number): BuiltDuration {
  const operator = machine.type(at) === Token.STEP ? "step" : "range";
  return operation(machine, at, at + 2, operator, undefined, undefined);
}

/** A sign before an operation; unlike `applySign` this keeps a plus, as the productions of `offset` do. */
function signedOperation(machine: Machine, at: number, last: number, of: BuiltDuration): BuiltDuration {
  return operation(machine, at, last, machine.type(at) === Token.SUB ? "-" : "+", undefined, of);
}

const binary: Action = (machine, at) => {
  const left = machine.value<BuiltDuration>(at);
  const right = machine.value<BuiltDuration>(at + 2);
  return operation(machine, at, at + 2, machine.text(at + 1) as Operator, left, right);
};

function divide(name: string): Action {
  return (machine, at) => {
    if (machine.value<BuiltDuration>(at + 2).seconds !== 0) return binary(machine, at);
    machine.fail(`${name} by zero`, machine.start(at + 1), machine.end(at + 1));
    return refused(machine, at, at + 2);
  };
}

export const durationActions = {
  positiveDuration: (machine: Machine, at: number): BuiltDuration => {
    const duration = machine.value<BuiltDuration>(at);
    if (duration.seconds === undefined || !(duration.seconds <= 0)) return duration;
    machine.fail("duration must be greater than 0", duration.upstreamStart, machine.end(at));
    return refused(machine, at, at);
  },
  durationOfLiteral: (machine: Machine, at: number): BuiltDuration => {
    const { value, duration } = machine.value<BuiltNumber>(at);
    return checked(machine, at, at, value, duration);
  },
  offsetSignedLiteral: (machine: Machine, at: number): BuiltDuration => {
    const { value, duration } = machine.value<BuiltNumber>(at + 1);
    return checked(machine, at, at + 1, machine.type(at) === Token.SUB ? value * -1 : value, duration);
  },
  durationKeyword: keyword,
  offsetSignedKeyword: (machine: Machine, at: number): BuiltDuration =>
    signedOperation(machine, at, at + 3, keyword(machine, at + 1)),
  durationChoice: choice,
  offsetSignedChoice: (machine: Machine, at: number): BuiltDuration =>
    signedOperation(machine, at, at + 6, choice(machine, at + 1)),
  offsetSignedParen: (machine: Machine, at: number): BuiltDuration =>
    applySign(machine, at, at + 3, wrap(machine, at + 1, at + 3, machine.value<BuiltDuration>(at + 2))),
  durationSigned: (machine: Machine, at: number): BuiltDuration =>
    applySign(machine, at, at + 1, machine.value<BuiltDuration>(at + 1)),
  durationBinary: binary,
  durationDivide: divide("division"),
  durationModulo: divide("modulo"),
  durationParen: (machine: Machine, at: number): BuiltDuration =>
    wrap(machine, at, at + 2, machine.value<BuiltDuration>(at + 1)),
};
