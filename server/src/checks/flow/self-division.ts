import type { BinaryExpr, Expr } from "../../promql/ast.ts";
import { type Comparison, constantOf, flip, isComparison } from "../../promql/labels/ranges.ts";
import type { RawFinding, RuleCheck } from "../check.ts";
import { type Analysed, analysed, unwrapped } from "./analysis.ts";
import { flowKinds } from "./kinds.ts";
import { isNamedShare } from "./named-share.ts";
import { type Share, shareOf } from "./share.ts";

/** `rate(x{code="500"}[5m]) / rate(x[5m])` looks like a share, and is 1 for each series with that code. */
export const selfDivision: RuleCheck = {
  unit: "rule",
  id: "promql.self-division",
  severity: "warning",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["division", "matcher"],
  summary:
    "A metric is divided by itself series by series, with matchers on one side only, which is always 1 and no share.",
  run(context) {
    const findings: RawFinding[] = [];
    const found = analysed(context);
    for (const node of found?.nodes ?? []) {
      if (found === undefined || node.kind !== "binary") continue;
      const share = shareOf(node);
      if (share?.kind !== "itself") continue;
      findings.push({
        check: selfDivision.id,
        severity: "warning",
        message: `Each series is divided by itself, so this is always 1: sum both sides without ${shown(share)}.`,
        span: found.at(node.operatorSpan),
      });
    }
    return findings;
  },
};

/** A part of a whole is between 0 and 1: who compares it with 5 means percent. */
export const shareThreshold: RuleCheck = {
  unit: "rule",
  id: "promql.share-threshold",
  severity: "warning",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["division"],
  summary:
    "The share of a part in its whole is compared with what no share reaches, such as a number of percent.",
  *run(context) {
    const found = analysed(context);
    for (const node of found?.nodes ?? []) {
      if (found === undefined || node.kind !== "binary" || !isComparison(node.operator)) continue;
      // Told as dead code already.
      if (found.labels.of(node).empty !== undefined) continue;
      yield* compared(found, node, node.left, node.operator, node.right);
      yield* compared(found, node, node.right, flip(node.operator), node.left);
    }
  },
};

function* compared(
  found: Analysed,
  node: BinaryExpr,
  side: Expr,
  operator: Comparison,
  other: Expr,
): Iterable<RawFinding> {
  const limit = constantOf(found.labels.of(other).range);
  if (limit === undefined || limit <= 1) return;
  const share = shareIn(side);
  if (share === undefined || (share === "named" && limit < percentMeant)) return;
  const always = operator === "<" || operator === "<=" || operator === "!=" ? "always" : "never";
  const verdict =
    share === "named"
      ? "This looks like a share, which is at most 1"
      : `A share of a whole is at most 1, so this ${always} holds`;
  yield {
    check: shareThreshold.id,
    severity: "warning",
    message: `${verdict}: multiply it by 100, or compare with ${shownLimit(limit)}.`,
    span: found.at(node.operatorSpan),
  };
}

/** More than the whole may be used, but hardly as often as this. */
const percentMeant = 5;

/** Whether an operand is a part of a whole, or what is left beside it: `named` where only the names of the metrics say so. */
function shareIn(expr: Expr): "sure" | "named" | undefined {
  const node = unwrapped(expr);
  if (node.kind !== "binary") return undefined;
  const left = unwrapped(node.left);
  if (node.operator === "-" && left.kind === "number" && left.value === 1) return shareIn(node.right);
  if (shareOf(node)?.kind === "part") return "sure";
  return isNamedShare(node) ? "named" : undefined;
}

function shownLimit(limit: number): string {
  return limit <= 100 ? `${Number((limit / 100).toPrecision(6))}` : "less than 1";
}

function shown({ labels }: Share): string {
  const names = [...new Set(labels)];
  return names.length === 1 && (names[0]?.length ?? 0) <= 30 ? `${names[0]}` : "these labels";
}
