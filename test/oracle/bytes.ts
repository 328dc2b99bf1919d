import { textOfBytes } from "../../server/src/adapters/files/text.ts";

const bytes = /([\udc80-\udcff]+)/u;

/** The bytes of a text in which the lone surrogates U+DC80 to U+DCFF stand for bytes (see base/go-text.ts). */
export function bytesOf(text: string): Buffer {
  const parts = text.split(bytes);
  return Buffer.concat(
    parts.map((part, index) =>
      index % 2 === 0
        ? Buffer.from(part)
        : Buffer.from(Array.from(part, (character) => character.charCodeAt(0) - 0xdc00)),
    ),
  );
}

/** The text as it is read from a file: bytes that make a character are that character, all other halves of pairs none. */
export function asRead(text: string): string {
  return text.isWellFormed() ? text : textOfBytes(bytesOf(text));
}
