import { metadataProblems } from "../../schema/metadata.ts";
import { operatorSchema } from "../../schema/operator.ts";
import type { ObjectSchema } from "../../schema/schema.ts";
import { type SchemaProblem, schemaProblems } from "../../schema/validate.ts";
import { asMap, asSeq, valueAt } from "../../yaml/access.ts";
import type { YamlMap } from "../../yaml/node.ts";
import type { CheckContext, DocumentCheck, RawFinding } from "../check.ts";
import { wordsOf } from "../monitor/wrong-type.ts";
import { tooLarge } from "./object-size.ts";

/** The object around the rules: its `metadata`, and that its `spec` is a mapping. What is in there is judged as rules. */
const frame: ObjectSchema = {
  type: "object",
  required: ["spec"],
  properties: new Map([
    ["metadata", operatorSchema("PrometheusRule").properties.get("metadata") ?? { type: "any" }],
    ["spec", { type: "object", required: [], properties: new Map() }],
  ]),
};

/** What the API server or the operator refuses of a PrometheusRule before anyone looks at its rules. */
export const objectType: DocumentCheck = {
  unit: "document",
  id: "rule.object-type",
  severity: "error",
  kinds: ["PrometheusRule"],
  summary:
    "The `metadata` or the `spec` of a PrometheusRule is of another type than Kubernetes takes, or the object is too large.",
  *run(context) {
    const large = tooLarge(context);
    if (large !== undefined) yield large;
    const root = objectOf(context);
    if (root === undefined) return;
    for (const { node, words } of metadataProblems(root))
      yield {
        check: objectType.id,
        severity: "error",
        message: words,
        span: node.span,
        refusedBy: "kubernetes",
      };
    for (const problem of schemaProblems(root, frame)) {
      const finding = findingOf(problem);
      if (finding !== undefined) yield finding;
    }
  },
};

/** The object that holds the rules: the document, or an item of a list. */
export function objectOf({ part }: CheckContext): YamlMap | undefined {
  const root = asMap(part.yaml?.root);
  if (root === undefined || part.model.kind !== "PrometheusRule") return undefined;
  const items = asSeq(valueAt(root, "items"))?.items;
  if (items === undefined) return root;
  const { root: spec } = part.model.rules;
  return items.map(asMap).find((item) => item !== undefined && asMap(valueAt(item, "spec")) === spec);
}

function findingOf(problem: SchemaProblem): RawFinding | undefined {
  const common = { check: objectType.id, severity: "error", refusedBy: "kubernetes" } as const;
  if (problem.kind === "type") {
    const { node, path, schema, found } = problem;
    const advice = schema.type === "string" ? "quote the value." : "write a mapping here.";
    return { ...common, message: `${wordsOf(path, schema, found)}: ${advice}`, span: node.span };
  }
  if (problem.kind !== "missing" || problem.path !== "spec") return undefined;
  const { pairs, span } = problem.map;
  return {
    ...common,
    message: "spec: Required value: write the groups below it.",
    span: pairs[0]?.key.span ?? span,
  };
}
