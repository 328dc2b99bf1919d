import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { type BackendTarget, createBackend } from "../../../server/src/adapters/prometheus/backend.ts";
import { recognised } from "../../../server/src/adapters/prometheus/capabilities.ts";
import { metadataIn } from "../../../server/src/adapters/prometheus/metadata.ts";
import {
  externalLabelsIn,
  retentionIn,
  scrapeIntervalsIn,
} from "../../../server/src/adapters/prometheus/session.ts";
import { neverCancelled as token } from "../../../server/src/base/cancellation.ts";
import { always, api, faultServer } from "./fault-server.ts";

const one = { resultType: "vector", result: [{ metric: { a: "b" }, value: [1, "42"] }] };
const prometheus = { "status/buildinfo": { version: "3.16.0", goVersion: "go1.26" }, query: one };

async function open(listener: RequestListener, target: Partial<BackendTarget> = {}) {
  const server = await faultServer(listener);
  const backend = createBackend({ backend: server.url, ...target });
  onTestFinished(() => backend.dispose());
  const asked = (path: string): URLSearchParams[] =>
    server.asked
      .filter(({ url }) => url.startsWith(`/api/v1/${path}`))
      .map(({ url, body }) => new URLSearchParams(body === "" ? (url.split("?")[1] ?? "") : body));
  return { ...backend, server, asked };
}

describe("queries", () => {
  test("are sent as a form, with a timeout that Prometheus keeps", async () => {
    const { queries, server, asked } = await open(api(prometheus));
    const outcome = await queries.run({ expression: "up", time: 5 }, token);
    expect(outcome).toMatchObject({
      ok: true,
      answer: {
        backend: server.url,
        expression: "up",
        resultType: "vector",
        series: [{ labels: { a: "b" }, values: [[1, "42"]] }],
        completeness: { status: "complete", missing: [] },
        stats: null,
      },
    });
    expect(server.asked.find(({ url }) => url === "/api/v1/query")?.method).toBe("POST");
    const [sent] = asked("query");
    expect(Object.fromEntries(sent ?? [])).toMatchObject({ query: "up", time: "5", stats: "true" });
    expect(sent?.get("timeout")).toMatch(/^\d+ms$/);
    expect(sent?.has("dedup")).toBe(false);
  });

  test("go by GET where a proxy forbids POST, from then on at once", async () => {
    const { queries, server } = await open((request, response) => {
      if (request.method === "POST") always(403, "text/html", "<html>no</html>")(request, response);
      else api(prometheus)(request, response);
    });
    expect(await queries.run({ expression: "up" }, token)).toMatchObject({ ok: true });
    expect(await queries.run({ expression: "up" }, token)).toMatchObject({ ok: true });
    const methods = server.asked
      .filter(({ url }) => url.startsWith("/api/v1/query"))
      .map(({ method }) => method);
    expect(methods).toEqual(["POST", "GET", "GET"]);
  });

  test("that are forbidden say so, whichever way they went", async () => {
    const { queries, server } = await open((request, response) => {
      const { pathname } = new URL(request.url ?? "", "http://x");
      (pathname === "/api/v1/query" ? always(403, "text/plain", "no") : api(prometheus))(request, response);
    });
    expect(await queries.run({ expression: "up" }, token)).toMatchObject({
      ok: false,
      failure: { reason: "forbidden", message: expect.stringContaining(server.host) },
    });
  });

  test("keep as many series as are asked for, and tell how many there were", async () => {
    const result = Array.from({ length: 12_000 }, (_, i) => ({ metric: { i: String(i) }, value: [1, "1"] }));
    const { queries } = await open(api({ ...prometheus, query: { resultType: "vector", result } }));
    expect(await queries.run({ expression: "up" }, token)).toMatchObject({
      answer: { truncated: { kept: 10_000, total: 12_000 } },
    });
    const all = await queries.run({ expression: "up", keepSeries: Number.POSITIVE_INFINITY }, token);
    expect(all.ok && [all.answer.series.length, all.answer.truncated]).toEqual([12_000, undefined]);
  });

  test("values stay as the server wrote them, native histograms too", async () => {
    const result = [
      {
        metric: {},
        values: [
          [1, "NaN"],
          [2, "+Inf"],
        ],
        histograms: [[3, { count: "4", sum: "1e+06", buckets: [[0, "1", "2", "4"]] }]],
      },
    ];
    const { queries } = await open(api({ ...prometheus, query_range: { resultType: "matrix", result } }));
    const outcome = await queries.run({ expression: "x", range: { start: 1, end: 3, step: 1 } }, token);
    expect(outcome.ok && outcome.answer.series).toEqual([
      {
        labels: {},
        values: [
          [1, "NaN"],
          [2, "+Inf"],
        ],
        histograms: [[3, { count: "4", sum: "1e+06", buckets: [[0, "1", "2", "4"]] }]],
      },
    ]);
  });

  test.each([
    ["half JSON", '{"status":"success","data":{"resultType":"vec', "sent JSON that ends too early"],
    ["broken JSON", '{"status":success}', "sent JSON that cannot be read"],
    ["JSON of another program", '{"items":[]}', "answered with JSON of another kind"],
    [
      "an unknown result",
      '{"status":"success","data":{"resultType":"graph","result":[]}}',
      "a result that cannot be read",
    ],
    ["no data", '{"status":"success"}', "a result that cannot be read"],
  ])("%s has its sentence", async (_name, query, words) => {
    const { queries, server } = await open(api({ ...prometheus, query }));
    const outcome = await queries.run({ expression: "up" }, token);
    expect(outcome).toMatchObject({ ok: false, failure: { reason: "invalid" } });
    const message = outcome.ok ? "" : outcome.failure.message;
    expect(message).toContain(`${server.host} `);
    expect(message).toContain(words);
    expect(message.length).toBeLessThanOrEqual(120);
  });

  test("an address that is none is said, never asked", async () => {
    const { queries, metrics } = createBackend({ backend: "localhost:9090" });
    const message = "The backend has no address that can be used; write http://HOST:PORT or https://HOST.";
    expect(await queries.run({ expression: "up" }, token)).toMatchObject({
      failure: { reason: "not-configured", message },
    });
    expect(await metrics.health(token)).toMatchObject({ reason: "not-configured", message });
  });

  test("positions count characters, not bytes, also behind line ends", async () => {
    const expression = 'a{b="ö😀"}\n  + (';
    const bad = {
      status: "error",
      errorType: "bad_data",
      error: 'invalid parameter "query": 2:5: parse error: unclosed',
    };
    const inFirst = { ...bad, error: "1:13: parse error: x" };
    for (const [body, position] of [
      [bad, expression.indexOf("(")],
      [inFirst, expression.indexOf("}")],
    ] as const) {
      const { queries } = await open((request, response) => {
        const isQuery = request.url === "/api/v1/query";
        (isQuery ? always(400, "application/json", JSON.stringify(body)) : api(prometheus))(
          request,
          response,
        );
      });
      expect(await queries.run({ expression }, token)).toMatchObject({
        failure: { reason: "bad_data", position },
      });
    }
  });
});

describe("a scope", () => {
  const config = "global:\n  external_labels:\n    cluster: dev\nscrape_configs: []\n";
  const target = { name: "Dev", scope: { cluster: "dev", team: "a" } };

  test("is put into queries and look-ups, without what a Prometheus cannot see of itself", async () => {
    const { queries, metrics, asked } = await open(
      api({
        ...prometheus,
        "status/config": { yaml: config },
        "label/__name__/values": ["up"],
        labels: ["job"],
      }),
      target,
    );
    const outcome = await queries.run({ expression: "rate(x[5m])" }, token);
    expect(outcome).toMatchObject({
      answer: { expression: 'rate(x{team="a"}[5m])', environment: "Dev", warnings: [] },
    });
    expect(asked("query")[0]?.get("query")).toBe('rate(x{team="a"}[5m])');
    await metrics.metricNames({ limit: 9 }, token);
    await metrics.labelNames({ selector: 'up{job="x"}', limit: 9 }, token);
    expect(asked("label/")[0]?.get("match[]")).toBe('{team="a"}');
    expect(asked("labels")[0]?.get("match[]")).toBe('up{job="x",team="a"}');
  });

  test("that the Prometheus itself contradicts is told", async () => {
    const { queries } = await open(
      api({ ...prometheus, "status/config": { yaml: config.replace("dev", "prod") } }),
      target,
    );
    expect(await queries.run({ expression: "up" }, token)).toMatchObject({
      answer: { warnings: ['Dev should be cluster="dev", but this Prometheus is cluster="prod".'] },
    });
  });

  test("that a matcher contradicts is told, and the answer is what both allow", async () => {
    const { queries } = await open(api(prometheus), target);
    expect(await queries.run({ expression: 'up{team="b"}' }, token)).toMatchObject({
      answer: {
        expression: 'up{team="b",cluster="dev",team="a"}',
        warnings: ['team="b" finds nothing: Dev is narrowed to team="a".'],
      },
    });
  });

  test("keeps an expression that we cannot read from being sent", async () => {
    const { queries, asked } = await open(api(prometheus), target);
    expect(await queries.run({ expression: "sum(up" }, token)).toMatchObject({
      failure: { reason: "bad_data", message: "The expression cannot be read: unclosed left parenthesis." },
    });
    expect(asked("query")).toEqual([]);
  });
});

describe("a Service behind an API server", () => {
  const kubeconfig = (server: string): string =>
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "dev",
      contexts: [{ name: "dev", context: { cluster: "c", user: "u" } }],
      clusters: [{ name: "c", cluster: { server, "insecure-skip-tls-verify": true } }],
      users: [{ name: "u", user: { token: "geheim" } }],
    });

  function file(text: string): string {
    const folder = mkdtempSync(join(tmpdir(), "promscope-kube-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, "config"), text);
    return join(folder, "config");
  }

  test("is asked through its proxy; as with kubectl, credentials never go over plain HTTP", async () => {
    const prefix = "/api/v1/namespaces/monitoring/services/prometheus:web/proxy";
    const server = await faultServer((request, response) => {
      request.url = request.url?.replace(prefix, "") ?? "";
      api(prometheus)(request, response);
    });
    const { queries, dispose } = createBackend({
      backend: "kubernetes:monitoring/prometheus:web",
      kubeconfig: file(kubeconfig(server.url)),
    });
    onTestFinished(dispose);
    expect(await queries.run({ expression: "up" }, token)).toMatchObject({
      ok: true,
      answer: { backend: "kubernetes:monitoring/prometheus:web", series: [{ values: [[1, "42"]] }] },
    });
    expect(server.asked.map(({ url }) => url)).toContain(`${prefix}/api/v1/query`);
    expect(new Set(server.asked.map(({ headers }) => headers["authorization"]))).toEqual(
      new Set([undefined]),
    );
  });

  test("is reached anew when the kubeconfig has changed", async () => {
    const servers = await Promise.all(
      ["1", "2"].map((value) =>
        faultServer((request, response) => {
          request.url = request.url?.replace(/^.*\/proxy/, "") ?? "";
          const result = [{ metric: {}, value: [1, value] }];
          api({ ...prometheus, query: { resultType: "vector", result } })(request, response);
        }),
      ),
    );
    const [before = "", after = ""] = servers.map(({ url }) => kubeconfig(url));
    const path = file(before);
    const { queries, dispose } = createBackend({ backend: "kubernetes:a/b:web", kubeconfig: path });
    onTestFinished(dispose);
    const value = async () => {
      const outcome = await queries.run({ expression: "up" }, token);
      return outcome.ok ? outcome.answer.series[0]?.values[0]?.[1] : outcome.failure.message;
    };
    expect(await value()).toBe("1");
    writeFileSync(path, `${after}\n`);
    expect(await value()).toBe("2");
  });

  test("is told as not configured where the kubeconfig is no use", async () => {
    for (const target of [
      { kubeconfig: "/nowhere" },
      { kubeconfig: file(kubeconfig("http://x")), context: "prod" },
    ]) {
      const { metrics, dispose } = createBackend({ backend: "kubernetes:a/b:9090", ...target });
      onTestFinished(dispose);
      expect(await metrics.health(token)).toMatchObject({
        reason: "not-configured",
        message: expect.stringMatching(/kubeconfig/),
      });
    }
  });
});

test.each([
  ["global:\n  external_labels: {a: b, n: 1}\n", { a: "b" }],
  ["global:\n  scrape_interval: 1m\n  external_labels:\n    a: b\n\nrule_files:\n  - x\n", { a: "b" }],
  ["scrape_configs: []\n", {}],
  ["", {}],
  ["global: [", {}],
])("external labels of %j", (yaml, expected) => {
  expect(externalLabelsIn(yaml)).toEqual(expected);
});

const job = (name: string, interval: string): string =>
  `- job_name: ${name}\n  honor_timestamps: true\n${interval}  static_configs:\n  - scrape_interval: 1s\n`;

test.each([
  [
    `global:\n  scrape_interval: 10s\nscrape_configs:\n${job("'a: b'", "  scrape_interval: 1m\n")}${job("c", "  scrape_interval: 1m30s\n")}storage:\n  x: y\n`,
    { "a: b": 60, c: 90 },
  ],
  [`scrape_configs:\n${job("a", "  scrape_interval: 1m\n")}${job("b", "")}`, undefined],
  [`scrape_config_files:\n- x.yml\nscrape_configs:\n${job("a", "  scrape_interval: 1m\n")}`, undefined],
  [`scrape_configs:\n${job("a", "  scrape_interval: 1m\n  # __scrape_interval__\n")}`, undefined],
  ["global:\n  scrape_interval: 10s\n", undefined],
  ["", undefined],
])("scrape intervals of %j", (yaml, jobs) => {
  const told = scrapeIntervalsIn(yaml);
  expect(told && Object.fromEntries(told.jobs)).toEqual(jobs);
  expect(told?.shortest).toBe(jobs === undefined ? undefined : Math.min(...Object.values(jobs)));
});

test.each([
  ["15d", 1_296_000],
  ["1w3d or 5GiB", 864_000],
  ["5GiB", undefined],
  ["", undefined],
  ["0s", undefined],
])("the retention %j", (told, seconds) => {
  expect(retentionIn(told)).toBe(seconds);
});

test("capabilities follow the version, and a version that is not told is a current one", () => {
  expect(recognised("prometheus", "2.50.1").has("index-limit")).toBe(false);
  expect(recognised("prometheus", "2.51.0").has("index-limit")).toBe(true);
  expect(recognised("prometheus", "3.16.0").has("utf8-path")).toBe(true);
  expect(recognised("prometheus", "").has("utf8-path")).toBe(true);
  expect(recognised("prometheus", "3.16.0").has("federation")).toBe(false);
  expect(recognised("thanos", "0.42.4").has("federation")).toBe(true);
  expect(recognised("thanos", "0.42.4").has("query-timeout")).toBe(false);
  expect(recognised("unknown", "9").has("index-match")).toBe(false);
});

test("metadata is the metric's own, else its family's, never another's", () => {
  const entry = (type: string, help = "H", unit = "") => [{ type, help, unit }];
  const data = {
    lat: entry("histogram"),
    lat_count: entry("gauge", "own"),
    size: entry("summary", "S", "bytes"),
    level: entry("gauge"),
    req: entry("counter"),
    mixed: [...entry("gauge"), ...entry("counter")],
    half: [...entry("unknown", ""), ...entry("counter", "told")],
  };
  expect(metadataIn(data, "lat_bucket")).toEqual({ type: "histogram", help: "H", unit: "" });
  expect(metadataIn(data, "lat_count")).toMatchObject({ type: "gauge", help: "own" });
  expect(metadataIn(data, "size_sum")).toMatchObject({ type: "summary", unit: "bytes" });
  expect(metadataIn(data, "size_bucket")).toBeUndefined();
  expect(metadataIn(data, "level_total")).toBeUndefined();
  expect(metadataIn(data, "req_total")).toMatchObject({ type: "counter" });
  expect(metadataIn(data, "mixed")).toMatchObject({ type: "unknown" });
  expect(metadataIn(data, "half")).toMatchObject({ type: "counter", help: "told" });
  for (const nonsense of [null, [], { lat: 1 }, { lat: [null] }])
    expect(() => metadataIn(nonsense, "lat")).not.toThrow();
});

test("metadata that is there a moment later is found, of all metrics and of one", async () => {
  let now = 1_000_000;
  let told: Record<string, unknown> = {};
  const meta = (help: string) => [{ type: "counter", help, unit: "" }];
  const { url } = await faultServer((request, response) =>
    api({ "status/buildinfo": { version: "3.16.0", goVersion: "x" }, metadata: told })(request, response),
  );
  const { metrics, dispose } = createBackend({ backend: url }, { clock: { now: () => now } });
  onTestFinished(dispose);
  const of = async (metric: string) => {
    const fact = await metrics.metadata(metric, token);
    return fact.status === "unavailable" ? fact : fact.value?.help;
  };
  expect(await of("a_total")).toBeUndefined();
  // It had just been started.
  told = { a_total: meta("A") };
  now += 16_000;
  // What was known is answered first, and asked anew behind it.
  await of("a_total");
  await expect.poll(() => of("a_total")).toBe("A");
  told = { a_total: meta("A"), b_total: meta("B") };
  now += 16_000;
  await of("b_total");
  await expect.poll(() => of("b_total")).toBe("B");
});
