import type { Span } from "../../base/text.ts";
import type { Expr, LabelMatcher } from "../../promql/ast.ts";
import { anyMatches } from "../../world/policy/pattern.ts";
import type { MatcherDenial } from "../../world/policy/types.ts";
import { analysed } from "../flow/analysis.ts";
import { short } from "../monitor/words.ts";
import { policyCheck, type Said } from "./asked.ts";
import { metricsOf, valuesOf } from "./selectors.ts";

/** Metrics that expressions must not read. */
export const metricDenied = policyCheck(
  "policy.metric-denied",
  "An expression reads a metric that a policy forbids.",
  function* ({ context }, { metrics }) {
    const found = metrics.length === 0 ? undefined : analysed(context);
    for (const node of found?.nodes ?? []) {
      if (found === undefined || node.kind !== "selector") continue;
      const name = metricsOf(node).find((each) => anyMatches(metrics, each));
      if (name === undefined) continue;
      const matcher = node.matchers.find(({ name: label }) => label === "__name__");
      yield {
        words: `The metric ${short(name)} must not be used here.`,
        span: found.at(node.nameSpan ?? matcher?.valueSpan ?? node.span),
      };
    }
  },
  ["promql"],
);

/** Functions and aggregations that expressions must not call. */
export const functionDenied = policyCheck(
  "policy.function-denied",
  "An expression calls a function that a policy forbids, such as irate.",
  function* ({ context }, { functions }) {
    const found = functions.length === 0 ? undefined : analysed(context);
    for (const node of found?.nodes ?? []) {
      if (found === undefined || (node.kind !== "call" && node.kind !== "aggregate")) continue;
      const [name, span] =
        node.kind === "call" ? [node.name, node.nameSpan] : [node.operator, node.operatorSpan];
      if (anyMatches(functions, name))
        yield { words: `The function ${short(name)} must not be used here.`, span: found.at(span) };
    }
  },
  ["promql"],
);

/** Labels that expressions must not name, or not with these values. */
export const matcherDenied = policyCheck(
  "policy.matcher-denied",
  "An expression names a label, or matches a value, that a policy forbids.",
  function* ({ context }, { matchers: denials }) {
    const found = denials.length === 0 ? undefined : analysed(context);
    for (const node of found?.nodes ?? []) {
      if (found === undefined) continue;
      for (const denial of denials)
        for (const { words, span } of named(node, denial)) yield { words, span: found.at(span) };
    }
  },
  ["promql"],
);

/** Where an expression itself, not what is below it, does what is denied. */
function* named(node: Expr, denial: MatcherDenial): Iterable<Said> {
  if (node.kind === "selector") {
    if (denial.metrics.length > 0 && !metricsOf(node).some((name) => anyMatches(denial.metrics, name)))
      return;
    for (const matcher of node.matchers)
      if (matcher.name !== "__name__" && denial.name?.regex.matches(matcher.name) !== false)
        yield* matched(matcher, denial);
    return;
  }
  if (denial.value !== undefined || denial.metrics.length > 0 || denial.name === undefined) return;
  for (const { name, span } of groupingLabels(node))
    if (denial.name.regex.matches(name))
      yield { words: `The label ${short(name)} must not be used here.`, span };
}

function* matched(matcher: LabelMatcher, { value }: MatcherDenial): Iterable<Said> {
  if (value === undefined) {
    yield { words: `The label ${short(matcher.name)} must not be used here.`, span: matcher.nameSpan };
    return;
  }
  const bad = valuesOf(matcher)?.find((each) => value.regex.matches(each));
  if (bad !== undefined)
    yield {
      words: `The value "${short(bad, 30)}" of ${short(matcher.name)} must not be matched here.`,
      span: matcher.valueSpan,
    };
}

function groupingLabels(node: Expr): readonly { readonly name: string; readonly span: Span }[] {
  if (node.kind === "aggregate") return node.grouping ?? [];
  if (node.kind === "binary") return [...(node.matching?.labels ?? []), ...(node.matching?.include ?? [])];
  return [];
}
