import { compileAnchored, type RegexResult } from "../base/re2.ts";

/** A grammar of configuration as data: what the checks, completion and repair of YAML objects read. */
export type Schema = ObjectSchema | MapSchema | ArraySchema | ScalarSchema | AnySchema;

/** A mapping with known keys. */
export interface ObjectSchema {
  readonly type: "object";
  readonly properties: ReadonlyMap<string, Schema>;
  readonly required: readonly string[];
}

/** A mapping with keys of the author's own, such as labels. */
export interface MapSchema {
  readonly type: "map";
  readonly values: Schema;
}

export interface ArraySchema {
  readonly type: "array";
  readonly items: Schema;
}

export interface ScalarSchema extends Limits {
  readonly type: ScalarName;
  /** Whether a text fits `pattern`; compiled when it is first asked. */
  readonly fitsPattern?: (text: string) => boolean;
}

/** A place of which the grammar says nothing. */
export interface AnySchema {
  readonly type: "any";
}

export type ScalarName = "string" | "integer" | "number" | "boolean" | "int-or-string";

/** What a scalar may hold, with the words of OpenAPI. */
export interface Limits {
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  /** Of integers: `int32` or `int64`. */
  readonly format?: string;
}

/**
 * One node of a generated table; numbers are rows that stand before it. Equal nodes share a row, so that the
 * table is small.
 */
export type SchemaRow =
  | readonly ["object", Readonly<Record<string, number>>, (readonly string[])?]
  | readonly ["map", number]
  | readonly ["array", number]
  | readonly [ScalarName, Limits?]
  | readonly ["any"];

/** Links the rows of a table to schemas; each row may name only rows before it. */
export function linkSchemas(rows: readonly SchemaRow[]): readonly Schema[] {
  const schemas: Schema[] = [];
  const at = (index: number): Schema => schemas[index] ?? { type: "any" };
  for (const row of rows) {
    if (row[0] === "object") {
      const properties = new Map(Object.entries(row[1]).map(([key, index]) => [key, at(index)]));
      schemas.push({ type: "object", properties, required: row[2] ?? [] });
    } else if (row[0] === "map") schemas.push({ type: "map", values: at(row[1]) });
    else if (row[0] === "array") schemas.push({ type: "array", items: at(row[1]) });
    else if (row[0] === "any") schemas.push({ type: "any" });
    else {
      const pattern = row[1]?.pattern;
      const fits = pattern === undefined ? {} : { fitsPattern: patternTest(pattern) };
      schemas.push({ type: row[0], ...row[1], ...fits });
    }
  }
  return schemas;
}

/** OpenAPI's patterns match anywhere, ours are anchored: what may stand around is said. */
function patternTest(pattern: string): (text: string) => boolean {
  let compiled: RegexResult | undefined;
  return (text) => {
    compiled ??= compileAnchored(`.*(?:${pattern}).*`);
    return !compiled.ok || compiled.regex.matches(text);
  };
}

/** The schema under a path of keys and list indexes, or nothing where the grammar knows no such place. */
export function schemaAt(schema: Schema | undefined, path: readonly (string | number)[]): Schema | undefined {
  let at = schema;
  for (const step of path) {
    if (at === undefined) return undefined;
    if (at.type === "object") at = at.properties.get(String(step));
    else if (at.type === "map") at = at.values;
    else if (at.type === "array") at = typeof step === "number" ? at.items : undefined;
    else return undefined;
  }
  return at;
}

/** What a person calls the type: "text", "list of objects", "one of http, https". */
export function describeType(schema: Schema): string {
  switch (schema.type) {
    case "object":
      return "object";
    case "map":
      return schema.values.type === "any" ? "map" : `map of ${plural(schema.values)}`;
    case "array":
      return `list of ${plural(schema.items)}`;
    case "int-or-string":
      return "number or text";
    case "any":
      return "anything";
    case "string":
      return schema.enum === undefined ? "text" : `one of ${schema.enum.join(", ")}`;
    default:
      return schema.type === "boolean" ? "true or false" : schema.type;
  }
}

function plural(schema: Schema): string {
  if (schema.type === "object") return "objects";
  if (schema.type === "integer" || schema.type === "number") return "numbers";
  return schema.type === "string" ? "texts" : describeType(schema);
}
