import { checkRegex } from "../../base/re2.ts";
import { parseDuration } from "../../promql/literals.ts";

/**
 * What a text of a configuration has to be, beyond what JSON schema has a word for: `re2` is a regular expression of
 * RE2, `duration` one of Prometheus, `glob` a pattern of paths, `check` the id of a check.
 */
export type TextForm = "re2" | "duration" | "glob" | "https" | "check";

/** The part of JSON schema that our own configuration is described in, so that one object serves all readers of it. */
export interface ConfigSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, ConfigSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | ConfigSchema;
  readonly propertyNames?: ConfigSchema;
  readonly items?: ConfigSchema;
  readonly enum?: readonly string[];
  /** Told apart by the type of the value alone. */
  readonly anyOf?: readonly ConfigSchema[];
  readonly minimum?: number;
  readonly minItems?: number;
  readonly minProperties?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  /** Ours alone: it does not stand in the schema that is handed out. */
  readonly form?: TextForm;
}

export type ConfigPath = readonly (string | number)[];

/** The type of a plain value in the words of JSON schema. */
export function jsonTypeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value;
}

/** The types that a value may have; none where the schema does not say. */
export function typesOf({ type }: ConfigSchema): readonly string[] {
  return type === undefined ? [] : typeof type === "string" ? [type] : type;
}

/** Whether a value of that type may stand here. */
export function takes(schema: ConfigSchema, type: string): boolean {
  if (schema.anyOf !== undefined) return schema.anyOf.some((each) => takes(each, type));
  const types = typesOf(schema);
  return types.length === 0 || types.includes(type) || (type === "number" && types.includes("integer"));
}

/** The alternatives of a schema, or the schema itself. */
export function alternatives(schema: ConfigSchema): readonly ConfigSchema[] {
  return schema.anyOf ?? [schema];
}

/** The schema below a path; where one of several alternatives goes on, that one. */
export function configSchemaAt(schema: ConfigSchema, path: ConfigPath): ConfigSchema | undefined {
  let at: ConfigSchema | undefined = schema;
  for (const step of path) {
    const next: ConfigSchema | undefined = alternatives(at)
      .map((each) => stepInto(each, step))
      .find((each) => each !== undefined);
    if (next === undefined) return undefined;
    at = next;
  }
  return at;
}

function stepInto(
  { properties, additionalProperties, items }: ConfigSchema,
  step: string | number,
): ConfigSchema | undefined {
  if (typeof step === "number") return items;
  if (properties !== undefined && Object.hasOwn(properties, step)) return properties[step];
  return typeof additionalProperties === "object" ? additionalProperties : undefined;
}

/** The keys that a mapping may have here, with what each holds. */
export function keysOf(schema: ConfigSchema | undefined): ReadonlyMap<string, ConfigSchema> {
  const keys = new Map<string, ConfigSchema>();
  for (const { properties } of schema === undefined ? [] : alternatives(schema))
    for (const [key, child] of Object.entries(properties ?? {})) if (!keys.has(key)) keys.set(key, child);
  return keys;
}

/** What is wrong with a text that has to be of a form, as the rest of a sentence; nothing where it is right. */
export function formFault(text: string, form: TextForm, checkIds: readonly string[]): string | undefined {
  switch (form) {
    case "re2": {
      const syntax = checkRegex(text);
      return syntax.ok ? undefined : `is no regular expression of RE2 (${syntax.message})`;
    }
    case "duration":
      return parseDuration(text).error === undefined ? undefined : "is no duration such as 30s, 5m or 1d";
    case "glob":
      return globFault(text);
    case "https":
      return /^https:\/\/[^\s/]+\S*$/.test(text) ? undefined : "is no address that begins with https://";
    case "check":
      return checkIds.length === 0 || checkIds.includes(text) ? undefined : "is no check";
  }
}

/** Brackets that are never closed match nothing but themselves, which nobody means. */
function globFault(text: string): string | undefined {
  if (text === "") return "is an empty glob";
  if (text.startsWith("/") || text.includes("\\"))
    return "is no glob relative to this folder, with forward slashes";
  for (const [open, close] of ["{}", "[]", "()"] as const) {
    const count = (char: string): number => text.split(char).length - 1;
    if (open !== undefined && close !== undefined && count(open) !== count(close))
      return `is no glob: ${open} and ${close} do not pair up`;
  }
  return undefined;
}
