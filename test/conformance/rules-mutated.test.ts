import { afterAll, beforeAll, expect, test } from "vitest";
import { RuleFileGenerator } from "../oracle/generate-rules.ts";
import { type Oracle, startOracle } from "../oracle/oracle.ts";
import { Random } from "../oracle/random.ts";
import { isVerdict, judgeRules, mutationBases, rulesRates, rulesReport } from "../oracle/rules.ts";

const seed = Number(process.env["SEED"] ?? 1);
const bases = mutationBases();

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(async () => await oracle.close());

/** Verdicts are the same without exception; words and lines in all but a few. */
async function expectAlike(texts: readonly string[]): Promise<void> {
  const result = await judgeRules(oracle, texts);
  console.log(rulesRates(result));
  expect(rulesReport(result.mismatches.filter(isVerdict))).toBe("");
  expect(result.mismatches.length, rulesReport(result.mismatches)).toBeLessThan(texts.length / 1000);
}

test(`3,000 rule files of every style and with random mistakes are judged as Prometheus judges them, seed ${seed}`, async () => {
  const generator = new RuleFileGenerator(new Random(seed));
  const texts = Array.from({ length: 3000 }, (_, i) =>
    i % 4 === 0 ? generator.file() : generator.mutated(generator.file()),
  );
  await expectAlike(texts);
});

test(`3,000 soups of YAML are judged as Prometheus judges them, seed ${seed}`, async () => {
  const generator = new RuleFileGenerator(new Random(seed));
  await expectAlike(Array.from({ length: 3000 }, () => generator.soup()));
});

test.skipIf(bases.length === 0)(
  `3,000 mutations of the corpus' rule files (needs ../shared/corpus) are judged as Prometheus judges them, seed ${seed}`,
  async () => {
    expect(bases.length).toBeGreaterThan(100);
    const random = new Random(seed);
    const generator = new RuleFileGenerator(random);
    await expectAlike(Array.from({ length: 3000 }, () => generator.mutated(random.pick(bases))));
  },
);
