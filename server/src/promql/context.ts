import { type Span, span } from "../base/text.ts";
import { aggregations } from "./functions.ts";
import { type Outline, outline } from "./outline.ts";
import type { Quote } from "./quote.ts";
import { unquoted } from "./quote.ts";
import type { ScanToken } from "./scan.ts";
import {
  type Frame,
  type Item,
  type MatcherSketch,
  type Operator,
  type SelectorSketch,
  type Stop,
  selectorsIn,
} from "./sketch.ts";
import { binaryPrecedence, comparisonOperators, matchOperators, setOperators } from "./words.ts";

/** The argument of a function or aggregation in which the cursor stands; the first one is 0. */
export interface CallPosition {
  readonly name: string;
  readonly aggregate: boolean;
  readonly argument: number;
}

interface ExpectationBase {
  /** What a suggestion replaces: the whole token under the cursor, or nothing at the cursor. */
  readonly span: Span;
}

interface InQuotes {
  /** The quotes around the cursor, inside of which `span` lies; nothing where none are typed. */
  readonly quote: Quote | undefined;
  readonly closed: boolean;
}

/** One sort of text that may stand at the cursor. */
export type Expectation =
  /** A metric, function, aggregation, number, parenthesis. */
  | (ExpectationBase & {
      readonly kind: "expression";
      readonly call: CallPosition | undefined;
      /** The selector whose name is being typed, with the matchers that are there already. */
      readonly selector: SelectorSketch | undefined;
      /** Whether a parenthesis or brace follows, so that none needs to be inserted. */
      readonly followedBy: "(" | "{" | undefined;
    })
  /** A binary operator. */
  | (ExpectationBase & { readonly kind: "operator" })
  /** Fixed words: `by`, `offset`, `bool`, `on`, `group_left`, … */
  | (ExpectationBase & { readonly kind: "keyword"; readonly words: readonly string[] })
  | (ExpectationBase &
      InQuotes & {
        readonly kind: "label-name";
        readonly selector: SelectorSketch;
        /** The matcher whose name is under the cursor. */
        readonly matcher: MatcherSketch | undefined;
      })
  /** A quoted metric name in braces. */
  | (ExpectationBase &
      InQuotes & {
        readonly kind: "metric-string";
        readonly selector: SelectorSketch;
        readonly matcher: MatcherSketch | undefined;
      })
  | (ExpectationBase & { readonly kind: "match-operator" })
  | (ExpectationBase &
      InQuotes & {
        readonly kind: "label-value";
        readonly label: string;
        readonly selector: SelectorSketch;
        readonly matcher: MatcherSketch;
        readonly regex: boolean;
        /** What is typed before the cursor, decoded. */
        readonly typed: string;
      })
  | (ExpectationBase &
      InQuotes & {
        readonly kind: "grouping-label";
        readonly keyword: string;
        /** For each operand in scope its selectors; `on` and `ignoring` have two. */
        readonly sides: readonly (readonly SelectorSketch[])[];
        /** Labels that the list holds already. */
        readonly used: readonly string[];
      })
  | (ExpectationBase & { readonly kind: "duration"; readonly where: "range" | "step" | "offset" })
  | (ExpectationBase & { readonly kind: "duration-operator" })
  | (ExpectationBase & { readonly kind: "at-modifier" })
  /** A string as an argument: a label of `label_replace`, of `count_values`, … */
  | (ExpectationBase &
      InQuotes & {
        readonly kind: "string-argument";
        readonly call: CallPosition | undefined;
        /** The selectors of the call's other arguments. */
        readonly selectors: readonly SelectorSketch[];
      });

export interface PromqlContext {
  /** Most likely first; empty in comments and where only a bracket or comma can follow. */
  readonly expects: readonly Expectation[];
}

/**
 * What may stand at the cursor in text that is still being typed: brackets and quotes may be missing,
 * and the cursor may stand inside of a token, which is then replaced as a whole.
 */
export function completionContext(text: string, offset: number): PromqlContext {
  const read = outline(text, offset);
  if (read.inComment) return { expects: [] };
  const { token, before, after } = read;
  const here = span(offset, offset);
  const at = (stop: Stop, of: Span): Expectation[] => expected({ text, offset, read, stop, of });
  if (token === undefined) return { expects: at(after, here) };
  if (token.kind === "string") {
    const inside = offset < token.span.end || !token.closed;
    const around = inString({ text, offset, read, stop: before, of: token.span }, token, inside);
    return { expects: inside ? around : [...around, ...at(after, here)] };
  }
  if (token.kind === "symbol") {
    const partial = /^[=!<>~]/.test(token.text) ? operatorsOnly(at(before, token.span)) : [];
    return { expects: [...partial, ...at(after, here)] };
  }
  const found = at(before, token.span);
  // Behind a label's name its operator may follow without a blank.
  const names = found.some(({ kind, span: of }) => kind === "label-name" && of.end === offset);
  if (names) return { expects: [...found, { kind: "match-operator", span: here }] };
  if (token.kind !== "number") return { expects: found };
  const durations = found.filter(({ kind }) => kind === "duration");
  const complete = offset < token.span.end && /[a-z]$/i.test(token.text);
  return { expects: complete ? [] : durations };
}

interface Place {
  readonly text: string;
  readonly offset: number;
  readonly read: Outline;
  readonly stop: Stop;
  /** The token to replace, or nothing at the cursor. */
  readonly of: Span;
}

function operatorsOnly(expects: readonly Expectation[]): Expectation[] {
  return expects.filter(({ kind }) => kind === "operator" || kind === "match-operator");
}

function expected(place: Place): Expectation[] {
  const { stop, of, read } = place;
  switch (stop.frame.kind) {
    case "braces":
      return inBraces(place);
    case "labels":
      return stop.mode === "name" ? [groupingLabel(place, undefined, true, of)] : [];
    case "fill":
      return [];
    case "range": {
      if (stop.mode === "operator") return [{ kind: "duration-operator", span: of }];
      const offset = stop.frame.name === "(";
      return [{ kind: "duration", span: of, where: offset ? "offset" : stop.step ? "step" : "range" }];
    }
    default:
      if (stop.mode === "duration") return [{ kind: "duration", span: of, where: "offset" }];
      if (stop.mode === "at") return [{ kind: "at-modifier", span: of }];
      return stop.mode === "operator" ? afterOperand(stop, of) : beforeOperand(place, read);
  }
}

function beforeOperand({ text, offset, stop, of }: Place, read: Outline): Expectation[] {
  const optional = stop.awaiting === undefined || /^(?:group|fill)_/.test(stop.awaiting.keyword);
  if (!optional) return [];
  const rest = text.slice(of.end).trimStart().charAt(0);
  const expression: Expectation = {
    kind: "expression",
    span: of,
    call: callPosition(stop),
    selector: read.selectors.find(({ start }) => start === (of.end > of.start ? of.start : offset)),
    followedBy: rest === "(" || rest === "{" ? rest : undefined,
  };
  const words = stop.operator === undefined ? [] : modifiersOf(stop.operator);
  return words.length === 0 ? [expression] : [expression, { kind: "keyword", span: of, words }];
}

function modifiersOf(operator: Operator): readonly string[] {
  const { bool, matching, grouping } = operator;
  const words: string[] = [];
  if (comparisonOperators.has(operator.operator) && !bool && !matching) words.push("bool");
  if (!matching) words.push("on", "ignoring");
  else if (!grouping && !setOperators.has(operator.operator)) words.push("group_left", "group_right");
  if (!setOperators.has(operator.operator)) words.push("fill", "fill_left", "fill_right");
  return words;
}

function afterOperand({ last, awaiting }: Stop, of: Span): Expectation[] {
  if (awaiting !== undefined) return [];
  const words: string[] = [];
  if (last?.kind === "aggregate" && !last.grouped) words.push("by", "without");
  // An aggregation without its parentheses may still turn out to be a metric of that name.
  const named = last?.selector !== undefined || (last?.kind === "aggregate" && last.frame === undefined);
  if (last?.kind === "aggregate" && last.grouped && last.frame === undefined) return [];
  if (named || last?.ranged === true) words.push("offset", "@");
  if (last?.ranged === true) words.push("anchored", "smoothed");
  const operator: Expectation = { kind: "operator", span: of };
  return words.length === 0 ? [operator] : [{ kind: "keyword", span: of, words }, operator];
}

/** The call in whose argument the cursor is; plain parentheses around the argument do not count. */
function callPosition({ path }: Stop): CallPosition | undefined {
  return positionOf(path.find(({ frame }) => frame.kind !== "group"));
}

function positionOf(at: Stop["path"][number] | undefined): CallPosition | undefined {
  if (at === undefined || (at.frame.kind !== "call" && at.frame.kind !== "aggregate")) return undefined;
  return { name: at.frame.name, aggregate: at.frame.kind === "aggregate", argument: at.argument };
}

/** The innermost call around the cursor, whatever other brackets stand between. */
export function enclosingCall(text: string, offset: number): CallPosition | undefined {
  return enclosingCalls(text, offset)[0];
}

/** The calls around the cursor from the innermost on, whatever other brackets stand between. */
export function enclosingCalls(text: string, offset: number): readonly CallPosition[] {
  const { inComment, before, after, token } = outline(text, offset);
  if (inComment) return [];
  // Within a string or a word the cursor is still where the token began.
  const { path } = token === undefined || token.kind === "symbol" ? after : before;
  return path.flatMap((at) => positionOf(at) ?? []);
}

function inBraces({ stop, of, read }: Place): Expectation[] {
  const owner = stop.frame.owner;
  const selector = owner?.kind === "operator" ? undefined : owner?.selector;
  if (selector === undefined) return [];
  if (stop.mode === "match") return [{ kind: "match-operator", span: of }];
  if (stop.mode === "value" && stop.matcher !== undefined) {
    const { matcher } = stop;
    const typedValue = matcher.value !== undefined && matcher.value !== read.token;
    if (typedValue || !matchOperators.some((operator) => operator === matcher.operator?.text)) return [];
    const regex = isRegex(matcher);
    return [
      {
        kind: "label-value",
        span: of,
        label: matcher.name,
        selector,
        matcher,
        regex,
        typed: "",
        quote: undefined,
        closed: true,
      },
    ];
  }
  if (stop.mode !== "name") return [];
  const matcher = selector.matchers.find(({ nameToken }) => nameToken === read.token);
  const name = { span: of, selector, matcher, quote: undefined, closed: true } as const;
  const label: Expectation = { kind: "label-name", ...name };
  return metricIsOpen(selector, matcher) ? [label, { kind: "metric-string", ...name }] : [label];
}

/** Whether a quoted metric name may still be added to the selector. */
function metricIsOpen(selector: SelectorSketch, under: MatcherSketch | undefined): boolean {
  if (selector.name !== undefined || under?.operator !== undefined) return false;
  return !selector.matchers.some((matcher) => matcher !== under && matcher.name === "__name__");
}

function inString(place: Place, token: ScanToken, inside: boolean): Expectation[] {
  const { stop, offset } = place;
  const quote = token.text.charAt(0) as Quote;
  const { frame } = stop;
  const content = inside
    ? span(token.span.start + 1, token.closed ? token.span.end - 1 : token.span.end)
    : token.span;
  const style = { quote: inside ? quote : undefined, closed: inside ? token.closed : true };
  if (frame.kind === "labels") {
    return stop.mode === "name" ? [groupingLabel(place, style.quote, style.closed, content)] : [];
  }
  if (frame.kind === "braces") {
    return inBraces({ ...place, of: content }).flatMap((expectation): Expectation[] => {
      if (expectation.kind === "label-name" || expectation.kind === "metric-string") {
        return [{ ...expectation, ...style }];
      }
      if (expectation.kind !== "label-value" || !inside) return [];
      const of = expectation.regex ? alternative(place.text, content, offset) : content;
      const typed = unquoted(quote + place.text.slice(of.start, offset));
      return [{ ...expectation, ...style, span: of, typed }];
    });
  }
  if (frame.kind === "range" || frame.kind === "fill" || stop.mode !== "operand" || !inside) return [];
  const call = callPosition(stop);
  const argument = stop.path[0]?.argument;
  const selectors = frame.args.flatMap((items, index) => (index === argument ? [] : selectorsIn(items)));
  return [{ kind: "string-argument", span: content, call, selectors, ...style }];
}

/** In a regex the alternative (`a|b|c`) in which the cursor stands. */
function alternative(text: string, content: Span, offset: number): Span {
  let start = content.start;
  let at = content.start;
  for (; at < content.end; at++) {
    const char = text.charAt(at);
    if (char === "\\") {
      while (text.charAt(at + 1) === "\\") at++;
      at++;
    } else if (char === "|" || char === "(" || char === ")") {
      if (at >= offset) break;
      start = at + 1;
    }
  }
  return span(Math.min(start, offset), Math.max(offset, Math.min(at, content.end)));
}

function isRegex(matcher: MatcherSketch): boolean {
  return matcher.operator?.text === "=~" || matcher.operator?.text === "!~";
}

function groupingLabel(place: Place, quote: Quote | undefined, closed: boolean, of: Span): Expectation {
  const { frame } = place.stop;
  const under = place.read.token;
  const current =
    under === undefined ? undefined : under.kind === "string" ? unquoted(under.text) : under.text;
  const used = frame.labels.filter((name) => name !== current);
  return {
    kind: "grouping-label",
    span: of,
    keyword: frame.name,
    sides: sidesOf(frame),
    used,
    quote,
    closed,
  };
}

/** The selectors whose labels may stand in a list of labels. */
function sidesOf(frame: Frame): readonly (readonly SelectorSketch[])[] {
  const { owner, parent, name } = frame;
  if (owner === undefined || parent === undefined) return [];
  if (owner.kind !== "operator") {
    const skip = owner.kind === "aggregate" && aggregations.get(owner.name)?.parameter !== undefined ? 1 : 0;
    return [(owner.frame?.args ?? []).slice(skip).flatMap(selectorsIn)];
  }
  const items = parent.args.find((list) => list.includes(owner)) ?? [];
  const { left, right } = sidesOfOperator(items, owner);
  // The labels of `group_left` come from the right side, which is the "one" side, and the other way round.
  if (name === "group_left") return [selectorsIn(right)];
  if (name === "group_right") return [selectorsIn(left)];
  return [selectorsIn(left), selectorsIn(right)];
}

function sidesOfOperator(items: readonly Item[], operator: Operator): { left: Item[]; right: Item[] } {
  const index = items.indexOf(operator);
  const own = binaryPrecedence.get(operator.operator) ?? 0;
  const precedence = (item: Item): number =>
    item.kind === "operator" ? (binaryPrecedence.get(item.operator) ?? 0) : Number.POSITIVE_INFINITY;
  let start = index;
  while (start > 0 && precedence(items[start - 1] ?? operator) >= own) start--;
  let end = index + 1;
  while (end < items.length && precedence(items[end] ?? operator) > own) end++;
  return { left: items.slice(start, index), right: items.slice(index + 1, end) };
}
