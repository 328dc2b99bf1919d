import type { Span } from "../base/text.ts";
import type { AtModifier, DurationExpr, Expr, GroupingLabel, LabelMatcher, VectorSelector } from "./ast.ts";
import { aggregations, functions, thanosFunctions } from "./functions.ts";
import { isPlainLabelName, isPlainMetricName } from "./quote.ts";
import { walk } from "./walk.ts";

/** Major and minor. */
export type Version = readonly [major: number, minor: number];

/** Since when Prometheus' parser takes something, and with which feature switched on. */
export interface Availability {
  readonly since: Version;
  readonly gate?: Gate | undefined;
  /** Whether no Prometheus has it. */
  readonly onlyThanos?: boolean | undefined;
}

interface Gate {
  readonly feature: string;
  /** The first version that asks for it, where what came before had forgotten to. */
  readonly from?: Version | undefined;
  /** The first version that asks no more. */
  readonly until?: Version | undefined;
}

/** Something in an expression that not every supported server takes. */
export interface Construct {
  /** As it is written: `info()`, `anchored`. */
  readonly construct: string;
  readonly span: Span;
  readonly availability: Availability;
}

function durationGate(from?: Version): Gate {
  return { feature: "promql-duration-expr", from, until: [3, 14] };
}

/**
 * Syntax by the first Prometheus that has it, held against the parsers of 2.45 to 3.16 themselves
 * (`promql/parser/generated_parser.y` and `lex.go` of each).
 */
const syntax = {
  quotedName: { since: [2, 51] },
  quotedGrouping: { since: [2, 55] },
  foreignGrouping: { since: [2, 55], gate: { feature: "utf8-names", until: [3, 0] } },
  underscores: { since: [2, 54] },
  durationAsNumber: { since: [2, 54] },
  numberAsDuration: { since: [2, 54] },
  zeroDuration: { since: [3, 4] },
  wrappedNothing: { since: [3, 15] },
  signedDuration: { since: [3, 4] },
  durationArithmetic: { since: [3, 4], gate: durationGate() },
  signedParentheses: { since: [3, 4], gate: { feature: "promql-duration-expr", until: [3, 6] } },
  signedPower: {
    since: [0, 0],
    gate: { feature: "promql-duration-expr", from: [3, 4], until: [3, 5] },
  },
  regexOfToday: { since: [2, 53] },
  step: { since: [3, 6], gate: durationGate([3, 12]) },
  range: { since: [3, 10], gate: durationGate([3, 12]) },
  rangeBehindLiteral: { since: [3, 12], gate: durationGate() },
  choice: { since: [3, 13], gate: durationGate() },
  subqueryOfKeyword: { since: [3, 16] },
  rangeModifier: { since: [3, 7], gate: { feature: "promql-extended-range-selectors", until: [3, 16] } },
  fill: { since: [3, 10], gate: { feature: "promql-binop-fill-modifiers" } },
  trim: { since: [3, 11] },
  thanosFunction: { since: [0, 0], gate: { feature: "query.enable-x-functions" }, onlyThanos: true },
  unquotedName: { since: [3, 16], gate: { feature: "promql-unquoted-utf8-names" } },
} as const satisfies Readonly<Record<string, Availability>>;

function version(text: string): Version {
  const [major = 0, minor = 0] = text.split(".").map(Number);
  return [major, minor];
}

/** Whatever of an expression not every supported server takes, in the order of its tree. */
export function* constructsOf(expr: Expr, text: string): Generator<Construct> {
  for (const node of walk(expr)) yield* constructsAt(node, text);
}

function* constructsAt(node: Expr, text: string): Generator<Construct> {
  switch (node.kind) {
    case "number": {
      const written = text.slice(node.span.start, node.span.end);
      yield* number(written, node.span, node.duration);
      if (node.duration && node.value === 0) yield zero(node.span);
      break;
    }
    case "selector":
      yield* names(node.name, node.nameSpan);
      yield* matchers(node.matchers, text);
      yield* rangeModifier(node, (node.bracesSpan ?? node.nameSpan ?? node.span).end, node.span.end, text);
      yield* modifiers(node.at, node.offset, text);
      break;
    case "matrix":
      yield* duration(node.range, "brackets", text);
      yield* rangeModifier(node.selector, node.range.span.end, node.span.end, text);
      break;
    case "subquery":
      yield* duration(node.range, "brackets", text);
      if (isFirstLength(node.range, text) && !hasLiteral(node.range))
        yield construct("a subquery over", node.range, syntax.subqueryOfKeyword);
      if (node.step !== undefined)
        yield* duration(node.step, hasLiteral(node.range) ? "brackets behind a literal" : "brackets", text);
      yield* modifiers(node.at, node.offset, text);
      break;
    case "aggregate": {
      const known = aggregations.get(node.operator);
      if (known !== undefined)
        yield { construct: `${known.name}()`, span: node.operatorSpan, availability: availabilityOf(known) };
      yield* grouping(node.grouping ?? [], text);
      break;
    }
    case "call": {
      const known = functions.get(node.name);
      if (known !== undefined)
        yield { construct: `${known.name}()`, span: node.nameSpan, availability: availabilityOf(known) };
      else if (thanosFunctions.has(node.name))
        yield { construct: `${node.name}()`, span: node.nameSpan, availability: syntax.thanosFunction };
      break;
    }
    case "binary": {
      const { operator, operatorSpan: span, matching } = node;
      // There the power belongs to the offset.
      if (operator === "^" && endsInSignedOffset(node.left))
        yield { construct: "^ behind a signed offset", span, availability: syntax.signedPower };
      if (operator === "</" || operator === ">/")
        yield { construct: operator, span, availability: syntax.trim };
      yield* grouping([...(matching?.labels ?? []), ...(matching?.include ?? [])], text);
      if (matching?.fillLeft !== undefined || matching?.fillRight !== undefined)
        yield { construct: "fill()", span, availability: syntax.fill };
    }
  }
}

function availabilityOf(of: {
  readonly since: string;
  readonly experimental: boolean;
  readonly stableSince?: string | undefined;
}): Availability {
  const until = of.stableSince === undefined ? undefined : version(of.stableSince);
  const gated = of.experimental || until !== undefined;
  return {
    since: version(of.since),
    gate: gated ? { feature: "promql-experimental-functions", until } : undefined,
  };
}

function* number(written: string, span: Span, inUnits: boolean): Generator<Construct> {
  if (inUnits) yield { construct: `${written} as a number`, span, availability: syntax.durationAsNumber };
  else if (written.includes("_")) yield { construct: written, span, availability: syntax.underscores };
}

function zero(span: Span): Construct {
  return { construct: "a duration of zero", span, availability: syntax.zeroDuration };
}

function construct(what: string, { text, span }: DurationExpr, availability: Availability): Construct {
  return { construct: what === "" ? text : `${what} ${text}`, span, availability };
}

/** `anchored` or `smoothed` between two offsets; of a range it stands behind the brackets, or behind its selector. */
function* rangeModifier(
  { rangeModifier: word }: VectorSelector,
  from: number,
  to: number,
  text: string,
): Generator<Construct> {
  if (word === undefined) return;
  const start = text.slice(0, to).toLowerCase().indexOf(word, from);
  if (start < 0) return;
  yield { construct: word, span: { start, end: start + word.length }, availability: syntax.rangeModifier };
}

function* modifiers(
  at: AtModifier | undefined,
  offset: DurationExpr | undefined,
  text: string,
): Generator<Construct> {
  if (at?.kind === "timestamp") {
    const written = text.slice(at.span.start + 1, at.span.end).trim();
    const inUnits = /[a-z]$/i.test(written) && !/^[-+]?(0x|inf$|nan$)/i.test(written);
    yield* number(written, at.span, inUnits);
    if (inUnits && at.timestamp === 0) yield zero(at.span);
  }
  if (offset !== undefined) yield* duration(offset, "offset", text);
}

/** Where a duration stands: behind `offset`, or in brackets with or without a literal before it. */
type Place = "offset" | "brackets" | "brackets behind a literal";

/** The parts of a duration. */
function* duration(of: DurationExpr, place: Place, text: string): Generator<Construct> {
  const ungated = place === "offset" ? signedParentheses(of, text) : undefined;
  const length = of.operation === undefined ? undefined : literalLength(of);
  if (place !== "offset" && length !== undefined && length <= 0)
    yield construct("the length", of, syntax.wrappedNothing);
  let behindLiteral = place === "brackets behind a literal";
  const stack = [of];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const { operation } = node;
    if (operation === undefined) {
      yield* durationLiteral(node, place);
      behindLiteral = place !== "offset";
      continue;
    }
    const { operator, left, right, wrapped } = operation;
    const isChoice = operator === "min_of" || operator === "max_of";
    if (operator === "step") yield construct("", node, syntax.step);
    else if (operator === "range")
      yield construct("", node, behindLiteral ? syntax.rangeBehindLiteral : syntax.range);
    else if (isChoice)
      yield { construct: `${operator}() in a duration`, span: node.span, availability: syntax.choice };
    const computed = left !== undefined && !isChoice;
    if (wrapped || computed)
      yield {
        construct: "arithmetic in a duration",
        span: node.span,
        availability: node === ungated && !computed ? syntax.signedParentheses : syntax.durationArithmetic,
      };
    if (right !== undefined) stack.push(right);
    if (left !== undefined) stack.push(left);
  }
}

/** The parentheses of `offset -(…)`, a production of its own that forgets to ask for the feature. */
function signedParentheses(of: DurationExpr, text: string): DurationExpr | undefined {
  const { operator, left, right } = of.operation ?? {};
  const inner = operator === "-" && left === undefined ? right : of;
  return inner !== undefined && /[-+]\s*$/.test(text.slice(0, inner.span.start)) ? inner : undefined;
}

/** The seconds of a literal behind signs and in parentheses; nothing for what is computed. */
function literalLength({ seconds, operation }: DurationExpr): number | undefined {
  if (operation === undefined) return seconds;
  const { operator, left, right } = operation;
  if (left !== undefined || right === undefined || (operator !== "+" && operator !== "-")) return undefined;
  const length = literalLength(right);
  return length === undefined ? undefined : operator === "-" ? -length : length;
}

function* durationLiteral(of: DurationExpr, place: Place): Generator<Construct> {
  const [lead = ""] = /^(?:[-+\s]|#.*\n)*/.exec(of.text) ?? [];
  const signs = lead.replace(/#.*\n|\s/g, "");
  if (!of.inUnits) {
    yield construct("the duration", of, syntax.numberAsDuration);
    if (of.text.includes("_")) yield construct("", of, syntax.underscores);
  } else if (of.seconds === 0) yield zero(of.span);
  // A single minus before an offset has always been there.
  if (signs !== "" && !(signs === "-" && place === "offset"))
    yield construct("the duration", of, syntax.signedDuration);
}

/** Whether no bracket stands before those of the range: old lexers take a literal there for one of the subquery. */
function isFirstLength({ span }: DurationExpr, text: string): boolean {
  return text.indexOf("[") === text.lastIndexOf("[", span.start);
}

function hasLiteral(of: DurationExpr): boolean {
  const stack = [of];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.operation === undefined) return true;
    const { left, right } = node.operation;
    if (left !== undefined) stack.push(left);
    if (right !== undefined) stack.push(right);
  }
  return false;
}

function* names(name: string | undefined, span: Span | undefined): Generator<Construct> {
  if (name !== undefined && span !== undefined && !isPlainMetricName(name))
    yield { construct: "the unquoted name", span, availability: syntax.unquotedName };
}

function* matchers(list: readonly LabelMatcher[], text: string): Generator<Construct> {
  for (const { name, nameSpan, operator, value, span } of list) {
    if ((operator === "=~" || operator === "!~") && isRegexOfToday(value))
      yield { construct: "the regular expression", span, availability: syntax.regexOfToday };
    if (isQuoted(nameSpan, text))
      yield { construct: "a quoted name", span: nameSpan, availability: syntax.quotedName };
    else if (!isPlainLabelName(name))
      yield { construct: "the unquoted name", span: nameSpan, availability: syntax.unquotedName };
  }
}

/** Whether old parsers of regular expressions refuse one: `(?<name>…)`, or `\\Q` without its end. */
function isRegexOfToday(regex: string): boolean {
  const parts = regex.matchAll(
    /\\Q(?:[\s\S]*?\\E|[\s\S]*$)|\\[\s\S]|\[\^?\]?(?:\\[\s\S]|\[:\w+:\]|[^\]\\])*\]|\(\?</g,
  );
  for (const [part] of parts)
    if (part === "(?<" || (part.startsWith("\\Q") && !part.endsWith("\\E"))) return true;
  return false;
}

/** Whether an operand is a selector whose offset is a literal with a sign. */
function endsInSignedOffset(of: Expr): boolean {
  const offset = of.kind === "selector" ? of.offset : undefined;
  return offset !== undefined && offset.operation === undefined && /^[-+]/.test(offset.text);
}

function* grouping(labels: readonly GroupingLabel[], text: string): Generator<Construct> {
  for (const { name, span } of labels) {
    if (!isQuoted(span, text)) {
      if (!isPlainMetricName(name))
        yield { construct: "the unquoted name", span, availability: syntax.unquotedName };
      else if (name.includes(":"))
        yield { construct: `the label ${name}`, span, availability: syntax.foreignGrouping };
      continue;
    }
    const plain = isPlainLabelName(name);
    yield {
      construct: plain ? "a quoted label" : "the quoted label",
      span,
      availability: plain ? syntax.quotedGrouping : syntax.foreignGrouping,
    };
  }
}

function isQuoted({ start }: Span, text: string): boolean {
  return "\"'`".includes(text.charAt(start));
}
