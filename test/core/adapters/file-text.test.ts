import { expect, test } from "vitest";
import { textOfBytes } from "../../../server/src/adapters/files/text.ts";

const of = (...parts: readonly (string | readonly number[])[]): string =>
  textOfBytes(Buffer.concat(parts.map((part) => Buffer.from(part as string))));

test("UTF-8 is read as it is, its mark included", () => {
  expect(of("\ufeffa: größe 😀")).toBe("\ufeffa: größe 😀");
});

test("UTF-16 is known by its mark", () => {
  const little = Buffer.from("\ufeffa: größe 😀", "utf16le");
  expect(textOfBytes(little)).toBe("\ufeffa: größe 😀");
  expect(textOfBytes(Buffer.from(little).swap16())).toBe("\ufeffa: größe 😀");
  expect(textOfBytes(little.subarray(0, 5))).toBe("\ufeffa\ud800");
});

test("a byte of no character is half a pair, and all others stay what they are", () => {
  expect(of("é", [0xff], "é")).toBe("é\udcffé");
  expect(of([0xc3, 0x28], "ü")).toBe("\udcc3(ü");
  expect(of("a", [0xe2, 0x82])).toBe("a\udce2\udc82");
  expect(of([0xed, 0xa0, 0x80], [0xf0, 0x9f, 0x98, 0x80])).toBe("\udced\udca0\udc80😀");
});
