import type { ParserOptions } from "../promql/ast.ts";
import type { RecordingRule } from "../promql/labels/recorded.ts";
import { parseExpr } from "../promql/parse.ts";
import { stringMap, valueAt } from "../yaml/access.ts";
import type { SourceDocument } from "./document.ts";

/** The recording rules of a document for the label flow, with the labels of their groups. */
export function* recordingRules(
  { parts }: SourceDocument,
  options: ParserOptions = {},
): Generator<RecordingRule> {
  for (const { model } of parts) {
    if (model.kind !== "rules" && model.kind !== "PrometheusRule") continue;
    for (const group of model.rules.groups) {
      const shared = stringMap(valueAt(group.node, "labels"));
      for (const rule of group.rules) {
        if (rule.kind !== "record" || rule.name === undefined) continue;
        const parsed = rule.expr === undefined ? undefined : parseExpr(rule.expr.text, options);
        yield {
          metric: rule.name.value,
          expr: parsed?.errors.length === 0 ? parsed.expr : undefined,
          // The rule's own labels win over those of its group.
          labels: new Map([...shared, ...stringMap(valueAt(rule.node, "labels"))]),
        };
      }
    }
  }
}
