import { aggregations, functions } from "../promql/functions.ts";
import { alternatives, type ConfigSchema, keysOf, takes } from "../world/config/schema.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { flowPlaceAt } from "./flow-place.ts";
import { plain } from "./markdown.ts";
import { checkSummaries, isProject, projectSchemaAt, typeWords } from "./project-place.ts";
import type { CompletionItem, CompletionList } from "./types.ts";
import { type YamlPlace, yamlPlaceAt } from "./yaml-place.ts";

/** At most so many are shown. */
const maxItems = 200;

/** Labels and annotations that nearly everybody has. */
const usual = {
  labels: ["severity", "team", "priority"],
  annotations: ["summary", "description", "runbook_url"],
} as const;

/** Completion of keys, values, ids of checks and names of policies in a `promscope.yaml`; nothing in other files. */
export function completeProject(snapshot: Snapshot, offset: number): CompletionList | undefined {
  if (!isProject(snapshot)) return undefined;
  const { text } = snapshot.document;
  const flow = flowPlaceAt(text, offset);
  const place = flow ?? yamlPlaceAt(text, offset);
  if (place === undefined) return undefined;
  const items =
    place.key === undefined
      ? [...keyItems(place, flow !== undefined), ...itemWords(text, place)]
      : valueItems(text, place, [...place.path, place.key]);
  if (items.length === 0) return undefined;
  return { items: items.slice(0, maxItems), isIncomplete: items.length > maxItems };
}

function keyItems(place: YamlPlace, isFlow: boolean): readonly CompletionItem[] {
  const { path, siblings, typed, hasColon, quote } = place;
  if (quote !== "") return [];
  const schema = projectSchemaAt(path);
  if (schema === undefined || !takes(schema, "object")) return [];
  const written = (label: string, child: ConfigSchema | undefined): Partial<CompletionItem> =>
    hasColon
      ? {}
      : { insertText: `${label}:${valueSnippet(child, place, isFlow)}`, snippet: true, retrigger: "suggest" };
  const own = [...keysOf(schema)].map(([label, child], index): CompletionItem => {
    return {
      label,
      kind: "key",
      detail: typeWords(child),
      documentation: child.description === undefined ? undefined : plain(child.description),
      sortText: String(index).padStart(3, "0"),
      span: typed,
      ...written(label, child),
    };
  });
  const named = namesAt(path).map(([label, detail]): CompletionItem => {
    return { label, kind: "key", detail, span: typed, ...written(label, undefined) };
  });
  return [...own, ...named].filter(({ label }) => !siblings.has(label));
}

/** Keys of the author's own that can be told: ids of checks, labels and annotations. */
function namesAt(path: YamlPlace["path"]): readonly (readonly [label: string, detail: string])[] {
  if (path.length === 1 && path[0] === "checks") return [...checkSummaries()];
  const last = path.at(-1);
  const [first] = path;
  return first === "policy" && (last === "labels" || last === "annotations")
    ? usual[last].map((label) => [label, "often used"] as const)
    : [];
}

/** What stands behind the colon: a mapping or list opens its first line. */
function valueSnippet(schema: ConfigSchema | undefined, { opensItem }: YamlPlace, isFlow: boolean): string {
  if (schema === undefined) return " $0";
  const deeper = opensItem ? "    " : "  ";
  if (takes(schema, "string") || takes(schema, "boolean") || takes(schema, "number")) return " $0";
  if (isFlow) return takes(schema, "object") ? " { $0 }" : " [$0]";
  return takes(schema, "object") ? `\n${deeper}$0` : `\n${deeper}- $0`;
}

function valueItems(text: string, { typed }: YamlPlace, path: YamlPlace["path"]): readonly CompletionItem[] {
  const schema = projectSchemaAt(path);
  return schema === undefined ? [] : wordsOf(schema, path, text).map((label) => value(label, typed));
}

/** Items of lists. */
function itemWords(text: string, { path, typed }: YamlPlace): readonly CompletionItem[] {
  if (path.at(-1) !== 0) return [];
  const schema = projectSchemaAt(path);
  return schema === undefined ? [] : wordsOf(schema, path, text).map((label) => value(label, typed));
}

function value(label: string, span: YamlPlace["typed"]): CompletionItem {
  return { label, kind: "value", span };
}

function wordsOf(schema: ConfigSchema, path: YamlPlace["path"], text: string): readonly string[] {
  const words = alternatives(schema).flatMap((each) => {
    if (each.enum !== undefined) return each.enum;
    return each.type === "boolean" ? ["true", "false"] : [];
  });
  const key = path.findLast((step) => typeof step === "string");
  if (key === "override") return [...words, ...policyNames(text)];
  if (key === "functions" || key === "inside")
    return [...words, ...functions.keys(), ...(key === "functions" ? aggregations.keys() : [])];
  if (schema.form === "duration") return [...words, "30s", "1m", "5m", "15m", "1h", "1d"];
  const isUsual = path.at(-1) === 0 && (key === "labels" || key === "annotations");
  return isUsual ? [...words, ...usual[key]] : words;
}

/** The names that the policies of the file have. */
function policyNames(text: string): readonly string[] {
  const names = text.matchAll(/^ *(?:- +)(?:\{ *)?name: *(["']?)([^"'\n#,}]+)\1/gm);
  return [...new Set([...names].map(([, , name = ""]) => name.trim()))];
}
