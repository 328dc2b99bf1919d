import { parseDuration } from "../../promql/literals.ts";
import { printDuration } from "../../promql/print-number.ts";
import { asScalar, valueAt } from "../../yaml/access.ts";
import type { RuleCheck } from "../check.ts";
import { sentence } from "../monitor/words.ts";
import { ruleKinds } from "../rule/context.ts";
import { sourcesOf } from "./sources.ts";

/** An alert counts how long it waits by itself; whoever looks into it wants to see what happened meanwhile. */
export const forVsRetention: RuleCheck = {
  unit: "rule",
  id: "live.for-vs-retention",
  severity: "hint",
  kinds: ruleKinds,
  needs: ["decoded"],
  wants: ["environment", "alert"],
  beyondFile: true,
  summary: "`for` or `keep_firing_for` of an alert is longer than the backend keeps samples.",
  *run(context) {
    for (const key of ["for", "keep_firing_for"]) {
      const scalar = asScalar(valueAt(context.rule.node, key));
      const { value, error } = parseDuration(scalar?.value ?? "");
      // Nobody keeps less than the two hours of a block.
      if (scalar === undefined || error !== undefined || value <= 7_200) continue;
      for (const source of sourcesOf(context.facts)) {
        const kept = source.live.retention?.();
        if (kept?.status !== "ok" || value <= kept.value) continue;
        yield {
          check: forVsRetention.id,
          severity: "hint",
          message: sentence(
            `${source.name} keeps ${printDuration(kept.value) ?? ""} of samples: how this began is gone by then.`,
          ),
          span: scalar.span,
        };
        break;
      }
    }
  },
};
