import { operatorKinds, operatorRows } from "./operator.generated.ts";
import { linkSchemas, type ObjectSchema, type Schema } from "./schema.ts";

/** The kinds of monitoring.coreos.com whose grammar we carry. */
export type OperatorKind = keyof typeof operatorKinds;

const text: Schema = { type: "string" };
const texts: Schema = { type: "map", values: text };
const anything: Schema = { type: "any" };

/** Kubernetes' ObjectMeta, of which the definitions of the operator say only that it is an object. */
const objectMeta: ObjectSchema = {
  type: "object",
  required: [],
  properties: new Map<string, Schema>([
    ["name", text],
    ["generateName", text],
    ["namespace", text],
    ["labels", texts],
    ["annotations", texts],
    ["finalizers", { type: "array", items: text }],
    ["ownerReferences", { type: "array", items: anything }],
    ["managedFields", { type: "array", items: anything }],
    ["creationTimestamp", anything],
    ["deletionTimestamp", anything],
    ["deletionGracePeriodSeconds", anything],
    ["generation", anything],
    ["resourceVersion", anything],
    ["selfLink", anything],
    ["uid", anything],
  ]),
};

const linked = linkSchemas(operatorRows);

function rootOf(kind: OperatorKind): ObjectSchema {
  const root = linked[operatorKinds[kind]];
  if (root?.type !== "object") return { type: "object", required: [], properties: new Map() };
  const properties = new Map(root.properties);
  properties.set("metadata", objectMeta);
  return { ...root, properties };
}

const roots: Readonly<Record<OperatorKind, ObjectSchema>> = {
  ServiceMonitor: rootOf("ServiceMonitor"),
  PodMonitor: rootOf("PodMonitor"),
  PrometheusRule: rootOf("PrometheusRule"),
};

/** The grammar of a kind of the operator, with `metadata` spelled out. */
export function operatorSchema(kind: OperatorKind): ObjectSchema {
  return roots[kind];
}
