import { notesOf, type QueryNote } from "../../world/query-notes.ts";
import type { RuleCheck, RuleContext } from "../check.ts";
import { type Analysed, analysed } from "../flow/analysis.ts";
import { flowKinds } from "../flow/kinds.ts";
import { short } from "../monitor/words.ts";
import { ranRules } from "./ran.ts";

/** What the server said of the expression when it was last run, at its place; gone with the next letter. */
export const queryAnnotation: RuleCheck = {
  unit: "rule",
  id: "live.query-annotation",
  severity: "warning",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["environment", "expression"],
  beyondFile: true,
  summary:
    "A server warned of the expression when it was last run; its own words, at the place that it names.",
  *run(context) {
    const found = isRun(context) ? analysed(context) : undefined;
    if (found === undefined) return;
    const told = new Set<string>();
    for (const { where, note } of notes(context, found)) {
      const { severity, message, span } = note;
      if (told.has(message)) continue;
      told.add(message);
      yield {
        check: queryAnnotation.id,
        severity,
        message: `${short(where, 24)} says: ${short(message, 300)}`,
        span: found.at(span ?? found.expr.span),
      };
    }
  },
};

function isRun({ facts }: RuleContext): boolean {
  return facts.lastRuns !== undefined || facts.environments.some(({ live }) => live?.run !== undefined);
}

function* notes(
  context: RuleContext,
  { text: { text }, expr }: Analysed,
): Generator<{ readonly where: string; readonly note: QueryNote }> {
  const { lastRuns, environments } = context.facts;
  const start = text.length - text.trimStart().length;
  for (const { environment } of environments)
    for (const note of lastRuns?.ofExpression(environment.name, text)?.notes ?? []) {
      const { span } = note;
      const moved = span && { start: span.start + start, end: span.end + start };
      yield { where: environment.name, note: { ...note, span: moved } };
    }
  for (const { source, result, sent, before } of ranRules(context))
    if (result.ok) for (const note of notesOf(result, sent, expr, before)) yield { where: source.name, note };
}
