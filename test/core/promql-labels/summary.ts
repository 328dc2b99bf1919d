import { analyseLabels } from "../../../server/src/promql/labels/analyse.ts";
import { mentionedLabels } from "../../../server/src/promql/labels/explain.ts";
import { isOpen, labelFact } from "../../../server/src/promql/labels/facts.ts";
import type { LabelOptions } from "../../../server/src/promql/labels/types.ts";
import { parseExpr } from "../../../server/src/promql/parse.ts";

const signs = { guaranteed: "+", possible: "?", impossible: "-" } as const;

/**
 * What is known of an expression in one line: `+job=a|b` is guaranteed and has one of these values, `?x` possible,
 * `-y` impossible, `…` at the end that other labels may occur; then `empty(why)`, `always`, `if` for a condition.
 */
export function summary(text: string, options: LabelOptions = {}): string {
  const { expr, errors } = parseExpr(text, { experimentalFunctions: true, fillModifiers: true });
  if (expr === undefined || errors.length > 0) return `refused: ${errors[0]?.message}`;
  const { flow } = analyseLabels(expr, options);
  const listed = [...flow.labels.keys()].filter((name) => name !== "__type__" && name !== "__unit__");
  const parts = [...new Set([...mentionedLabels(expr), ...listed])].sort().map((name) => {
    const { presence, values } = labelFact(flow, name);
    const known = presence === "impossible" || values === undefined ? "" : `=${values.join("|")}`;
    return `${signs[presence]}${name}${known}`;
  });
  return [
    ...parts,
    ...(isOpen(flow) ? ["…"] : []),
    ...(flow.empty === undefined ? [] : [`empty(${flow.empty.kind})`]),
    ...(flow.always ? ["always"] : []),
    ...(flow.conditional ? ["if"] : []),
  ].join(" ");
}
