import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseExpr } from "../../server/src/promql/parse.ts";
import { LabelGenerator, randomSeries } from "../oracle/generate-labels.ts";
import { refuted } from "../oracle/labels.ts";
import { type Oracle, startOracle } from "../oracle/oracle.ts";
import { allOptions } from "../oracle/promql.ts";
import { Random } from "../oracle/random.ts";

const stores = 40;
const expressions = 150;

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
    "6,000 expressions over random series, seed $seed, delayed name removal $delayedNameRemoval",
    async ({ seed, delayedNameRemoval }) => {
      const random = new Random(seed);
      const generator = new LabelGenerator(random);
      const options = { ...allOptions, delayedNameRemoval };
      const found: string[] = [];
      let answered = 0;
      let failed = 0;
      let filled = 0;
      for (let store = 0; store < stores; store++) {
        const series = randomSeries(random);
        await oracle.series(series);
        const ask = async (text: string): Promise<void> => {
          const { expr } = parseExpr(text, options);
          const answer = await oracle.evaluate(text, options);
          if (answer.error !== undefined) failed++;
          else answered++;
          if (answer.error !== undefined || expr === undefined) return;
          if ((answer.labels ?? []).length > 0) filled++;
          const wrong = refuted(expr, answer, { delayedNameRemoval });
          if (wrong !== undefined)
            found.push(`${text}\n  ${wrong}\n  ${JSON.stringify(answer.labels)} ${answer.values}`);
        };
        await Promise.all(
          Array.from({ length: expressions }, () => ask(generator.expression(1 + random.below(4)))),
        );
      }
      console.log({ answered, failed, filled });
      expect(
        found
          .toSorted((a, b) => a.length - b.length)
          .slice(0, 8)
          .join("\n"),
      ).toBe("");
      // Else the test would show nothing.
      expect(answered).toBeGreaterThan(stores * expressions * 0.6);
      expect(filled).toBeGreaterThan(stores * expressions * 0.2);
    },
  );
});
