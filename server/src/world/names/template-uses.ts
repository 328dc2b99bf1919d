import type { Span } from "../../base/text.ts";
import type { RuleModel } from "../../model/rules.ts";
import { parseExpr } from "../../promql/parse.ts";
import { parseAlertTemplate } from "../../template/prometheus.ts";
import { queriesIn, type TemplateQuery } from "../../template/queries.ts";
import { asScalar } from "../../yaml/access.ts";
import type { YamlScalar } from "../../yaml/node.ts";
import { type NameUse, usesOf } from "./rule.ts";

const none: readonly NameUse[] = [];

/**
 * What `query "…"` reads in the labels and annotations of an alert. A name whose place cannot be told for sure, for it
 * is put together, is left out: nobody may change it.
 */
export function textUsesOf({ kind, labels, annotations }: RuleModel): readonly NameUse[] {
  if (kind !== "alert") return none;
  let uses: NameUse[] | undefined;
  for (const map of [labels, annotations])
    for (const { value } of map?.pairs ?? []) {
      const scalar = asScalar(value);
      // What an alias stands for is written elsewhere.
      if (scalar === undefined || value !== scalar || !scalar.value.includes("query")) continue;
      if (!/\{\{[\s\S]*\bquery\b/.test(scalar.value)) continue;
      uses ??= [];
      uses.push(...usesIn(scalar));
    }
  return uses ?? none;
}

function usesIn(scalar: YamlScalar): readonly NameUse[] {
  const { tree, problems } = parseAlertTemplate(scalar.value, "");
  if (problems.length > 0) return [];
  const seen = new Set<number>();
  return queriesIn(tree).queries.flatMap((query) => {
    // A text in a variable may be run more than once.
    if (seen.has(query.span.start)) return [];
    seen.add(query.span.start);
    const { expr } = parseExpr(query.text, { experimentalFunctions: true });
    return expr === undefined ? [] : placed(usesOf(expr), query, scalar);
  });
}

/** Uses with their places in the file: of each name as many words as it has uses, and no more. */
function placed(uses: readonly NameUse[], { span }: TemplateQuery, scalar: YamlScalar): readonly NameUse[] {
  const written = scalar.value.slice(span.start, span.end);
  const found: NameUse[] = [];
  for (const name of new Set(uses.map((use) => use.name))) {
    const own = uses.filter((use) => use.name === name);
    const places = wordsIn(written, name);
    if (places.length !== own.length) continue;
    for (const [at, use] of own.entries()) {
      const { start = 0, end = 0 } = places[at] ?? {};
      found.push({
        ...use,
        span: scalar.map.spanToSource({ start: span.start + start, end: span.start + end }),
      });
    }
  }
  return found;
}

function wordsIn(text: string, name: string): readonly Span[] {
  const places: Span[] = [];
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const isWord = /[\w:]/.test(text.charAt(at - 1)) || /[\w:]/.test(text.charAt(at + name.length));
    if (!isWord) places.push({ start: at, end: at + name.length });
  }
  return places;
}
