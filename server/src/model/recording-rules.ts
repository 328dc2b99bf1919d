import type { ParserOptions } from "../promql/ast.ts";
import type { RecordingRule } from "../promql/labels/recorded.ts";
import { parseExpr } from "../promql/parse.ts";
import { asMap, isNull, keyOf, stringMap, valueAt } from "../yaml/access.ts";
import type { YamlNode } from "../yaml/node.ts";
import type { SourceDocument } from "./document.ts";

/** The recording rules of a document for the label flow, with the labels of their groups. */
export function* recordingRules(
  { parts }: SourceDocument,
  options: ParserOptions = {},
): Generator<RecordingRule> {
  for (const { model } of parts) {
    if (model.kind !== "rules" && model.kind !== "PrometheusRule") continue;
    for (const group of model.rules.groups) {
      const shared = labelsOf(group.node);
      for (const rule of group.rules) {
        if (rule.kind !== "record" || rule.name === undefined) continue;
        const parsed = rule.expr === undefined ? undefined : parseExpr(rule.expr.text, options);
        yield {
          metric: rule.name.value,
          expr: parsed?.errors.length === 0 ? parsed.expr : undefined,
          // The rule's own labels win over those of its group.
          labels: new Map([...shared, ...labelsOf(rule.node)]),
        };
      }
    }
  }
}

/** The labels of a rule or group; one whose value is null is empty, as for Prometheus. */
export function labelsOf(node: YamlNode): ReadonlyMap<string, string> {
  const written = valueAt(node, "labels");
  const labels = stringMap(written);
  let all: Map<string, string> | undefined;
  for (const pair of asMap(written)?.pairs ?? []) {
    const key = keyOf(pair);
    if (key === undefined || !isNull(pair.value)) continue;
    all ??= new Map(labels);
    all.set(key, "");
  }
  return all ?? labels;
}
