import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../server/src/adapters/prometheus/backend.ts";
import { neverCancelled as token } from "../../server/src/base/cancellation.ts";
import { type Federation, startFederation, waitForAnswer } from "./federation.ts";
import { Opened, openEnvironment, value } from "./opened.ts";
import { waitFor } from "./processes.ts";

let federation: Federation;
const opened = new Opened();

/** The index of an environment of the federation, or of all of it. */
const open = (name?: string): Backend => opened.add(openEnvironment(federation, name));

/** One Prometheus by itself, without Thanos. */
function openReplica(replica: string, scope: Readonly<Record<string, string>> = {}): Backend {
  const backend = federation.replica(replica).prometheusUrl;
  return opened.add(createBackend({ name: replica, backend, scope }));
}

/** Where the machine is busy a store may be left out of an answer for a moment, which is said and right. */
const patient = { retry: { count: 5, delay: 2_000 } };

beforeAll(async () => {
  federation = await startFederation();
  // The first scrapes bring metadata, and what the infra Prometheus alone has.
  await waitForAnswer(federation.thanosUrl, "min(up == 1)");
});
afterAll(async () => {
  opened.close();
  await federation?.stop();
});

describe("who it is", patient, () => {
  test("Thanos with all its stores", async () => {
    expect(value(await open().metrics.health(token))).toMatchObject({
      backend: federation.thanosUrl,
      flavour: "thanos",
      missing: [],
    });
  });

  test("a Prometheus, with its version", async () => {
    expect(value(await openReplica("dev/k8s/a").metrics.health(token))).toMatchObject({
      flavour: "prometheus",
      version: "3.16.0",
    });
  });
});

describe("metric names", patient, () => {
  test("all, by search, and by what is typed already", async () => {
    const { metrics } = open();
    const all = value(await metrics.metricNames({ limit: 10_000 }, token));
    expect(all.complete).toBe(true);
    expect(all.names).toEqual(expect.arrayContaining(["up", "http_requests_total", "node_load1"]));
    const found = value(await metrics.metricNames({ search: "FILESYSTEM", limit: 10_000 }, token));
    expect(found.names.length).toBeGreaterThan(0);
    expect(found.names.every((name) => name.includes("filesystem"))).toBe(true);
    const scoped = value(
      await metrics.metricNames({ selector: '{job="node-exporter"}', limit: 10_000 }, token),
    );
    expect(scoped.names).toContain("node_load1");
    expect(scoped.names).not.toContain("http_requests_total");
  });

  test("those of the environment's scope only", async () => {
    const names = value(await open("Dev").metrics.metricNames({ limit: 10_000 }, token)).names;
    expect(names).toContain("http_requests_total");
    expect(names).not.toContain("node_load1");
  });

  test("of a plain Prometheus, whose own external labels it cannot see", async () => {
    const { metrics } = openReplica("prod-na/infra/a", { cluster: "prod-na" });
    expect(value(await metrics.metricNames({ limit: 10_000 }, token)).names).toContain("node_load1");
  });
});

describe("labels", patient, () => {
  test("names of one metric", async () => {
    const { names } = value(await open().metrics.labelNames({ selector: "node_load1", limit: 100 }, token));
    expect(names).toEqual(expect.arrayContaining(["instance", "job", "cluster", "prometheus"]));
    expect(names).not.toContain("code");
  });

  test("values, scoped by the matchers that are typed and by the environment", async () => {
    const { metrics } = open("Prod NA");
    const clusters = value(await metrics.labelValues("cluster", { selector: "up", limit: 100 }, token));
    expect(clusters).toEqual({ names: ["prod-na"], complete: true });
    const jobs = value(
      await metrics.labelValues("job", { selector: 'up{prometheus="infra"}', limit: 100 }, token),
    );
    expect(jobs.names).toEqual(["node-exporter"]);
    const all = value(await open().metrics.labelValues("cluster", { selector: "up", limit: 100 }, token));
    expect(all.names).toEqual(["dev", "prod-eu", "prod-na"]);
  });

  test("what the Prometheus behind it add on the way out, without what tells replicas apart", async () => {
    const all = value(await open().metrics.externalLabels(token));
    expect(all).toHaveLength(4);
    for (const cluster of ["dev", "prod-na", "prod-eu"])
      expect(all).toContainEqual({ cluster, prometheus: "k8s" });
    expect(value(await open("Dev").metrics.externalLabels(token))).toEqual([
      { cluster: "dev", prometheus: "k8s" },
    ]);
    expect(value(await openReplica("dev/k8s/a").metrics.externalLabels(token))).toEqual([]);
  });

  test("a limit cuts and says so", async () => {
    const cut = value(await open().metrics.labelValues("job", { limit: 2 }, token));
    expect(cut).toMatchObject({ complete: false });
    expect(cut.names).toHaveLength(2);
  });
});

describe("what a metric is", patient, () => {
  test.each(["thanos", "prometheus"])("type and help through %s", async (which) => {
    const fresh = (): Backend => (which === "thanos" ? open() : openReplica("dev/k8s/a"));
    const isScraped = async () =>
      value(await fresh().metrics.metadata("http_requests_total", token)) !== undefined;
    // Generated history has no metadata; it comes with the first scrape.
    await waitFor(isScraped, 120, () => new Error("no metadata was scraped"));
    const { metrics } = fresh();
    expect(value(await metrics.metadata("http_requests_total", token))).toMatchObject({
      type: "counter",
      help: expect.stringContaining("HTTP requests"),
    });
    expect(value(await metrics.metadata("http_request_duration_seconds_bucket", token))).toMatchObject({
      type: "histogram",
    });
    expect(value(await metrics.metadata("no_such_metric", token))).toBeUndefined();
  });

  test("how many series it has, and that the count was cut", async () => {
    const { metrics } = open("Prod NA");
    const count = value(await metrics.seriesCount("up", 1_000, token));
    expect(count).toBeGreaterThan(5);
    expect(await metrics.seriesCount("up", 5, token)).toMatchObject({ status: "partial", value: 5 });
    expect(value(await metrics.seriesCount('up{job="no-such"}', 5, token))).toBe(0);
  });
});

describe("which Prometheus holds a metric", patient, () => {
  const infra = { labels: { cluster: "prod-na", prometheus: "infra" }, replicas: 1 };

  test("the node metrics are in prod-na/infra alone", async () => {
    expect(value(await open().metrics.holders("node_filesystem_avail_bytes", token))).toEqual([infra]);
  });

  test("pairs are one, with two replicas", async () => {
    const holders = value(await open().metrics.holders("http_requests_total", token));
    expect(holders).toHaveLength(3);
    for (const cluster of ["dev", "prod-na", "prod-eu"])
      expect(holders).toContainEqual({ labels: { cluster, prometheus: "k8s" }, replicas: 2 });
  });

  test("within a scope only those of the scope", async () => {
    expect(value(await open("Dev").metrics.holders("node_filesystem_avail_bytes", token))).toEqual([]);
    expect(value(await open("Prod NA").metrics.holders("up", token))).toHaveLength(2);
  });

  test("a Prometheus by itself is its own answer", async () => {
    expect(value(await openReplica("dev/k8s/a").metrics.holders("up", token))).toEqual([]);
  });
});
