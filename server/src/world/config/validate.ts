import { nearest } from "../../base/nearest.ts";
import {
  alternatives,
  type ConfigPath,
  type ConfigSchema,
  formFault,
  jsonTypeOf,
  keysOf,
  takes,
  typesOf,
} from "./schema.ts";

/** Something in a configuration that cannot be used, at a place of its plain value. */
export interface ConfigProblem {
  readonly path: ConfigPath;
  /** Whether the last key of the path is meant, not its value. */
  readonly onKey: boolean;
  readonly kind: "unknown-key" | "invalid";
  /** One sentence of at most 120 characters. */
  readonly message: string;
  /** What was most likely meant instead of the key or value. */
  readonly meant?: string | undefined;
}

/**
 * Everything that a plain value says against its schema, in its own order. `undefined` stands for an alias, which is
 * not read in settings. `checkIds` are the checks there are; empty where they are not known.
 */
export function configProblems(
  value: unknown,
  schema: ConfigSchema,
  checkIds: readonly string[],
  path: ConfigPath = [],
): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  judge(value, schema, path, { checkIds, problems });
  return problems;
}

interface Judging {
  readonly checkIds: readonly string[];
  readonly problems: ConfigProblem[];
}

function judge(value: unknown, schema: ConfigSchema, path: ConfigPath, to: Judging): void {
  const invalid = (message: string, meant?: string): void => {
    to.problems.push({ path, onKey: false, kind: "invalid", message: sentence(message), meant });
  };
  if (value === undefined) {
    invalid("Aliases are not read here: write the value out.");
    return;
  }
  const type = jsonTypeOf(value);
  // A key without a value counts as absent, as everywhere in our settings.
  if (type === "null") return;
  const name = nameOf(path);
  if (!takes(schema, type)) {
    invalid(`${name} must be ${expectedOf(schema)}.`);
    return;
  }
  const own = alternatives(schema).find((each) => takes(each, type)) ?? schema;
  if (Array.isArray(value)) {
    if (value.length < (own.minItems ?? 0))
      invalid(`${name} needs at least ${own.minItems} ${own.minItems === 1 ? "item" : "items"}.`);
    const { items } = own;
    if (items !== undefined)
      for (const [index, item] of value.entries()) judge(item, items, [...path, index], to);
  } else if (typeof value === "object" && value !== null)
    judgeMap(value as Readonly<Record<string, unknown>>, own, path, to);
  else if (typeof value === "number" && own.form === undefined) {
    if (own.minimum !== undefined && value < own.minimum) invalid(`${name} must be ${own.minimum} or more.`);
    else if (typesOf(own).includes("integer") && !Number.isInteger(value))
      invalid(`${name} must be a whole number.`);
  } else judgeText(String(value), own, path, to);
}

function judgeMap(
  value: Readonly<Record<string, unknown>>,
  schema: ConfigSchema,
  path: ConfigPath,
  to: Judging,
): void {
  const keys = keysOf(schema);
  const { additionalProperties, propertyNames } = schema;
  for (const [key, child] of Object.entries(value)) {
    const at = [...path, key];
    const known = keys.get(key);
    if (known !== undefined) judge(child, known, at, to);
    else if (typeof additionalProperties === "object") {
      if (propertyNames !== undefined) judgeText(key, propertyNames, at, to, true);
      judge(child, additionalProperties, at, to);
    } else if (additionalProperties === false) {
      const meant = nearest(
        key,
        [...keys.keys()].filter((one) => !Object.hasOwn(value, one)),
      );
      const advice = meant === undefined ? `use ${listed([...keys.keys()])}` : `did you mean ${meant}?`;
      const message = sentence(`There is no key ${shortened(key)} here: ${advice}`);
      to.problems.push({ path: at, onKey: true, kind: "unknown-key", message, meant });
    }
  }
  const invalid = (message: string): void => {
    to.problems.push({ path, onKey: false, kind: "invalid", message: sentence(message) });
  };
  for (const key of schema.required ?? [])
    if (value[key] === undefined || value[key] === null) invalid(`${nameOf(path)} needs ${key}.`);
  if (Object.keys(value).length < (schema.minProperties ?? 0)) invalid(`${nameOf(path)} is empty.`);
}

function judgeText(text: string, schema: ConfigSchema, path: ConfigPath, to: Judging, onKey = false): void {
  const fault = textFault(text, schema, nameOf(path), to.checkIds);
  if (fault === undefined) return;
  to.problems.push({ path, onKey, kind: "invalid", message: sentence(fault.message), meant: fault.meant });
}

function textFault(
  text: string,
  schema: ConfigSchema,
  name: string,
  checkIds: readonly string[],
): Pick<ConfigProblem, "message" | "meant"> | undefined {
  const shown = shortened(text);
  if (schema.enum !== undefined && !schema.enum.includes(text)) {
    const meant = nearest(text, schema.enum);
    const advice = meant === undefined ? `use ${listed(schema.enum)}` : `did you mean ${meant}?`;
    return { message: `${shown} is not known here: ${advice}`, meant };
  }
  if (text.length < (schema.minLength ?? 0)) return { message: `${name} must not be empty.` };
  if (text.length > (schema.maxLength ?? Number.POSITIVE_INFINITY))
    return { message: `${name} must have at most ${schema.maxLength} characters.` };
  // Patterns of schemas are ours, never the user's.
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, "u").test(text))
    return { message: `${shown} has not the form that ${name} needs: its description says which.` };
  const fault = schema.form === undefined ? undefined : formFault(text, schema.form, checkIds);
  if (fault === undefined) return undefined;
  const meant = schema.form === "check" ? nearest(text, checkIds) : undefined;
  return { message: `${shown} ${fault}${meant === undefined ? "." : `: did you mean ${meant}?`}`, meant };
}

/** The innermost key of a path, for a sentence to begin with. */
function nameOf(path: ConfigPath): string {
  const last = path.at(-1);
  if (last === undefined) return "promscope.yaml";
  if (typeof last === "string") return shortened(last);
  const list = path.findLast((step) => typeof step === "string");
  return list === undefined ? "The item" : `An item of ${shortened(String(list))}`;
}

const typeWords: ReadonlyMap<string, string> = new Map([
  ["string", "a text"],
  ["number", "a number"],
  ["integer", "a whole number"],
  ["boolean", "true or false"],
  ["array", "a list"],
  ["object", "a mapping"],
]);

/** In words, as in "must be …". */
function expectedOf(schema: ConfigSchema): string {
  const all = alternatives(schema).flatMap((each) => {
    const types = typesOf(each);
    return types.includes("string") ? ["a text"] : types.map((type) => typeWords.get(type) ?? type);
  });
  return [...new Set(all)].join(" or ");
}

function listed(words: readonly string[]): string {
  let text = "";
  for (const [index, word] of words.entries()) {
    if (text.length + word.length > 60) return `${text}, …`;
    text += index === 0 ? word : `, ${word}`;
  }
  return `${text}.`;
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length <= 40 ? line : `${line.slice(0, 39).toWellFormed()}…`;
}

function sentence(text: string): string {
  return text.length <= 120 ? text : `${text.slice(0, 119).toWellFormed()}…`;
}

/** A path as people write it: `policy[2].require.labels`. */
export function pathText(path: ConfigPath): string {
  let text = "";
  for (const step of path) text += typeof step === "number" ? `[${step}]` : text === "" ? step : `.${step}`;
  return text;
}
