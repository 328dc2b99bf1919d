import { describe, expect, test } from "vitest";
import { fakeIndex, type State } from "./fake-index.ts";
import { liveFindings } from "./live-check.ts";

const series = [{ __name__: "x_total", job: "api" }];
const day = 86_400;
const dev = fakeIndex({ series, retention: 15 * day });

const said = (expr: string, environments = [dev]): readonly string[] =>
  liveFindings(expr, environments).flatMap(
    (line) => /^promql.range-vs-retention (.*)$/.exec(line)?.[1] ?? [],
  );

describe("what is read of the past", () => {
  test("is there", () => {
    expect(said("increase(x_total[30d]) > 5")).toEqual([
      'warning "x_total" Dev keeps 15d of samples, and this reads back 30d: what is older is missing.',
    ]);
    expect(said("x_total offset 15d > 5")).toEqual([]);
    expect(said("x_total offset 16d > 5")).toEqual([
      'warning "x_total offset 16d" Dev keeps 15d of samples, so there is nothing at this offset.',
    ]);
    expect(said("max_over_time(rate(x_total[1d])[14d:1h] offset 1d) > 5")).toHaveLength(1);
    expect(said("max_over_time(rate(x_total[1d])[14d:1h]) > 5")).toEqual([]);
    expect(said("max_over_time(x_total[1h:1m] offset 16d) > 5")[0]).toMatch(
      /^warning "x_total\[1h:1m\] offset 16d" /,
    );
    expect(said("increase(x_total[30d] @ 1) > 5")).toEqual([]);
  });

  test("is judged by whoever keeps less", () => {
    const long = fakeIndex({ name: "Prod", series, retention: 90 * day });
    expect(said("increase(x_total[30d]) > 5", [long])).toEqual([]);
    expect(said("increase(x_total[30d]) > 5", [long, dev])).toEqual([expect.stringContaining(" Dev keeps")]);
    expect(said("increase(x_total[30d]) > 5", [fakeIndex({ series })])).toEqual([]);
  });

  test.each<State>(["partial", "pending", "unavailable"])("is not judged by what is %s", (state) => {
    const index = fakeIndex({ series, retention: day, states: { retention: state } });
    expect(said("increase(x_total[30d]) > 5", [index])).toEqual([]);
  });
});
