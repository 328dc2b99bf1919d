import type { DocumentCheck } from "../check.ts";
import { notSelected } from "../monitor/selection.ts";
import { objectOf } from "./object-type.ts";

/** The operator passes objects over that no selector picks, without a word: their alerts never fire. */
export const ruleNotSelected: DocumentCheck = {
  unit: "document",
  id: "rule.not-selected",
  severity: "warning",
  kinds: ["PrometheusRule"],
  beyondFile: true,
  summary:
    "No Prometheus or ThanosRuler picks a PrometheusRule by its labels, so its rules are never loaded.",
  run(context) {
    const root = objectOf(context);
    return root === undefined ? [] : notSelected(ruleNotSelected.id, "PrometheusRule", root, context);
  },
};
