import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NameTableBuilder } from "../../../server/src/adapters/catalog/name-builder.ts";
import { type NameSearch, searchNames } from "../../../server/src/adapters/catalog/name-search.ts";
import type { NameTable } from "../../../server/src/adapters/catalog/name-table.ts";
import { fits, hintOf } from "../../../server/src/world/metric-fit.ts";

function tableOf(names: readonly string[]): Promise<NameTable> {
  const builder = new NameTableBuilder();
  for (const name of names) builder.addText(name);
  return builder.finish();
}

const namesOf = (table: NameTable): string[] =>
  Array.from({ length: table.size }, (_, index) => table.nameAt(index));

const inByteOrder = (names: readonly string[]): string[] =>
  [...new Set(names)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

const folded = (text: string): string => text.replace(/[A-Z]/g, (char) => char.toLowerCase());
const begins = (name: string, at: number): boolean =>
  at === 0 || (/[\x00-\x7f]/.test(name[at - 1] ?? "") && !/[a-z0-9]/i.test(name[at - 1] ?? ""));

/** The same ranks, found the slow way over plain texts. */
function naiveRank(name: string, typed: string): number | undefined {
  if (name.startsWith(typed)) return 0;
  const low = folded(name);
  const wanted = folded(typed);
  if (low.startsWith(wanted)) return 1;
  const places: number[] = [];
  for (let at = low.indexOf(wanted); at >= 0; at = low.indexOf(wanted, at + 1)) places.push(at);
  if (places.some((at) => begins(name, at))) return 2;
  if (places.length > 0) return 3;
  if (low[0] === wanted[0] && wordwise(low, name, wanted.slice(1), 1, true)) return 4;
  if (wordwise(low, name, wanted, 0, false)) return 5;
  const opens = [...low].findIndex((char, at) => char === wanted[0] && begins(name, at));
  let matched = 0;
  for (const char of opens < 0 ? "" : low.slice(opens)) if (char === wanted[matched]) matched++;
  return matched === wanted.length ? 6 : undefined;
}

/** Whether the rest of what is typed is made of beginnings of words from `at` on. */
function wordwise(low: string, name: string, rest: string, at: number, running: boolean): boolean {
  if (rest === "") return true;
  if (at >= low.length) return false;
  const may = running || begins(name, at);
  if (may && low[at] === rest[0] && wordwise(low, name, rest.slice(1), at + 1, true)) return true;
  return wordwise(low, name, rest, at + 1, false);
}

function naive(all: readonly string[], { search = "", limit, prefer }: NameSearch): string[] {
  const preferred = (name: string): number =>
    prefer === undefined || fits(prefer, "unknown", hintOf(name)) ? 0 : 1;
  return inByteOrder(all)
    .flatMap((name, index) => {
      const rank = search === "" ? 0 : naiveRank(name, search);
      return rank === undefined ? [] : [{ name, order: [rank, preferred(name), index] as const }];
    })
    .sort((a, b) => a.order[0] - b.order[0] || a.order[1] - b.order[1] || a.order[2] - b.order[2])
    .slice(0, limit)
    .map(({ name }) => name);
}

const word = fc.constantFrom(
  "http",
  "node",
  "cpu",
  "total",
  "bucket",
  "sum",
  "requests",
  "Mem",
  "x",
  "1",
  "é",
  "",
);
const metric = fc
  .tuple(fc.array(word, { minLength: 1, maxLength: 5 }), fc.constantFrom("_", ":", "."))
  .map(([words, between]) => words.join(between));
const typedText = fc.oneof(
  metric,
  fc.constantFrom("h", "ht", "hr", "hrt", "t", "tot", "otal", "_t", "ncpu", "MEM", "mem", "_", "é", "zz"),
);

describe("a table of names", () => {
  test("holds each name once, in the order of its bytes, however they come", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(metric, fc.string({ unit: "grapheme" }))), async (names) => {
        const table = await tableOf(names);
        expect(namesOf(table)).toEqual(inByteOrder(names));
        for (const name of names) expect(table.nameAt(table.indexOf(name) ?? -1)).toBe(name);
        expect(table.has("no_such_name_here")).toBe(false);
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  test("sorts more names than one run holds", async () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `name_${(i * 7919) % 10_007}_x`);
    expect(namesOf(await tableOf([...names, ...names.slice(0, 3_000)]))).toEqual(inByteOrder(names));
  });

  test("finds what a search of plain texts finds, in the same order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(metric, { maxLength: 60 }),
        typedText,
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom(undefined, "counter" as const, "gauge" as const, "histogram" as const),
        async (names, search, limit, prefer) => {
          const query = { search, limit, prefer };
          const found = searchNames(await tableOf(names), query);
          expect(found.names).toEqual(naive(names, query));
          const all = naive(names, { ...query, limit: 1_000 });
          if (found.complete) expect(found.names).toHaveLength(all.length);
          if (all.length < limit) expect(found.complete).toBe(true);
        },
      ),
      { seed: 5, numRuns: 3_000 },
    );
  });

  test("says that nothing is left out only where it is so", async () => {
    const table = await tableOf(["a_b", "a_c", "b_a"]);
    expect(searchNames(table, { limit: 3 }).complete).toBe(true);
    expect(searchNames(table, { limit: 2 }).complete).toBe(false);
    expect(searchNames(table, { search: "a", limit: 9 })).toEqual({
      names: ["a_b", "a_c", "b_a"],
      complete: true,
    });
    expect(searchNames(table, { search: "zz", limit: 9 })).toEqual({ names: [], complete: true });
  });

  test("puts names of the wanted type first, as far as types are known", async () => {
    const table = await tableOf(["jobs_active", "jobs_done", "jobs_total", "lag_bucket", "lag_count"]);
    expect(searchNames(table, { limit: 9, prefer: "counter" }).names).toEqual([
      "jobs_total",
      "lag_bucket",
      "lag_count",
      "jobs_active",
      "jobs_done",
    ]);
    table.learnType("jobs_done", "counter");
    table.learnType("jobs_active", "gauge");
    table.learnType("not_there", "gauge");
    expect(searchNames(table, { search: "jobs", limit: 2, prefer: "counter" }).names).toEqual([
      "jobs_done",
      "jobs_total",
    ]);
    expect(searchNames(table, { limit: 1, prefer: "gauge" }).names).toEqual(["jobs_active"]);
    expect(searchNames(table, { limit: 1, prefer: "histogram" }).names).toEqual(["lag_bucket"]);
  });
});
