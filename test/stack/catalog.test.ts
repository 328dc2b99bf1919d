import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HttpClient } from "../../server/src/adapters/http/client.ts";
import { parseAddress, urlTarget } from "../../server/src/adapters/http/target.ts";
import { PrometheusApi } from "../../server/src/adapters/prometheus/api.ts";
import { type Backend, createBackend } from "../../server/src/adapters/prometheus/backend.ts";
import { BackendMetrics } from "../../server/src/adapters/prometheus/metrics.ts";
import { type Search, searchLines } from "../../server/src/adapters/prometheus/search.ts";
import { BackendSession } from "../../server/src/adapters/prometheus/session.ts";
import { neverCancelled as token } from "../../server/src/base/cancellation.ts";
import type { Labels } from "../../server/src/base/labels.ts";
import type { NameList } from "../../server/src/world/ports.ts";
import { waitForAnswer } from "./federation.ts";
import { Opened, value } from "./opened.ts";
import { freePorts } from "./ports.ts";
import { openRun, type Run, type Running, waitFor } from "./processes.ts";
import { ensureTools } from "./tools/build.ts";

/** A real Prometheus that scrapes itself, with the search API or without. */
interface Single {
  readonly url: string;
  readonly process: Running;
  readonly rules: string;
}

let run: Run;
let searching: Single;
let plain: Single;
const opened = new Opened();

async function start(name: string, port: number, flags: readonly string[]): Promise<Single> {
  const { prometheus } = await ensureTools(["prometheus"]);
  const rules = join(run.folder, `${name}-rules.yml`);
  await writeFile(rules, "groups: []\n");
  const config = join(run.folder, `${name}.yml`);
  await writeFile(
    config,
    JSON.stringify({
      global: { scrape_interval: "1s", evaluation_interval: "1s", external_labels: { cluster: name } },
      rule_files: [rules],
      scrape_configs: [{ job_name: "self", static_configs: [{ targets: [`127.0.0.1:${port}`] }] }],
    }),
  );
  const url = `http://127.0.0.1:${port}`;
  const args = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(run.folder, name)}`,
    `--web.listen-address=127.0.0.1:${port}`,
    "--log.level=warn",
    ...flags,
  ];
  const process = await run.start({ name, command: prometheus, args, ready: `${url}/-/ready` });
  return { url, process, rules };
}

beforeAll(async () => {
  run = openRun("catalog");
  const [one = 0, other = 0] = await freePorts(2);
  searching = await start("searching", one, ["--enable-feature=search-api"]);
  plain = await start("plain", other, []);
  for (const { url } of [searching, plain]) await waitForAnswer(url, "go_goroutines");
});
afterAll(async () => {
  opened.close();
  await run?.stop();
});

/** The index of a Prometheus as the catalog asks it, and the session below. */
function index(of: Single, scope: Labels = {}): { metrics: BackendMetrics; session: BackendSession } {
  const address = parseAddress(of.url);
  if (address === undefined) throw new Error("no address");
  const http = new HttpClient({ ...address, target: () => urlTarget(address, undefined) });
  opened.add({ dispose: () => void http.dispose() });
  const clock = { now: () => Date.now() };
  const session = new BackendSession({
    api: new PrometheusApi(http),
    clock,
    source: "P",
    scope,
    replicaLabels: [],
  });
  return { metrics: new BackendMetrics(session), session };
}

function open(of: Single): Backend {
  return opened.add(createBackend({ name: "P", backend: of.url }));
}

/** How often Prometheus says that it has served a path. */
async function served(of: Single, path: string): Promise<number> {
  const text = await (await fetch(`${of.url}/metrics`)).text();
  let count = 0;
  for (const line of text.split("\n"))
    if (line.startsWith("prometheus_http_requests_total") && line.includes(`handler="${path}"`))
      count += Number(line.split(" ").at(-1));
  return count;
}

async function search(of: Single, what: Omit<Search, "start" | "end">): Promise<NameList> {
  const end = Math.ceil(Date.now() / 1000);
  const found = await searchLines(index(of).session, { ...what, start: end - 3_600, end }, token);
  if (!found.ok) throw new Error(found.failure.message);
  return found.list;
}

describe("the search API", () => {
  test("finds names by what they contain, whatever the case, the best first", async () => {
    const { metrics } = index(searching);
    const found = value(await metrics.search("GO_GC_d", 100, token));
    expect(found).toEqual({
      names: expect.arrayContaining(["go_gc_duration_seconds", "go_gc_duration_seconds_count"]),
      complete: true,
    });
    expect(found.names[0]).toBe("go_gc_duration_seconds");
    const inside = value(await metrics.search("gc_duration", 100, token));
    expect(inside.names).toContain("go_gc_duration_seconds");
    expect(value(await metrics.search("no_such_name", 100, token))).toEqual({ names: [], complete: true });
    expect(await served(searching, "/api/v1/search/metric_names")).toBeGreaterThanOrEqual(3);
  });

  test("says that a limit cut the list, and takes a limit beyond the server's own", async () => {
    const { metrics } = index(searching);
    const cut = value(await metrics.search("go_", 2, token));
    expect(cut).toMatchObject({ complete: false });
    expect(cut.names).toHaveLength(2);
    expect(value(await metrics.search("go_", 50_000, token)).complete).toBe(true);
  });

  test("finds values and names of labels too, within a selector", async () => {
    const limit = 100;
    const selector = "prometheus_http_requests_total";
    const values = await search(searching, {
      what: "label_values",
      label: "handler",
      text: "API/v1/l",
      selector,
      limit,
    });
    expect(values.names.every((name) => name.startsWith("/api/v1/l"))).toBe(true);
    const names = await search(searching, { what: "label_names", text: "hand", selector, limit });
    expect(names).toEqual({ names: ["handler"], complete: true });
    const none = await search(searching, {
      what: "label_names",
      text: "hand",
      selector: "go_goroutines",
      limit,
    });
    expect(none.names).toEqual([]);
  });

  test("stays within the scope, without what the Prometheus cannot see of itself", async () => {
    const own = index(searching, { cluster: "searching", job: "self" });
    expect(value(await own.metrics.search("go_gc", 10, token)).names.length).toBeGreaterThan(0);
    const other = index(searching, { job: "another" });
    expect(value(await other.metrics.search("go_gc", 10, token)).names).toEqual([]);
  });

  test("that is off is not asked: the index finds what begins with the text", async () => {
    const { metrics, session } = index(plain);
    expect(value(await metrics.search("go_gc_d", 100, token)).names).toContain("go_gc_duration_seconds");
    expect(await served(plain, "/api/v1/search/metric_names")).toBe(0);
    const asked = { what: "metric_names" as const, text: "go", limit: 5, start: 0, end: 1 };
    expect(await searchLines(session, asked, token)).toMatchObject({
      ok: false,
      failure: { reason: "offline" },
    });
  });
});

describe.each(["with the search API", "without it"])("a metric that came after the catalog, %s", (which) => {
  test("is found with one request", async () => {
    const server = which === "without it" ? plain : searching;
    const { metrics } = open(server);
    const all = value(await metrics.metricNames({ limit: 10_000 }, token));
    expect(all.names).toContain("go_goroutines");
    expect(all.names).not.toContain("brand_new:metric");
    await writeFile(
      server.rules,
      "groups: [{name: g, rules: [{record: 'brand_new:metric', expr: 'vector(1)'}]}]\n",
    );
    server.process.signal("SIGHUP");
    await waitForAnswer(server.url, "brand_new:metric");
    await waitFor(
      async () => value(await metrics.metricNames({ search: "brand_new", limit: 9 }, token)).names.length > 0,
      60,
      () => new Error("the new metric was not found"),
    );
    expect(value(await metrics.metricNames({ search: "brand_new:m", limit: 9 }, token)).names).toEqual([
      "brand_new:metric",
    ]);
  });

  test("types come with the names, so that what suits a function is first", async () => {
    const { metrics } = open(which === "without it" ? plain : searching);
    const gauges = value(
      await metrics.described(["go_goroutines", "go_gc_duration_seconds_count", "brand_new:metric"], token),
    );
    expect(gauges.get("go_goroutines")?.type).toBe("gauge");
    expect(gauges.get("go_gc_duration_seconds_count")?.type).toBe("summary");
    expect(gauges.has("brand_new:metric")).toBe(false);
    // Until the list is there a search answers in its place, and knows no types.
    const first = async (): Promise<readonly string[]> => {
      const fact = await metrics.metricNames({ search: "go_", limit: 5, prefer: "counter" }, token);
      return fact.status === "ok" ? fact.value.names : [];
    };
    await waitFor(
      async () => {
        const names = await first();
        return names.length > 0 && names.every((name) => /_(total|count|sum|bucket)$/.test(name));
      },
      30,
      () => new Error("counters do not stand first"),
    );
  });
});
