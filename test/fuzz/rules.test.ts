import { afterAll, beforeAll, expect, test } from "vitest";
import { aliasFile } from "../oracle/generate-aliases.ts";
import { RuleFileGenerator } from "../oracle/generate-rules.ts";
import { WideGenerator } from "../oracle/generate-wide.ts";
import { type Oracle, startOracle } from "../oracle/oracle.ts";
import { Random } from "../oracle/random.ts";
import {
  isVerdict,
  judgeRules,
  mutationBases,
  type RulesMismatch,
  rulesRates,
  rulesReport,
  shrinkRules,
} from "../oracle/rules.ts";

/** `SEED` repeats a run, `RULE_FILES` makes it longer. */
const seed = Number(process.env["SEED"] ?? 1);
const count = Number(process.env["RULE_FILES"] ?? 20_000);

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(async () => await oracle.close());

test(`rule files are judged as Prometheus judges them, in its words and at its lines, seed ${seed}`, async () => {
  console.log(`SEED=${seed} RULE_FILES=${count}`);
  const random = new Random(seed);
  const generator = new RuleFileGenerator(random);
  const bases = mutationBases();
  const texts = Array.from({ length: count }, (_, i) => {
    if (i % 10 === 9) return generator.soup();
    const base = bases.length === 0 || random.chance(0.5) ? generator.file() : random.pick(bases);
    return i % 5 === 0 ? base : generator.mutated(base);
  });
  await expectAlike(texts);
});

test(`real rule files changed in many ways at once, down to their bytes, are judged as Prometheus judges them, seed ${seed}`, async () => {
  const generator = new WideGenerator(new Random(seed));
  const bases = mutationBases();
  await expectAlike(Array.from({ length: count / 2 }, () => generator.file(bases)));
});

test(`files that are little but aliases are refused where Prometheus refuses them, seed ${seed}`, async () => {
  const random = new Random(seed);
  await expectAlike(Array.from({ length: count / 100 }, () => aliasFile(random)));
});

async function expectAlike(texts: readonly string[]): Promise<void> {
  const result = await judgeRules(oracle, texts);
  console.log(rulesRates(result));
  const shrunk: RulesMismatch[] = [];
  for (const mismatch of result.mismatches.filter(isVerdict).slice(0, 8))
    shrunk.push(await shrinkRules(oracle, mismatch));
  expect(rulesReport(shrunk)).toBe("");
  // Words and lines of a fault in YAML that nobody writes may differ here and there, verdicts never.
  expect(result.mismatches.length, rulesReport(result.mismatches)).toBeLessThan(texts.length / 1000);
}
