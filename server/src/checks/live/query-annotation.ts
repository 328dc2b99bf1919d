import type { RuleCheck } from "../check.ts";
import { analysed } from "../flow/analysis.ts";
import { flowKinds } from "../flow/kinds.ts";
import { short } from "../monitor/words.ts";

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
    const { lastRuns, environments } = context.facts;
    const found = lastRuns === undefined ? undefined : analysed(context);
    if (found === undefined) return;
    const { text } = found.text;
    const start = text.length - text.trimStart().length;
    const told = new Set<string>();
    for (const { environment } of environments) {
      const run = lastRuns?.ofExpression(environment.name, text);
      for (const { severity, message, span } of run?.notes ?? []) {
        if (told.has(message)) continue;
        told.add(message);
        yield {
          check: queryAnnotation.id,
          severity,
          message: `${short(environment.name, 24)} says: ${short(message, 300)}`,
          span:
            span === undefined
              ? found.at(found.expr.span)
              : found.at({ start: span.start + start, end: span.end + start }),
        };
      }
    }
  },
};
