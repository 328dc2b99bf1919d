import type { Expr, VectorSelector } from "../../promql/ast.ts";
import { selectors } from "../../promql/walk.ts";
import type { RawFinding, RuleCheck } from "../check.ts";
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
  wants: ["match"],
  summary: "An operator calculates with classic buckets on both sides, which may not be of the same moment.",
  run(context) {
    const findings: RawFinding[] = [];
    const found = analysed(context);
    // Most expressions read no buckets.
    if (found?.selectors.some(isBucket) !== true) return findings;
    for (const node of found.nodes) {
      if (node.kind !== "binary" || /^[a-z]/.test(node.operator)) continue;
      if (!isOfBuckets(node.left) || !isOfBuckets(node.right)) continue;
      findings.push({
        check: bucketArithmetic.id,
        severity: "info",
        message:
          "Buckets of both sides may be of different moments: use histogram_fraction, or record one side.",
        span: found.at(node.operatorSpan),
        offByDefault: true,
      });
    }
    return findings;
  },
};

/** Whether results are made of buckets alone, one of them or a sum. */
function isOfBuckets(expr: Expr): boolean {
  if (expr.type !== "vector") return false;
  const all = selectors(expr);
  return all.length > 0 && all.every(isBucket);
}

function isBucket({ name }: VectorSelector): boolean {
  return name?.endsWith("_bucket") === true;
}
