import type { LabelMatcher, VectorSelector } from "../../promql/ast.ts";
import type { RawFinding, RuleCheck } from "../check.ts";
import { isRendered, readerOf } from "../selector/each.ts";
import { type Analysed, analysed } from "./analysis.ts";
import { flowKinds } from "./kinds.ts";

/** All matchers of a selector must hold, so two that exclude each other select nothing. */
export const contradictoryMatchers: RuleCheck = {
  unit: "rule",
  id: "promql.contradictory-matchers",
  severity: "warning",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["matchers"],
  summary: "Matchers of one label contradict each other, so the selector never selects anything.",
  run(context) {
    const findings: RawFinding[] = [];
    const found = analysed(context);
    for (const node of found?.selectors ?? []) {
      const empty = found?.labels.of(node).empty;
      if (found === undefined || empty?.kind !== "contradiction") continue;
      const of = node.matchers.filter(({ name }) => name === empty.label);
      const last = of.at(-1);
      const isRenderedAll = of.some((matcher) => isRendered({ found, selector: node, matcher }));
      findings.push({
        check: contradictoryMatchers.id,
        severity: isRenderedAll ? "hint" : "warning",
        message:
          of.length === 1
            ? "This matches no value at all, so nothing is selected: change it, or remove the selector."
            : `The matchers of ${empty.label ?? "one label"} contradict each other, so nothing is selected: remove one.`,
        span: found.at(last?.span ?? node.span),
        related: of.slice(0, -1).map(({ span }) => ({ message: "the other matcher", span: found.at(span) })),
      });
    }
    return findings;
  },
};

/** A matcher that stands there twice. */
export const duplicateMatcher: RuleCheck = {
  unit: "rule",
  id: "promql.duplicate-matcher",
  severity: "info",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["matchers"],
  summary: "The same matcher stands twice in one selector.",
  *run(context) {
    const found = analysed(context);
    for (const node of found?.selectors ?? [])
      if (found !== undefined && node.matchers.length > 1) yield* repeated(found, node);
  },
};

function* repeated(found: Analysed, selector: VectorSelector): Iterable<RawFinding> {
  const { at, text } = found;
  const { matchers } = selector;
  // `absent()` has the labels of matchers that stand there once: without the second it returns one more.
  const safe = readerOf(found, selector) === undefined;
  const first = new Map<string, LabelMatcher>();
  for (const [index, matcher] of matchers.entries()) {
    const key = `${matcher.name}${matcher.operator}${matcher.value}`;
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, matcher);
      continue;
    }
    // From behind the matcher before, so that its comma goes too.
    const start = matchers[index - 1]?.span.end ?? matcher.span.start;
    const isBare = /^\s*,\s*$/.test(text.text.slice(start, matcher.span.start));
    yield {
      check: duplicateMatcher.id,
      severity: "info",
      message: "This matcher stands here twice: remove one.",
      span: at(matcher.span),
      related: [{ message: "the first one", span: at(other.span) }],
      fixes: isBare
        ? [
            {
              title: "Remove the matcher",
              safe,
              edits: [{ span: at({ start, end: matcher.span.end }), newText: "" }],
            },
          ]
        : undefined,
    };
  }
}
