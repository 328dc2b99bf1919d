import type { Span } from "../../base/text.ts";
import type { SourceDocument } from "../../model/document.ts";
import { parseExpr } from "../../promql/parse.ts";
import type { OtherUse } from "./read.ts";
import { type NameUse, usesOf } from "./rule.ts";
import { textUsesOf } from "./template-uses.ts";

/** A name as recording rules have it, wherever it stands. */
const recordedName = /(?<![\w:])[a-zA-Z_]\w*:[\w:]*\w(?![\w:])/g;

/**
 * The names in a template of a chart: of its rules, and what their expressions and texts read. What Helm prints has no
 * name. Words that look like recorded metrics in expressions of which Helm decides a part may be uses, too.
 */
export function usesInChart({ chart, text }: SourceDocument): readonly OtherUse[] {
  if (chart === undefined) return [];
  const uses: OtherUse[] = [];
  const add = (use: NameUse, declares?: true): void => {
    if (use.name === "" || chart.actions.meets(use.span)) return;
    uses.push({ ...use, by: "chart", certain: true, ...(declares ? { declares } : {}) });
  };
  const read: Span[] = [];
  for (const { model } of chart.parts)
    for (const { rules } of "rules" in model ? model.rules.groups : [])
      for (const rule of rules) {
        const { name, expr, kind } = rule;
        if (name !== undefined && kind !== "unknown") {
          const span = name.map.spanToSource({ start: 0, end: name.value.length });
          read.push(span);
          add({ kind: kind === "record" ? "metric" : "alert", name: name.value, span }, true);
        }
        for (const use of textUsesOf(rule)) {
          read.push(use.span);
          add(use);
        }
        const tree = expr === undefined ? undefined : parseExpr(expr.text, lenient).expr;
        if (expr?.scalar === undefined || tree === undefined) continue;
        read.push(expr.scalar.span);
        for (const use of usesOf(tree)) add({ ...use, span: expr.map.spanToSource(use.span) });
      }
  for (const found of text.matchAll(recordedName)) {
    const [name] = found;
    const span = { start: found.index, end: found.index + name.length };
    if (read.some(({ start, end }) => start <= span.start && span.end <= end)) continue;
    uses.push({ kind: "metric", name, span, by: "chart", certain: false });
  }
  return uses.sort((a, b) => a.span.start - b.span.start);
}

/** What a server may refuse is read all the same. */
const lenient = { experimentalFunctions: true, fillModifiers: true, thanosFunctions: true } as const;
