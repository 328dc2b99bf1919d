import { LineIndex, type Position } from "./text.ts";

/** Whole lines of a text; only the last piece may lack its line end. No line ends with a lone carriage return. */
export interface Piece {
  readonly text: string;
  /** How many line ends it has. */
  readonly breaks: number;
  readonly lines: LineIndex;
}

export function pieceOf(text: string): Piece {
  return new TextPiece(text);
}

class TextPiece implements Piece {
  readonly text: string;
  readonly breaks: number;
  #lines: LineIndex | undefined;

  constructor(text: string) {
    this.text = text;
    this.breaks = breaksOf(text);
  }

  get lines(): LineIndex {
    this.#lines ??= new LineIndex(this.text);
    return this.#lines;
  }
}

/** How many line feeds a text has. */
export function breaksOf(text: string): number {
  let breaks = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) breaks++;
  return breaks;
}

/** A text that is kept in pieces and put together only where somebody asks for all of it. */
export class PieceLines extends LineIndex {
  readonly #pieces: readonly Piece[];
  readonly #offsets: Float64Array;
  readonly #lines: Float64Array;
  #joined: string | undefined;

  constructor(pieces: readonly Piece[]) {
    super("");
    this.#pieces = pieces;
    this.#offsets = new Float64Array(pieces.length + 1);
    this.#lines = new Float64Array(pieces.length + 1);
    let offset = 0;
    let line = 0;
    for (const [index, { text, breaks }] of pieces.entries()) {
      this.#offsets[index + 1] = offset += text.length;
      this.#lines[index + 1] = line += breaks;
    }
  }

  override get text(): string {
    this.#joined ??= this.#pieces.map(({ text }) => text).join("");
    return this.#joined;
  }

  get length(): number {
    return this.#offsets[this.#pieces.length] ?? 0;
  }

  /** Where a piece starts. */
  offsetOf(index: number): number {
    return this.#offsets[index] ?? this.length;
  }

  /** The line that a piece starts with. */
  lineOf(index: number): number {
    return this.#lines[index] ?? 0;
  }

  /** The last piece that starts on the line or before. */
  pieceOfLine(line: number): number {
    return this.#pieceAt(this.#lines, line);
  }

  override slice(start: number, end: number): string {
    if (this.#joined !== undefined) return this.#joined.slice(start, end);
    let text = "";
    for (let index = this.#pieceAt(this.#offsets, start); index < this.#pieces.length; index++) {
      const from = this.offsetOf(index);
      if (from >= end) break;
      text += this.#pieces[index]?.text.slice(Math.max(0, start - from), end - from) ?? "";
    }
    return text;
  }

  override get lineCount(): number {
    return this.lineOf(this.#pieces.length) + 1;
  }

  override lineStart(line: number): number {
    const index = this.#pieceAt(this.#lines, line);
    const piece = this.#pieces[index];
    if (piece === undefined || line >= this.lineCount) return this.length;
    return this.offsetOf(index) + piece.lines.lineStart(line - this.lineOf(index));
  }

  override lineText(line: number): string {
    const index = this.#pieceAt(this.#lines, line);
    return this.#pieces[index]?.lines.lineText(line - this.lineOf(index)) ?? "";
  }

  override positionAt(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.length));
    const index = this.#pieceAt(this.#offsets, at);
    const { line, character } = this.#pieces[index]?.lines.positionAt(at - this.offsetOf(index)) ?? start;
    return { line: line + this.lineOf(index), character };
  }

  /** The last piece that starts at or before a place. Behind the last line end there is no piece of its own. */
  #pieceAt(starts: Float64Array, place: number): number {
    let low = 0;
    let high = this.#pieces.length;
    while (high > 1 && this.#pieces[high - 1]?.text === "") high--;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? 0) <= place) low = middle;
      else high = middle;
    }
    return low;
  }
}

const start: Position = { line: 0, character: 0 };
