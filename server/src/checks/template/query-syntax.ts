import { parseExpr } from "../../promql/parse.ts";
import { queriesIn } from "../../template/queries.ts";
import { featuresOf } from "../../world/spoken.ts";
import type { RuleCheck } from "../check.ts";
import { parserOptions } from "../promql/syntax.ts";
import { ruleKinds } from "../rule/context.ts";
import { templatesIn } from "./each.ts";

/** `query "…"` runs when the alert fires, and an error there empties the whole annotation (`template/template.go`). */
export const templateQuerySyntax: RuleCheck = {
  unit: "rule",
  id: "template.query-syntax",
  severity: "error",
  kinds: ruleKinds,
  needs: ["promql", "decoded"],
  wants: ["queries"],
  summary: "A query inside a template does not parse, so the text fails when the alert fires.",
  *run(context) {
    const options = parserOptions(featuresOf(context.facts));
    for (const { scalar, once } of templatesIn(context))
      for (const { text, span: literal, isLiteral, pipedInto } of once(queriesIn).queries) {
        const [error] = parseExpr(text, options).errors;
        if (error === undefined) continue;
        // Where the string has no escapes its characters stand in the file one by one.
        const isPlain = isLiteral && literal.end - literal.start === text.length + 2;
        const first = literal.start + 1 + Math.min(error.span.start, text.length);
        const last =
          literal.start + 1 + Math.min(Math.max(error.span.end, error.span.start + 1), text.length);
        const place = isPlain && first < last ? { start: first, end: last } : literal;
        const span = pipedInto === undefined ? place : { start: place.start, end: pipedInto.end };
        yield {
          check: templateQuerySyntax.id,
          severity: "error",
          message: `parse error: ${error.message}`,
          span: scalar.map.spanToSource(span),
        };
      }
  },
};
