import type { Span } from "../base/text.ts";
import { escapedForYaml, mayBeginPlain } from "../yaml/escape.ts";
import type { EmbeddedCursor } from "./embedded.ts";
import type { MarkupText } from "./markdown.ts";
import { escapedForSnippet } from "./snippet.ts";
import type { CompletionData, CompletionItem, CompletionKind, CompletionList } from "./types.ts";

/** More items than this help nobody, and cost the editor time. */
export const maxItems = 200;

/** Texts, and the numbers of the tab stops between them; 0 is where the cursor ends. */
export type Template = readonly (string | number)[];

export interface Suggestion {
  readonly label: string;
  readonly kind: CompletionKind;
  /** PromQL, not yet escaped for YAML. */
  readonly insert: Template;
  /** What it replaces in the embedded text. */
  readonly span: Span;
  /** Among equal matches lower groups come first. */
  readonly group: number;
  /** What the typed text is compared with; default the label. */
  readonly match?: string | undefined;
  readonly detail?: string | undefined;
  readonly documentation?: MarkupText | undefined;
  readonly retrigger?: "suggest" | "signature" | undefined;
  readonly data?: CompletionData | undefined;
}

/** How well a name matches what is typed: smaller is better, nothing is no match. */
export function matchRank(name: string, typed: string): number | undefined {
  if (typed === "" || name.startsWith(typed)) return 0;
  const lower = name.toLowerCase();
  const wanted = typed.toLowerCase();
  const at = lower.indexOf(wanted);
  if (at === 0) return 1;
  if (at > 0) return /[_:.]/.test(lower.charAt(at - 1)) ? 2 : 3;
  let matched = 0;
  for (const char of lower) if (char === wanted.charAt(matched)) matched++;
  return matched === wanted.length ? 4 : undefined;
}

/**
 * Ranks, cuts and escapes suggestions for the scalar under the cursor. `more` says that the sources held
 * some back. Where the list is cut, a last line says so, and so do the notes.
 */
export function completionList(
  suggestions: readonly Suggestion[],
  cursor: EmbeddedCursor,
  more: boolean,
  notes: readonly string[] = [],
): CompletionList {
  const seen = new Set<string>();
  const ranked: { readonly suggestion: Suggestion; readonly rank: number; readonly index: number }[] = [];
  const typing = suggestions.some(({ span }) => span.start < cursor.offset);
  for (const [index, suggestion] of suggestions.entries()) {
    const key = `${suggestion.kind === "recording-rule" ? "metric" : suggestion.kind} ${suggestion.label}`;
    // What may follow the typed text stands below what it may become.
    const follows = typing && suggestion.span.start === cursor.offset;
    const rank = follows ? 5 : matchRank(suggestion.match ?? suggestion.label, typedIn(suggestion, cursor));
    if (rank === undefined || seen.has(key)) continue;
    seen.add(key);
    ranked.push({ suggestion, rank, index });
  }
  ranked.sort((a, b) => a.rank - b.rank || a.suggestion.group - b.suggestion.group || a.index - b.index);
  const cut = more || ranked.length > maxItems;
  const items: CompletionItem[] = [];
  for (const { suggestion } of ranked) {
    if (items.length >= (cut ? maxItems - 1 : maxItems)) break;
    const item = itemOf(suggestion, cursor);
    if (item !== undefined) items.push(item);
  }
  if (cut && items.length > 0)
    items.push(note(`… only ${items.length} shown: type on to see others`, cursor));
  for (const text of notes.slice(0, maxItems - items.length)) items.push(note(text, cursor));
  return { items, isIncomplete: cut };
}

function typedIn({ span }: Suggestion, cursor: EmbeddedCursor): string {
  return cursor.text.slice(span.start, cursor.offset);
}

/** A line that says something of the list. Choosing it changes nothing: it puts back what is typed. */
function note(label: string, { fileOffset }: EmbeddedCursor): CompletionItem {
  return {
    label,
    kind: "text",
    insertText: "",
    filterText: "",
    sortText: "~",
    span: { start: fileOffset, end: fileOffset },
  };
}

function itemOf(suggestion: Suggestion, cursor: EmbeddedCursor): CompletionItem | undefined {
  const { label, kind, insert, span, detail, documentation, retrigger, data } = suggestion;
  const whole = insert.filter((part) => typeof part === "string").join("");
  const quoting = quotesNeeded(whole, span, cursor);
  if (quoting === undefined) return undefined;
  const style = quoting === "'" ? "single" : cursor.style;
  const snippet = insert.some((part) => typeof part === "number");
  let text = quoting;
  for (const part of insert) {
    if (typeof part === "number") text += `$${part}`;
    else {
      const escaped = escapedForYaml(part, style);
      if (escaped === undefined) return undefined;
      text += snippet ? escapedForSnippet(escaped) : escaped;
    }
  }
  text += quoting;
  // An empty span at the cursor matches anything; elsewhere the editor compares with what the file says.
  const typedFrom = escapedForYaml(suggestion.match ?? label, cursor.style);
  return {
    label,
    kind,
    span: fileSpan(span, cursor),
    ...(text === label ? {} : { insertText: text }),
    ...(typedFrom === label || typedFrom === undefined ? {} : { filterText: typedFrom }),
    ...(snippet ? { snippet } : {}),
    ...(detail === undefined ? {} : { detail }),
    ...(documentation === undefined ? {} : { documentation }),
    ...(retrigger === undefined ? {} : { retrigger }),
    ...(data === undefined ? {} : { data }),
  };
}

/** Where an item goes; it always holds the cursor, as editors ask of it. */
function fileSpan(of: Span, cursor: EmbeddedCursor): Span {
  const { fileOffset } = cursor;
  if (of.start === of.end) return { start: fileOffset, end: fileOffset };
  const { start, end } = cursor.toFile(of);
  return { start: Math.min(start, fileOffset), end: Math.max(end, fileOffset) };
}

/** A plain scalar cannot begin with a brace or a quote; one that is nothing else yet becomes a quoted one. */
function quotesNeeded(text: string, span: Span, cursor: EmbeddedCursor): "" | "'" | undefined {
  if (cursor.style !== "plain" || mayBeginPlain(text)) return "";
  if (cursor.text.slice(0, span.start).trim() !== "") return "";
  return cursor.text.slice(span.end).trim() === "" ? "'" : undefined;
}
