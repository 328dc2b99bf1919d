import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { Catalog } from "../../../server/src/adapters/catalog/catalog.ts";
import {
  CatalogFolder,
  type CatalogStore,
  type StoredCatalog,
} from "../../../server/src/adapters/catalog/name-file.ts";
import { CancellationSource, neverCancelled } from "../../../server/src/base/cancellation.ts";
import { FakeSource, tableOf } from "./fake-source.ts";

function setup(names: readonly string[], store?: CatalogStore) {
  const source = new FakeSource();
  source.names_ = names;
  const clock = { now: () => source.now };
  const catalog = new Catalog(source, { clock, source: "Dev", store });
  onTestFinished(() => catalog.dispose());
  const search = (text: string, limit = 10, token = neverCancelled) =>
    catalog.search({ search: text, limit }, token);
  return { source, catalog, search };
}

/** Lets what runs in the background come to its end. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** A store in memory; `saved` resolves with what is kept next. */
function memory(stored?: StoredCatalog) {
  let kept: (catalog: StoredCatalog) => void = () => undefined;
  const saved = new Promise<StoredCatalog>((resolve) => {
    kept = resolve;
  });
  const store: CatalogStore = {
    load: async () => stored,
    save: async (catalog) => kept(catalog),
  };
  return { store, saved };
}

const stored = async (names: readonly string[], asOf = 0): Promise<StoredCatalog> => ({
  table: await tableOf(names),
  complete: true,
  asOf,
});

describe("a catalog", () => {
  test("is fetched once, and again behind an answer when it is old: a long list later than a short one", async () => {
    const { source, search } = setup(["up", "http_requests_total"]);
    expect(await search("up")).toMatchObject({ status: "ok", value: { names: ["up"], complete: true } });
    await search("http");
    source.now = 60_001;
    await search("up");
    expect(source.asked).toEqual(["names"]);
    source.now = 60_003;
    source.names_ = ["up", "up_new"];
    expect(await search("up")).toMatchObject({ value: { names: ["up"] } });
    await settle();
    expect(await search("up")).toMatchObject({ value: { names: ["up", "up_new"] }, asOf: 60_003 });
    expect(source.asked).toEqual(["names", "names"]);
  });

  test("asks once for a name that it does not know, and not again for what begins with it", async () => {
    const { source, search } = setup(["up"]);
    await search("up");
    source.newer = ["brand_new_total"];
    expect(await search("brand")).toMatchObject({ value: { names: ["brand_new_total"] } });
    expect(await search("brand_new")).toMatchObject({ value: { names: ["brand_new_total"] } });
    expect(await search("nowhere")).toMatchObject({ value: { names: [] } });
    expect(await search("nowhere_at_all")).toMatchObject({ value: { names: [], complete: true } });
    expect(source.asked).toEqual(["names", "search brand", "search nowhere"]);
    source.now += 60_000;
    await search("nowhere_at_all");
    expect(source.asked.at(-1)).toBe("search nowhere_at_all");
  });

  test("asks for nothing that is known or too short, and does not wait where it has something to show", async () => {
    const { source, search } = setup(["http_requests_total", "x_cpu_y"]);
    await search("");
    await search("ht");
    await search("HTTP_req");
    expect(source.asked).toEqual(["names"]);
    expect(await search("cpu")).toMatchObject({ value: { names: ["x_cpu_y"], complete: false } });
    expect(source.asked).toEqual(["names", "search cpu"]);
    await settle();
    expect(await search("cpu")).toMatchObject({ value: { names: ["x_cpu_y"], complete: true } });
  });

  test("answers from a search while the list is on its way", async () => {
    const { source, search } = setup(["http_requests_total"]);
    const release = source.hold();
    expect(await search("http")).toMatchObject({
      status: "partial",
      value: { names: ["http_requests_total"], complete: false },
      missing: ["names that are still being fetched"],
    });
    const patience = new CancellationSource();
    const waiting = search("nowhere", 10, patience.token);
    patience.cancel();
    expect(await waiting).toMatchObject({ status: "unavailable", reason: "cancelled" });
    release();
    await settle();
    expect(await search("http")).toMatchObject({ status: "ok" });
  });

  test("offline tells why, and leaves what does not answer alone for a while", async () => {
    const { source, search } = setup(["up"]);
    source.offline = true;
    expect(await search("")).toMatchObject({ status: "unavailable", reason: "offline" });
    await search("");
    expect(source.asked).toEqual(["names"]);
    source.now += 20_000;
    source.offline = false;
    expect(await search("")).toMatchObject({ status: "ok" });
  });

  test("offline stands on what it knew last, which proves no absence", async () => {
    const { source, search } = setup(["up"]);
    await search("");
    source.offline = true;
    source.now = 100_000;
    await search("");
    await settle();
    expect(await search("")).toMatchObject({
      status: "partial",
      value: { names: ["up"] },
      asOf: 0,
      missing: ["Dev cannot be reached; check its address."],
    });
  });

  test("begins with what an earlier session left, as partial, until the backend has answered", async () => {
    const { store, saved } = memory(await stored(["old_metric", "up"], 5));
    const { source, search } = setup(["up"], store);
    source.types_.set("up", "gauge");
    expect(await search("")).toMatchObject({
      status: "partial",
      value: { names: ["old_metric", "up"] },
      asOf: 5,
    });
    const kept = await saved;
    expect(kept.table.typeAt(kept.table.indexOf("up") ?? -1)).toBe("gauge");
    expect(await search("")).toMatchObject({ status: "ok", value: { names: ["up"] } });
  });

  test("has the series of a family typed like it", async () => {
    const { store, saved } = memory();
    const { source, search } = setup(["lag_bucket", "lag_count", "lag_max", "jobs", "jobs_total"], store);
    source.types_.set("lag", "histogram").set("jobs", "counter").set("jobs_total", "gauge");
    await search("");
    const { table } = await saved;
    const typeOf = (name: string) => table.typeAt(table.indexOf(name) ?? -1);
    expect(["lag_bucket", "lag_count", "lag_max", "jobs", "jobs_total"].map(typeOf)).toEqual([
      "histogram",
      "histogram",
      "unknown",
      "counter",
      "gauge",
    ]);
  });
});

describe("a catalog on disk", () => {
  function folder(): string {
    const path = mkdtempSync(join(tmpdir(), "promscope-catalog-"));
    onTestFinished(() => rmSync(path, { recursive: true, force: true }));
    return join(path, "deep", "catalogs");
  }
  const names = ["a\nb", "http_requests_total", "lag_bucket", "up", "é.métrique"];
  const now = Date.now();
  const only = (path: string): string => join(path, readdirSync(path)[0] ?? "");

  test("comes back as it was, types and all, for the same backend only", async () => {
    const path = folder();
    const catalog = await stored(names, now);
    catalog.table.learnType("up", "gauge");
    await new CatalogFolder(path).store("dev").save(catalog);
    const back = await new CatalogFolder(path).store("dev").load();
    expect(back).toMatchObject({ complete: true, asOf: now });
    expect(Array.from({ length: 5 }, (_, i) => back?.table.nameAt(i))).toEqual(names);
    expect(back?.table.columns).toEqual(catalog.table.columns);
    expect(await new CatalogFolder(path).store("prod").load()).toBeUndefined();
    expect(statSync(only(path)).mode & 0o777).toBe(0o600);
  });

  test("that is broken, of another format or backend, or old is none", async () => {
    const path = folder();
    const store = new CatalogFolder(path).store("dev");
    await store.save(await stored(names, now));
    const whole = readFileSync(only(path));
    const raw = gunzipSync(whole);
    const line = raw.indexOf(10);
    const header = JSON.parse(raw.toString("utf8", 0, line)) as Record<string, unknown>;
    const withHeader = (change: Record<string, unknown>): Buffer =>
      gzipSync(Buffer.concat([Buffer.from(JSON.stringify({ ...header, ...change })), raw.subarray(line)]));
    const cases: Buffer[] = [
      Buffer.alloc(0),
      whole.subarray(0, whole.length - 5),
      gzipSync("no header"),
      gzipSync(Buffer.concat([raw, Buffer.from("x")])),
      gzipSync(raw.subarray(0, raw.length - 1)),
      withHeader({ format: 99 }),
      withHeader({ key: "prod" }),
      withHeader({ size: -1 }),
      withHeader({ size: 4 }),
      withHeader({ asOf: 1 }),
    ];
    for (const [index, bytes] of cases.entries()) {
      writeFileSync(only(path), bytes);
      expect([index, await store.load()]).toEqual([index, undefined]);
    }
    writeFileSync(only(path), withHeader({}));
    expect(await store.load()).toMatchObject({ asOf: now });
  });

  test("gives way to others when there are too many, those used longest ago first", async () => {
    const path = folder();
    const first = new CatalogFolder(path);
    for (const key of ["one", "two"]) await first.store(key).save(await stored(names, now));
    const size = statSync(only(path)).size;
    for (const name of readdirSync(path)) utimesSync(join(path, name), 1_000, 1_000);
    await first.store("one").load();
    await new CatalogFolder(path, size * 2.5).store("three").save(await stored(names, now));
    expect(await first.store("two").load()).toBeUndefined();
    expect(await first.store("one").load()).toBeDefined();
    expect(await first.store("three").load()).toBeDefined();
  });

  test("is given up quietly where nothing can be written", async () => {
    const path = folder();
    rmSync(join(path, "..", ".."), { recursive: true });
    writeFileSync(join(path, "..", ".."), "a file where the folder would be");
    const store = new CatalogFolder(path).store("dev");
    await expect(store.save(await stored(names, now))).resolves.toBeUndefined();
    expect(await store.load()).toBeUndefined();
  });
});
