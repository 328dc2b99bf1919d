import { describe, expect, test } from "vitest";
import { describeTime, remembered, summaryOf } from "../../../client/src/history-entries.ts";
import { compareTable, together } from "../../../client/src/panel/compare-data.ts";
import { answersCsv, answersJson } from "../../../client/src/panel/export.ts";
import { hasHistograms, heatGroups } from "../../../client/src/panel/heat-data.ts";
import { filterRows, sortRows, tableData } from "../../../client/src/panel/table-data.ts";
import {
  defaultQuery,
  type HistoryEntry,
  rangeOf,
  readQuery,
  toParams,
} from "../../../client/src/panel-messages.ts";
import type { QueryAnswer, Series } from "../../../server/src/protocol.ts";

function answer(series: readonly Series[], resultType: QueryAnswer["resultType"] = "vector"): QueryAnswer {
  return {
    backend: "http://x",
    expression: "x",
    resultType,
    series,
    warnings: [],
    infos: [],
    completeness: { status: "complete", missing: [] },
    elapsedMs: 1,
    stats: null,
  };
}

const one = (labels: Series["labels"], value: string): Series => ({ labels, values: [[1, value]] });

describe("a table", () => {
  test("leaves out the labels that all rows share, but not those of a single row", () => {
    const { common, columns, rows } = tableData(
      answer([one({ __name__: "up", b: "1", a: "x" }, "1"), one({ __name__: "up", a: "y" }, "2")]),
    );
    expect(common).toEqual({ __name__: "up" });
    expect(columns.map(({ name }) => name)).toEqual(["a", "b", "value"]);
    expect(rows).toEqual([
      ["x", "1", "1"],
      ["y", "", "2"],
    ]);
    expect(tableData(answer([one({ job: "a" }, "1")]))).toMatchObject({ common: {}, rows: [["a", "1"]] });
  });

  test("tells of a range its last, least and greatest value, and of a histogram what it comes to", () => {
    const values = ["3", "NaN", "1", "2"].map((value, index) => [index, value] as const);
    const histograms = [[1, { count: "4", sum: "2.5", buckets: [] }]] as const;
    const { rows } = tableData(
      answer(
        [
          { labels: {}, values },
          { labels: { a: "b" }, values: [], histograms },
        ],
        "matrix",
      ),
    );
    expect(rows).toEqual([
      ["", "2", "1", "3", "4"],
      ["b", "histogram of 4, sum 2.5", "", "", "1"],
    ]);
  });

  test("is sorted and filtered in a blink with 10,000 rows", () => {
    const series = Array.from({ length: 10_000 }, (_, index) => one({ pod: `pod-${index}` }, String(-index)));
    const data = tableData(answer(series));
    expect(sortRows(data, data.rows, 1, true)[0]).toEqual(["pod-0", "0"]);
    expect(sortRows(data, data.rows, 0, true)[0]).toEqual(["pod-9999", "-9999"]);
    expect(filterRows(data, "POD-99 -9998")).toEqual([["pod-9998", "-9998"]]);
    expect(filterRows(data, "pod=pod-9999")).toEqual([["pod-9999", "-9999"]]);
    expect(filterRows(data, " ")).toHaveLength(10_000);
  });
});

describe("environments side by side", () => {
  const dev = {
    name: "Dev",
    answer: answer([one({ cluster: "d", job: "a" }, "1"), one({ cluster: "d", job: "b" }, "2")]),
  };
  const prod = { name: "Prod", answer: answer([one({ cluster: "p", job: "a" }, "3")]) };

  test("stand in one row where the labels that tell them apart are left out", () => {
    const { columns, rows } = compareTable([dev, prod], ["cluster"]);
    expect(columns.map(({ name }) => name)).toEqual(["job", "Dev", "Prod"]);
    expect(rows).toEqual([
      ["a", "1", "3"],
      ["b", "2", ""],
    ]);
    expect(compareTable([dev, prod], []).rows).toHaveLength(3);
  });

  test("lose no series that differ in nothing else", () => {
    const twins = { name: "Dev", answer: answer([one({ cluster: "d1" }, "1"), one({ cluster: "d2" }, "2")]) };
    expect(compareTable([twins, prod], ["cluster"]).rows).toEqual([
      ["", "1", ""],
      ["", "2", ""],
      ["a", "", "3"],
    ]);
  });

  test("are one graph, one CSV and one JSON", () => {
    expect(together([dev, prod])?.series[2]?.labels).toEqual({ environment: "Prod", cluster: "p", job: "a" });
    expect(answersCsv([dev, prod]).split("\r\n").slice(0, 2)).toEqual([
      "environment,cluster,job,time,value",
      "Dev,d,a,1970-01-01T00:00:01.000Z,1",
    ]);
    expect(Object.keys(JSON.parse(answersJson([dev, prod])) as object)).toEqual(["Dev", "Prod"]);
    expect(JSON.parse(answersJson([dev]))).toMatchObject({ backend: "http://x" });
  });
});

describe("a heat map", () => {
  const bucket = (le: string, counts: readonly number[], more: Series["labels"] = {}): Series => ({
    labels: { ...more, le },
    values: counts.map((value, index) => [index * 15, String(value)]),
  });

  test("of classic buckets counts what fell between two bounds", () => {
    const series = [bucket("+Inf", [6, 7]), bucket("0.5", [1, 2]), bucket("1", [4, 3])];
    expect(hasHistograms(answer(series, "matrix"))).toBe(true);
    const [group] = heatGroups(answer(series, "matrix"));
    expect(group?.map.buckets).toEqual([
      { lower: 0, upper: 0.5 },
      { lower: 0.5, upper: 1 },
      { lower: 1, upper: Number.POSITIVE_INFINITY },
    ]);
    expect(group?.map).toMatchObject({ times: [0, 15], max: 4 });
    expect(group?.map.cells).toEqual([
      [1, 2],
      [3, 1],
      [2, 4],
    ]);
  });

  test("has one for each histogram, gaps where nothing is, and nothing below none", () => {
    const series = [
      ...[bucket("1", [5], { job: "a" }), bucket("2", [4], { job: "a" })],
      ...[bucket("1", [1, 1], { job: "b" }), bucket("2", [3], { job: "b" })],
    ];
    const groups = heatGroups(answer(series, "matrix"));
    expect(groups.map(({ label }) => label)).toEqual(['{job="a"}', '{job="b"}']);
    expect(groups[0]?.map.cells).toEqual([[5], [0]]);
    expect(groups[1]?.map.cells[1]).toEqual([2, Number.NaN]);
  });

  test("of native histograms spreads wide buckets over the fine ones", () => {
    const histograms: Series["histograms"] = [
      [0, { count: "6", sum: "1", buckets: [[0, "1", "4", "6"]] }],
      [
        15,
        {
          count: "3",
          sum: "1",
          buckets: [
            [0, "1", "2", "1"],
            [0, "2", "4", "2"],
          ],
        },
      ],
    ];
    const [group] = heatGroups(answer([{ labels: {}, values: [], histograms }], "matrix"));
    expect(group?.map.buckets).toEqual([
      { lower: 1, upper: 2 },
      { lower: 2, upper: 4 },
    ]);
    expect(group?.map.cells).toEqual([
      [3, 1],
      [3, 2],
    ]);
  });

  test("adds neighbours up where there are more buckets than an eye can tell apart", () => {
    const buckets = Array.from(
      { length: 400 },
      (_, index) => [0, String(index), String(index + 1), "1"] as const,
    );
    const [group] = heatGroups(
      answer([{ labels: {}, values: [], histograms: [[0, { count: "400", sum: "1", buckets }]] }], "matrix"),
    );
    expect(group?.map.buckets).toHaveLength(100);
    expect(group?.map).toMatchObject({ max: 4 });
  });

  test("is not offered for anything else", () => {
    expect(hasHistograms(answer([one({ le: "lemon" }, "1"), one({ le: "lime" }, "1")]))).toBe(false);
    expect(hasHistograms(answer([one({ le: "1" }, "1")]))).toBe(false);
    expect(hasHistograms(answer([one({ job: "a" }, "1")]))).toBe(false);
  });
});

describe("a query of the panel", () => {
  const query = { ...defaultQuery, expr: "up", mode: "range" } as const;

  test("becomes times at the moment it runs, on multiples of the step", () => {
    expect(toParams(query, "Dev", 10_007, "id")).toMatchObject({
      environment: "Dev",
      start: 6405,
      end: 10005,
      step: 15,
    });
    expect(toParams({ ...query, mode: "instant" }, "", 7, "id")).toMatchObject({ time: 7 });
    expect(toParams({ ...query, mode: "instant", endSeconds: 5 }, "", 7, "id")).toMatchObject({ time: 5 });
    expect(
      toParams({ ...query, startSeconds: 1000, endSeconds: 1100, stepSeconds: 30 }, "", 7, "id"),
    ).toMatchObject({
      start: 960,
      end: 1080,
      step: 30,
    });
  });

  test("whose end is before its begin falls back to its length", () => {
    expect(rangeOf({ ...query, startSeconds: 900, endSeconds: 500 }, 0)).toEqual({ start: -3100, end: 500 });
  });

  test("that was kept by another version of us is read, whatever is in it", () => {
    for (const kept of [
      null,
      7,
      "x",
      [],
      { compare: "Dev", mode: "odd", rangeSeconds: "1", stepSeconds: -1 },
    ])
      expect(readQuery(kept)).toEqual(defaultQuery);
    expect(readQuery({ expr: "up", compare: ["a", 1], strict: true, endSeconds: 5 })).toEqual({
      ...defaultQuery,
      expr: "up",
      compare: ["a"],
      strict: true,
      endSeconds: 5,
    });
  });
});

describe("the history", () => {
  const entry = (expr: string, at: number): HistoryEntry => ({
    query: { ...defaultQuery, expr },
    at,
    summary: "",
  });

  test("keeps the last 50, each query once, the newest first", () => {
    let entries: readonly HistoryEntry[] = [];
    for (let index = 0; index < 60; index++) entries = remembered(entries, entry(`m${index % 55}`, index));
    expect(entries).toHaveLength(50);
    expect(entries.slice(0, 2).map(({ query }) => query.expr)).toEqual(["m4", "m3"]);
    expect(new Set(entries.map(({ query }) => query.expr)).size).toBe(50);
  });

  test("says in a few words what came of a run, and when", () => {
    const params = { expr: "up" };
    const ok = { environment: "a", params, outcome: { ok: true, answer: answer([one({}, "1")]) } } as const;
    const failure = { backend: "", reason: "offline", message: "", elapsedMs: 1 } as const;
    const bad = { environment: "b", params, outcome: { ok: false, failure } } as const;
    expect([summaryOf([ok]), summaryOf([bad]), summaryOf([ok, ok, bad])]).toEqual([
      "1 series, complete",
      "failed",
      "2 series, complete, 1 failed",
    ]);
    const minute = 60_000;
    expect(describeTime(0, 5000)).toBe("just now");
    expect(describeTime(0, 5 * minute)).toBe("5 minutes ago");
    expect(describeTime(0, 30 * 60 * minute)).toBe("yesterday");
  });
});
