import type { Expr, LabelMatcher } from "../../promql/ast.ts";
import { selectors, walk } from "../../promql/walk.ts";
import type { RawFinding, RuleCheck } from "../check.ts";
import { analysed } from "../flow/analysis.ts";
import { flowKinds } from "../flow/kinds.ts";
import { matchersOf, rewritten } from "./each.ts";

const windows: ReadonlySet<string> = new Set([
  "rate",
  "irate",
  "increase",
  "delta",
  "idelta",
  "xrate",
  "xincrease",
]);

/** Buckets count since the start of the process: without a window the quantile is that of its whole life. */
export const histogramRawBuckets: RuleCheck = {
  unit: "rule",
  id: "promql.histogram-raw-buckets",
  severity: "warning",
  kinds: flowKinds,
  needs: ["promql"],
  calls: new Set(["histogram_quantile"]),
  summary:
    "histogram_quantile reads buckets without rate, so it is about everything since the process started.",
  run(context) {
    const findings: RawFinding[] = [];
    const found = analysed(context);
    for (const node of found?.nodes ?? []) {
      if (found === undefined || node.kind !== "call" || node.name !== "histogram_quantile") continue;
      const buckets = node.args[1];
      if (buckets === undefined || hasWindow(buckets)) continue;
      const raw = selectors(buckets).find(({ name }) => name?.endsWith("_bucket") === true);
      // Recording rules by convention have colons in their names; they have taken the rate already.
      if (raw === undefined || raw.name?.includes(":") === true) continue;
      findings.push({
        check: histogramRawBuckets.id,
        severity: "warning",
        message:
          "This is the quantile since the process started: take the rate of the buckets over a window.",
        span: found.at(raw.span),
        fixes: [
          {
            title: "Wrap in rate(…[5m])",
            safe: false,
            edits: [
              { span: found.at({ start: raw.span.start, end: raw.span.start }), newText: "rate(" },
              { span: endOf(found.at(raw.span)), newText: "[5m])" },
            ],
          },
        ],
      });
    }
    return findings;
  },
};

function hasWindow(expr: Expr): boolean {
  for (const node of walk(expr)) if (node.kind === "call" && windows.has(node.name)) return true;
  return false;
}

function endOf({ end }: { readonly end: number }): { start: number; end: number } {
  return { start: end, end };
}

/** Prometheus writes `le` as the shortest float, and since 3.0 with `.0` for whole numbers. */
export const histogramLeValue: RuleCheck = {
  unit: "rule",
  id: "promql.histogram-le-value",
  severity: "warning",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["matcher"],
  summary: 'A matcher asks for a bucket in a way that Prometheus never writes: le="0.30".',
  run(context) {
    const findings: RawFinding[] = [];
    for (const place of matchersOf(context, isFraction)) {
      const { found, matcher } = place;
      const { value } = matcher;
      const meant = value.replace(/^0+(?=\d)/, "").replace(/(\.\d+?)0+$/, "$1");
      if (meant === value) continue;
      findings.push({
        check: histogramLeValue.id,
        severity: "warning",
        message: `Prometheus writes this bucket as le="${meant}", so this selects nothing: write it like that.`,
        span: found.at(matcher.span),
        fixes: rewritten(place, "=", meant, true),
      });
    }
    return findings;
  },
};

function isFraction({ name, operator, value }: LabelMatcher): boolean {
  return name === "le" && operator === "=" && /^\d+\.\d+$/.test(value);
}
