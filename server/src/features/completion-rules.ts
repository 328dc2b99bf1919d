import type { Snapshot } from "../world/snapshot.ts";
import { stringMap } from "../yaml/access.ts";
import { rulesOf } from "./embedded.ts";
import { type KeyDoc, type Level, ruleKeys, ruleSnippets } from "./rule-keys-data.ts";
import type { CompletionItem, CompletionList } from "./types.ts";

const durationKeys = new Set(["for", "keep_firing_for", "interval", "query_offset"]);
const durations = ["0s", "30s", "1m", "2m", "5m", "10m", "15m", "30m", "1h", "2h", "6h", "1d"];

/**
 * Keys of rule files and the values that are known beforehand. It reads the lines above the cursor and not
 * the tree, for a key without its colon is no YAML yet.
 */
export function completeRuleKeys(snapshot: Snapshot, offset: number): CompletionList | undefined {
  const { text } = snapshot.document;
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  const before = text.slice(lineStart, offset);
  const lineEnd = text.indexOf("\n", offset);
  const behind = text.slice(offset, lineEnd < 0 ? text.length : lineEnd);
  const key = /^( *(?:- +)*)([A-Za-z_]*)$/.exec(before);
  const place = placeOf(text, lineStart, key?.[1]?.length ?? before.search(/\S|$/));
  if (key !== null) {
    const rest = /^\w*/.exec(behind)?.[0].length ?? 0;
    const span = { start: offset - (key[2]?.length ?? 0), end: offset + rest };
    const items = keyItems(snapshot, place, span, {
      opensItem: key[1]?.includes("-") === true,
      hasColon: /^\w*\s*:/.test(behind),
    });
    return items.length === 0 ? undefined : { items, isIncomplete: false };
  }
  const value = /^ *(?:- +)*(\w+): +([\w.-]*)$/.exec(before);
  if (value === null) return undefined;
  const [, name = "", typed = ""] = value;
  const span = { start: offset - typed.length, end: offset + (/^[\w.-]*/.exec(behind)?.[0].length ?? 0) };
  const values = valuesOf(snapshot, place.level, name);
  if (values.length === 0) return undefined;
  return { items: values.map((label) => ({ label, kind: "value", span })), isIncomplete: false };
}

interface Place {
  readonly level: Level | undefined;
  /** Keys that the mapping holds already. */
  readonly siblings: ReadonlySet<string>;
}

/** Looks for the mapping in whose column the key stands: its other keys, and the key that it hangs on. */
function placeOf(text: string, lineStart: number, column: number): Place {
  const siblings = new Set<string>();
  for (const line of text.slice(lineStart).split("\n").slice(1)) {
    const indent = line.search(/\S/);
    if (indent < 0 || indent > column) continue;
    const name = /^ *([\w.-]+) *:/.exec(line)?.[1];
    if (indent < column || name === undefined) break;
    siblings.add(name);
  }
  let sameItem = !/^ *-/.test(text.slice(lineStart, lineStart + column));
  for (const line of text.slice(0, lineStart).split("\n").toReversed()) {
    const match = /^( *(?:- +)*)["']?([\w.-]+)["']? *:(?:\s|$)/.exec(line);
    if (match === null) continue;
    const [, lead = "", name = ""] = match;
    if (lead.length < column) return { level: levelOf(name), siblings };
    if (lead.length > column) continue;
    if (sameItem) siblings.add(name);
    if (lead.includes("-")) sameItem = false;
  }
  return { level: column === 0 ? "" : undefined, siblings };
}

function levelOf(name: string): Level | undefined {
  return name === "groups" ||
    name === "rules" ||
    name === "labels" ||
    name === "annotations" ||
    name === "spec"
    ? name
    : undefined;
}

function keyItems(
  snapshot: Snapshot,
  { level, siblings }: Place,
  span: CompletionItem["span"],
  { opensItem, hasColon }: { readonly opensItem: boolean; readonly hasColon: boolean },
): readonly CompletionItem[] {
  if (level === undefined) return [];
  if (level === "labels") return labelKeys(snapshot, siblings, span, hasColon);
  if ((level === "groups" || level === "rules") && !opensItem && siblings.size === 0) return [];
  const named: Readonly<Record<string, KeyDoc>> = ruleKeys[level];
  const items = Object.entries(named)
    .filter(([name]) => !siblings.has(name) && !(name === "record" && siblings.has("alert")))
    .filter(
      ([name]) =>
        !(siblings.has("record") && ["alert", "for", "keep_firing_for", "annotations"].includes(name)),
    )
    .map(
      ([label, { detail, value }]): CompletionItem => ({
        label,
        kind: "key",
        detail,
        span,
        ...(hasColon ? {} : { insertText: `${label}:${deeper(value ?? " $0", opensItem)}`, snippet: true }),
      }),
    );
  if (!opensItem || hasColon) return items;
  const blocks = (ruleSnippets[level] ?? []).map(
    ([label, detail, insertText]): CompletionItem => ({
      label,
      kind: "snippet",
      detail,
      insertText,
      snippet: true,
      span,
    }),
  );
  return [...blocks, ...items];
}

/** Editors indent the lines of a snippet like the line it is put into; behind a dash a key stands deeper. */
function deeper(value: string, opensItem: boolean): string {
  return opensItem ? value.replaceAll("\n", "\n  ") : value;
}

/** Names of labels that the file's other rules carry. */
function labelKeys(
  snapshot: Snapshot,
  siblings: ReadonlySet<string>,
  span: CompletionItem["span"],
  hasColon: boolean,
): readonly CompletionItem[] {
  const names = new Set([
    "severity",
    ...rulesOf(snapshot).flatMap(({ labels }) => [...stringMap(labels).keys()]),
  ]);
  return [...names]
    .filter((name) => !siblings.has(name))
    .map((label) => ({ label, kind: "key", span, ...(hasColon ? {} : { insertText: `${label}: ` }) }));
}

function valuesOf(snapshot: Snapshot, level: Level | undefined, key: string): readonly string[] {
  if ((level === "rules" || level === "groups") && durationKeys.has(key)) return durations;
  if (level !== "labels") return [];
  const used = rulesOf(snapshot).flatMap(({ labels }) => {
    const value = stringMap(labels).get(key);
    return value === undefined || value.includes("{{") || /[^\w.-]/.test(value) ? [] : [value];
  });
  return [...new Set([...used, ...(key === "severity" ? ["critical", "warning", "info"] : [])])];
}
