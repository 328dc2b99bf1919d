import fc from "fast-check";
import { expect, test } from "vitest";
import { parseFully } from "../../server/src/yaml/parse.ts";
import { parseSubset } from "../../server/src/yaml/subset/parse.ts";
import { corpusFiles } from "../shared.ts";
import { described, edit, madeUp, sound } from "./yaml-subset.ts";

const seed = Number(process.env["SEED"] ?? 20_261_122);

/** Where the subset takes a text, the library must say the same of it; says whether it took it. */
function compare(text: string, maps: boolean): boolean {
  const subset = parseSubset(text);
  if (subset === undefined) return false;
  expect(described(subset, maps)).toEqual(described(parseFully(text), maps));
  return true;
}

/** Runs the property and returns the share of texts that the subset took. */
function shareTaken(texts: fc.Arbitrary<string>, numRuns: number, maps: boolean): number {
  let taken = 0;
  let all = 0;
  fc.assert(
    fc.property(texts, (text) => {
      all++;
      if (compare(text, maps)) taken++;
    }),
    { numRuns, seed },
  );
  return taken / all;
}

test("sound files of the plain subset are all taken, and read as the library reads them", () => {
  expect(shareTaken(sound, 500, true)).toBe(1);
});

test("texts of pieces that mean something to YAML are read as the library reads them", () => {
  expect(shareTaken(madeUp, 6000, true)).toBeGreaterThan(0.005);
});

test("sound files with random edits are read as the library reads them", () => {
  const edited = fc
    .tuple(sound, fc.array(edit, { minLength: 1, maxLength: 3 }))
    .map(([text, edits]) => edits.reduce((at, change) => change(at), text));
  const share = shareTaken(edited, 1500, true);
  expect(share).toBeGreaterThan(0.1);
  expect(share).toBeLessThan(0.8);
});

const files = corpusFiles();

test.skipIf(files.length === 0)(
  "every file of the corpus (absent: skipped) is read as the library reads it",
  () => {
    const taken = files.filter(({ text }) => compare(text, text.length < 20_000));
    expect(taken.length / files.length).toBeGreaterThan(0.75);
  },
);

test.skipIf(files.length === 0)(
  "corpus files (absent: skipped) with random edits are read as the library reads them",
  () => {
    const small = files.filter(({ text }) => text.length < 6000).map(({ text }) => text);
    const edited = fc
      .tuple(fc.constantFrom(...small), fc.array(edit, { minLength: 1, maxLength: 3 }))
      .map(([text, edits]) => edits.reduce((at, change) => change(at), text));
    const share = shareTaken(edited, 3000, false);
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.8);
  },
);
