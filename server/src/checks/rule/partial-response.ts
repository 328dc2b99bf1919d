import type { DocumentCheck, RawFinding } from "../check.ts";
import { decodeOutside } from "./context.ts";
import { pathText } from "./decode.ts";

const key = "partial_response_strategy";

/** What Thanos Ruler does when a store is away: the definition of PrometheusRule takes two words for it. */
export const partialResponseInvalid: DocumentCheck = {
  unit: "document",
  id: "rule.partial-response-invalid",
  severity: "error",
  kinds: ["PrometheusRule"],
  summary: "`partial_response_strategy` of a group is neither `abort` nor `warn`; the API server refuses it.",
  run(context) {
    const findings: RawFinding[] = [];
    decodeOutside(context, {
      scalar(scalar, written, _, path) {
        if (path?.step !== key || scalar.type !== "string" || /^(?:abort|warn)?$/i.test(scalar.value)) return;
        findings.push({
          check: partialResponseInvalid.id,
          severity: "error",
          message: ({ path: root }) =>
            `${pathText(path, root)} in body should match '^(?i)(abort|warn)?$': write abort or warn.`,
          span: written.span,
          refusedBy: "kubernetes",
          fixes: ["abort", "warn"].map((word) => ({
            title: `Write ${word}`,
            safe: false,
            edits: [{ span: written.span, newText: word }],
          })),
        });
      },
    });
    return findings;
  },
};
