import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Backend, createBackend } from "../../server/src/adapters/prometheus/backend.ts";
import { neverCancelled as token } from "../../server/src/base/cancellation.ts";
import type { QueryAnswer, QueryOutcome, QueryRequest } from "../../server/src/world/query.ts";
import { Sandbox } from "../cli/run.ts";
import { type Federation, startFederation, waitForAnswer } from "./federation.ts";
import { Opened, openEnvironment } from "./opened.ts";

let federation: Federation;
const opened = new Opened();

/** Fresh ports: what one test learns of the stores is not known to the next. */
const open = (name?: string): Backend => opened.add(openEnvironment(federation, name));

async function run(request: QueryRequest, name?: string): Promise<QueryOutcome> {
  return await open(name).queries.run(request, token);
}

function answer(outcome: QueryOutcome): QueryAnswer {
  if (!outcome.ok) throw new Error(`${outcome.failure.reason}: ${outcome.failure.message}`);
  return outcome.answer;
}

const scalar = ({ series }: QueryAnswer): number => Number(series[0]?.values[0]?.[1]);

beforeAll(async () => {
  federation = await startFederation();
  await waitForAnswer(federation.thanosUrl, "min(up == 1)");
});
afterAll(async () => {
  opened.close();
  await federation?.stop();
});

// The order matters: the federation loses parts as the tests go on.
// Where the machine is busy a store may be left out of an answer for a moment, which is said and right.
describe("while all is well", { retry: { count: 5, delay: 2_000 } }, () => {
  test("an instant query is answered completely", async () => {
    const result = answer(await run({ expression: "count by (cluster) (up)" }));
    expect(result).toMatchObject({
      backend: federation.thanosUrl,
      environment: "All",
      resultType: "vector",
      completeness: { status: "complete", missing: [] },
      warnings: [],
    });
    expect(result.series.map(({ labels }) => labels["cluster"]).sort()).toEqual([
      "dev",
      "prod-eu",
      "prod-na",
    ]);
    expect(result.stats).not.toBeNull();
  });

  test("a range query has a point a step", async () => {
    const end = Math.floor(Date.now() / 1000);
    const range = { start: end - 600, end, step: 60 };
    const result = answer(await run({ expression: "sum(rate(http_requests_total[5m]))", range }));
    expect(result.resultType).toBe("matrix");
    expect(result.series[0]?.values.length).toBe(11);
  });

  test("replicas are merged, or not", async () => {
    const merged = answer(await run({ expression: 'up{cluster="dev",job="gateway"}' }));
    const apart = answer(await run({ expression: 'up{cluster="dev",job="gateway"}', deduplicate: false }));
    expect(apart.series).toHaveLength(merged.series.length * 2);
    expect(merged.series.every(({ labels }) => !("replica" in labels))).toBe(true);
    expect(new Set(apart.series.map(({ labels }) => labels["replica"]))).toEqual(new Set(["a", "b"]));
  });

  test("a scope is put in, and the answer says what was sent", async () => {
    const result = answer(await run({ expression: "count(up) by (cluster)" }, "Prod EU"));
    expect(result.expression).toBe('count(up{cluster="prod-eu"}) by (cluster)');
    expect(result.series.map(({ labels }) => labels)).toEqual([{ cluster: "prod-eu" }]);
  });

  test("a parse error has its place, from Thanos and from Prometheus", async () => {
    const backends = [federation.thanosUrl, federation.replica("dev/k8s/a").prometheusUrl];
    for (const backend of backends) {
      const ports = opened.add(createBackend({ backend }));
      const outcome = await ports.queries.run({ expression: "sum(up) by (job" }, token);
      expect(outcome).toMatchObject({
        ok: false,
        failure: { reason: "bad_data", backend, position: expect.any(Number) },
      });
    }
  });

  test("infos of PromQL are infos from both, not warnings", async () => {
    const expression = 'rate(http_requests_in_flight{job="gateway"}[5m])';
    for (const backend of [federation.thanosUrl, federation.replica("dev/k8s/a").prometheusUrl]) {
      const ports = opened.add(createBackend({ backend }));
      const result = answer(await ports.queries.run({ expression }, token));
      expect(result.infos).toEqual([expect.stringContaining("metric might not be a counter")]);
      expect(result).toMatchObject({ warnings: [], completeness: { status: "complete" } });
    }
  });

  test("a cost is estimated from the index, within the scope", async () => {
    const expression = "rate(http_requests_total[5m])";
    const all = await open().queries.cost({ expression }, token);
    const eu = await open("Prod EU").queries.cost({ expression }, token);
    expect([all, eu]).toMatchObject([{ value: { source: "index" } }, { value: { source: "index" } }]);
    if (all.status === "unavailable" || eu.status === "unavailable") throw new Error("there is no estimate");
    expect(eu.value.series).toBeGreaterThan(0);
    expect(eu.value.series).toBeLessThan(all.value.series);
    expect(eu.value.samples).toBe(eu.value.series * 20);
  });

  test("the command line prints the same as JSON", async () => {
    const sandbox = new Sandbox();
    const args = ["query", "count by (cluster) (up)", "--backend", federation.thanosUrl, "--format", "json"];
    const { code, out, err } = await sandbox.run(args);
    sandbox.dispose();
    expect([code, err]).toEqual([0, ""]);
    const printed = JSON.parse(out) as QueryAnswer;
    expect(printed).toMatchObject({ backend: federation.thanosUrl, completeness: { status: "complete" } });
    expect(printed.series).toHaveLength(3);
  });
});

/** What the machine is too busy for at one moment is right at the next: asks until it is. */
function eventually(ask: () => Promise<void>): Promise<void> {
  return vi.waitFor(ask, { timeout: 120_000, interval: 500 });
}

/** Waits until a query is answered completely. */
function untilWell(ports: Backend): Promise<void> {
  return eventually(async () => {
    const outcome = await ports.queries.run({ expression: "count(up)" }, token);
    expect(outcome).toMatchObject({ ok: true, answer: { completeness: { status: "complete" } } });
  });
}

describe("a Prometheus that is frozen behind its sidecar", () => {
  test("is left out within our deadline, and named", async () => {
    const { pid, storeAddress, labels } = federation.replica("prod-na/infra/a");
    expect(pid).toBeGreaterThan(0);
    federation.freeze("prod-na/infra/a");
    try {
      const missing = [
        { store: storeAddress, labels: [labels], reason: expect.stringContaining("did not answer") },
      ];
      await eventually(async () => {
        const ports = open();
        const first = answer(await ports.queries.run({ expression: "count(up)", deadlineMs: 30_000 }, token));
        expect(first.completeness).toEqual({ status: "partial", missing });
        expect(scalar(first)).toBeGreaterThan(0);
        // What cannot hold the answer is not missing from it, and does not hold it up.
        const dev = answer(await ports.queries.run({ expression: 'count(up{cluster="dev"})' }, token));
        expect(dev.completeness).toEqual({ status: "complete", missing: [] });
      });
      await eventually(async () => {
        const names = await open().metrics.metricNames({ search: "http_", limit: 5 }, token);
        expect(names).toMatchObject({
          status: "partial",
          value: { names: expect.arrayContaining(["http_requests_total"]) },
        });
      });
      await eventually(async () => {
        const strict = await open().queries.run(
          { expression: "count(up)", strict: true, deadlineMs: 15_000 },
          token,
        );
        expect(strict).toMatchObject({
          ok: false,
          failure: { reason: "timeout", message: expect.stringContaining(storeAddress) },
        });
      });
    } finally {
      federation.resume("prod-na/infra/a");
    }
  });
});

describe("a sidecar that is frozen", () => {
  test("is left out within our deadline, and named", async () => {
    const { storeAddress } = federation.replica("dev/k8s/b");
    await untilWell(open());
    federation.freeze("dev/k8s/b sidecar");
    try {
      await eventually(async () => {
        const result = answer(await run({ expression: "count(up)", deadlineMs: 30_000 }));
        expect(result.completeness.status).toBe("partial");
        expect(result.completeness.missing.map(({ store }) => store)).toEqual([storeAddress]);
      });
    } finally {
      federation.resume("dev/k8s/b sidecar");
    }
  });
});

describe("a store that is dead", () => {
  test("is named at once, and still when Thanos has stopped warning", async () => {
    const { storeAddress, labels } = federation.replica("prod-eu/k8s/b");
    const ports = open();
    const query = async (): Promise<QueryAnswer> =>
      answer(await ports.queries.run({ expression: "count(up)" }, token));
    await untilWell(ports);
    await federation.kill("prod-eu/k8s/b sidecar");
    const missing = [{ store: storeAddress, labels: [labels], reason: expect.any(String) }];
    await eventually(async () => {
      expect((await query()).completeness).toEqual({ status: "partial", missing });
    });
    await eventually(async () => {
      const { warnings, completeness } = await query();
      expect(warnings).toEqual([]);
      expect(completeness).toEqual({ status: "partial", missing });
    });
    await eventually(async () => {
      expect(await ports.queries.run({ expression: 'count(up{cluster="dev"})' }, token)).toMatchObject({
        answer: { completeness: { status: "complete" } },
      });
      expect(await open().metrics.health(token)).toMatchObject({
        value: { missing: [`prod-eu/k8s/b (${storeAddress})`] },
      });
    });
  });

  test("makes --strict fail, and is told on standard error without it", async () => {
    const sandbox = new Sandbox();
    const args = ["query", "count(up)", "--backend", federation.thanosUrl];
    const loose = await sandbox.run(args);
    const strict = await sandbox.run([...args, "--strict"]);
    sandbox.dispose();
    expect(loose.code).toBe(0);
    expect(loose.err).toContain(`partial: without ${federation.replica("prod-eu/k8s/b").storeAddress}`);
    expect([strict.code, strict.out]).toEqual([1, ""]);
    expect(strict.err).toContain(`misses ${federation.replica("prod-eu/k8s/b").storeAddress}`);
  });
});
