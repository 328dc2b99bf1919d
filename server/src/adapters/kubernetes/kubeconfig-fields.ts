/** What a kubeconfig says that cannot be read; the message ends a sentence and holds no values. */
export class Malformed extends Error {}

export type Fields = Readonly<Record<string, unknown>>;

/** A field of one's own; `null` counts as absent, as in Go's JSON. */
export function entryOf(fields: Fields, key: string): unknown {
  return Object.hasOwn(fields, key) ? (fields[key] ?? undefined) : undefined;
}

/**
 * A mapping; what is absent is an empty one. `what` names it in the error. Throws {@link Malformed}, as all below.
 */
export function record(value: unknown, what: string): Fields {
  if (value === undefined || value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) throw new Malformed(`${what} is no map`);
  return value as Fields;
}

/** A text; what is absent is empty. */
export function text(fields: Fields, key: string): string {
  const value = entryOf(fields, key) ?? "";
  if (typeof value !== "string") throw new Malformed(`${key} is no text: put it in quotes`);
  return value;
}

/** A boolean; what is absent is false. */
export function flag(fields: Fields, key: string): boolean {
  const value = entryOf(fields, key) ?? false;
  if (typeof value !== "boolean") throw new Malformed(`${key} is neither true nor false`);
  return value;
}

/** A list of texts; what is absent is empty. */
export function texts(fields: Fields, key: string): readonly string[] {
  const value = entryOf(fields, key) ?? [];
  if (!Array.isArray(value)) throw new Malformed(`${key} is no list`);
  return value.map((item: unknown) => {
    if (item === null || item === undefined) return "";
    if (typeof item !== "string") throw new Malformed(`${key} holds what is no text`);
    return item;
  });
}

/** Base64 as Go's `[]byte` takes it: line ends are passed over, padding is needed. */
export function bytes(fields: Fields, key: string): string {
  const value = text(fields, key).replace(/[\r\n]/g, "");
  if (value.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(value))
    throw new Malformed(`${key} is no base64`);
  return Buffer.from(value, "base64").toString("utf8");
}
