import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exampleOf } from "../../../server/src/features/function-examples.ts";
import { sparkline } from "../../../server/src/features/sparkline.ts";
import { aggregations, functions } from "../../../server/src/promql/functions.ts";
import { parseExpr } from "../../../server/src/promql/parse.ts";

describe("a sparkline", () => {
  test.each([
    [[0, 1, 2, 3, 4, 5, 6, 7], "▁▂▃▄▅▆▇█"],
    [[5, 5, 5], "▁▁▁"],
    [[1, Number.NaN, 3], "▁·█"],
    [[-1e308, 1e308], "▁█"],
    [[1, Number.POSITIVE_INFINITY], "▁·"],
  ])("of %j", (values, text) => {
    expect(sparkline(values)).toBe(text);
  });

  test("of nothing is nothing", () => {
    expect(sparkline([])).toBeUndefined();
    expect(sparkline([Number.NaN, Number.NEGATIVE_INFINITY])).toBeUndefined();
  });

  test("is never wider than it may be, and has both ends of what it shows", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double(), { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 60 }),
        (values, width) => {
          const text = sparkline(values, width);
          if (text === undefined) expect(values.some(Number.isFinite)).toBe(false);
          else expect(text).toMatch(/^[▁▂▃▄▅▆▇█·]+$/u);
          expect([...(text ?? "")].length).toBeLessThanOrEqual(width);
        },
      ),
      { seed: 17, numRuns: 500 },
    );
  });
});

test("the examples are expressions that Prometheus takes", () => {
  const names = [...functions.keys(), ...aggregations.keys()];
  const examples = names.flatMap((name) => exampleOf(name) ?? []);
  expect(examples.length).toBeGreaterThan(60);
  for (const example of examples)
    expect([example, parseExpr(example, { experimentalFunctions: true }).errors]).toEqual([example, []]);
});
