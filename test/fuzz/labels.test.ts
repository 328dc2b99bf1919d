import { afterAll, beforeAll, expect, test } from "vitest";
import { tryLabels, tryRecorded } from "../oracle/labels.ts";
import { type Oracle, startOracle } from "../oracle/oracle.ts";
import { allOptions } from "../oracle/promql.ts";
import { Random } from "../oracle/random.ts";

/** `SEED` repeats a run, `STORES` makes it longer. */
const seed = Number(process.env["SEED"] ?? 1);
const stores = Number(process.env["STORES"] ?? 40);
const expressions = 150;

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(async () => await oracle.close());

test(`labels hold against Prometheus' engine, seed ${seed}`, async () => {
  console.log(`SEED=${seed} STORES=${stores}`);
  const random = new Random(seed);
  for (const delayedNameRemoval of [false, true]) {
    const options = { ...allOptions, delayedNameRemoval };
    const plain = await tryLabels(oracle, random, stores, expressions, options);
    const recorded = await tryRecorded(oracle, random, stores, expressions, options);
    const refuted = [...plain.refuted, ...recorded.refuted].toSorted((a, b) => a.length - b.length);
    expect(refuted.slice(0, 5).join("\n")).toBe("");
  }
});
