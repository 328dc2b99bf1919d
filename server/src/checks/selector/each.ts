import { isOpaque } from "../../base/opaque.ts";
import type { Expr, LabelMatcher, VectorSelector } from "../../promql/ast.ts";
import { escapedFor, quoted } from "../../promql/quote.ts";
import { escapedForYaml } from "../../yaml/escape.ts";
import type { Fix, RuleContext } from "../check.ts";
import { type Analysed, analysed } from "../flow/analysis.ts";

export interface MatcherPlace {
  readonly found: Analysed;
  readonly selector: VectorSelector;
  readonly matcher: LabelMatcher;
}

export function isRegex({ operator }: LabelMatcher): boolean {
  return operator === "=~" || operator === "!~";
}

/** Every matcher that is written in a rule's expression and that `isMeant` takes. */
export function matchersOf(
  context: RuleContext,
  isMeant: (matcher: LabelMatcher) => boolean,
): readonly MatcherPlace[] {
  const found = analysed(context);
  const places: MatcherPlace[] = [];
  for (const selector of found?.selectors ?? [])
    for (const matcher of selector.matchers)
      if (found !== undefined && isMeant(matcher) && !isOpaque(matcher.value))
        places.push({ found, selector, matcher });
  return places;
}

/**
 * Whether a matcher looks as if a template engine had put in what its user chose: backquotes around a value that needs
 * none, and that says nothing. Whoever reads the result cannot change it.
 */
export function isRendered({ found, matcher }: MatcherPlace): boolean {
  return /^`(?:\.[*+])?`$/.test(found.text.text.slice(matcher.valueSpan.start, matcher.valueSpan.end));
}

/**
 * The function that takes more from a selector than what it selects: `absent` its equality matchers, as labels, and
 * `info` in its second argument the names of labels; nothing for all others.
 */
export function readerOf({ parents }: Analysed, selector: VectorSelector): "absent" | "info" | undefined {
  let child: Expr = selector;
  let parent = parents.get(child);
  while (parent?.kind === "paren" || parent?.kind === "matrix") {
    child = parent;
    parent = parents.get(child);
  }
  if (parent?.kind !== "call") return undefined;
  if (parent.name.startsWith("absent")) return "absent";
  return parent.name === "info" && parent.args[1] === child ? "info" : undefined;
}

/** The fix that writes another operator and value for a matcher; nothing where the scalar cannot hold it. */
export function rewritten(
  { found, matcher, selector }: MatcherPlace,
  operator: LabelMatcher["operator"],
  value: string,
  isSafe: boolean,
): readonly Fix[] | undefined {
  const safe = isSafe && (operator === matcher.operator || readerOf(found, selector) === undefined);
  const { nameSpan, valueSpan } = matcher;
  const between = found.text.text.slice(nameSpan.end, valueSpan.start);
  const at = nameSpan.end + between.indexOf(matcher.operator);
  const edits: Fix["edits"][number][] = [];
  if (operator !== matcher.operator)
    edits.push({ span: found.at({ start: at, end: at + matcher.operator.length }), newText: operator });
  if (value !== matcher.value) {
    const newText = escapedForYaml(written(found, matcher, value), found.text.scalar?.style);
    if (newText === undefined) return undefined;
    edits.push({ span: found.at(valueSpan), newText });
  }
  return [{ title: `Write ${matcher.name}${operator}${quoted(value)}`, safe, edits }];
}

/** The value in the quotes that the old one had. */
function written({ text }: Analysed, { valueSpan }: LabelMatcher, value: string): string {
  const quote = text.text.charAt(valueSpan.start);
  if (quote !== "'" && quote !== "`") return quoted(value);
  const inner = escapedFor(value, quote);
  return inner === undefined ? quoted(value) : `${quote}${inner}${quote}`;
}

/** The fix that takes a matcher out, with a comma beside it. */
export function removed({ found, selector, matcher }: MatcherPlace): readonly Fix[] | undefined {
  const { matchers, name } = selector;
  if (matchers.length === 1 && name === undefined) return undefined;
  const { text } = found.text;
  const index = matchers.indexOf(matcher);
  const before = matchers[index - 1];
  const after = matchers[index + 1];
  const start = before === undefined ? matcher.span.start : before.span.end;
  const end = before === undefined ? (after?.span.start ?? matcher.span.end) : matcher.span.end;
  // Between matchers there is a comma, or a comment that must not be lost.
  if (text.slice(start, end).includes("#")) return undefined;
  const safe = readerOf(found, selector) === undefined;
  return [{ title: "Remove the matcher", safe, edits: [{ span: found.at({ start, end }), newText: "" }] }];
}
