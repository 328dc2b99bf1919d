import { analyseLabels } from "../../promql/labels/analyse.ts";
import { labelFact } from "../../promql/labels/facts.ts";
import { reasonClause } from "../../promql/labels/reasons.ts";
import { parseExpr } from "../../promql/parse.ts";
import { queriesIn } from "../../template/queries.ts";
import { featuresOf } from "../../world/spoken.ts";
import type { RuleCheck } from "../check.ts";
import { parserOptions } from "../promql/syntax.ts";
import { ruleKinds } from "../rule/context.ts";
import { templatesIn } from "./each.ts";

/** A label that is read of what a query in a template gives, and that the query cannot return. */
export const queryMissingLabel: RuleCheck = {
  unit: "rule",
  id: "template.query-missing-label",
  severity: "warning",
  kinds: ruleKinds,
  needs: ["promql", "decoded"],
  wants: ["queries"],
  summary: "A template reads a label of the result of a query that can never return it.",
  *run(context) {
    const options = parserOptions(featuresOf(context.facts));
    for (const { scalar, once } of templatesIn(context))
      for (const { query, name, span } of once(queriesIn).labels) {
        const { expr, errors } = parseExpr(query.text, options);
        if (expr === undefined || errors.length > 0) continue;
        const { flow } = analyseLabels(expr);
        const { presence, reason } = labelFact(flow, name);
        if (flow.empty !== undefined || presence !== "impossible") continue;
        const whole = `The query never returns the label ${name}: ${reason === undefined ? "" : reasonClause(reason)}.`;
        yield {
          check: queryMissingLabel.id,
          severity: "warning",
          message:
            reason === undefined || whole.length > 120
              ? `The query never returns the label ${name}: keep it in the query.`
              : whole,
          span: scalar.map.spanToSource(span),
          related: [{ message: "the query", span: scalar.map.spanToSource(query.span) }],
        };
      }
  },
};
