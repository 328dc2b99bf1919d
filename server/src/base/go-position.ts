import { utf8Length } from "./go-text.ts";

/** The UTF-16 offset of a position as Go's parsers tell it: lines from 1, and in them bytes of UTF-8 from 1. */
export function offsetOfGo(text: string, line: number, column: number): number {
  let start = 0;
  for (let n = 1; n < line; n++) {
    const end = text.indexOf("\n", start);
    if (end < 0) break;
    start = end + 1;
  }
  let bytes = column - 1;
  let offset = start;
  for (const character of text.slice(start)) {
    if (bytes <= 0) break;
    bytes -= utf8Length(character);
    offset += character.length;
  }
  return Math.min(offset, text.length);
}

/** The other way round: `LINE:COLUMN` of an offset, as Go's PromQL parser writes it (`posrange.go`, StartPosInput). */
export function goPosition(text: string, offset: number): string {
  if (text === "") return "unknown position";
  const before = text.slice(0, offset);
  const start = before.lastIndexOf("\n") + 1;
  return `${before.split("\n").length}:${utf8Length(before.slice(start)) + 1}`;
}
