/**
 * Shapes of settings: each is a JSON schema and a reader that agree by construction, and gives the TypeScript
 * type of what it reads.
 */
export interface Shape<T> {
  readonly schema: JsonSchema;
  /** In words, as in "must be …". */
  readonly expected: string;
  /** Reads a value; `problems` get one sentence part ("NAME must be …") for each thing that is wrong. */
  read(value: unknown, path: string, problems: string[]): T | undefined;
}

export type JsonSchema = Readonly<Record<string, unknown>>;
export type ValueOf<S> = S extends Shape<infer T> ? T : never;

interface Options {
  readonly description?: string;
}

function shape<T>(
  schema: JsonSchema,
  expected: string,
  { description }: Options,
  accept: (value: unknown) => value is T,
): Shape<T> {
  return {
    schema: description === undefined ? schema : { ...schema, description },
    expected,
    read(value, path, problems) {
      if (accept(value)) return value;
      problems.push(`${path} must be ${expected}`);
      return undefined;
    },
  };
}

export const flag = (options: Options = {}): Shape<boolean> =>
  shape({ type: "boolean" }, "true or false", options, (value) => typeof value === "boolean");

/** A number that is not negative. */
export const amount = (options: Options = {}): Shape<number> =>
  shape(
    { type: "number", minimum: 0 },
    "a number, 0 or more",
    options,
    (value): value is number => typeof value === "number" && Number.isFinite(value) && value >= 0,
  );

/** A text that has the form of `pattern`, where one is given; an empty one only where `empty` allows it. */
export function words(
  options: Options & {
    readonly pattern?: RegExp;
    readonly expected?: string;
    readonly empty?: boolean;
  } = {},
): Shape<string> {
  const { pattern, empty = false } = options;
  const source = pattern === undefined ? undefined : empty ? `^$|${pattern.source}` : pattern.source;
  return shape(
    {
      type: "string",
      ...(empty ? {} : { minLength: 1 }),
      ...(source === undefined ? {} : { pattern: source }),
    },
    options.expected ?? "a text",
    options,
    (value): value is string =>
      typeof value === "string" && (value === "" ? empty : (pattern?.test(value) ?? true)),
  );
}

/** One of these texts. */
export function choice<const T extends string>(values: readonly T[], options: Options = {}): Shape<T> {
  const isOne = (value: unknown): value is T => (values as readonly unknown[]).includes(value);
  return shape({ type: "string", enum: values }, `one of ${values.join(", ")}`, options, isOne);
}

/** A list; one bad item spoils it. */
export function listOf<T>(item: Shape<T>, options: Options = {}): Shape<readonly T[]> {
  return {
    schema: { type: "array", items: item.schema, ...options },
    expected: "a list",
    read(value, path, problems) {
      if (!Array.isArray(value)) {
        problems.push(`${path} must be a list`);
        return undefined;
      }
      const read = value.map((one: unknown, index) => item.read(one, `${path}[${index}]`, problems));
      return read.every((one) => one !== undefined) ? (read as T[]) : undefined;
    },
  };
}

/** A list from which bad items are left out, each with its own sentence. */
export function listOfGood<T>(item: Shape<T>, options: Options = {}): Shape<readonly T[]> {
  return {
    ...listOf(item, options),
    read(value, path, problems) {
      if (!Array.isArray(value)) {
        problems.push(`${path} must be a list`);
        return undefined;
      }
      return value.flatMap((one: unknown, index) => item.read(one, `${path}[${index}]`, problems) ?? []);
    },
  };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A mapping of any keys to values of one shape; bad entries are left out unless `strict`. */
export function mapOf<T>(
  value: Shape<T>,
  options: Options & { readonly strict?: boolean } = {},
): Shape<Readonly<Record<string, T>>> {
  const { strict = false, ...described } = options;
  return {
    schema: { type: "object", additionalProperties: value.schema, ...described },
    expected: "a mapping",
    read(raw, path, problems) {
      if (!isObject(raw)) {
        problems.push(`${path} must be a mapping`);
        return undefined;
      }
      const entries = Object.entries(raw).map(
        ([key, one]) => [key, value.read(one, `${path}.${key}`, problems)] as const,
      );
      const good = entries.filter((entry): entry is [string, T] => entry[1] !== undefined);
      return strict && good.length < entries.length ? undefined : Object.fromEntries(good);
    },
  };
}

type Fields = Readonly<Record<string, Shape<unknown>>>;
type Read<F extends Fields, R extends keyof F> = { readonly [K in R]: ValueOf<F[K]> } & {
  readonly [K in Exclude<keyof F, R>]: ValueOf<F[K]> | undefined;
};

/** An object of known fields; a bad or missing field spoils it, an unknown one is told and left out. */
export function record<F extends Fields, R extends keyof F & string>(
  fields: F,
  required: readonly R[],
): Shape<Read<F, R>> {
  return {
    schema: {
      type: "object",
      required,
      additionalProperties: false,
      properties: Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, field.schema])),
    },
    expected: "a mapping",
    read(raw, path, problems) {
      if (!isObject(raw)) {
        problems.push(`${path} must be a mapping`);
        return undefined;
      }
      const before = problems.length;
      const result: Record<string, unknown> = {};
      for (const [key, field] of Object.entries(fields)) {
        const value = raw[key];
        if (value !== undefined && value !== null)
          result[key] = field.read(value, `${path}.${key}`, problems);
        else if ((required as readonly string[]).includes(key)) problems.push(`${path} needs ${key}`);
      }
      if (problems.length > before) return undefined;
      for (const key of Object.keys(raw))
        if (!Object.hasOwn(fields, key)) problems.push(`${path}.${key} is not known`);
      return result as Read<F, R>;
    },
  };
}
