import { unquote } from "../base/go-literal.ts";
import { quoteGo } from "../base/go-text.ts";
import type { Span } from "../base/text.ts";
import { durationActions } from "./actions-duration.ts";
import { modifierActions } from "./actions-modifier.ts";
import { matcherActions } from "./actions-selector.ts";
import type { AggregateExpr, Expr, GroupingLabel, VectorMatching } from "./ast.ts";
import type {
  AggregateModifier,
  BinaryModifiers,
  BuiltAggregate,
  BuiltBinary,
  BuiltNumber,
  MutableMatching,
  Node,
} from "./build.ts";
import { upstreamEnd } from "./build.ts";
import { functionNamed } from "./functions.ts";
import { tokenTexts } from "./keywords.ts";
import { isValidUtf8, parseDuration, parseNumber } from "./literals.ts";
import { type Action, type Machine, orderedActions } from "./machine.ts";
import { Token } from "./tables.generated.ts";

function spanOf(machine: Machine, at: number, last = at): Span {
  return { start: machine.start(at), end: machine.end(last) };
}

/**
 * Prometheus reads one token beyond an aggregation without a modifier; where that is another `)`, it steps back
 * to the one that closes the aggregation (`findPrevRightParen`).
 */
function previousRightParen(machine: Machine): number {
  const { input, lastClosing, lexer } = machine;
  const at = lexer.start;
  if (lastClosing <= 0 || at <= 0 || at >= input.length || input.charAt(at) !== ")") return lastClosing;
  for (let i = at - 1; i > 0; i--) {
    const character = input.charAt(i);
    if (character === ")") return i + 1;
    if (!" \t\n\r".includes(character)) break;
  }
  return lastClosing;
}

/** An operator in lower case; one text for all that are the same, which are compared at once. */
function operatorOf(machine: Machine, at: number): string {
  return tokenTexts[machine.type(at)] ?? machine.text(at).toLowerCase();
}

const parameterTypes: ReadonlySet<number> = new Set([
  Token.TOPK,
  Token.BOTTOMK,
  Token.COUNT_VALUES,
  Token.QUANTILE,
  Token.LIMITK,
  Token.LIMIT_RATIO,
]);

/** `newAggregateExpr`: the operator stands at `at`, the last symbol of the production at `last`. */
function aggregate(
  machine: Machine,
  at: number,
  last: number,
  modifier: AggregateModifier | undefined,
  args: readonly Expr[],
  overread: boolean,
): AggregateExpr {
  const operator = operatorOf(machine, at);
  const takesParameter = parameterTypes.has(machine.type(at));
  const start = machine.start(at);
  const end = overread ? previousRightParen(machine) : machine.lastClosing;
  const node: BuiltAggregate = {
    kind: "aggregate",
    type: "vector",
    span: spanOf(machine, at, last),
    operator,
    operatorSpan: spanOf(machine, at),
    expr: args[takesParameter ? 1 : 0],
    parameter: takesParameter ? args[0] : undefined,
    without: modifier?.without ?? false,
    grouping: modifier?.grouping,
    groupingSpan: modifier?.groupingSpan,
    upstreamEnd: end,
  };
  const expected = takesParameter ? 2 : 1;
  const experimental = operator === "limitk" || operator === "limit_ratio";
  if (args.length === 0) machine.fail("no arguments for aggregate expression provided", start, end);
  else if (experimental && machine.options.experimentalFunctions !== true)
    machine.fail(
      `${operator}() is experimental and must be enabled with --enable-feature=promql-experimental-functions`,
      start,
      end,
    );
  else if (args.length !== expected)
    machine.fail(
      `wrong number of arguments for aggregate expression provided, expected ${expected}, got ${args.length}`,
      start,
      end,
    );
  return node;
}

function aggregateModifier(without: boolean): Action {
  return (machine, at): AggregateModifier => ({
    without,
    grouping: machine.value<GroupingLabel[]>(at + 1),
    groupingSpan: spanOf(machine, at, at + 1),
  });
}

const noLabels: readonly GroupingLabel[] = [];

function matching(bool: boolean): BinaryModifiers {
  return {
    bool,
    matching: {
      cardinality: "one-to-one",
      on: undefined,
      labels: noLabels,
      include: noLabels,
      fillLeft: undefined,
      fillRight: undefined,
    },
  };
}

/** An action that changes the matching which the first symbol of its production has built. */
function changeMatching(change: (matching: MutableMatching, machine: Machine, at: number) => void): Action {
  return (machine, at) => {
    const modifiers = machine.value<BinaryModifiers>(at);
    change(modifiers.matching, machine, at);
    return modifiers;
  };
}

function include(cardinality: VectorMatching["cardinality"]): Action {
  return changeMatching((of, machine, at) => {
    of.cardinality = cardinality;
    of.include = machine.value<GroupingLabel[]>(at + 2);
  });
}

function fillValue(machine: Machine, at: number): number {
  return machine.value<BuiltNumber>(at).value;
}

const binary: Action = (machine, at): BuiltBinary => {
  const left = machine.value<Node>(at);
  const right = machine.value<Node>(at + 3);
  const { bool, matching: of } = machine.value<BinaryModifiers>(at + 2);
  if (machine.options.fillModifiers !== true && (of.fillLeft !== undefined || of.fillRight !== undefined))
    machine.fail("binop fill modifiers are experimental and not enabled", left.span.start, right.upstreamEnd);
  return {
    kind: "binary",
    type: left.type === "scalar" && right.type === "scalar" ? "scalar" : "vector",
    span: spanOf(machine, at, at + 3),
    operator: operatorOf(machine, at + 1),
    operatorSpan: spanOf(machine, at + 1),
    left,
    right,
    bool,
    matching: of,
    upstreamEnd: right.upstreamEnd,
  };
};

const call: Action = (machine, at): Node => {
  const name = machine.text(at);
  const nameSpan = spanOf(machine, at);
  const known = functionNamed(name, machine.options);
  if (known === undefined)
    machine.fail(`unknown function with name ${quoteGo(name)}`, nameSpan.start, nameSpan.end);
  else if (known.experimental && machine.options.experimentalFunctions !== true)
    machine.fail(`function ${quoteGo(name)} is not enabled`, nameSpan.start, nameSpan.end);
  return {
    kind: "call",
    type: known?.returns ?? "vector",
    span: spanOf(machine, at, at + 1),
    name: known?.name ?? name,
    nameSpan,
    args: machine.value<Expr[]>(at + 1),
    upstreamEnd: machine.lastClosing,
  };
};

/** Numbers are said to be wrong at the last token that was read. */
function numberAt(machine: Machine, at: number): number {
  const { value, error } = parseNumber(machine.text(at));
  if (error !== undefined)
    machine.fail(`error parsing number: ${error}`, machine.lexer.start, machine.lexer.end);
  return value;
}

function durationAt(machine: Machine, at: number): number {
  const { value, error } = parseDuration(machine.text(at));
  if (error !== undefined) machine.fail(error, machine.start(at), machine.end(at));
  return value;
}

function numberLiteral(duration: boolean): Action {
  return (machine, at): BuiltNumber => ({
    kind: "number",
    type: "scalar",
    span: spanOf(machine, at),
    value: duration ? durationAt(machine, at) : numberAt(machine, at),
    duration,
    upstreamEnd: machine.end(at),
  });
}

/** Gives a literal the sign that stands before it. */
function signed(machine: Machine, at: number, literal: BuiltNumber): BuiltNumber {
  if (machine.type(at) === Token.SUB) literal.value *= -1;
  literal.span = { start: machine.start(at), end: literal.span.end };
  return literal;
}

const unary: Action = (machine, at): Node => {
  const expr = machine.value<Node>(at + 1);
  if (expr.kind === "number") return signed(machine, at, expr);
  return {
    kind: "unary",
    type: expr.type,
    span: spanOf(machine, at, at + 1),
    operator: machine.type(at) === Token.SUB ? "-" : "+",
    expr,
    upstreamEnd: upstreamEnd(expr),
  };
};

function append<T>(list: T[], item: T): T[] {
  list.push(item);
  return list;
}

/** Names with colons are no labels, but they were let through before names could be of other scripts. */
const groupingName: Action = (machine, at): GroupingLabel => {
  const name = machine.text(at);
  const span = spanOf(machine, at);
  if (machine.options.unquotedUtf8Names === true && name.includes(":"))
    machine.fail(`invalid label name for grouping: ${quoteGo(name)}`, span.start, span.end);
  return { name, span };
};

const groupingString: Action = (machine, at): GroupingLabel => {
  const name = unquote(machine.text(at));
  const span = spanOf(machine, at);
  if (name === "" || !isValidUtf8(name))
    machine.fail(`invalid label name for grouping: ${quoteGo(name)}`, span.start, span.end);
  return { name, span };
};

/** An action that complains about the last token and gives a value in place of what is missing. */
function complain(context: string, expected: string, value: Action): Action {
  return (machine, at) => {
    machine.unexpected(context, expected);
    return value(machine, at);
  };
}

const first: Action = (machine, at) => machine.value(at);

/** What each production of `scripts/promql-grammar.ts` does, after the code in `generated_parser.y`. */
export const actions = orderedActions({
  ...matcherActions,
  ...modifierActions,
  ...durationActions,
  noExpression: (machine) => machine.fail("no expression found in input", 0, 0),
  result: (machine, at) => {
    machine.result = machine.value(at + 1);
  },
  unexpected: complain("", "", () => undefined),
  second: (machine, at) => machine.value(at + 1),
  emptyList: () => [],
  aggregateModifierFirst: (machine, at) =>
    aggregate(machine, at, at + 2, machine.value(at + 1), machine.value(at + 2), false),
  aggregateModifierLast: (machine, at) =>
    aggregate(machine, at, at + 2, machine.value(at + 2), machine.value(at + 1), false),
  aggregateBare: (machine, at) => aggregate(machine, at, at + 1, undefined, machine.value(at + 1), true),
  aggregateBroken: complain("aggregation", "", (machine, at) =>
    aggregate(machine, at, at + 1, undefined, [], false),
  ),
  modifierBy: aggregateModifier(false),
  modifierWithout: aggregateModifier(true),
  binary,
  matchingPlain: () => matching(false),
  matchingBool: () => matching(true),
  matchingIgnoring: changeMatching((of, machine, at) => {
    of.on = false;
    of.labels = machine.value<GroupingLabel[]>(at + 2);
  }),
  matchingOn: changeMatching((of, machine, at) => {
    of.on = true;
    of.labels = machine.value<GroupingLabel[]>(at + 2);
  }),
  groupLeft: include("many-to-one"),
  groupRight: include("one-to-many"),
  fillBoth: changeMatching((of, machine, at) => {
    of.fillLeft = fillValue(machine, at + 2);
    of.fillRight = fillValue(machine, at + 2);
  }),
  fillLeft: changeMatching((of, machine, at) => {
    of.fillLeft = fillValue(machine, at + 2);
  }),
  fillRight: changeMatching((of, machine, at) => {
    of.fillRight = fillValue(machine, at + 2);
  }),
  fillLeftRight: changeMatching((of, machine, at) => {
    of.fillLeft = fillValue(machine, at + 2);
    of.fillRight = fillValue(machine, at + 4);
  }),
  fillRightLeft: changeMatching((of, machine, at) => {
    of.fillRight = fillValue(machine, at + 2);
    of.fillLeft = fillValue(machine, at + 4);
  }),
  fillSigned: (machine, at) => signed(machine, at + 1, machine.value(at + 2)),
  groupingExpected: complain("grouping opts", '"("', () => []),
  groupingAppend: (machine, at) =>
    append(machine.value<GroupingLabel[]>(at), machine.value<GroupingLabel>(at + 2)),
  groupingFirst: (machine, at) => [machine.value<GroupingLabel>(at)],
  groupingSeparatorExpected: complain("grouping opts", '"," or ")"', first),
  groupingName,
  groupingString,
  groupingLabelExpected: complain("grouping opts", "label", (machine, at) => ({
    name: "",
    span: spanOf(machine, at),
  })),
  call,
  argsAppend: (machine, at) => append(machine.value<Expr[]>(at), machine.value<Expr>(at + 2)),
  argsFirst: (machine, at) => [machine.value<Expr>(at)],
  argsTrailingComma: (machine, at) => {
    machine.fail(
      "trailing commas not allowed in function call args",
      machine.start(at + 1),
      machine.end(at + 1),
    );
    return machine.value(at);
  },
  paren: (machine, at): Node => {
    const expr = machine.value<Node>(at + 1);
    return {
      kind: "paren",
      type: expr.type,
      span: spanOf(machine, at, at + 2),
      expr,
      upstreamEnd: machine.end(at + 2),
    };
  },
  unary,
  numberLiteral: numberLiteral(false),
  durationLiteral: numberLiteral(true),
  number: numberAt,
  durationNumber: durationAt,
  negated: (machine, at) => -machine.value<number>(at + 1),
  string: (machine, at): Node => ({
    kind: "string",
    type: "string",
    span: spanOf(machine, at),
    value: unquote(machine.text(at)),
    upstreamEnd: machine.end(at),
  }),
});
