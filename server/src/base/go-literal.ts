/** Literals as Go's `strconv` reads them; PromQL and templates have inherited them. */

/** Whether underscores stand only between digits, or behind the prefix of a base (`internal/strconv/atoi.go`, underscoreOK). */
export function underscoresSeparateDigits(text: string): boolean {
  const hex = /^0x/i.test(text);
  let saw = /^0[box]/i.test(text) ? "0" : "^";
  for (const character of text.slice(saw === "0" ? 2 : 0)) {
    if (/[0-9]/.test(character) || (hex && /[a-f]/i.test(character))) saw = "0";
    else if (character === "_") {
      if (saw !== "0") return false;
      saw = "_";
    } else {
      if (saw === "_") return false;
      saw = "!";
    }
  }
  return saw !== "_";
}

const simpleEscapes: ReadonlyMap<string, number> = new Map([
  ["a", 7],
  ["b", 8],
  ["f", 12],
  ["n", 10],
  ["r", 13],
  ["t", 9],
  ["v", 11],
]);

/** Appends a character in UTF-8. */
export function pushUtf8(bytes: number[], codePoint: number): void {
  if (codePoint < 0x80) bytes.push(codePoint);
  else if (codePoint < 0x800) bytes.push(0xc0 | (codePoint >> 6), 0x80 | (codePoint & 63));
  else if (codePoint < 0x10000)
    bytes.push(0xe0 | (codePoint >> 12), 0x80 | ((codePoint >> 6) & 63), 0x80 | (codePoint & 63));
  else
    bytes.push(
      0xf0 | (codePoint >> 18),
      0x80 | ((codePoint >> 12) & 63),
      0x80 | ((codePoint >> 6) & 63),
      0x80 | (codePoint & 63),
    );
}

/** The length of the UTF-8 sequence that a byte begins and the smallest code point that may need it. */
function sequenceOf(byte: number): readonly [length: number, least: number] {
  if (byte < 0x80) return [1, 0];
  if (byte >= 0xc2 && byte < 0xe0) return [2, 0x80];
  if (byte >= 0xe0 && byte < 0xf0) return [3, 0x800];
  if (byte >= 0xf0 && byte < 0xf5) return [4, 0x10000];
  return [0, 0];
}

/** Decodes UTF-8; each byte that is none becomes the lone surrogate U+DC00 + byte. */
function decodeUtf8(bytes: readonly number[]): string {
  let out = "";
  for (let i = 0; i < bytes.length; ) {
    const first = bytes[i] ?? 0;
    const [length, least] = sequenceOf(first);
    let codePoint = length <= 1 ? first : first & (0xff >> (length + 1));
    let valid = length > 0;
    for (let k = 1; k < length && valid; k++) {
      const byte = bytes[i + k] ?? 0;
      valid = (byte & 0xc0) === 0x80;
      codePoint = (codePoint << 6) | (byte & 63);
    }
    valid =
      valid && codePoint >= least && codePoint <= 0x10ffff && !(codePoint >= 0xd800 && codePoint < 0xe000);
    out += valid ? String.fromCodePoint(codePoint) : String.fromCharCode(0xdc00 + first);
    i += valid ? length : 1;
  }
  return out;
}

/**
 * The value of a string literal with its quotes, which must be well-formed (`strconv/quote.go`).
 * Bytes that are no UTF-8 become lone surrogates (`base/go-text.ts`).
 */
export function unquote(literal: string): string {
  const body = literal.slice(1, -1);
  if (literal.startsWith("`") || !body.includes("\\")) return body;
  const bytes: number[] = [];
  for (let i = 0; i < body.length; ) {
    const codePoint = body.codePointAt(i) ?? 0;
    if (codePoint !== 92) {
      pushUtf8(bytes, codePoint);
      i += codePoint > 0xffff ? 2 : 1;
      continue;
    }
    const letter = body.charAt(i + 1);
    const simple = simpleEscapes.get(letter);
    const digits = letter === "x" ? 2 : letter === "u" ? 4 : letter === "U" ? 8 : 0;
    i += 2;
    if (simple !== undefined) bytes.push(simple);
    else if (digits > 0) {
      const value = Number.parseInt(body.slice(i, i + digits), 16);
      if (letter === "x") bytes.push(value);
      else pushUtf8(bytes, value);
      i += digits;
    } else if (letter >= "0" && letter <= "7") {
      bytes.push(Number.parseInt(body.slice(i - 1, i + 2), 8));
      i += 2;
    } else bytes.push(letter.charCodeAt(0));
  }
  return decodeUtf8(bytes);
}
