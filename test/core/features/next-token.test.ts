import { describe, expect, test } from "vitest";
import { corpusExpressions, offersNextToken, styles } from "./next-token.ts";

const sample = 60;
const all = corpusExpressions() ?? [];
const step = Math.max(1, Math.floor(all.length / sample));
const some = all.filter((_, index) => index % step === 0);

describe.skipIf(all.length === 0)(
  "behind each prefix of a real expression (needs ../shared/corpus) the list holds what follows",
  () => {
    test.each(Object.keys(styles))("in %s", async (style) => {
      const { asked, missing } = await offersNextToken(style, some);
      expect(asked).toBeGreaterThan(400);
      // What cannot be told: an operator that touches the word before it, a duration nobody else uses.
      expect(missing.length / asked, missing.join("\n")).toBeLessThan(0.01);
    });
  },
);
