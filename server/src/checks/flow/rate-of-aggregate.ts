import type { Call, Expr } from "../../promql/ast.ts";
import { children } from "../../promql/walk.ts";
import type { NamedRule } from "../../world/names/rule.ts";
import type { RawFinding, RuleCheck, RuleContext } from "../check.ts";
import { namedRule, relatedTo } from "../names/related.ts";
import { analysed, unwrapped } from "./analysis.ts";
import { flowKinds } from "./kinds.ts";

/** Functions that read the resets of counters (`extrapolatedRate`, `instantValue` in `promql/functions.go`). */
const ofCounters: ReadonlySet<string> = new Set(["rate", "irate", "increase"]);
/** Aggregations whose result falls when one of many counters is reset or goes away. */
const blending: ReadonlySet<string> = new Set([
  "sum",
  "avg",
  "min",
  "max",
  "count",
  "quantile",
  "stddev",
  "stdvar",
]);

/** After an aggregation the resets of single counters look like a fall of the whole: rate first, then sum. */
export const rateOfAggregate: RuleCheck = {
  unit: "rule",
  id: "promql.rate-of-aggregate",
  severity: "warning",
  kinds: flowKinds,
  needs: ["promql"],
  calls: ofCounters,
  summary:
    "rate, irate or increase of an aggregation or of another rate takes every reset for a fall or a jump.",
  run(context) {
    const findings: RawFinding[] = [];
    const found = analysed(context);
    for (const node of found?.nodes ?? []) {
      if (found === undefined || node.kind !== "call" || !ofCounters.has(node.name)) continue;
      const [arg] = node.args;
      const subquery = arg === undefined ? undefined : unwrapped(arg);
      if (subquery?.kind === "matrix") {
        const taken = takenByRules(subquery.selector.name, context);
        if (taken !== undefined)
          findings.push({
            check: rateOfAggregate.id,
            severity: "warning",
            message: messageFor(node.name, taken.culprit),
            span: found.at(node.span),
            related: [relatedTo(taken.rule, `${nameOf(taken.culprit)} is taken by this rule`)],
          });
        continue;
      }
      const inner = subquery?.kind === "subquery" ? unwrapped(subquery.expr) : undefined;
      const culprit = inner === undefined ? undefined : culpritIn(inner);
      if (culprit === undefined) continue;
      const name = nameOf(culprit);
      findings.push({
        check: rateOfAggregate.id,
        severity: "warning",
        message: messageFor(node.name, culprit),
        span: found.at(node.nameSpan),
        related: [
          {
            message: `${name} is taken first`,
            span: found.at(culprit.kind === "call" ? culprit.nameSpan : culprit.operatorSpan),
          },
        ],
      });
    }
    return findings;
  },
};

type Culprit = Call | Extract<Expr, { kind: "aggregate" }>;

function nameOf(culprit: Culprit): string {
  return culprit.kind === "call" ? culprit.name : culprit.operator;
}

function messageFor(taken: string, culprit: Culprit): string {
  const name = nameOf(culprit);
  return culprit.kind === "call"
    ? `${taken} needs a counter, and ${name} does not return one: use deriv, or take one of them out.`
    : `${taken} of ${name} misreads every counter reset: take ${taken} first, then ${name}.`;
}

/** A rule that records a metric, where all that record it take such an aggregation. */
function takenByRules(
  metric: string | undefined,
  context: RuleContext,
): { readonly rule: NamedRule; readonly culprit: Culprit } | undefined {
  // What a rule records under the name that it reads is not what it reads.
  const own = namedRule(context);
  const rules = (metric === undefined ? [] : (context.names?.definitions(metric) ?? [])).filter(
    (rule) => rule !== own,
  );
  let first: { readonly rule: NamedRule; readonly culprit: Culprit } | undefined;
  for (const rule of rules) {
    const { tree } = rule;
    const culprit = tree === undefined ? undefined : culpritIn(tree);
    if (culprit === undefined) return undefined;
    first ??= { rule, culprit };
  }
  return first;
}

/** What makes the values below a subquery no counter. */
function culpritIn(expr: Expr): Culprit | undefined {
  const stack = [expr];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const node = unwrapped(next);
    if (node.kind === "call" && (ofCounters.has(node.name) || node.name === "deriv" || node.name === "delta"))
      return node;
    if (node.kind === "aggregate" && blending.has(node.operator))
      return countsNothing(node) ? undefined : node;
    if (node.kind === "aggregate" || node.kind === "unary" || node.kind === "paren")
      for (const child of children(node)) stack.push(child);
  }
  return undefined;
}

/** `count` counts series and `sum` may add up gauges: only counters by their name are surely misread. */
function countsNothing(node: Expr): boolean {
  if (node.kind === "aggregate" && node.operator === "count") return true;
  const names: (string | undefined)[] = [];
  const stack: Expr[] = [node];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (next.kind === "selector") names.push(next.name);
    for (const child of children(next)) stack.push(child);
  }
  return !names.some((name) => name !== undefined && /_(?:total|count|sum|bucket)$/.test(name));
}
