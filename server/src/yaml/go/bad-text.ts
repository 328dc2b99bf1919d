/** What go-yaml cannot read of a text: why, and how many bytes it must have read to say so. */
export interface BadText {
  readonly problem: string;
  /** Without end, where it first asks for more: half a character at the end of the file. */
  readonly bytes: number;
}

/** The byte that a lone surrogate stands for (see base/go-text.ts); nothing for any other character. */
function byteAt(text: string, at: number): number | undefined {
  const code = text.charCodeAt(at);
  return code >= 0xdc80 && code <= 0xdcff ? code - 0xdc00 : undefined;
}

/**
 * Why the reader refuses the character at `at`, which is none that YAML allows (`readerc.go`,
 * yaml_parser_update_buffer): bytes that are no UTF-8, halves of pairs in UTF-16, or a control character.
 */
export function badText(text: string, at: number): BadText {
  const code = text.charCodeAt(at);
  const first = byteAt(text, at);
  if (first !== undefined) return badUtf8(text, at, first);
  if (code >= 0xdc00 && code <= 0xdfff) return { problem: "unexpected low surrogate area", bytes: 2 };
  if (code >= 0xd800 && code <= 0xdbff)
    return at + 1 < text.length
      ? { problem: "expected low surrogate area", bytes: 4 }
      : { problem: "incomplete UTF-16 surrogate pair", bytes: Number.POSITIVE_INFINITY };
  return { problem: "control characters are not allowed", bytes: code < 0x80 ? 1 : code < 0x800 ? 2 : 3 };
}

function badUtf8(text: string, at: number, first: number): BadText {
  const width = first >= 0xf8 || first < 0xc0 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (width === 1) return { problem: "invalid leading UTF-8 octet", bytes: 1 };
  if (bytesFrom(text, at, width) < width)
    return { problem: "incomplete UTF-8 octet sequence", bytes: Number.POSITIVE_INFINITY };
  let value = first & (0x7f >> width);
  for (let ahead = 1; ahead < width; ahead++) {
    const byte = byteAt(text, at + ahead);
    if (byte === undefined || byte >= 0xc0) return { problem: "invalid trailing UTF-8 octet", bytes: width };
    value = value * 64 + (byte & 0x3f);
  }
  const isShort = value < (width === 2 ? 0x80 : width === 3 ? 0x800 : 0x10000);
  const problem = isShort ? "invalid length of a UTF-8 sequence" : "invalid Unicode character";
  return { problem, bytes: width };
}

/** How many bytes follow, `most` at most. */
function bytesFrom(text: string, at: number, most: number): number {
  let count = 0;
  for (let next = at; next < text.length && count < most; next++) {
    const code = text.charCodeAt(next);
    count += code < 0x80 || byteAt(text, next) !== undefined ? 1 : code < 0x800 ? 2 : 3;
  }
  return count;
}
