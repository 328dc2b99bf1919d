import type { Snapshot } from "../world/snapshot.ts";
import { pathAt, pathNames } from "../yaml/access.ts";
import { code, markup, paragraphs, plain } from "./markdown.ts";
import { checkSummaries, isProject, projectSchemaAt, typeWords } from "./project-place.ts";
import type { Hover } from "./types.ts";

/** What a key of a `promscope.yaml` means, and what a check says; nothing in other files. */
export function hoverProject(snapshot: Snapshot, offset: number): Hover | undefined {
  if (!isProject(snapshot)) return undefined;
  const path = pathAt(snapshot.document.parts[0]?.yaml?.root, offset);
  const last = path?.steps.at(-1);
  if (path === undefined || !path.onKey || last?.kind !== "key" || last.name === undefined) return undefined;
  const names = pathNames(path);
  const summary = names.length === 2 && names[0] === "checks" ? checkSummaries().get(last.name) : undefined;
  if (summary !== undefined)
    return { contents: markup`${code(last.name)}: ${plain(summary)}`, span: path.node.span };
  const schema = projectSchemaAt(names);
  if (schema === undefined) return undefined;
  const { description } = schema;
  const contents = paragraphs([
    markup`${code(last.name)} ${plain(`(${typeWords(schema)})`)}`,
    description === undefined ? undefined : plain(description),
  ]);
  return { contents, span: path.node.span };
}
