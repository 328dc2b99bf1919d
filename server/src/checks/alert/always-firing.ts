import type { RuleModel } from "../../model/rules.ts";
import type { BinaryExpr, Expr } from "../../promql/ast.ts";
import { textOf, valueAt } from "../../yaml/access.ts";
import type { Fix, RawFinding, RuleCheck } from "../check.ts";
import { type Analysed, analysed, unwrapped } from "../flow/analysis.ts";
import { ruleKinds } from "../rule/context.ts";
import { boolComparison, branchesOf } from "./branches.ts";

/** An alert fires on every result, whatever its value: `bool`, `vector(1)` and `or vector(0)` always give one. */
export const alwaysFiring: RuleCheck = {
  unit: "rule",
  id: "rule.always-firing",
  severity: "warning",
  kinds: ruleKinds,
  needs: ["promql"],
  wants: ["alert", "expression"],
  summary: "The expression of an alert always returns something, so the alert always fires.",
  run(context) {
    const findings: RawFinding[] = [];
    const found = context.rule.kind === "alert" ? analysed(context) : undefined;
    if (found === undefined) return findings;
    if (isMeant(context.rule)) return findings;
    for (const branch of branchesOf(context)) {
      if (branch.type === "string") continue;
      const flow = found.labels.of(branch);
      const comparison = flow.conditional ? undefined : boolComparison(branch);
      // Two numbers cannot be compared without.
      const bool = comparison?.type === "vector" ? comparison : undefined;
      if (comparison === undefined && !flow.always) continue;
      findings.push({
        check: alwaysFiring.id,
        severity: branch === unwrapped(found.expr) && isWritten(branch) ? "info" : "warning",
        message:
          bool === undefined
            ? "This always returns something, so the alert always fires: compare it, or leave it out."
            : "With bool the comparison returns 0 or 1 and the alert fires on both: leave bool out.",
        span: found.at(branch.span),
        fixes: bool === undefined ? undefined : [withoutBool(found, bool)],
      });
    }
    return findings;
  },
};

/** Nobody writes `vector(1)` alone by mistake: it tries the way of alerts. `vector(0)` is thought to be quiet. */
function isWritten(expr: Expr): boolean {
  const [arg] = expr.kind === "call" && expr.name === "vector" ? expr.args : [expr];
  const number = arg === undefined ? undefined : unwrapped(arg);
  return number?.kind === "number" && number.value !== 0;
}

/**
 * A dead man's switch fires for as long as all is well; by convention its severity is `none`. Examples and tests of the
 * way of alerts have to fire.
 */
function isMeant({ name, labels }: RuleModel): boolean {
  return (
    /watchdog|dead.?man|heart.?beat|^(?:example|always)/i.test(name?.value ?? "") ||
    textOf(valueAt(labels, "severity")) === "none"
  );
}

function withoutBool({ text, at }: Analysed, { operatorSpan, right }: BinaryExpr): Fix {
  const between = text.text.slice(operatorSpan.end, right.span.start);
  const start = operatorSpan.end + between.search(/\bbool\b/i);
  const end = start + (/^bool\s*/i.exec(text.text.slice(start))?.[0].length ?? 0);
  return { title: "Remove bool", safe: false, edits: [{ span: at({ start, end }), newText: "" }] };
}
