import { afterAll, beforeAll, expect, test } from "vitest";
import { tryFindings } from "../oracle/findings.ts";
import { type Oracle, startOracle } from "../oracle/oracle.ts";
import { Random } from "../oracle/random.ts";

/** `SEED` repeats a run, `FINDING_FILES` makes it longer. */
const seed = Number(process.env["SEED"] ?? 1);
const files = Number(process.env["FINDING_FILES"] ?? 60);

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(async () => await oracle.close());

/** Of these so many have to be found, else the test would show little. */
const common = [
  "promql.contradictory-matchers",
  "promql.dead-code",
  "promql.impossible-join",
  "promql.impossible-label",
  "rule.always-firing",
  "template.missing-label",
];

test(`what checks say of random rules is so in Prometheus' engine, seed ${seed}`, {
  timeout: 600_000,
}, async () => {
  console.log(`SEED=${seed} FINDING_FILES=${files}`);
  const { refuted, asked } = await tryFindings(oracle, new Random(seed), files);
  const shortest = refuted.toSorted((a, b) => a.length - b.length).slice(0, 5);
  expect(shortest.join("\n")).toBe("");
  for (const check of common) expect(asked.get(check) ?? 0, check).toBeGreaterThan(files / 4);
});
