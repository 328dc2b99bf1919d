import { expect, test } from "vitest";
import { corpusExpressions, offersNextToken, styles } from "../core/features/next-token.ts";
import { Random } from "../oracle/random.ts";

/** `SEED` repeats a run, `COMPLETED` makes it longer. */
const seed = Number(process.env["SEED"] ?? 1);
const count = Number(process.env["COMPLETED"] ?? 500);
const all = corpusExpressions() ?? [];

test.skipIf(all.length === 0)(
  `the list holds what follows behind each prefix of ${count} expressions (needs ../shared/corpus), seed ${seed}`,
  async () => {
    const random = new Random(seed);
    const texts = Array.from({ length: count }, () => random.pick(all));
    let asked = 0;
    const missing: string[] = [];
    const places = Object.keys(styles);
    for (const [index, place] of places.entries()) {
      const part = texts.filter((_, at) => at % places.length === index);
      const found = await offersNextToken(place, part);
      asked += found.asked;
      missing.push(...found.missing);
    }
    console.log(
      `SEED=${seed}: ${asked - missing.length} of ${asked} tokens were offered before they were typed`,
    );
    expect(asked).toBeGreaterThan(count);
    expect(missing.length / asked, missing.join("\n")).toBeLessThan(0.01);
  },
);
