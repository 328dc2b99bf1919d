import type { Span } from "../../base/text.ts";

/**
 * Places in a file that is kept in slices, which stay as they are when something above them changes: the number of a
 * slice and an offset in it, in one number. Slice 0 is the frame.
 */
const room = 2 ** 25;

/** The place of a span of a slice. */
export function virtualSpan(slice: number, { start, end }: Span): Span {
  return { start: slice * room + start, end: slice * room + end };
}

/** The number of the slice that a place is in. */
export function sliceOf(place: number): number {
  return Math.floor(place / room);
}

/** The offset of a place in its slice. */
export function offsetOf(place: number): number {
  return place % room;
}
