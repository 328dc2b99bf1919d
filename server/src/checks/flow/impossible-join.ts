import type { RuleCheck } from "../check.ts";
import { analysed, becauseOf } from "./analysis.ts";
import { flowKinds } from "./kinds.ts";

/** Both sides of an operator must agree in the labels that it compares (`VectorBinop` in `promql/engine.go`). */
export const impossibleJoin: RuleCheck = {
  unit: "rule",
  id: "promql.impossible-join",
  severity: "warning",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["binary"],
  summary: "The two sides of an operator can never have the same labels, so it never returns anything.",
  *run(context) {
    const found = analysed(context);
    // MetricsQL joins a side without labels with all of the other side, as if it were a number.
    if (found === undefined || context.ruler === "vmalert") return;
    for (const node of found.nodes) {
      if (node.kind !== "binary" || node.operator === "or") continue;
      const facts = found.labels.join(node);
      const reason = facts?.noMatch;
      if (facts === undefined || reason === undefined || isEmptyAlready(facts)) continue;
      const label = reason.label ?? "";
      const bringsAll = node.operator === "unless";
      yield {
        check: impossibleJoin.id,
        severity: "warning",
        message: bringsAll
          ? `The sides never agree in the label ${label}, so unless excludes nothing: change its on() or ignoring().`
          : `The sides never agree in the label ${label}, so this returns nothing: change its on() or ignoring().`,
        span: found.at(reason.span),
        related: [...becauseOf(found, reason.left?.reason), ...becauseOf(found, reason.right?.reason)],
      };
    }
  },
};

/** What is empty already is told there. */
function isEmptyAlready({ left, right }: { readonly left: Side; readonly right: Side }): boolean {
  return left.empty !== undefined || right.empty !== undefined;
}

interface Side {
  readonly empty: unknown;
}
