import { goDocuments } from "./go/compose.ts";
import type { YamlNode } from "./node.ts";
import { parseSubsetItem } from "./subset/parse.ts";

/**
 * Items of block sequences that are read alone. A dash in the column of its sequence ends whatever stands before it,
 * and nothing can go on in a line that is not indented deeper; so an item reads alone as it does in its file, where
 * it has no anchors and aliases. `test/fuzz/slices.test.ts` holds the two together.
 */

/** Lines of a text that are the items of one block sequence. */
export interface ItemLines {
  /** Offsets of whole lines. */
  readonly start: number;
  readonly end: number;
  /** Where the dashes stand. */
  readonly column: number;
}

/** Deeper items are left to who reads the whole file. */
const maxDepth = 90;
/** Line breaks that only some readers count, marks of byte order, lone carriage returns. */
const oddBreaks = /[\x85\u2028\u2029\ufeff]|\r(?!\n)/;

/** The sequences below keys of a name; whether they are that is told by who reads what lies between them. */
export function itemLinesBelow(text: string, key: string): readonly ItemLines[] {
  const header = new RegExp(`^ *(?:- +)*["']?${key}["']? *: *(?:#.*)?\\r?\\n`, "gm");
  const found: ItemLines[] = [];
  for (let match = header.exec(text); match !== null; match = header.exec(text)) {
    const lines = itemLinesFrom(text, header.lastIndex);
    if (lines === undefined) continue;
    found.push(lines);
    header.lastIndex = lines.end;
  }
  return found;
}

function itemLinesFrom(text: string, from: number): ItemLines | undefined {
  let start: number | undefined;
  let column = 0;
  for (let line = from; line < text.length; line = nextLine(text, line)) {
    const indent = indentOf(text, line);
    const kind = kindOf(text, line + indent);
    if (kind === "nothing") continue;
    if (start === undefined) {
      if (kind !== "dash") return undefined;
      start = line;
      column = indent;
    } else if (indent < column || (indent === column && kind !== "dash")) {
      return { start, end: line, column };
    }
  }
  return start === undefined ? undefined : { start, end: text.length, column };
}

/**
 * The items of lines that begin with one; nothing where a line among them is of no item: then it is not only items
 * that changed. `isLast` tells that nothing follows, where the last line needs no end.
 */
export function splitItems(text: string, column: number, isLast: boolean): readonly string[] | undefined {
  if (!isLast && !text.endsWith("\n")) return undefined;
  const items: string[] = [];
  let start = 0;
  for (let line = 0; line < text.length; line = nextLine(text, line)) {
    const indent = indentOf(text, line);
    const kind = kindOf(text, line + indent);
    if (line === 0 && (kind !== "dash" || indent !== column)) return undefined;
    if (kind === "nothing" || indent > column) continue;
    if (indent < column || kind !== "dash") return undefined;
    if (line > 0) items.push(text.slice(start, line));
    start = line;
  }
  if (text !== "") items.push(text.slice(start));
  return items;
}

export interface ReadItem {
  readonly node: YamlNode;
  /** Read as the plain subset. */
  readonly isPlain: boolean;
}

/** Reads the lines of an item alone; nothing where its file must be read to know what it is. */
export function readItem(text: string, column: number): ReadItem | undefined {
  const plain = parseSubsetItem(text, column);
  if (plain !== undefined) return { node: plain, isPlain: true };
  if (oddBreaks.test(text)) return undefined;
  const [document, ...others] = goDocuments(text, maxDepth);
  const { root, error, tooDeep } = document ?? {};
  if (root?.kind !== "seq" || root.flow || root.items.length !== 1 || others.length > 0) return undefined;
  const [node] = root.items;
  if (error !== undefined || tooDeep !== undefined || node === undefined || hasProperties(root))
    return undefined;
  return { node, isPlain: false };
}

/** Whether anything has an anchor or a tag, or is an alias. */
function hasProperties(root: YamlNode): boolean {
  const stack: YamlNode[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.kind === "alias" || node.anchor !== undefined || node.tag !== undefined) return true;
    if (node.kind === "seq") stack.push(...node.items);
    else if (node.kind === "map") for (const { key, value } of node.pairs) stack.push(key, value);
  }
  return false;
}

function nextLine(text: string, from: number): number {
  const newline = text.indexOf("\n", from);
  return newline < 0 ? text.length : newline + 1;
}

function indentOf(text: string, line: number): number {
  let at = line;
  while (text.charCodeAt(at) === 32) at++;
  return at - line;
}

/** What the first character of a line says: a comment and blanks say nothing. */
function kindOf(text: string, at: number): "nothing" | "dash" | "other" {
  const code = text.charCodeAt(at);
  if (code === 35 || isBlankLine(text, at)) return "nothing";
  if (code !== 45) return "other";
  const next = text.charCodeAt(at + 1);
  return next === 32 || next === 10 || next === 13 || Number.isNaN(next) ? "dash" : "other";
}

function isBlankLine(text: string, from: number): boolean {
  for (let at = from; ; at++) {
    const code = text.charCodeAt(at);
    if (code === 10 || Number.isNaN(code)) return true;
    if (code !== 32 && code !== 9 && code !== 13) return false;
  }
}
