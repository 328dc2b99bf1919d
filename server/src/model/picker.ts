import { textOf, valueAt } from "../yaml/access.ts";
import type { YamlMap } from "../yaml/node.ts";
import type { OperatorObject } from "./kubernetes.ts";
import { readSelector, type SelectorModel } from "./monitor.ts";

/** An ordinary label selector. */
export type LabelSelector = Pick<SelectorModel, "matchLabels" | "expressions">;

/** A Prometheus or ThanosRuler of prometheus-operator, and which PrometheusRules it loads. */
export interface Ruler {
  readonly kind: "Prometheus" | "ThanosRuler";
  readonly name: string;
  /** Nothing where the file does not say it. */
  readonly namespace: string | undefined;
  /** Nothing selects no object at all, an empty one all. */
  readonly rules: LabelSelector | undefined;
  /** By the labels of namespaces; nothing means the ruler's own. */
  readonly namespaces: LabelSelector | undefined;
  /** Of the object in a file: where its name stands. */
  readonly uri?: string | undefined;
  readonly offset?: number | undefined;
}

/** Reads a ruler out of its object in a file. */
export function readRuler(root: YamlMap, kind: Ruler["kind"], uri: string): Ruler {
  return {
    kind,
    name: textOf(valueAt(root, "metadata", "name")) ?? "",
    namespace: textOf(valueAt(root, "metadata", "namespace")),
    rules: writtenSelector(root, "ruleSelector"),
    namespaces: writtenSelector(root, "ruleNamespaceSelector"),
    uri,
    offset: (valueAt(root, "metadata", "name") ?? root).span.start,
  };
}

function writtenSelector(root: YamlMap, key: string): LabelSelector | undefined {
  const selector = readSelector(valueAt(root, "spec", key));
  return selector && { matchLabels: selector.matchLabels, expressions: selector.expressions };
}

/** The same of an object that the API server holds. */
export function rulerOf(kind: Ruler["kind"], { name, namespace, spec }: OperatorObject): Ruler {
  return {
    kind,
    name,
    namespace,
    rules: selectorOf(field(spec, "ruleSelector")),
    namespaces: selectorOf(field(spec, "ruleNamespaceSelector")),
  };
}

function selectorOf(value: unknown): LabelSelector | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const expressions = field(value, "matchExpressions");
  return {
    matchLabels: new Map(
      Object.entries(field(value, "matchLabels") ?? {}).map(([key, wanted]) => [key, String(wanted)]),
    ),
    expressions: (Array.isArray(expressions) ? expressions : []).map((expression: unknown) => {
      const values = field(expression, "values");
      return {
        key: String(field(expression, "key")),
        operator: String(field(expression, "operator")),
        values: Array.isArray(values) ? values.map(String) : [],
      };
    }),
  };
}

function field(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
