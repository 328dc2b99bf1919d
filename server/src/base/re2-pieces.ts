import { fault } from "./re2-fault.ts";

/** A parsed piece, reduced to what the limits and the empty text ask for. */
export interface Piece {
  readonly kind: "literal" | "concat" | "alternate" | "other";
  readonly matchesEmpty: boolean;
  /** Instructions that it compiles to, by Go's estimate. */
  readonly size: number;
  readonly height: number;
  /** The largest product of counted repetitions that are nested in it. */
  readonly repeats: number;
}

const maxSize = (128 << 20) / 40;
const maxHeight = 1000;
const maxRepeats = 1000;

/** What matches one character, one character itself, and what matches a place. */
export const single: Piece = { kind: "other", matchesEmpty: false, size: 1, height: 1, repeats: 1 };
export const literal: Piece = { ...single, kind: "literal" };
export const assertion: Piece = { ...single, matchesEmpty: true };

/** A repetition: least and most times, where -1 is no limit; `counted` where it is written in braces. */
export interface Repetition {
  readonly counted: boolean;
  readonly least: number;
  readonly most: number;
}

/** Refuses a piece that is over the limits of `regexp/syntax`; `source` is the whole expression. */
export function checked(piece: Piece, source: string): Piece {
  if (piece.size > maxSize) throw fault("expression too large", source);
  if (piece.height > maxHeight) throw fault("expression nests too deeply", source);
  return piece;
}

/** Upstream puts the whole between anchors, which is one level more unless it is a sequence already. */
export function checkAnchored(whole: Piece, source: string): void {
  if (whole.kind !== "concat" && whole.height >= maxHeight)
    throw fault("expression nests too deeply", `^(?s:${source})$`);
}

/** The pieces one behind the other. */
export function concat(items: readonly Piece[], source: string): Piece {
  const [first] = items;
  if (first === undefined) return assertion;
  if (items.length === 1) return first;
  let size = 0;
  let below = 0;
  let repeats = 1;
  let matchesEmpty = true;
  let parts = 0;
  let before: Piece["kind"] = "other";
  for (const item of items) {
    size += item.size;
    below = Math.max(below, item.kind === "concat" ? item.height - 1 : item.height);
    repeats = Math.max(repeats, item.repeats);
    matchesEmpty &&= item.matchesEmpty;
    // Neighbouring characters are one literal.
    if (item.kind !== "literal" || before !== "literal") parts++;
    before = item.kind;
  }
  const kind = parts > 1 ? "concat" : "literal";
  return checked({ kind, matchesEmpty, size, height: parts > 1 ? below + 1 : below, repeats }, source);
}

/** The choice between pieces, of which the last one is given apart. */
export function alternate(alternatives: readonly Piece[], last: Piece, source: string): Piece {
  if (alternatives.length === 0) return last;
  let size = alternatives.length + last.size;
  let { height, repeats, matchesEmpty } =
    last.kind === "alternate" ? { ...last, height: last.height - 1 } : last;
  for (const piece of alternatives) {
    size += piece.size;
    height = Math.max(height, piece.kind === "alternate" ? piece.height - 1 : piece.height);
    repeats = Math.max(repeats, piece.repeats);
    matchesEmpty ||= piece.matchesEmpty;
  }
  return checked({ kind: "alternate", matchesEmpty, size, height: height + 1, repeats }, source);
}

/** A piece repeated; `written` is the text of the repetition. */
export function repeated(
  inner: Piece,
  { counted, least, most }: Repetition,
  written: string,
  source: string,
): Piece {
  let size = inner.size + (!counted && least === 0 && most < 0 ? 2 : 1);
  if (counted && most < 0) size = least === 0 ? inner.size + 2 : 1 + least * inner.size;
  else if (counted) size = Math.max(1, most * inner.size + most - least);
  const times = counted ? (most < 0 ? least : most) : 1;
  const repeats = counted && most === 0 ? 1 : inner.repeats * Math.max(times, 1);
  const matchesEmpty = inner.matchesEmpty || least === 0;
  const piece = checked({ kind: "other", matchesEmpty, size, height: inner.height + 1, repeats }, source);
  if (counted && (least >= 2 || most >= 2) && repeats > maxRepeats)
    throw fault("invalid repeat count", written);
  return piece;
}
