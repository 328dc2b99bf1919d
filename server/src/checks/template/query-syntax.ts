import { parseExpr } from "../../promql/parse.ts";
import type { RuleCheck } from "../check.ts";
import { featuresOf, parserOptions } from "../promql/syntax.ts";
import { ruleKinds } from "../rule/context.ts";
import { pipelines, templatesIn } from "./each.ts";

/** `query "…"` runs when the alert fires, and an error there empties the whole annotation (`template/template.go`). */
export const templateQuerySyntax: RuleCheck = {
  unit: "rule",
  id: "template.query-syntax",
  severity: "error",
  kinds: ruleKinds,
  needs: ["promql", "decoded"],
  summary: "A query inside a template does not parse, so the text fails when the alert fires.",
  *run(context) {
    const options = parserOptions(featuresOf(context.facts));
    for (const { scalar, tree } of templatesIn(context))
      for (const { pipe } of pipelines(tree.root))
        for (const [index, { operands }] of pipe.commands.entries()) {
          const [first, second] = operands;
          const before = pipe.commands[index - 1]?.operands;
          const text =
            second ?? (before?.length === 1 && before[0]?.kind === "string" ? before[0] : undefined);
          if (first?.kind !== "identifier" || first.name !== "query" || text?.kind !== "string") continue;
          const [error] = parseExpr(text.value, options).errors;
          if (error === undefined) continue;
          // Where the string has no escapes its characters stand in the file one by one.
          const isPlain = text.span.end - text.span.start === text.value.length + 2;
          const span = isPlain
            ? {
                start: text.span.start + 1 + Math.min(error.span.start, text.value.length),
                end:
                  text.span.start +
                  1 +
                  Math.min(Math.max(error.span.end, error.span.start + 1), text.value.length),
              }
            : text.span;
          yield {
            check: templateQuerySyntax.id,
            severity: "error",
            message: `parse error: ${error.message}`,
            span: scalar.map.spanToSource(span.start < span.end ? span : text.span),
          };
        }
  },
};
