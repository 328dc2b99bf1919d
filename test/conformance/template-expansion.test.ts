import { afterAll, beforeAll, expect, test } from "vitest";
import { readDocument } from "../../server/src/model/read.ts";
import { stringMap } from "../../server/src/yaml/access.ts";
import { compareExpansions } from "../oracle/expansions.ts";
import { ExpansionGenerator } from "../oracle/generate-expansion.ts";
import { type Oracle, startOracle } from "../oracle/oracle.ts";
import { Random } from "../oracle/random.ts";
import { corpusFiles } from "../shared.ts";

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(async () => await oracle.close());

const random = new Random(20_261_123);
const generator = new ExpansionGenerator(random);

const ofOne = ["humanize", "humanize1024", "humanizeDuration", "humanizePercentage"];
test("6,000 random templates are expanded as Prometheus expands them", async () => {
  const texts = Array.from({ length: 6000 }, () => ({
    text: generator.template(),
    value: generator.number(),
  }));
  const tally = await compareExpansions(oracle, texts);
  expect(tally.differences.slice(0, 10)).toEqual([]);
  expect(tally.texts).toBeGreaterThan(1800);
  expect(tally.fails).toBeGreaterThan(300);
});

test("numbers are written as Go writes them", async () => {
  const texts = Array.from({ length: 3000 }, () => ({
    text: `{{ $value }} {{ ${random.pick(ofOne)} $value }} {{ printf ${JSON.stringify(random.pick(["%.4g", "%.0f", "%.2f", "%.3e", "%g", "%v", "%.10g"]))} $value }}`,
    value: generator.number(),
  }));
  const tally = await compareExpansions(oracle, texts);
  expect(tally.differences.slice(0, 10)).toEqual([]);
  expect(tally.texts).toBeGreaterThan(2900);
});

const corpus = corpusFiles(["rules", "PrometheusRule"]);

test.skipIf(corpus.length === 0)(
  "texts of the corpus' alerts (needs ../shared/corpus) are expanded as Prometheus expands them",
  async () => {
    const texts = corpus.flatMap(({ path, text }) =>
      readDocument({ uri: path, path, version: 0, text }).parts.flatMap(({ model }) =>
        "rules" in model
          ? model.rules.groups.flatMap(({ rules }) =>
              rules.flatMap(({ annotations }) => [...stringMap(annotations).values()]),
            )
          : [],
      ),
    );
    const withActions = [...new Set(texts)].filter((text) => text.includes("{{"));
    expect(withActions.length).toBeGreaterThan(1000);
    const tally = await compareExpansions(
      oracle,
      withActions.map((text) => ({ text, value: generator.number() })),
    );
    expect(tally.differences.slice(0, 10)).toEqual([]);
    expect(tally.unknown).toBeLessThan(withActions.length * 0.05);
  },
);
