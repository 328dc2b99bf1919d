import { isNull, keyOf, resolved } from "../yaml/access.ts";
import type { YamlMap, YamlNode, YamlPair, YamlScalar } from "../yaml/node.ts";
import { jsonTypeOf } from "./json-type.ts";
import { isForeignKey } from "./layout.ts";
import type { ObjectSchema, ScalarSchema, Schema } from "./schema.ts";

/** What an object says against its grammar; `path` is written as the API server writes it. */
export type SchemaProblem =
  | {
      readonly kind: "unknown";
      readonly pair: YamlPair;
      readonly key: string;
      readonly map: YamlMap;
      readonly schema: ObjectSchema;
      readonly path: string;
    }
  | { readonly kind: "missing"; readonly key: string; readonly map: YamlMap; readonly path: string }
  | {
      readonly kind: "type";
      readonly node: YamlNode;
      readonly schema: Schema;
      /** In the words of JSON: `string`, `integer`, `object`, … */
      readonly found: string;
      readonly path: string;
    }
  | {
      readonly kind: "value";
      readonly node: YamlScalar;
      readonly schema: ScalarSchema;
      /** What the API server says of it, without the path. */
      readonly words: string;
      readonly path: string;
    };

/**
 * Everything an object says against its grammar, as the API server judges custom resources: null values of
 * optional keys are as good as absent, null items are not. Aliases are followed once and never in circles.
 */
export function* schemaProblems(root: YamlMap, schema: ObjectSchema): Iterable<SchemaProblem> {
  yield* problemsOf(root, schema, "", new Set());
}

function* problemsOf(
  given: YamlNode,
  schema: Schema,
  path: string,
  above: ReadonlySet<YamlNode>,
): Iterable<SchemaProblem> {
  const node = resolved(given);
  if (node === undefined || schema.type === "any" || above.has(node)) return;
  const found = jsonType(node);
  if (!allows(schema, found)) {
    yield { kind: "type", node: given, schema, found, path };
    return;
  }
  const within = new Set(above).add(node);
  if (node.kind === "map" && schema.type === "object") yield* objectProblems(node, schema, path, within);
  else if (node.kind === "map" && schema.type === "map") {
    for (const { key, value } of entriesOf(node))
      if (!isNull(value)) yield* problemsOf(value, schema.values, join(path, key), within);
  } else if (node.kind === "seq" && schema.type === "array") {
    for (const [index, item] of node.items.entries())
      yield* problemsOf(item, schema.items, `${path}[${index}]`, within);
  } else if (node.kind === "scalar" && "type" in schema) {
    const words = valueProblem(node, schema as ScalarSchema);
    if (words !== undefined) yield { kind: "value", node, schema: schema as ScalarSchema, words, path };
  }
}

function* objectProblems(
  map: YamlMap,
  schema: ObjectSchema,
  path: string,
  above: ReadonlySet<YamlNode>,
): Iterable<SchemaProblem> {
  const present = new Set<string>();
  let foreign = false;
  for (const { key, value, pair } of entriesOf(map)) {
    const child = schema.properties.get(key);
    if (!isNull(value)) present.add(key);
    if (key === "<<" || isForeignKey(key)) foreign = true;
    else if (child === undefined) yield { kind: "unknown", pair, key, map, schema, path };
    else if (!isNull(value)) yield* problemsOf(value, child, join(path, key), above);
  }
  // A patch or a merged mapping is only a part of the object.
  if (foreign) return;
  for (const key of schema.required)
    if (!present.has(key)) yield { kind: "missing", key, map, path: join(path, key) };
}

function* entriesOf(
  map: YamlMap,
): Iterable<{ readonly key: string; readonly value: YamlNode; readonly pair: YamlPair }> {
  for (const pair of map.pairs) {
    const key = keyOf(pair);
    if (key !== undefined) yield { key, value: pair.value, pair };
  }
}

function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

function jsonType(node: Exclude<YamlNode, { kind: "alias" }>): string {
  if (node.kind === "map") return "object";
  if (node.kind === "seq") return "array";
  return jsonTypeOf(node);
}

function allows(schema: Schema, found: string): boolean {
  switch (schema.type) {
    case "any":
      return true;
    case "map":
    case "object":
      return found === "object";
    case "int-or-string":
      return found === "integer" || found === "string";
    case "number":
      return found === "number" || found === "integer";
    default:
      return found === schema.type;
  }
}

function valueProblem({ value }: YamlScalar, limits: ScalarSchema): string | undefined {
  if (limits.enum !== undefined && !limits.enum.includes(value)) {
    const supported = limits.enum.map((each) => JSON.stringify(each)).join(", ");
    return `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported}`;
  }
  if (limits.minLength !== undefined && value.length < limits.minLength)
    return `should be at least ${limits.minLength} chars long`;
  if (limits.minimum !== undefined && Number(value) < limits.minimum)
    return `should be greater than or equal to ${limits.minimum}`;
  if (limits.maximum !== undefined && Number(value) > limits.maximum)
    return `should be less than or equal to ${limits.maximum}`;
  if (limits.fitsPattern?.(value) === false) return `should match '${limits.pattern}'`;
  return undefined;
}
