import type { BinaryExpr } from "../../promql/ast.ts";
import type { Reason } from "../../promql/labels/types.ts";
import type { RawFinding, RuleCheck } from "../check.ts";
import { analysed, becauseOf } from "./analysis.ts";
import { flowKinds } from "./kinds.ts";

/** Both sides of an operator must agree in the labels that it compares (`VectorBinop` in `promql/engine.go`). */
export const impossibleJoin: RuleCheck = {
  unit: "rule",
  id: "promql.impossible-join",
  severity: "warning",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["match"],
  summary: "The two sides of an operator can never have the same labels, so it never returns anything.",
  run(context) {
    const findings: RawFinding[] = [];
    const found = analysed(context);
    // MetricsQL joins a side without labels with all of the other side, as if it were a number.
    if (found === undefined || context.ruler === "vmalert") return findings;
    for (const node of found.nodes) {
      if (node.kind !== "binary" || node.operator === "or") continue;
      const facts = found.labels.join(node);
      const reason = facts?.noMatch;
      if (facts === undefined || reason === undefined || isEmptyAlready(facts)) continue;
      const label = reason.label ?? "";
      const nothing = nothingOf(node);
      const side = lackingSide(reason);
      const why = side === undefined ? [] : becauseOf(found, reason[side]?.reason);
      // Where one side lacks the label, it is shown what took it away there, and else the comparison.
      findings.push({
        check: impossibleJoin.id,
        severity: "warning",
        message:
          side === undefined
            ? `The sides never agree in the label ${label}, so ${nothing}: change its on() or ignoring().`
            : `The ${side} side has no label ${label}, so ${nothing}: keep it here, or change on() or ignoring().`,
        span: why[0]?.span ?? found.at(reason.span),
        related: [
          ...(why.length === 0
            ? []
            : [{ message: `${label} is compared here`, span: found.at(reason.span) }]),
          ...why.slice(1),
          ...(side === "left" ? [] : becauseOf(found, reason.left?.reason)),
          ...(side === "right" ? [] : becauseOf(found, reason.right?.reason)),
        ],
      });
    }
    return findings;
  },
};

/** What it comes to that nothing matches. */
function nothingOf({ operator, matching }: BinaryExpr): string {
  if (operator === "unless") return "unless excludes nothing";
  const isFilled = matching?.fillLeft !== undefined || matching?.fillRight !== undefined;
  return isFilled ? "only fill has a say" : "this returns nothing";
}

/** The side on which the label that the other has cannot be. */
function lackingSide({ left, right }: Reason): "left" | "right" | undefined {
  if (right?.presence === "impossible") return "right";
  return left?.presence === "impossible" ? "left" : undefined;
}

/** What is empty already is told there. */
function isEmptyAlready({ left, right }: { readonly left: Side; readonly right: Side }): boolean {
  return left.empty !== undefined || right.empty !== undefined;
}

interface Side {
  readonly empty: unknown;
}
