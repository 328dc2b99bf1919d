import { nearest } from "../../base/nearest.ts";
import type { Expr, LabelMatcher, VectorSelector } from "../../promql/ast.ts";
import { quoted } from "../../promql/quote.ts";
import { anyMatches, patternOf } from "../../world/policy/pattern.ts";
import type { KeyDemand, Pattern, SelectorDemand } from "../../world/policy/types.ts";
import { escapedForYaml } from "../../yaml/escape.ts";
import type { Fix } from "../check.ts";
import { type Analysed, analysed } from "../flow/analysis.ts";
import { short } from "../monitor/words.ts";
import { policyCheck, type Said } from "./asked.ts";
import { valueFault } from "./values.ts";

/** What selectors must match on (pint's `promql/selector`), and what they may. */
export const selectorLabels = policyCheck(
  "policy.selector-labels",
  "A selector lacks a matcher that a policy requires, or has one that it does not allow.",
  function* ({ context }, { selectors }) {
    const found = selectors.length === 0 ? undefined : analysed(context);
    if (found === undefined) return;
    for (const demand of selectors)
      for (const node of found.nodes)
        if (node.kind === "selector" && isMeant(found, node, demand)) yield* judged(found, node, demand);
  },
  ["promql"],
);

function isMeant(
  { parents }: Analysed,
  node: VectorSelector,
  { metrics, except, inside }: SelectorDemand,
): boolean {
  const names = metricsOf(node);
  if (metrics.length > 0 && !names.some((name) => anyMatches(metrics, name))) return false;
  if (except.length > 0 && names.some((name) => anyMatches(except, name))) return false;
  const calls = callsAround(parents, node);
  // The second argument of info() chooses labels, not series.
  if (calls[0] === "info" && parents.get(node)?.kind === "call" && isSecond(parents.get(node), node))
    return false;
  return inside.length === 0 || calls.some((name) => anyMatches(inside, name));
}

function isSecond(parent: Expr | undefined, node: Expr): boolean {
  return parent?.kind === "call" && parent.args[1] === node;
}

function callsAround(parents: ReadonlyMap<Expr, Expr>, node: Expr): readonly string[] {
  const names: string[] = [];
  for (let at = parents.get(node); at !== undefined; at = parents.get(at))
    if (at.kind === "call") names.push(at.name);
  return names;
}

/**
 * The metrics that a selector names, those of a choice such as `__name__=~"a|b"` included. Of another pattern its text
 * stands for what it matches: `node_.+` is one of `node_.*`.
 */
export function metricsOf({ name, matchers }: VectorSelector): readonly string[] {
  if (name !== undefined) return [name];
  return matchers
    .filter(({ name: label }) => label === "__name__")
    .flatMap((matcher) => valuesOf(matcher) ?? (matcher.operator === "=~" ? [matcher.value] : []));
}

/** The values that a matcher takes, where they can be told. */
export function valuesOf({ operator, value }: LabelMatcher): readonly string[] | undefined {
  if (operator === "=") return [value];
  return operator === "=~" ? patternOf(value)?.literals : undefined;
}

function* judged(found: Analysed, node: VectorSelector, demand: SelectorDemand): Iterable<Said> {
  const { matchers } = node;
  for (const wanted of demand.labels) {
    const own = matchers.filter(({ name }) => wanted.name.regex.matches(name));
    if (own.length === 0 && !wanted.optional) {
      const label = wanted.name.literals?.[0] ?? wanted.name.source;
      yield {
        words: `This selector must match on the label ${short(label)}.`,
        span: found.at(node.span),
        fixes: added(found, node, wanted),
      };
    }
    for (const matcher of own)
      for (const value of valuesOf(matcher) ?? []) {
        const fault = valueFault(value, wanted);
        if (fault === undefined) continue;
        yield {
          words: `The matched value of ${short(matcher.name)} is not as it should be: ${fault.words}.`,
          span: found.at(matcher.valueSpan),
        };
        break;
      }
  }
  if (demand.allowLabels.length === 0) return;
  for (const matcher of matchers)
    if (matcher.name !== "__name__" && !anyMatches(demand.allowLabels, matcher.name))
      yield {
        words: `A selector here must not match on the label ${short(matcher.name)}.`,
        span: found.at(matcher.nameSpan),
        ...meantLabel(found, matcher, demand.allowLabels),
      };
}

function meantLabel(
  found: Analysed,
  matcher: LabelMatcher,
  allowed: readonly Pattern[],
): Pick<Said, "fixes"> {
  const meant = nearest(
    matcher.name,
    allowed.flatMap(({ literals }) => literals ?? []),
  );
  if (meant === undefined) return {};
  const edits = [{ span: found.at(matcher.nameSpan), newText: meant }];
  return { fixes: [{ title: `Write ${short(meant)}`, safe: false, edits }] };
}

/** The matcher with the value that the policy names, else with any: the author knows which. */
function added(
  { at, text }: Analysed,
  { bracesSpan, nameSpan, matchers, span }: VectorSelector,
  { name, pattern, values }: KeyDemand,
): readonly Fix[] | undefined {
  const label = name.literals?.[0];
  if (label === undefined || !/^[a-zA-Z_]\w*$/.test(label)) return undefined;
  const value = values?.[0] ?? pattern?.literals?.[0];
  const matcher = value === undefined || value === "" ? `${label}!=""` : `${label}=${quoted(value)}`;
  const written = escapedForYaml(matcher, text.scalar?.style);
  if (written === undefined) return undefined;
  const open = bracesSpan === undefined ? (nameSpan ?? span).end : bracesSpan.start + 1;
  const place = at({ start: open, end: open }).start;
  const newText = bracesSpan === undefined ? `{${written}}` : matchers.length > 0 ? `${written}, ` : written;
  return [{ title: `Add ${matcher}`, safe: false, edits: [{ span: { start: place, end: place }, newText }] }];
}
