import type { Expr, VectorSelector } from "../../promql/ast.ts";
import {
  counterFunctions,
  gaugeFunctions,
  valueBlindAggregations,
  valueBlindFunctions,
} from "../../promql/counter-functions.ts";
import { selectors } from "../../promql/walk.ts";
import type { RawFinding, RuleCheck } from "../check.ts";
import { type Analysed, analysed } from "../flow/analysis.ts";
import { flowKinds } from "../flow/kinds.ts";
import { liveType } from "../live/types.ts";
import { sentence, short } from "../monitor/words.ts";
import { isCounterName } from "./names.ts";

/** The value of a counter is what its process has counted since it started: it says nothing by itself. */
export const counterRaw: RuleCheck = {
  unit: "rule",
  id: "promql.counter-raw",
  severity: "hint",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["selector"],
  beyondFile: true,
  summary:
    "A counter is read without rate or increase: a warning where a backend says it is one, else a guess by its name.",
  run(context) {
    const findings: RawFinding[] = [];
    const found = analysed(context);
    // Only a backend or the name can tell.
    const isAlone = context.facts.environments.length === 0;
    for (const node of found?.selectors ?? []) {
      if (found === undefined || node.name === undefined || (isAlone && !isCounterName(node.name))) continue;
      if (!isRead(found, node)) continue;
      const told = liveType(context, node);
      if (told === undefined ? !isCounterName(node.name) : told.type !== "counter") continue;
      const { start, end } = found.at(node.span);
      const isInstant = found.parents.get(node)?.kind !== "matrix";
      findings.push({
        check: counterRaw.id,
        severity: told === undefined ? "hint" : "warning",
        message:
          told === undefined
            ? "A counter starts at 0 with its process, so its value tells little: take its rate or increase."
            : sentence(
                `\`${short(node.name)}\` is a counter in ${told.where}: its value tells little, take its rate or increase.`,
              ),
        span: { start, end },
        fixes: isInstant
          ? [
              {
                title: "Wrap in rate(…[5m])",
                safe: false,
                edits: [
                  { span: { start, end: start }, newText: "rate(" },
                  { span: { start: end, end }, newText: "[5m])" },
                ],
              },
            ]
          : undefined,
      });
    }
    return findings;
  },
};

/** Whether the value of the counter itself is read, not how it changes or whether it is there. */
function isRead({ parents }: Analysed, selector: VectorSelector): boolean {
  let child: Expr = selector;
  for (let node = parents.get(child); node !== undefined; child = node, node = parents.get(node)) {
    if (node.kind === "call") {
      const { name } = node;
      if (counterFunctions.has(name) || gaugeFunctions.has(name) || valueBlindFunctions.has(name))
        return false;
      if (name === "info" && node.args[0] !== child) return false;
    }
    if (node.kind === "aggregate" && valueBlindAggregations.has(node.operator)) return false;
    if (node.kind !== "binary") continue;
    const isRight = node.right === child;
    if ((node.operator === "unless" || node.operator === "and") && isRight) return false;
    // What is now without what was before is an increase, for those who know their counter is never reset.
    const other = isRight ? node.left : node.right;
    if (node.operator === "-" && selectors(other).some(({ name }) => name === selector.name)) return false;
  }
  return true;
}
