import { describe, expect, onTestFinished, test } from "vitest";
import { type Backend, createBackend } from "../../../server/src/adapters/prometheus/backend.ts";
import { neverCancelled as token } from "../../../server/src/base/cancellation.ts";
import { defaultCostLimits, questionBefore } from "../../../server/src/world/cost.ts";
import { always, api, faultServer } from "./fault-server.ts";

/** What the silence of a backend means, and what it does not. */

const vector = { resultType: "vector", result: [{ metric: {}, value: [1, "1"] }] };
const store = (name: string, cluster: string, lastError: unknown = null) => ({
  name,
  lastError,
  labelSets: [{ cluster }],
  minTime: 0,
  maxTime: 9_000_000_000_000,
});
const thanos = {
  "status/buildinfo": { version: "0.42.4", revision: "x" },
  "status/flags": {},
  query: vector,
  series: [],
  "label/__name__/values": ["up"],
};

async function open(data: Readonly<Record<string, unknown>>, scope = {}): Promise<Backend> {
  const server = await faultServer(api(data));
  const backend = createBackend({ name: "Dev", backend: server.url, scope });
  onTestFinished(() => backend.dispose());
  return backend;
}

describe("a store that does not answer", () => {
  const stores = { sidecar: [store("10.0.0.1:1", "dev"), store("10.0.0.2:1", "prod", "connection refused")] };

  test("is missing from what it could hold", async () => {
    const { queries, metrics } = await open({ ...thanos, stores });
    expect(await queries.run({ expression: "up" }, token)).toMatchObject({
      answer: { completeness: { status: "partial", missing: [{ store: "10.0.0.2:1" }] } },
    });
    expect(await metrics.seriesCount("nothing", 10, token)).toMatchObject({ status: "partial" });
  });

  test("is not missing from what the scope keeps it out of", async () => {
    const { queries, metrics } = await open({ ...thanos, stores }, { cluster: "dev" });
    expect(await queries.run({ expression: "up" }, token)).toMatchObject({
      answer: { completeness: { status: "complete", missing: [] } },
    });
    expect(await metrics.seriesCount("nothing", 10, token)).toMatchObject({ status: "ok", value: 0 });
  });

  test("and whose error is no text is one all the same", async () => {
    const odd = { sidecar: [store("10.0.0.1:1", "dev"), store("10.0.0.2:1", "prod", {})] };
    const { queries } = await open({ ...thanos, stores: odd });
    expect(await queries.run({ expression: "up" }, token)).toMatchObject({
      answer: { completeness: { status: "partial" } },
    });
  });
});

test("a backend that shows nothing at all says nothing of one metric", async () => {
  const { metrics } = await open({
    ...thanos,
    stores: { sidecar: [store("10.0.0.1:1", "dev")] },
    "label/__name__/values": [],
  });
  expect(await metrics.seriesCount("up", 10, token)).toMatchObject({ status: "partial", value: 0 });
  expect(await metrics.metricNames({ limit: 10 }, token)).toMatchObject({ status: "partial" });
});

describe("an answer that was made of no sample", () => {
  const none = { "status/buildinfo": { version: "3.16.0", revision: "x" }, "label/__name__/values": [] };
  const stats = { samples: { totalQueryableSamples: 0 } };
  const empty = { resultType: "vector", result: [], stats };
  const absent = { resultType: "vector", result: [{ metric: {}, value: [1, "1"] }], stats };

  test.each([
    ["nothing", "up", empty],
    ["absent()", "absent(up)", absent],
    ["a default", "sum(up) or vector(0)", absent],
  ])("is not complete where the backend shows nothing at all: %s", async (_, expression, query) => {
    const { queries } = await open({ ...none, query });
    expect(await queries.run({ expression }, token)).toMatchObject({
      answer: {
        completeness: { status: "unknown", missing: [] },
        warnings: ["Dev shows no metrics at all; check its tenant, scope and clock."],
      },
    });
  });

  test("is complete where the backend shows something, and one without selectors always", async () => {
    const some = await open({ ...none, query: empty, "label/__name__/values": ["up"] });
    expect(await some.queries.run({ expression: "down" }, token)).toMatchObject({
      answer: { completeness: { status: "complete" }, warnings: [] },
    });
    const { queries } = await open({ ...none, query: absent });
    expect(await queries.run({ expression: "vector(1)" }, token)).toMatchObject({
      answer: { completeness: { status: "complete" }, warnings: [] },
    });
  });

  test("proves no absence of labels either, and health tells of it", async () => {
    const { metrics } = await open({ ...none, labels: [], "label/job/values": [] });
    const asked = { selector: "up", limit: 10 };
    expect(await metrics.labelNames(asked, token)).toMatchObject({ status: "partial" });
    expect(await metrics.labelValues("job", asked, token)).toMatchObject({ status: "partial" });
    expect(await metrics.presence?.("up", token)).toMatchObject({ status: "partial" });
    expect(await metrics.health(token)).toMatchObject({ status: "ok", value: { empty: true } });
  });
});

test("a Prometheus that does not tell its external labels says nothing of what the scope could hide", async () => {
  const prometheus = { "status/buildinfo": { version: "3.16.0", revision: "x" }, series: [] };
  const silent = await open({ ...prometheus, "label/__name__/values": ["up"] }, { cluster: "dev" });
  expect(await silent.metrics.seriesCount("up", 10, token)).toMatchObject({
    status: "partial",
    missing: [expect.stringContaining("does not tell its external labels")],
  });
  const config = { yaml: "global:\n  external_labels:\n    cluster: dev\n" };
  const told = await open(
    { ...prometheus, "label/__name__/values": ["up"], "status/config": config },
    { cluster: "dev" },
  );
  expect(await told.metrics.seriesCount("up", 10, token)).toMatchObject({ status: "ok", value: 0 });
});

test.each([
  ["limits requests", 429, "text/plain", "slow down"],
  [
    "finds it too much",
    422,
    "application/json",
    `{"status":"error","errorType":"execution","error":"too many series"}`,
  ],
])(
  "a backend that %s prices no query: its cost is not known, and a person is asked",
  async (_, ...answer) => {
    const prometheus = { "status/buildinfo": { version: "3.16.0", revision: "x" } };
    const server = await faultServer((request, response) => {
      const refuses = request.url?.startsWith("/api/v1/series") === true;
      (refuses ? always(...answer) : api(prometheus))(request, response);
    });
    const { queries, dispose } = createBackend({ name: "Dev", backend: server.url });
    onTestFinished(dispose);
    const cost = await queries.cost({ expression: "up" }, token);
    expect(cost).toMatchObject({ status: "unavailable", reason: "limited" });
    const question = questionBefore({ name: "Dev", protected: false }, cost, defaultCostLimits);
    expect(question?.asking).toBe(
      "Its cost is not known, for its series cannot be counted: run this query on Dev?",
    );
  },
);
