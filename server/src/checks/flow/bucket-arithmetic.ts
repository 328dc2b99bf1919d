import type { Expr } from "../../promql/ast.ts";
import { selectors } from "../../promql/walk.ts";
import type { RuleCheck } from "../check.ts";
import { analysed } from "./analysis.ts";
import { flowKinds } from "./kinds.ts";

/** Buckets of one scrape do not arrive together over federation and remote write, so that sums of them can be torn. */
export const bucketArithmetic: RuleCheck = {
  unit: "rule",
  id: "promql.bucket-arithmetic",
  severity: "info",
  offByDefault: true,
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["binary"],
  summary: "An operator calculates with classic buckets on both sides, which may not be of the same moment.",
  *run(context) {
    const found = analysed(context);
    for (const node of found?.nodes ?? []) {
      if (found === undefined || node.kind !== "binary" || /^[a-z]/.test(node.operator)) continue;
      if (!isOfBuckets(node.left) || !isOfBuckets(node.right)) continue;
      yield {
        check: bucketArithmetic.id,
        severity: "info",
        message:
          "Buckets of both sides may be of different moments: use histogram_fraction, or record one side.",
        span: found.at(node.operatorSpan),
        offByDefault: true,
      };
    }
  },
};

/** Whether results are made of buckets alone, one of them or a sum. */
function isOfBuckets(expr: Expr): boolean {
  if (expr.type !== "vector") return false;
  const all = selectors(expr);
  return all.length > 0 && all.every(({ name }) => name?.endsWith("_bucket") === true);
}
