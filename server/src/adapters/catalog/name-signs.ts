/** What a name's bytes have in them, in few bits: a name without a bit of what is typed cannot match. */

/** Upper-case ASCII as lower case; all other bytes as they are. */
export const folded: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 65 && byte <= 90 ? byte + 32 : byte,
);

/** Whether a word begins behind this byte: it is ASCII, but no letter or digit. */
export const separates: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  return byte < 128 && !/[a-z0-9]/i.test(char) ? 1 : 0;
});

/** One of 32 bits for each folded byte: letters have their own, digits share three. */
export const charBits: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  const low = folded[byte] ?? byte;
  if (low >= 97 && low <= 122) return 1 << (low - 97);
  if (low >= 48 && low <= 57) return 1 << (26 + (low % 3));
  if (low === 95) return 1 << 29;
  return low < 128 ? 1 << 30 : 1 << 31;
});

/** One of 64 numbers for two folded bytes that follow each other. */
export function pairSign(first: number, second: number): number {
  return (Math.imul(first * 31 + second, 0x9e3779b1) >>> 26) & 63;
}
