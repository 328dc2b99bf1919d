import { isUtf8 } from "node:buffer";

/**
 * The text of a file: UTF-8, or UTF-16 where it begins with that mark, as go-yaml reads it (`readerc.go`). A byte that
 * belongs to no character becomes the lone surrogate U+DC00 + byte (see base/go-text.ts), so that what reads the text
 * refuses it as Prometheus does; U+FFFD would be a character like any other.
 */
export function textOfBytes(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString("utf8");
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return utf16(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    const even = Buffer.from(bytes.subarray(0, bytes.length & ~1)).swap16();
    return utf16(Buffer.concat([even, bytes.subarray(even.length)]));
  }
  return escaped(bytes);
}

/** Little-endian; half a character at the end becomes half a pair. */
function utf16(bytes: Buffer): string {
  return bytes.toString("utf16le") + (bytes.length % 2 === 1 ? "\ud800" : "");
}

function escaped(bytes: Buffer): string {
  let text = "";
  let from = 0;
  for (let at = 0; at < bytes.length; ) {
    const width = widthOf(bytes, at);
    if (width > 0) {
      at += width;
      continue;
    }
    text += bytes.toString("utf8", from, at) + String.fromCharCode(0xdc00 + (bytes[at] ?? 0));
    at++;
    from = at;
  }
  return text + bytes.toString("utf8", from);
}

/** How many bytes the character has that begins there; 0 where none does. */
function widthOf(bytes: Buffer, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const width = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const end = at + width;
  return end <= bytes.length && isUtf8(bytes.subarray(at, end)) ? width : 0;
}
