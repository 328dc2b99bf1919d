import { unquote } from "../base/go-literal.ts";
import { checkRegex } from "../base/re2.ts";
import type { LabelMatcher, MatchOperator } from "./ast.ts";
import type { BuiltSelector } from "./build.ts";
import { tokenTexts } from "./keywords.ts";
import type { Action, Machine } from "./machine.ts";

/** `newLabelMatcher`: name, operator and string are the three symbols from `at` on. */
const matcher: Action = (machine, at): LabelMatcher | undefined => {
  const operator = (tokenTexts[machine.type(at + 1)] ?? machine.text(at + 1)) as MatchOperator;
  const value = unquote(machine.text(at + 2));
  const span = { start: machine.start(at), end: machine.end(at + 2) };
  if (operator === "=~" || operator === "!~") {
    const regex = checkRegex(value);
    if (!regex.ok) {
      machine.fail(regex.message, span.start, span.end);
      return undefined;
    }
  }
  // Inside braces an identifier is its own name and a string its value.
  const name = machine.value<string | undefined>(at) ?? machine.text(at);
  return {
    name,
    operator,
    value,
    span,
    nameSpan: { start: span.start, end: machine.end(at) },
    valueSpan: { start: machine.start(at + 2), end: span.end },
  };
};

const nameMatcher: Action = (machine, at): LabelMatcher => {
  const span = { start: machine.start(at), end: machine.end(at) };
  const value = machine.value<string>(at);
  return { name: "__name__", operator: "=", value, span, nameSpan: span, valueSpan: span };
};

function metricName(matchers: readonly LabelMatcher[]): string | undefined {
  for (const { name, operator, value } of matchers) if (name === "__name__" && operator === "=") return value;
  return undefined;
}

function selector(machine: Machine, at: number, last: number, matchers: LabelMatcher[]): BuiltSelector {
  const span = { start: machine.start(at), end: machine.end(last) };
  return {
    kind: "selector",
    type: "vector",
    span,
    name: metricName(matchers),
    nameSpan: undefined,
    matchers,
    bracesSpan: span,
    offset: undefined,
    at: undefined,
    rangeModifier: undefined,
    bothRangeModifiers: false,
    upstreamEnd: span.end,
  };
}

function complain(expected: string): Action {
  return (machine) => {
    machine.unexpected("label matching", expected);
    return undefined;
  };
}

export const matcherActions = {
  selectorNamed: (machine: Machine, at: number): BuiltSelector => {
    const node = machine.value<BuiltSelector>(at + 1);
    node.nameSpan = { start: machine.start(at), end: machine.end(at) };
    node.name = machine.text(at);
    node.span = { start: node.nameSpan.start, end: node.span.end };
    return node;
  },
  selectorName: (machine: Machine, at: number): BuiltSelector => {
    const node = selector(machine, at, at, []);
    node.nameSpan = node.span;
    node.name = machine.text(at);
    node.bracesSpan = undefined;
    return node;
  },
  selectorBraces: (machine: Machine, at: number): BuiltSelector =>
    selector(machine, at, at + 2, machine.value<LabelMatcher[]>(at + 1)),
  selectorTrailingComma: (machine: Machine, at: number): BuiltSelector =>
    selector(machine, at, at + 3, machine.value<LabelMatcher[]>(at + 1)),
  selectorEmptyBraces: (machine: Machine, at: number): BuiltSelector => selector(machine, at, at + 1, []),
  // A matcher that could not be built is left out.
  matchersAppend: (machine: Machine, at: number): LabelMatcher[] => {
    const list = machine.value<LabelMatcher[]>(at);
    const one = machine.value<LabelMatcher | undefined>(at + 2);
    if (one !== undefined) list.push(one);
    return list;
  },
  matchersFirst: (machine: Machine, at: number): LabelMatcher[] => {
    const one = machine.value<LabelMatcher | undefined>(at);
    return one === undefined ? [] : [one];
  },
  matcherSeparatorExpected: (machine: Machine, at: number): LabelMatcher[] => {
    machine.unexpected("label matching", '"," or "}"');
    return machine.value(at);
  },
  matcher,
  matcherName: nameMatcher,
  matcherStringExpected: complain("string"),
  matcherOperatorExpected: complain("label matching operator"),
  matcherExpected: complain('identifier or "}"'),
  stringIdentifier: (machine: Machine, at: number): string => unquote(machine.text(at)),
};
