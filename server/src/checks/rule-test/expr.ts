import { parseExpr } from "../../promql/parse.ts";
import { featuresOf } from "../../world/spoken.ts";
import type { DocumentCheck } from "../check.ts";
import { parserOptions } from "../promql/syntax.ts";
import { testCheck, testsOf } from "./context.ts";

/** Every error of Prometheus' parser in the expressions of tests; what metrics exist there the test says itself. */
export const testExpr: DocumentCheck = {
  ...testCheck,
  id: "rule.test-expr",
  severity: "error",
  summary: "Prometheus cannot parse the expression of a rule unit test.",
  *run(context) {
    const options = parserOptions(featuresOf(context.snapshot));
    for (const { exprs } of testsOf(context)?.tests ?? [])
      for (const { expr } of exprs) {
        if (expr === undefined) continue;
        for (const { message, span, bracket } of parseExpr(expr.text, options).errors)
          yield {
            check: testExpr.id,
            severity: "error",
            message: `parse error: ${message}`,
            span: expr.map.spanToSource({ start: span.start, end: Math.min(span.end, expr.text.length) }),
            related:
              bracket === undefined
                ? undefined
                : [{ message: "never closed", span: expr.map.spanToSource(bracket) }],
            refusedBy: "prometheus",
            anchor: expr.scalar?.span.start,
          };
      }
  },
};
