import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { ConfigSchema } from "../server/src/world/config/schema.ts";
import { projectSchema } from "../server/src/world/project-schema.ts";

/** Writes `docs/promscope.schema.json`: the grammar of `promscope.yaml` for other editors' YAML language servers. */
type Json = Readonly<Record<string, unknown>>;

/** The words of JSON schema alone: what RE2 or a glob must be like has none. */
function handedOut({ form, ...schema }: ConfigSchema): Json {
  const { properties, items, anyOf, additionalProperties, propertyNames } = schema;
  return {
    ...schema,
    ...(form === "https" ? { pattern: "^https://" } : {}),
    // No list: a copy that an editor took months ago must not refuse a check that came since.
    ...(form === "check" ? { pattern: "^[a-z]+\\.[a-z0-9-]+$" } : {}),
    ...(form === "duration" ? { pattern: "^([0-9]+(ms|[smhdwy]))+$|^0$" } : {}),
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([key, child]) => [key, handedOut(child)]),
          ),
        }),
    ...(items === undefined ? {} : { items: handedOut(items) }),
    ...(anyOf === undefined ? {} : { anyOf: anyOf.map(handedOut) }),
    ...(typeof additionalProperties === "object"
      ? { additionalProperties: handedOut(additionalProperties) }
      : {}),
    ...(propertyNames === undefined ? {} : { propertyNames: handedOut(propertyNames) }),
  };
}

export function projectSchemaFile(): string {
  const schema = {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "promscope.yaml",
    ...handedOut(projectSchema),
  };
  return `${JSON.stringify(schema, null, 1)}\n`;
}

export const projectSchemaPath: string = fileURLToPath(
  new URL("../docs/promscope.schema.json", import.meta.url),
);

if (process.argv[1] === fileURLToPath(import.meta.url))
  await writeFile(projectSchemaPath, projectSchemaFile());
