import type { Expr } from "../../promql/ast.ts";
import { atMostOne } from "../../promql/labels/facts.ts";
import { isComparison } from "../../promql/labels/ranges.ts";
import { children } from "../../promql/walk.ts";
import type { RawFinding, RuleCheck } from "../check.ts";
import { analysed, unwrapped } from "../flow/analysis.ts";
import { fieldText, ruleKinds } from "../rule/context.ts";
import { parseDuration } from "../rule/duration.ts";
import { addFor } from "./add-for.ts";
import { branchesOf } from "./branches.ts";
import { longestWindow } from "./waiting.ts";

const sampling: ReadonlySet<string> = new Set(["topk", "bottomk", "limitk", "limit_ratio"]);

/** What `topk` and its like choose changes from one evaluation to the next, and with it which alerts are open. */
export const fragileSampling: RuleCheck = {
  unit: "rule",
  id: "rule.fragile-sampling",
  severity: "hint",
  kinds: ruleKinds,
  needs: ["promql"],
  wants: ["alert", "aggregate"],
  summary: "An alert on topk, bottomk, limitk or limit_ratio opens and closes as their choice changes.",
  run(context) {
    const findings: RawFinding[] = [];
    const found = context.rule.kind === "alert" ? analysed(context) : undefined;
    if (found === undefined) return findings;
    for (const branch of branchesOf(context))
      for (const node of sources(branch)) {
        if (node.kind !== "aggregate" || !sampling.has(node.operator)) continue;
        // Of one series there is nothing to choose.
        if (node.expr !== undefined && atMostOne(found.labels.of(node.expr))) continue;
        findings.push({
          check: fragileSampling.id,
          severity: "hint",
          message: `${node.operator} chooses anew at each evaluation, so alerts open and close: compare all series instead.`,
          span: found.at(node.span),
        });
      }
    return findings;
  },
};

/** Two aggregations are evaluated from what each has scraped already: while targets come and go they disagree. */
export const fragileJoin: RuleCheck = {
  unit: "rule",
  id: "rule.fragile-join",
  severity: "hint",
  kinds: ruleKinds,
  needs: ["promql"],
  wants: ["alert", "arithmetic"],
  summary: "An alert without `for` calculates with two aggregations, which disagree while targets change.",
  run(context) {
    const findings: RawFinding[] = [];
    const { rule } = context;
    const found = rule.kind === "alert" ? analysed(context) : undefined;
    const wait = parseDuration(fieldText(rule, "for") || "0s");
    if (found === undefined || !wait.ok || wait.milliseconds !== 0n) return findings;
    for (const branch of branchesOf(context)) {
      // What fires always is told by other checks.
      if (!found.labels.of(branch).conditional) continue;
      for (const node of sources(branch)) {
        if (node.kind !== "binary" || !isArithmetic(node.operator)) continue;
        if (!isAggregated(node.left) || !isAggregated(node.right) || addsLabels(node)) continue;
        findings.push({
          check: fragileJoin.id,
          severity: "hint",
          message: "Both sides are aggregated, and while targets change they disagree: give the alert a for.",
          span: found.at(node.right.span),
          fixes: addFor(context, waitFor(longestWindow(found)?.seconds ?? 0)),
        });
      }
    }
    return findings;
  },
};

/** Some minutes; as long as the longest window of a rate, for one spike stays in that. */
function waitFor(seconds: number): string {
  const minutes = [2, 5, 10, 15, 30, 60].find((each) => each * 60 >= seconds) ?? 2;
  return minutes === 60 ? "1h" : `${minutes}m`;
}

/** The expressions whose series become the results: through parentheses, comparisons and functions of one vector. */
function* sources(branch: Expr): Iterable<Expr> {
  const stack = [branch];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const node = unwrapped(next);
    yield node;
    if (node.kind === "binary") {
      if (node.operator === "or") stack.push(node.right, node.left);
      else if (node.left.type === "vector") stack.push(node.left);
      else stack.push(node.right);
    } else if (node.kind === "call" || node.kind === "unary")
      for (const child of children(node)) if (child.type === "vector") stack.push(child);
  }
}

function isArithmetic(operator: string): boolean {
  return "+-*/%^".includes(operator) || operator === "atan2";
}

/** Whether an operand is an aggregation of many series, also scaled by a number or compared with one. */
function isAggregated(expr: Expr): boolean {
  const node = unwrapped(expr);
  if (node.kind === "binary" && (isArithmetic(node.operator) || isComparison(node.operator))) {
    if (node.right.type === "scalar") return isAggregated(node.left);
    if (node.left.type === "scalar") return isAggregated(node.right);
    return isAggregated(node.left);
  }
  if (node.kind !== "aggregate") return false;
  // Of what is chosen from aggregations each is one.
  return !sampling.has(node.operator) || (node.expr !== undefined && isAggregated(node.expr));
}

/** A join that only brings labels multiplies by an aggregation of ones. */
function addsLabels(node: Expr): boolean {
  return node.kind === "binary" && (node.matching?.include.length ?? 0) > 0 && "*/".includes(node.operator);
}
