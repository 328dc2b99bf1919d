import { LineIndex, type Position } from "./text.ts";

/** Whole lines of a text; only the last piece may lack its line end. No line ends with a lone carriage return. */
export interface Piece {
  readonly text: string;
  /** How many line ends it has. */
  readonly breaks: number;
  readonly lines: LineIndex;
}

/** A text as a piece of its own. */
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

/** Pieces that stand one behind the other; where each begins is kept for all texts that hold the block. */
export class Block {
  readonly pieces: readonly Piece[];
  readonly length: number;
  readonly breaks: number;
  #starts: { readonly offsets: Float64Array; readonly lines: Float64Array } | undefined;

  constructor(pieces: readonly Piece[]) {
    this.pieces = pieces;
    let length = 0;
    let breaks = 0;
    for (const piece of pieces) {
      length += piece.text.length;
      breaks += piece.breaks;
    }
    this.length = length;
    this.breaks = breaks;
  }

  /** Where in the block a piece begins. */
  offsetOf(index: number): number {
    return this.#begin.offsets[index] ?? this.length;
  }

  lineOf(index: number): number {
    return this.#begin.lines[index] ?? this.breaks;
  }

  atOffset(offset: number): number {
    return lastAtMost(this.#begin.offsets, this.#count, offset);
  }

  atLine(line: number): number {
    return lastAtMost(this.#begin.lines, this.#count, line);
  }

  /** Behind the last line end there is no piece of its own. */
  get #count(): number {
    const { length } = this.pieces;
    return length > 1 && this.pieces[length - 1]?.text === "" ? length - 1 : length;
  }

  get #begin(): { readonly offsets: Float64Array; readonly lines: Float64Array } {
    if (this.#starts !== undefined) return this.#starts;
    const offsets = new Float64Array(this.pieces.length);
    const lines = new Float64Array(this.pieces.length);
    let offset = 0;
    let line = 0;
    for (const [index, { text, breaks }] of this.pieces.entries()) {
      offsets[index] = offset;
      lines[index] = line;
      offset += text.length;
      line += breaks;
    }
    this.#starts = { offsets, lines };
    return this.#starts;
  }
}

/** A text that is kept in pieces and put together only where somebody asks for all of it. */
export class PieceLines extends LineIndex {
  readonly #blocks: readonly Block[];
  readonly #offsets: Float64Array;
  readonly #lines: Float64Array;
  /** Blocks that have something in them, but for the first. */
  readonly #count: number;
  #joined: string | undefined;

  constructor(blocks: readonly Block[]) {
    super("");
    this.#blocks = blocks;
    this.#offsets = new Float64Array(blocks.length + 1);
    this.#lines = new Float64Array(blocks.length + 1);
    let offset = 0;
    let line = 0;
    for (const [index, { length, breaks }] of blocks.entries()) {
      this.#offsets[index + 1] = offset += length;
      this.#lines[index + 1] = line += breaks;
    }
    let count = blocks.length;
    while (count > 1 && blocks[count - 1]?.length === 0) count--;
    this.#count = count;
  }

  override get text(): string {
    if (this.#joined !== undefined) return this.#joined;
    const texts: string[] = [];
    for (const { pieces } of this.#blocks) for (const { text } of pieces) texts.push(text);
    this.#joined = texts.join("");
    return this.#joined;
  }

  get length(): number {
    return this.#offsets[this.#blocks.length] ?? 0;
  }

  /** Where a piece of a block starts. */
  offsetOf(block: number, piece: number): number {
    return (this.#offsets[block] ?? this.length) + (this.#blocks[block]?.offsetOf(piece) ?? 0);
  }

  /** The line that a piece of a block starts with. */
  lineOf(block: number, piece: number): number {
    return (this.#lines[block] ?? 0) + (this.#blocks[block]?.lineOf(piece) ?? 0);
  }

  override slice(start: number, end: number): string {
    if (this.#joined !== undefined) return this.#joined.slice(start, end);
    let text = "";
    let first = this.#blockAt(this.#offsets, start);
    for (; first < this.#blocks.length; first++) {
      const block = this.#blocks[first];
      const from = this.#offsets[first] ?? 0;
      if (block === undefined || from >= end) break;
      for (let index = block.atOffset(start - from); index < block.pieces.length; index++) {
        const at = from + block.offsetOf(index);
        if (at >= end) return text;
        text += block.pieces[index]?.text.slice(Math.max(0, start - at), end - at) ?? "";
      }
    }
    return text;
  }

  override get lineCount(): number {
    return (this.#lines[this.#blocks.length] ?? 0) + 1;
  }

  override lineStart(line: number): number {
    if (line >= this.lineCount) return this.length;
    const { block, index, piece } = this.pieceOfLine(line);
    return this.offsetOf(block, index) + (piece?.lines.lineStart(line - this.lineOf(block, index)) ?? 0);
  }

  override lineText(line: number): string {
    const { block, index, piece } = this.pieceOfLine(line);
    return piece?.lines.lineText(line - this.lineOf(block, index)) ?? "";
  }

  override positionAt(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.length));
    const block = this.#blockAt(this.#offsets, at);
    const index = this.#blocks[block]?.atOffset(at - (this.#offsets[block] ?? 0)) ?? 0;
    const piece = this.#blocks[block]?.pieces[index];
    const { line, character } = piece?.lines.positionAt(at - this.offsetOf(block, index)) ?? start;
    return { line: line + this.lineOf(block, index), character };
  }

  /** The last piece that starts on the line or before. */
  pieceOfLine(line: number): {
    readonly block: number;
    readonly index: number;
    readonly piece: Piece | undefined;
  } {
    const block = this.#blockAt(this.#lines, line);
    const index = this.#blocks[block]?.atLine(line - (this.#lines[block] ?? 0)) ?? 0;
    return { block, index, piece: this.#blocks[block]?.pieces[index] };
  }

  #blockAt(starts: Float64Array, place: number): number {
    return lastAtMost(starts, this.#count, place);
  }
}

/** The last of the first `count` numbers, which rise, that is not greater; the first where all are. */
function lastAtMost(numbers: Float64Array, count: number, most: number): number {
  let low = 0;
  let high = count;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] ?? 0) <= most) low = middle;
    else high = middle;
  }
  return low;
}

const start: Position = { line: 0, character: 0 };
