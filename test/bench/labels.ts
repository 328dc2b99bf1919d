import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { analyseLabels } from "../../server/src/promql/labels/analyse.ts";
import { parseExpr } from "../../server/src/promql/parse.ts";
import { shared } from "../shared.ts";

/**
 * How long the label flow of each expression of the corpus takes in a process that is warm, in milliseconds, sorted;
 * nothing where the corpus is absent.
 */
export function labelTimes(): readonly number[] | undefined {
  const file = shared("corpus", "expressions.jsonl");
  if (file === undefined) return undefined;
  const texts = readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as { readonly expr?: unknown }).expr);
  const exprs = [...new Set(texts)].flatMap((text) => {
    const { expr, errors } = parseExpr(typeof text === "string" ? text : "");
    return expr === undefined || errors.length > 0 ? [] : [expr];
  });
  for (let round = 0; round < 3; round++) for (const expr of exprs) analyseLabels(expr);
  const times = exprs.map((expr) => {
    const start = performance.now();
    analyseLabels(expr);
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b);
}
