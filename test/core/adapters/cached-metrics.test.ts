import { describe, expect, test } from "vitest";
import { cachedMetrics } from "../../../server/src/adapters/cached-metrics.ts";
import { NameTableBuilder } from "../../../server/src/adapters/catalog/name-builder.ts";
import { FactCache, type Policy } from "../../../server/src/adapters/fact-cache.ts";
import type { MetricsSource } from "../../../server/src/adapters/prometheus/metrics.ts";
import {
  CancellationSource,
  type CancellationToken,
  neverCancelled,
} from "../../../server/src/base/cancellation.ts";
import {
  type Known,
  known,
  partial,
  type UnavailableReason,
  unavailable,
} from "../../../server/src/base/known.ts";
import type { NameList, NameQuery } from "../../../server/src/world/ports.ts";

const policy: Policy<string> = { ttlMs: 1_000, bytes: (value) => value.length };

function setup(concurrency?: number) {
  let now = 0;
  const cache = new FactCache({ clock: { now: () => now }, source: "test", concurrency });
  const asked: { answer: (fact: Known<string>) => void; token: CancellationToken }[] = [];
  const load = (token: CancellationToken): Promise<Known<string>> =>
    new Promise((answer) => void asked.push({ answer, token }));
  const ask = (key = "k", token = neverCancelled, of = policy) => cache.ask(key, of, load, token);
  /** Lets what is resolved run on. */
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 20; i++) await Promise.resolve();
  };
  const pass = (ms: number): void => {
    now += ms;
  };
  return { cache, asked, ask, settle, pass };
}

const ok = (value: string, at = 0): Known<string> => known(value, "test", at);
const failed = (reason: UnavailableReason): Known<never> =>
  unavailable(reason, `it is ${reason}.`, "test", 0);

describe("a cache of facts", () => {
  test("asks once for what is asked twice at a time, and not again while it is fresh", async () => {
    const { ask, asked, settle, pass } = setup();
    const both = Promise.all([ask(), ask()]);
    await settle();
    expect(asked).toHaveLength(1);
    asked[0]?.answer(ok("v"));
    expect(await both).toEqual([ok("v"), ok("v")]);
    pass(999);
    expect(await ask()).toEqual(ok("v"));
    expect(asked).toHaveLength(1);
  });

  test("answers with the stale value at once and fetches a new one behind it", async () => {
    const { ask, asked, settle, pass } = setup();
    const first = ask();
    await settle();
    asked[0]?.answer(ok("old"));
    await first;
    pass(1_000);
    expect(await ask()).toEqual(ok("old"));
    await settle();
    expect(asked).toHaveLength(2);
    asked[1]?.answer(ok("new"));
    await settle();
    expect(await ask()).toEqual(ok("new"));
  });

  test("does not show what is far too old", async () => {
    const { ask, asked, settle, pass } = setup();
    const first = ask();
    await settle();
    asked[0]?.answer(ok("old"));
    await first;
    pass(10_000);
    const later = ask();
    await settle();
    asked[1]?.answer(ok("new"));
    expect(await later).toEqual(ok("new"));
  });

  test("an answer that never goes stale for those who ask how things are", async () => {
    const { cache, pass } = setup();
    let value = 0;
    const probe: Policy<number> = { ttlMs: 10, bytes: () => 8, probes: true };
    const load = async (): Promise<Known<number>> => known(++value, "test", 0);
    await cache.ask("health", probe, load, neverCancelled);
    pass(10);
    expect(await cache.ask("health", probe, load, neverCancelled)).toMatchObject({ value: 2 });
  });

  test("a request is cancelled when all who wait for it have gone, not before", async () => {
    const { ask, asked, settle } = setup();
    const one = new CancellationSource();
    const two = new CancellationSource();
    const first = ask("k", one.token);
    const second = ask("k", two.token);
    await settle();
    one.cancel();
    expect(await first).toMatchObject({ reason: "cancelled" });
    expect(asked[0]?.token.isCancellationRequested).toBe(false);
    two.cancel();
    expect(await second).toMatchObject({ reason: "cancelled" });
    expect(asked[0]?.token.isCancellationRequested).toBe(true);
    const third = ask();
    await settle();
    expect(asked).toHaveLength(2);
    asked[1]?.answer(ok("v"));
    expect(await third).toEqual(ok("v"));
  });

  test("a failure is remembered for a short time only, a refusal for longer", async () => {
    const { ask, asked, settle, pass } = setup();
    const long: Policy<string> = { ...policy, ttlMs: 600_000 };
    const one = ask("a", neverCancelled, long);
    const two = ask("b", neverCancelled, long);
    await settle();
    asked[0]?.answer(failed("offline"));
    asked[1]?.answer(failed("forbidden"));
    await Promise.all([one, two]);
    pass(5_000);
    void ask("a", neverCancelled, long);
    expect(await ask("b", neverCancelled, long)).toMatchObject({ reason: "forbidden" });
    await settle();
    expect(asked).toHaveLength(3);
  });

  test("partial facts and empty ones are asked for again sooner", async () => {
    const { cache, pass } = setup();
    let asked = 0;
    const of: Policy<string> = { ttlMs: 600_000, bytes: () => 1, isNothing: (value) => value === "" };
    const facts = [partial("p", "test", 0, ["x"]), ok("")];
    for (const [at, fact] of facts.entries()) {
      const load = async (): Promise<Known<string>> => {
        asked++;
        return fact;
      };
      await cache.ask(`k${at}`, of, load, neverCancelled);
      pass(15_000);
      await cache.ask(`k${at}`, of, load, neverCancelled);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(asked).toBe(4);
  });

  test("after three failures nothing is asked for a minute, and the last sentence stands", async () => {
    const { ask, asked, settle, pass } = setup();
    for (let i = 0; i < 3; i++) {
      const one = ask(`k${i}`);
      await settle();
      asked[i]?.answer(failed("timeout"));
      await one;
    }
    expect(await ask("other")).toMatchObject({ reason: "timeout", message: "it is timeout." });
    expect(asked).toHaveLength(3);
    pass(59_999);
    await ask("other");
    expect(asked).toHaveLength(3);
    pass(1);
    const again = ask("other");
    await settle();
    expect(asked).toHaveLength(4);
    asked[3]?.answer(ok("v"));
    expect(await again).toEqual(ok("v"));
    const next = ask("next");
    await settle();
    asked[4]?.answer(failed("offline"));
    expect(await next).toMatchObject({ reason: "offline" });
    void ask("and next");
    await settle();
    expect(asked).toHaveLength(6);
  });

  test("an answer other than a failure breaks the row", async () => {
    const { ask, asked, settle } = setup();
    for (const [at, reason] of (["offline", "offline", "forbidden", "offline"] as const).entries()) {
      const one = ask(`k${at}`);
      await settle();
      asked[at]?.answer(failed(reason));
      await one;
    }
    void ask("open still");
    await settle();
    expect(asked).toHaveLength(5);
  });

  test("few run at a time", async () => {
    const { ask, asked, settle } = setup(2);
    const all = ["a", "b", "c", "d"].map((key) => ask(key));
    await settle();
    expect(asked).toHaveLength(2);
    for (let i = 0; i < 4; i++) {
      asked[i]?.answer(ok(String(i)));
      await settle();
    }
    expect((await Promise.all(all)).map((fact) => fact.status === "ok" && fact.value)).toEqual([
      "0",
      "1",
      "2",
      "3",
    ]);
  });
});

describe("a cached index", () => {
  function index(names: readonly string[], held: number) {
    const asked: NameQuery[] = [];
    const answer = async (query: NameQuery): Promise<Known<NameList>> => {
      asked.push(query);
      const found = names.filter((name) => name.includes(query.search ?? ""));
      return known({ names: found.slice(0, held), complete: found.length <= held }, "test", 0);
    };
    const unused = async (): Promise<Known<never>> => failed("unsupported");
    const inner: MetricsSource = {
      names: async () => {
        asked.push({ limit: 0 });
        const builder = new NameTableBuilder();
        for (const name of names.slice(0, held)) builder.addText(name);
        return known({ table: await builder.finish(), complete: names.length <= held }, "test", 0);
      },
      search: async (search, limit) => await answer({ search, limit }),
      types: async () => new Map(),
      described: unused,
      externalLabels: unused,
      labelNames: answer,
      labelValues: (_label, query) => answer(query),
      metadata: unused,
      seriesCount: unused,
      series: unused,
      holders: unused,
      health: unused,
    };
    return { asked, metrics: cachedMetrics(inner, { clock: { now: () => 0 }, source: "test" }) };
  }

  test("answers every search from the one whole list", async () => {
    const { asked, metrics } = index(["aa", "ab", "ba"], 10);
    const find = async (search: string, limit = 10) => {
      const fact = await metrics.metricNames({ search, limit }, neverCancelled);
      return fact.status === "ok" ? fact.value : fact;
    };
    expect(await find("a")).toEqual({ names: ["aa", "ab", "ba"], complete: true });
    expect(await find("b", 1)).toEqual({ names: ["ba"], complete: false });
    expect(await find("zz")).toEqual({ names: [], complete: true });
    expect(asked).toHaveLength(1);
  });

  test("searches on the server what the list was cut of", async () => {
    const { asked, metrics } = index(["a1", "a2", "z1"], 2);
    const fact = await metrics.labelValues("l", { search: "z", limit: 10 }, neverCancelled);
    expect(fact).toMatchObject({ value: { names: ["z1"], complete: true } });
    expect(asked.map(({ search }) => search)).toEqual([undefined, "z"]);
  });
});
