import type { LineIndex, TextEdit } from "../base/text.ts";
import { scalars } from "../yaml/access.ts";
import type { YamlNode } from "../yaml/node.ts";
import type { Entry, Layout, LayoutFault, Scope } from "./layout.ts";

/**
 * The edits that put the entries of a fault where they belong: new indentation, and for the few that have to go
 * elsewhere a cut and an insertion. Comments go with the key below them. Nothing where it cannot be done by lines.
 */
export function reindent(
  fault: LayoutFault,
  layout: Layout,
  lines: LineIndex,
  step: number,
): readonly TextEdit[] | undefined {
  return new Reindenting(fault, layout, lines, step).edits();
}

/** A line's place in the repaired text: shifted with its block, or set to a column (comments). */
type LineChange = { readonly by: number } | { readonly to: number };

class Reindenting {
  readonly #fault: LayoutFault;
  readonly #lines: LineIndex;
  readonly #step: number;
  /** Lines that belong to scalars of several lines: a `#` there is no comment. */
  readonly #scalarLines = new Set<number>();
  readonly #columns = new Map<Scope, number>();
  #possible = true;

  constructor(fault: LayoutFault, layout: Layout, lines: LineIndex, step: number) {
    this.#fault = fault;
    this.#lines = lines;
    this.#step = step;
    for (const scalar of scalars(layout.root.node)) {
      const [first, last] = this.#linesOf(scalar);
      for (let line = first + 1; line <= last; line++) this.#scalarLines.add(line);
    }
  }

  edits(): readonly TextEdit[] | undefined {
    const changes = new Map<number, LineChange>();
    const moves: { readonly entry: Entry; readonly first: number; readonly last: number }[] = [];
    for (const entry of this.#fault.entries) {
      const by = this.#shiftOf(entry);
      const [first, last] = this.#blockOf(entry);
      const comments = this.#firstComment(first);
      for (let line = first; line <= last; line++) changes.set(line, { by });
      for (let line = comments; line < first; line++) changes.set(line, { to: this.#columnOf(entry) + by });
      if (entry.moved) moves.push({ entry, first: comments, last: this.#lastLine(entry) });
    }
    const edits: TextEdit[] = [];
    for (const { entry, first, last } of moves) {
      const into = this.#lastOfScope(entry.target);
      if (into >= first && into <= last) this.#possible = false;
      const texts: string[] = [];
      for (let line = first; line <= last; line++) {
        texts.push(this.#changed(line, changes.get(line)));
        changes.delete(line);
      }
      const end = this.#lines.lineStart(into) + this.#lines.lineText(into).length;
      edits.push({
        span: { start: end, end },
        newText: texts.map((text) => this.#lineEnd() + text).join(""),
      });
      edits.push({ span: this.#cut(first, last), newText: "" });
    }
    for (const [line, change] of changes) {
      const text = this.#lines.lineText(line);
      const newText = this.#changed(line, change);
      const indent = indentOf(text);
      const start = this.#lines.lineStart(line);
      if (newText === text) continue;
      edits.push({
        span: { start, end: start + indent },
        newText: newText.slice(0, newText.length - text.length + indent),
      });
    }
    return this.#possible && edits.length > 0 ? edits : undefined;
  }

  #changed(line: number, change: LineChange | undefined): string {
    const text = this.#lines.lineText(line);
    if (text.trim() === "" || change === undefined) return text;
    const indent = indentOf(text);
    const column = "by" in change ? indent + change.by : change.to;
    if (column < 0) this.#possible = false;
    return " ".repeat(Math.max(0, column)) + text.slice(indent);
  }

  /** By how much an entry's lines go to the right. */
  #shiftOf(entry: Entry): number {
    if (entry.fault === this.#fault) {
      if (!this.#startsLine(entry)) this.#possible = false;
      return this.#columnWithin(entry.target) - this.#columnOf(entry);
    }
    return entry.natural.head === undefined ? 0 : this.#shiftOf(entry.natural.head);
  }

  /** The column of a scope's children in the repaired text. */
  #columnWithin(scope: Scope): number {
    const column = this.#columns.get(scope) ?? this.#findColumn(scope);
    this.#columns.set(scope, column);
    return column;
  }

  #findColumn(scope: Scope): number {
    const sibling = scope.children.find((entry) => entry.natural === scope);
    if (sibling !== undefined) return this.#columnOf(sibling) + this.#shiftOf(sibling);
    if (scope.head === undefined) return 0;
    // Dashes may stand in the column of their key.
    const step = scope.schema.type === "array" ? 0 : this.#step;
    return this.#columnOf(scope.head) + this.#shiftOf(scope.head) + step;
  }

  /** The column of a key, or of an item's dash. */
  #columnOf(entry: Entry): number {
    return this.#lines.positionAt(this.#startOf(entry)).character;
  }

  #startOf({ pair, span }: Entry): number {
    if (pair !== undefined) return pair.key.span.start;
    const { line, character } = this.#lines.positionAt(span.start);
    const dash = this.#lines.lineText(line).slice(0, character).lastIndexOf("-");
    return dash < 0 ? span.start : this.#lines.lineStart(line) + dash;
  }

  #startsLine(entry: Entry): boolean {
    const { line, character } = this.#lines.positionAt(this.#startOf(entry));
    return this.#lines.lineText(line).slice(0, character).trim() === "";
  }

  #linesOf(node: YamlNode): readonly [first: number, last: number] {
    let end = node.span.end;
    while (end > node.span.start && /\s/.test(this.#lines.text[end - 1] ?? "")) end--;
    return [this.#lines.positionAt(node.span.start).line, this.#lines.positionAt(end).line];
  }

  /** The lines of an entry in the source. */
  #blockOf(entry: Entry): readonly [first: number, last: number] {
    const first = this.#lines.positionAt(this.#startOf(entry)).line;
    return [first, Math.max(first, this.#linesOf(entry.value)[1])];
  }

  /** The last line of an entry with all that belongs in it. */
  #lastLine(entry: Entry): number {
    const own = this.#blockOf(entry)[1];
    if (entry.scope === undefined) return own;
    const inner = entry.scope.children.filter((child) => !child.moved).map((child) => this.#lastLine(child));
    return entry.scope.children.length === 0 ? own : Math.max(this.#blockOf(entry)[0], ...inner);
  }

  #lastOfScope(scope: Scope): number {
    const stay = scope.children.filter((child) => !child.moved).map((child) => this.#lastLine(child));
    return Math.max(scope.head === undefined ? 0 : this.#blockOf(scope.head)[0], ...stay);
  }

  /** The first of the comment lines right above a line. */
  #firstComment(line: number): number {
    let first = line;
    for (let at = line - 1; at >= 0; at--) {
      const text = this.#lines.lineText(at).trim();
      if (this.#scalarLines.has(at) || (text !== "" && !text.startsWith("#"))) break;
      if (text !== "") first = at;
    }
    return first;
  }

  #cut(first: number, last: number): { readonly start: number; readonly end: number } {
    const start = this.#lines.lineStart(first);
    if (last + 1 < this.#lines.lineCount) return { start, end: this.#lines.lineStart(last + 1) };
    const before =
      first === 0 ? 0 : this.#lines.lineStart(first - 1) + this.#lines.lineText(first - 1).length;
    return { start: before, end: this.#lines.text.length };
  }

  #lineEnd(): string {
    return this.#lines.text.includes("\r\n") ? "\r\n" : "\n";
  }
}

function indentOf(text: string): number {
  return text.length - text.trimStart().length;
}

/** The author's indentation of nested mappings, two spaces where nothing tells. */
export function indentStep(roots: Iterable<YamlNode | undefined>, lines: LineIndex): number {
  const counts = new Map<number, number>();
  const column = (offset: number): number => lines.positionAt(offset).character;
  const visit = (node: YamlNode): void => {
    if (node.kind === "seq") for (const item of node.items) visit(item);
    if (node.kind !== "map" || node.flow) return;
    for (const { key, value } of node.pairs) {
      const first = value.kind === "map" && !value.flow ? value.pairs[0] : undefined;
      const step = first === undefined ? 0 : column(first.key.span.start) - column(key.span.start);
      if (step > 0 && step <= 8) counts.set(step, (counts.get(step) ?? 0) + 1);
      visit(value);
    }
  };
  for (const root of roots) if (root !== undefined) visit(root);
  let best = 2;
  for (const [step, count] of counts) if (count > (counts.get(best) ?? 0)) best = step;
  return best;
}
