import { expect, test } from "vitest";
import { mostPoints, RunMemory } from "../../../server/src/world/last-runs.ts";
import type { QueryAnswer, Series } from "../../../server/src/world/query.ts";

function answer(series: readonly Series[]): QueryAnswer {
  return {
    backend: "http://x",
    expression: "sent",
    resultType: "matrix",
    series,
    warnings: [],
    infos: [],
    completeness: { status: "complete", missing: [] },
    elapsedMs: 1,
    stats: null,
  };
}

const line = (points: number): Series => ({
  labels: { job: "a" },
  values: Array.from({ length: points }, (_, index) => [index, String(index)] as const),
});
const range = { start: 0, end: 1, step: 1 };

test("finds the last run by its expression or by a metric that it reads", () => {
  const runs = new RunMemory();
  runs.remember("Dev", { expression: " sum(rate(http_total[5m])) / up ", range }, answer([line(3)]), 1);
  runs.remember("Dev", { expression: "up" }, answer([line(1)]), 2);
  runs.remember("Prod", { expression: "other" }, answer([]), 3);
  expect(runs.ofExpression("Dev", "up")).toMatchObject({ asOf: 2, range: undefined, total: 1 });
  expect(runs.ofExpression("Prod", "up")).toBeUndefined();
  expect(runs.ofMetric("Dev", "http_total")).toMatchObject({ asOf: 1, environment: "Dev" });
  // A range says more than a moment.
  expect(runs.ofMetric("Dev", "up")).toMatchObject({ asOf: 1, range });
  expect(runs.ofMetric("Dev", "other")).toBeUndefined();
});

test("keeps a few points of a few series of the last 50 expressions", () => {
  const runs = new RunMemory();
  runs.remember("Dev", { expression: "long", range }, answer(Array.from({ length: 9 }, () => line(1000))), 1);
  const kept = runs.ofExpression("Dev", "long");
  expect(kept?.series).toHaveLength(4);
  expect(kept?.series[0]?.values.length).toBeLessThanOrEqual(mostPoints);
  expect(kept?.series[0]?.values.at(-1)).toEqual([999, "999"]);
  expect(kept?.total).toBe(9);
  for (let index = 0; index < 50; index++)
    runs.remember("Dev", { expression: `m${index}` }, answer([]), 2 + index);
  expect(runs.ofExpression("Dev", "long")).toBeUndefined();
  expect(runs.ofExpression("Dev", "m0")).toBeDefined();
});
