import { afterAll, beforeAll, expect, test } from "vitest";
import { compareExpansions } from "../oracle/expansions.ts";
import { ExpansionGenerator } from "../oracle/generate-expansion.ts";
import { type Oracle, startOracle } from "../oracle/oracle.ts";
import { Random } from "../oracle/random.ts";

/** `SEED` repeats a run, `EXPANSIONS` makes it longer. */
const seed = Number(process.env["SEED"] ?? 1);
const count = Number(process.env["EXPANSIONS"] ?? 20_000);

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(async () => await oracle.close());

test(`templates are expanded as Prometheus expands them, seed ${seed}`, async () => {
  console.log(`SEED=${seed} EXPANSIONS=${count}`);
  const generator = new ExpansionGenerator(new Random(seed));
  const all = Array.from({ length: count }, () => ({
    text: generator.template(),
    value: generator.number(),
  }));
  const tally = await compareExpansions(oracle, all);
  expect(tally.differences.toSorted((a, b) => a.length - b.length).slice(0, 8)).toEqual([]);
  expect(tally.texts).toBeGreaterThan(count / 5);
  expect(tally.fails).toBeGreaterThan(count / 5);
});
