import type { Span } from "../base/text.ts";
import { type GoDocument, goDocuments } from "./go/compose.ts";
import type { GoYamlError } from "./go/reader.ts";
import type { YamlNode, YamlSeq } from "./node.ts";
import { parseSubset } from "./subset/parse.ts";

/** How many faults are cut out one after the other. */
const maxCuts = 4;

/** A document without its faulty parts. */
export interface Salvaged {
  readonly root: YamlNode;
  /** What was cut out, in source order. */
  readonly cuts: readonly Cut[];
}

/** Whole lines that were cut out. */
export interface Cut extends Span {
  /** Whether they are an item of a sequence: an empty one stands in the tree in its place. */
  readonly isItem: boolean;
}

/** The errors that name where a collection starts, not where it goes wrong. */
const collectionErrors: ReadonlySet<string> = new Set([
  "did not find expected key",
  "did not find expected '-' indicator",
]);

/**
 * Reads a large broken document at the speed of a sound one: the item of a sequence that holds the fault is cut
 * out, or where that does not help its line, and the rest is read by go-yaml's rules. Nothing where more is broken
 * than a few cuts mend. `text` holds nothing but the document, at the place where it stands in the file.
 */
export function salvage(text: string, fault: GoDocument, maxDepth: number): Salvaged | undefined {
  const cuts: Cut[] = [];
  let rest = text;
  let broken: GoDocument = fault;
  while (cuts.length < maxCuts && broken.error !== undefined) {
    const at = Math.min(broken.suspect ?? placeOf(broken.error), text.length);
    const item = itemAt(rest, at);
    const isNew = item !== undefined && !cuts.some((cut) => item.start >= cut.start && item.start < cut.end);
    const cut = isNew ? { ...item, isItem: true } : { ...lineAt(rest, at), isItem: false };
    if (!isNew && cuts.some(({ start, end }) => start === cut.start && end === cut.end)) return undefined;
    cuts.push(cut);
    rest = rest.slice(0, cut.start) + blanked(rest.slice(cut.start, cut.end)) + rest.slice(cut.end);
    const read = readWhole(rest, maxDepth);
    if (read === undefined) return undefined;
    if (read.error === undefined)
      return read.root === undefined
        ? undefined
        : { root: read.root, cuts: cuts.toSorted((a, b) => a.start - b.start) };
    broken = read;
  }
  return undefined;
}

/** The tree with what could be read of an item in its place. */
export function withItem(root: YamlNode, cut: Span, found: readonly YamlNode[]): YamlNode {
  if (found.length === 0) return root;
  return replaced(root, cut, found) ?? root;
}

function replaced(node: YamlNode, cut: Span, found: readonly YamlNode[]): YamlNode | undefined {
  if (node.kind === "map") {
    const index = node.pairs.findLastIndex(({ key }) => key.span.start <= cut.start);
    const pair = node.pairs[index];
    const value = pair === undefined ? undefined : replaced(pair.value, cut, found);
    if (pair === undefined || value === undefined) return undefined;
    const span = { start: pair.span.start, end: Math.max(pair.span.end, value.span.end) };
    const pairs = node.pairs.with(index, { key: pair.key, value, span });
    return { ...node, pairs, span: { start: node.span.start, end: Math.max(node.span.end, span.end) } };
  }
  if (node.kind !== "seq") return undefined;
  const index = node.items.findLastIndex(({ span }) => span.start <= cut.end);
  const item = node.items[index];
  if (item === undefined) return undefined;
  const isCut = item.kind === "scalar" && item.span.start === item.span.end && item.span.start > cut.start;
  const inner = isCut ? undefined : replaced(item, cut, found);
  if (!isCut && inner === undefined) return undefined;
  const items = node.items.toSpliced(index, 1, ...(inner === undefined ? found : [inner]));
  const end = Math.max(node.span.end, items.at(-1)?.span.end ?? 0);
  return { ...node, items, span: { start: node.span.start, end } } satisfies YamlSeq;
}

/** One document and nothing else; undefined for any other text. */
function readWhole(text: string, maxDepth: number): GoDocument | undefined {
  const plain = parseSubset(text)?.documents;
  const [only] = plain ?? [];
  if (plain !== undefined && only !== undefined)
    return plain.length > 1
      ? undefined
      : { ...only, error: undefined, isUnbegun: false, tooDeep: undefined, suspect: undefined };
  const found = [...goDocuments(text, maxDepth)];
  return found.length === 1 ? found[0] : undefined;
}

function placeOf({ problem, at, context }: GoYamlError): number {
  return context === undefined || collectionErrors.has(problem) ? at.offset : context.offset;
}

/** Everything but the line breaks and the dashes that begin the first line. */
function blanked(text: string): string {
  const dashes = /^[ ]*(?:- +)*/.exec(text)?.[0] ?? "";
  return dashes + text.slice(dashes.length).replace(/[^\r\n]/g, " ");
}

function lineAt(text: string, offset: number): Span {
  const start = offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
  const newline = text.indexOf("\n", offset);
  return { start, end: newline < 0 ? text.length : newline };
}

/** The item of a block sequence whose lines hold the offset, whatever the indentation of its line. */
function itemAt(text: string, offset: number): Span | undefined {
  const { end } = lineAt(text, offset);
  for (let line = lineAt(text, offset); ; line = lineAt(text, line.start - 1)) {
    const dash = /^( *)- /.exec(text.slice(line.start, Math.min(line.end, line.start + 200)));
    if (dash !== null) return { start: line.start, end: itemEnd(text, end, dash[1]?.length ?? 0) };
    if (line.start === 0) return undefined;
  }
}

/** Behind the lines that are indented deeper than the dash. */
function itemEnd(text: string, from: number, indent: number): number {
  const next = /\n( *)(?![ \r\n#])/g;
  next.lastIndex = from;
  for (let found = next.exec(text); found !== null; found = next.exec(text))
    if ((found[1]?.length ?? 0) <= indent) return found.index;
  return text.length;
}
