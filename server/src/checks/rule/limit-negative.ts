import { asScalar, valueAt } from "../../yaml/access.ts";
import type { DocumentCheck } from "../check.ts";
import { ruleFileOf, ruleKinds } from "./context.ts";

/** Zero and less are no limit (`rules/alerting.go` and `recording.go`, Eval). */
export const limitNegative: DocumentCheck = {
  unit: "document",
  id: "rule.limit-negative",
  severity: "info",
  kinds: ruleKinds,
  needs: ["decoded"],
  summary: "The limit of a group is negative, which is no limit.",
  *run(context) {
    for (const { node } of ruleFileOf(context)?.groups ?? []) {
      const limit = asScalar(valueAt(node, "limit"));
      if (limit === undefined || !/^-[1-9]\d*$/.test(limit.value)) continue;
      const { span } = limit;
      yield {
        check: limitNegative.id,
        severity: "info",
        message: "A negative limit is no limit: write how many results a rule may have, or 0 for any number.",
        span,
        fixes: [{ title: "Write 0", safe: false, edits: [{ span, newText: "0" }] }],
      };
    }
  },
};
