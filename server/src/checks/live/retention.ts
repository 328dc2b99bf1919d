import type { Expr } from "../../promql/ast.ts";
import { printDuration } from "../../promql/print-number.ts";
import type { RuleCheck } from "../check.ts";
import { type Analysed, analysed } from "../flow/analysis.ts";
import { flowKinds } from "../flow/kinds.ts";
import { lookbackOf, offsetOf, offsetsOf } from "../flow/lookback.ts";
import { sentence } from "../monitor/words.ts";
import { sourcesOf } from "./sources.ts";

/** What a Prometheus has deleted no range and no offset brings back. */
export const rangeVsRetention: RuleCheck = {
  unit: "rule",
  id: "promql.range-vs-retention",
  severity: "warning",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["environment", "selector"],
  beyondFile: true,
  summary: "A range or an offset reads samples that are older than what the backend keeps.",
  *run(context) {
    const found = analysed(context);
    for (const node of found?.nodes ?? []) {
      if (found === undefined || node.kind !== "selector") continue;
      const back = lookbackOf(found, node);
      // Nobody keeps less than the two hours of a block.
      if (back <= 7_200) continue;
      for (const source of sourcesOf(context.facts, node)) {
        const kept = source.live.retention?.();
        if (kept?.status !== "ok" || back <= kept.value) continue;
        const isOffset = offsetsOf(found, node) >= kept.value;
        const keeps = `${source.name} keeps ${printDuration(kept.value) ?? ""} of samples`;
        yield {
          check: rangeVsRetention.id,
          severity: "warning",
          message: sentence(
            isOffset
              ? `${keeps}, so there is nothing at this offset.`
              : `${keeps}, and this reads back ${printDuration(back) ?? ""}: what is older is missing.`,
          ),
          span: found.at((isOffset ? longestOffset(found, node) : node).span),
        };
        break;
      }
    }
  },
};

/** The selector, or the subquery around it whose own offset is longer. */
function longestOffset({ parents }: Analysed, selector: Expr): Expr {
  let longest = selector;
  for (let at = parents.get(selector); at !== undefined; at = parents.get(at))
    if ((offsetOf(at)?.seconds ?? 0) > (offsetOf(longest)?.seconds ?? 0)) longest = at;
  return longest;
}
