import { textOf, valueAt } from "../yaml/access.ts";
import type { YamlMap } from "../yaml/node.ts";
import type { OperatorObject } from "./kubernetes.ts";
import { readSelector, type SelectorModel } from "./monitor.ts";

/** An ordinary label selector. */
export type LabelSelector = Pick<SelectorModel, "matchLabels" | "expressions">;

/** Which objects of one kind are picked. */
export interface Picks {
  /** Nothing picks no object at all, an empty selector all. */
  readonly objects: LabelSelector | undefined;
  /** By the labels of namespaces; nothing means the picker's own. */
  readonly namespaces: LabelSelector | undefined;
}

/** What of prometheus-operator picks objects by their labels. */
export type PickerKind = "Prometheus" | "PrometheusAgent" | "ThanosRuler";
/** What is picked. */
export type PickedKind = "PrometheusRule" | "ServiceMonitor" | "PodMonitor";

/** A server that prometheus-operator runs, and which objects it makes its configuration of. */
export interface Picker {
  readonly kind: PickerKind;
  readonly name: string;
  /** Nothing where the file does not say it. */
  readonly namespace: string | undefined;
  /** Of the kinds that it picks at all. */
  readonly picks: Readonly<Partial<Record<PickedKind, Picks>>>;
  /** Of the object in a file: where its name stands. */
  readonly uri?: string | undefined;
  readonly offset?: number | undefined;
}

/** The fields of `spec` begin so. */
const fields: Readonly<Record<PickedKind, string>> = {
  PrometheusRule: "rule",
  ServiceMonitor: "serviceMonitor",
  PodMonitor: "podMonitor",
};

/** Who picks what. */
export const pickedBy: Readonly<Record<PickerKind, readonly PickedKind[]>> = {
  Prometheus: ["PrometheusRule", "ServiceMonitor", "PodMonitor"],
  PrometheusAgent: ["ServiceMonitor", "PodMonitor"],
  ThanosRuler: ["PrometheusRule"],
};

/** Whether objects of a kind pick others. */
export function isPickerKind(kind: string | undefined): kind is PickerKind {
  return kind !== undefined && Object.hasOwn(pickedBy, kind);
}

/** Reads a picker out of its object in a file. */
export function readPicker(root: YamlMap, kind: PickerKind, uri: string): Picker {
  return {
    kind,
    name: textOf(valueAt(root, "metadata", "name")) ?? "",
    namespace: textOf(valueAt(root, "metadata", "namespace")),
    picks: picksOf(kind, (field) => {
      const selector = readSelector(valueAt(root, "spec", field));
      return selector && { matchLabels: selector.matchLabels, expressions: selector.expressions };
    }),
    uri,
    offset: (valueAt(root, "metadata", "name") ?? root).span.start,
  };
}

/** The same of an object that the API server holds. */
export function pickerOf(kind: PickerKind, { name, namespace, spec }: OperatorObject): Picker {
  return { kind, name, namespace, picks: picksOf(kind, (field) => selectorOf(fieldOf(spec, field))) };
}

function picksOf(kind: PickerKind, read: (field: string) => LabelSelector | undefined): Picker["picks"] {
  return Object.fromEntries(
    pickedBy[kind].map((picked) => [
      picked,
      {
        objects: read(`${fields[picked]}Selector`),
        namespaces: read(`${fields[picked]}NamespaceSelector`),
      },
    ]),
  );
}

function selectorOf(value: unknown): LabelSelector | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const expressions = fieldOf(value, "matchExpressions");
  return {
    matchLabels: new Map(
      Object.entries(fieldOf(value, "matchLabels") ?? {}).map(([key, wanted]) => [key, String(wanted)]),
    ),
    expressions: (Array.isArray(expressions) ? expressions : []).map((expression: unknown) => {
      const values = fieldOf(expression, "values");
      return {
        key: String(fieldOf(expression, "key")),
        operator: String(fieldOf(expression, "operator")),
        values: Array.isArray(values) ? values.map(String) : [],
      };
    }),
  };
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
