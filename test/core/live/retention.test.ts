import { describe, expect, test } from "vitest";
import { groupIntervalTooLong } from "../../../server/src/checks/names/group-interval.ts";
import { fakeIndex, type State } from "./fake-index.ts";
import { liveFindings, liveFindingsIn } from "./live-check.ts";

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

describe("for longer than samples are kept", () => {
  const waits = (rest: string, retention?: number): readonly string[] =>
    liveFindingsIn(`groups:\n- name: g\n  rules:\n  - alert: A\n    expr: x_total > 1\n${rest}`, [
      fakeIndex({ series, retention }),
    ]).flatMap((line) => /^live.for-vs-retention (.*)$/.exec(line)?.[1] ?? []);

  test("is a hint", () => {
    expect(waits("    for: 20d\n", 15 * day)).toEqual([
      'hint "20d" Dev keeps 15d of samples: how this began is gone by then.',
    ]);
    expect(waits("    for: 1h\n    keep_firing_for: 16d\n", 15 * day)).toHaveLength(1);
    expect(waits("    for: 15d\n", 15 * day)).toEqual([]);
    expect(waits("    for: 20d\n")).toEqual([]);
  });
});

describe("an interval longer than samples live", () => {
  const every = (interval: string, ...lookbacks: readonly (number | undefined)[]): readonly string[] =>
    liveFindingsIn(
      `groups:\n- name: g\n  interval: ${interval}\n  rules:\n  - record: a:b\n    expr: sum(x_total)\n`,
      lookbacks.map((lookback, at) => fakeIndex({ name: `Dev ${at}`, series, lookback })),
      {},
      [groupIntervalTooLong],
    );

  test("as the servers of the file have it", () => {
    expect(every("2m", 60)).toEqual([
      'rule.group-interval-too-long warning "2m" Samples live for 1m, so what this group writes is gone between evaluations: shorten the interval.',
    ]);
    expect(every("10m", 900)).toEqual([]);
    expect(every("10m", 900, undefined)).toHaveLength(1);
    expect(every("10m")).toHaveLength(1);
    expect(every("5m", undefined)).toEqual([]);
  });
});

describe("labels with very many values", () => {
  const many = Array.from({ length: 1_200 }, (_, at) => ({
    __name__: "y_total",
    path: `/${at}`,
    job: "api",
  }));
  const grouped = (expr: string, answers?: Record<string, never>): readonly string[] =>
    liveFindings(expr, [fakeIndex({ series: many, answers })]).flatMap(
      (line) => /^live.grouping-cardinality (.*)$/.exec(line)?.[1] ?? [],
    );

  test("by which something is grouped", () => {
    expect(grouped("sum by (path, job) (rate(y_total[5m])) > 5", {})).toEqual([
      'hint "path" `path` has 1200 values in Dev: this gives results for each of them.',
    ]);
    expect(grouped("sum by (job) (rate(y_total[5m])) > 5", {})).toEqual([]);
    expect(grouped("sum without (job) (rate(y_total[5m])) > 5", {})).toEqual([]);
    expect(grouped("topk by (path) (5, y_total)", {})).toEqual([]);
    expect(grouped('sum by (path) (y_total{path="/1"})', {})).toEqual([]);
  });

  test("are not asked for while someone types", () => {
    const index = fakeIndex({ series: many });
    expect(liveFindings("sum by (path) (y_total) > 5", [index])).toEqual([]);
    expect(index.asked).toEqual(["presence y_total"]);
  });
});
