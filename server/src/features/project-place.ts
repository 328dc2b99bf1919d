import { allChecks } from "../checks/registry.ts";
import { type ConfigSchema, configSchemaAt, takes } from "../world/config/schema.ts";
import { projectSchema } from "../world/project-schema.ts";
import type { Snapshot } from "../world/snapshot.ts";

/** Whether a file is a `promscope.yaml`. */
export function isProject({ document }: Snapshot): boolean {
  return document.parts.some(({ model }) => model.kind === "promscope.yaml");
}

/**
 * The schema under a path of keys and list items, as far as a `promscope.yaml` has one. Where an item is written and
 * its list may be left out, the item's.
 */
export function projectSchemaAt(path: readonly (string | number)[]): ConfigSchema | undefined {
  return configSchemaAt(projectSchema, path);
}

/** What a key holds, in words. */
export function typeWords(schema: ConfigSchema): string {
  if (schema.form === "re2") return "regular expression";
  if (schema.form === "duration") return "duration";
  if (schema.form === "glob") return "glob";
  if (schema.enum !== undefined) return schema.enum.join(", ");
  const words = [
    takes(schema, "string") ? "text" : undefined,
    takes(schema, "number") && !takes(schema, "string") ? "number" : undefined,
    takes(schema, "boolean") && !takes(schema, "string") ? "true or false" : undefined,
    takes(schema, "array") ? "list" : undefined,
    takes(schema, "object") ? "mapping" : undefined,
  ].filter((word) => word !== undefined);
  return words.join(" or ");
}

/** The ids of all checks with what each says of itself, in order. */
export function checkSummaries(): ReadonlyMap<string, string> {
  const sorted = allChecks.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return new Map(sorted.map(({ id, summary }) => [id, summary]));
}
