import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LabelTrial, tryLabels, tryRecorded } from "../oracle/labels.ts";
import { type Oracle, startOracle } from "../oracle/oracle.ts";
import { allOptions } from "../oracle/promql.ts";
import { Random } from "../oracle/random.ts";

const stores = 25;
const expressions = 120;

/** Fails with the shortest expressions of which we claimed what the engine does not do. */
function expectSound({ refuted, answered, filled }: LabelTrial): void {
  const shortest = refuted.toSorted((a, b) => a.length - b.length).slice(0, 8);
  expect(shortest.join("\n")).toBe("");
  // Else it would show little: most expressions must be evaluated, and return something.
  expect(answered).toBeGreaterThan(stores * expressions * 0.9);
  expect(filled).toBeGreaterThan(stores * expressions * 0.3);
}

describe("labels, held against Prometheus' engine", () => {
  let oracle: Oracle;
  beforeAll(async () => {
    oracle = await startOracle();
  });
  afterAll(async () => await oracle.close());

  test.each([
    { seed: 1, delayedNameRemoval: false },
    { seed: 2, delayedNameRemoval: false },
    { seed: 3, delayedNameRemoval: true },
  ])(
    "3,000 expressions over random series, seed $seed, delayed name removal $delayedNameRemoval",
    async ({ seed, delayedNameRemoval }) => {
      const options = { ...allOptions, delayedNameRemoval };
      expectSound(await tryLabels(oracle, new Random(seed), stores, expressions, options));
    },
  );

  test("3,000 expressions over what random recording rules write", async () => {
    expectSound(await tryRecorded(oracle, new Random(4), stores, expressions, allOptions));
  });
});
