import type { Span } from "../../base/text.ts";
import type { SourceDocument } from "../../model/document.ts";
import type { YamlMap, YamlNode } from "../../yaml/node.ts";

/** The lines that an item of a block sequence has to itself, with the comments that belong to it. */
export interface ItemLines {
  /** From the first comment above it to the start of the line behind it. */
  readonly span: Span;
  readonly text: string;
  /** Columns of its dash and of its keys. */
  readonly dash: number;
  readonly keys: number;
}

/** Nothing for items of flow sequences, and for those that share a line with something else. */
export function itemLines({ text, lines }: SourceDocument, node: YamlMap): ItemLines | undefined {
  const { line, character: keys } = lines.positionAt(node.span.start);
  const lead = lines.lineText(line).slice(0, keys);
  const match = /^( *)-[ ]+$/.exec(lead);
  if (node.flow || match === null) return undefined;
  const dash = match[1]?.length ?? 0;
  let first = line;
  while (first > 0 && commentColumn(lines.lineText(first - 1)) === dash) first--;
  const content = text.slice(0, node.span.end).trimEnd().length;
  let last = lines.positionAt(content).line;
  if (!/^\s*(?:#.*)?$/.test(lines.lineText(last).slice(lines.positionAt(content).character)))
    return undefined;
  // Comments that stand deeper than the next item still speak of this one.
  for (let next = last + 1; next < lines.lineCount; next++) {
    const column = commentColumn(lines.lineText(next));
    if (column !== undefined && column > dash) last = next;
    else if (lines.lineText(next).trim() !== "") break;
  }
  const span = { start: lines.lineStart(first), end: lines.lineStart(last + 1) };
  return { span, text: text.slice(span.start, span.end), dash, keys };
}

/** The column of a line that holds a comment and nothing else. */
function commentColumn(line: string): number | undefined {
  const match = /^( *)#/.exec(line);
  return match === null ? undefined : (match[1]?.length ?? 0);
}

/** The line break that a file is written with. */
export function lineBreakOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

/** Lines with `by` more spaces before each, or fewer; blank lines stay. Nothing where one has too few. */
export function indented(text: string, by: number): string | undefined {
  const lines = text.split("\n");
  const tooFew = (line: string): boolean => line.trim() !== "" && line.length - line.trimStart().length < -by;
  if (by < 0 && lines.some(tooFew)) return undefined;
  const moved = (line: string): string => (by < 0 ? line.slice(-by) : " ".repeat(by) + line);
  return lines.map((line) => (line.trim() === "" ? line : moved(line))).join("\n");
}

/** Whether a node or something in it is named by an anchor, or is an alias or a merge of one. */
export function hasAnchors(node: YamlNode): boolean {
  const stack: YamlNode[] = [node];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (next.anchor !== undefined || next.kind === "alias") return true;
    if (next.kind === "seq") stack.push(...next.items);
    else if (next.kind === "map") for (const { key, value } of next.pairs) stack.push(key, value);
  }
  return false;
}
