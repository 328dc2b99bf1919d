import type { Expr } from "../../promql/ast.ts";
import { labelFact } from "../../promql/labels/facts.ts";
import { nodesOf, selectors } from "../../promql/walk.ts";
import type { Fix, RawFinding, RuleCheck } from "../check.ts";
import { type Analysed, analysed, becauseOf } from "./analysis.ts";
import { keepLabel } from "./keep-label.ts";
import { flowKinds } from "./kinds.ts";

/** `histogram_quantile` of classic buckets reads their bounds in `le` (`promql/functions.go`, funcHistogramQuantile). */
export const histogramMissingLe: RuleCheck = {
  unit: "rule",
  id: "promql.histogram-missing-le",
  severity: "error",
  kinds: flowKinds,
  needs: ["promql"],
  calls: new Set(["histogram_quantile"]),
  summary: "histogram_quantile gets classic buckets without their `le` label, so it never returns anything.",
  run(context) {
    const findings: RawFinding[] = [];
    const found = analysed(context);
    for (const node of found?.nodes ?? []) {
      if (found === undefined || node.kind !== "call") continue;
      const buckets = node.name === "histogram_quantile" ? node.args[1] : undefined;
      if (buckets === undefined) continue;
      const part = partRead(buckets);
      if (part !== undefined) {
        findings.push({
          check: histogramMissingLe.id,
          severity: "error",
          message: `A ${part} is one number with no buckets, so this never returns anything: read the _bucket series.`,
          span: found.at(node.nameSpan),
        });
        continue;
      }
      if (!areClassic(buckets)) continue;
      const fact = labelFact(found.labels.of(buckets), "le");
      if (fact.presence !== "impossible" || keepsVmRange(buckets)) continue;
      findings.push({
        check: histogramMissingLe.id,
        severity: "error",
        message:
          "The buckets have lost their label le, so this never returns anything: keep le in the aggregation.",
        span: found.at(node.nameSpan),
        related: becauseOf(found, fact.reason),
        fixes: fixOf(found, fact.reason?.node, buckets),
      });
    }
    return findings;
  },
};

/** Native histograms have no `le`; only a name tells which is meant. */
function areClassic(expr: Expr): boolean {
  const all = selectors(expr);
  return all.length > 0 && all.every(({ name }) => name?.endsWith("_bucket") === true);
}

/** The series beside the buckets that is read in place of them. */
function partRead(expr: Expr): "_sum" | "_count" | undefined {
  const [first, ...others] = selectors(expr);
  const part = (["_sum", "_count"] as const).find((end) => first?.name?.endsWith(end) === true);
  const isOf =
    part !== undefined &&
    /_(?:seconds|milliseconds|ms|duration|latency|bytes|size|time)_/.test(`${first?.name}`);
  return isOf && others.every(({ name }) => name?.endsWith(part) === true) ? part : undefined;
}

/** VictoriaMetrics has histograms of its own, whose buckets are told apart by `vmrange`. */
function keepsVmRange(expr: Expr): boolean {
  return nodesOf(expr).some(
    (node) =>
      node.kind === "aggregate" && !node.without && node.grouping?.some(({ name }) => name === "vmrange"),
  );
}

function fixOf(found: Analysed, node: Expr | undefined, buckets: Expr): readonly Fix[] | undefined {
  const edits = node === undefined ? undefined : keepLabel(found, node, "le", buckets);
  return edits === undefined ? undefined : [{ title: "Keep le in the aggregation", safe: true, edits }];
}
