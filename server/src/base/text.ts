/** Zero-based line and UTF-16 character, as in LSP. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** Half-open range between two positions. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** Half-open range of UTF-16 offsets into a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A replacement of one span of a text. */
export interface TextEdit {
  readonly span: Span;
  readonly newText: string;
}

/** The half-open span from `start` to `end`, in UTF-16 units. */
export function span(start: number, end: number): Span {
  return { start, end };
}

/** The span moved by `delta`. */
export function shift(of: Span, delta: number): Span {
  return { start: of.start + delta, end: of.end + delta };
}

/** Whether `offset` lies in the span, its end included (a cursor behind the last character touches it). */
export function touches(of: Span, offset: number): boolean {
  return of.start <= offset && offset <= of.end;
}

/**
 * Line starts of one text; turns offsets into positions and back.
 * Lines end at `\n`, `\r\n` or a lone `\r`, as LSP defines them.
 */
export class LineIndex {
  readonly #text: string;
  /** Made on first use: of most files that are checked nobody asks for a line. */
  #starts: readonly number[] | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  get text(): string {
    return this.#text;
  }

  /** Part of the text; long texts need not be put together for it. */
  slice(start: number, end: number): string {
    return this.text.slice(start, end);
  }

  get lineCount(): number {
    return this.#lineStarts().length;
  }

  /** Offset of the first character of `line`; lines past the end give the length of the text. */
  lineStart(line: number): number {
    return this.#lineStarts()[line] ?? this.text.length;
  }

  /** The line's text without its line end. */
  lineText(line: number): string {
    return this.text.slice(this.lineStart(line), this.lineStart(line + 1)).replace(/[\r\n]+$/, "");
  }

  positionAt(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.text.length));
    const starts = this.#lineStarts();
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? 0) <= at) low = middle;
      else high = middle;
    }
    return { line: low, character: at - (starts[low] ?? 0) };
  }

  /** The offset of a position; characters past the end of the line give the end of the line. */
  offsetAt(position: Position): number {
    if (position.line < 0) return 0;
    const start = this.lineStart(position.line);
    const end = start + this.lineText(position.line).length;
    return Math.max(start, Math.min(start + position.character, end));
  }

  range(of: Span): Range {
    return { start: this.positionAt(of.start), end: this.positionAt(of.end) };
  }

  span(of: Range): Span {
    return { start: this.offsetAt(of.start), end: this.offsetAt(of.end) };
  }

  #lineStarts(): readonly number[] {
    this.#starts ??= lineStarts(this.text);
    return this.#starts;
  }
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  if (!text.includes("\r")) {
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
    return starts;
  }
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 13 && text.charCodeAt(i + 1) !== 10) starts.push(i + 1);
    else if (code === 10) starts.push(i + 1);
  }
  return starts;
}

/**
 * Applies edits that do not overlap to a text, whatever their order.
 * Edits that overlap an earlier one are left out: a wrong file is worse than a missing fix.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const sorted = edits
    .map((edit, index) => ({ edit, index }))
    .sort((a, b) => a.edit.span.start - b.edit.span.start || a.index - b.index);
  let result = "";
  let at = 0;
  for (const { edit } of sorted) {
    if (edit.span.start < at) continue;
    result += text.slice(at, edit.span.start) + edit.newText;
    at = edit.span.end;
  }
  return result + text.slice(at);
}
