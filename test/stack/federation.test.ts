import { afterAll, beforeAll, expect, test } from "vitest";
import { type Federation, instant, startFederation, waitForAnswer } from "./federation.ts";
import { waitFor } from "./processes.ts";

let federation: Federation;

beforeAll(async () => {
  federation = await startFederation();
  // The first scrapes bring metadata, and what the infra Prometheus alone has.
  await waitForAnswer(federation.thanosUrl, "min(up == 1)");
});
afterAll(() => federation?.stop());

async function get<T>(url: string, path: string): Promise<T> {
  const answer = await fetch(url + path);
  const { data } = (await answer.json()) as { data: T };
  return data;
}

async function values(query: string, parameters: Readonly<Record<string, string>> = {}) {
  const search = new URLSearchParams({ query, ...parameters });
  const { result } = await get<{ result: { metric: Record<string, string>; value: [number, string] }[] }>(
    federation.thanosUrl,
    `/api/v1/query?${search}`,
  );
  return result.map(({ metric, value }) => ({ ...metric, value: Number(value[1]) }));
}

/** Where the machine is busy Thanos may leave a store out of an answer for a moment. */
const patient = { retry: { count: 5, delay: 2_000 } };

test("every Prometheus is behind Thanos under its external labels", patient, async () => {
  const stores = await get<Record<string, { name: string; labelSets: Record<string, string>[] }[]>>(
    federation.thanosUrl,
    "/api/v1/stores",
  );
  const seen = Object.values(stores)
    .flat()
    .map(({ name, labelSets }) => ({ name, labels: labelSets[0] }));
  expect(seen).toHaveLength(7);
  for (const { storeAddress, labels } of federation.replicas) {
    expect(seen).toContainEqual({ name: storeAddress, labels });
  }
});

test("the metrics of the nodes are in Prod NA's infra Prometheus alone", patient, async () => {
  await waitForAnswer(federation.thanosUrl, "node_load1");
  const holders = await values("count by (cluster, prometheus, replica) (node_load1)", { dedup: "false" });
  expect(holders).toEqual([{ cluster: "prod-na", prometheus: "infra", replica: "a", value: 3 }]);
});

test("live series are the same series as those of the history", patient, async () => {
  // One Pod of search has an outage now and then.
  const names = "http_requests_total|http_request_duration_seconds_bucket|queue_depth|up";
  const query = `count by (__name__) ({__name__=~"${names}", job!="search", cluster="prod-eu", prometheus="k8s"}`;
  const live = await values(`${query})`);
  expect(live.map(({ value }) => value).every((value) => value > 0)).toBe(true);
  expect(live).toHaveLength(4);
  const past = await values(`${query} offset 1h)`);
  const everything = await values(
    `count by (__name__) (last_over_time({__name__=~"${names}", job!="search", cluster="prod-eu", prometheus="k8s"}[2h]))`,
  );
  expect(past).toEqual(live);
  expect(everything).toEqual(live);
});

test("counters go on where the history ends", patient, async () => {
  const resets = 'sum(resets(http_requests_total{cluster="prod-na"}[30m]))';
  const increase = 'sum(rate(http_requests_total{cluster="prod-na", code="200"}[10m]))';
  await waitForAnswer(federation.thanosUrl, increase);
  expect(await instant(federation.thanosUrl, increase)).toBeGreaterThan(50);
  // A Pod starts anew once a week, so at most two of them (five series each) did so just now.
  expect(await instant(federation.thanosUrl, resets)).toBeLessThanOrEqual(10);
});

test("replica b has lost half an hour that replica a has", patient, async () => {
  const [a, b] = await Promise.all(
    ["a", "b"].map((replica) =>
      instant(
        federation.thanosUrl,
        `count_over_time(up{cluster="dev", job="cart", replica="${replica}"}[6h])`,
        {
          dedup: "false",
        },
      ),
    ),
  );
  expect((a ?? 0) - (b ?? 0)).toBeGreaterThanOrEqual(28);
});

test("type and help come from the exporters, recording rules have history", patient, async () => {
  const late = () => new Error("no metadata");
  await waitFor(
    async () => {
      const data = await get<Record<string, unknown>>(
        federation.thanosUrl,
        "/api/v1/metadata?metric=queue_depth",
      );
      return data["queue_depth"] !== undefined;
    },
    90,
    late,
  );
  const data = await get<Record<string, { type: string; help: string }[]>>(
    federation.thanosUrl,
    "/api/v1/metadata?metric=queue_depth",
  );
  expect(data["queue_depth"]).toEqual([
    { type: "gauge", help: "Number of messages waiting in the queue.", unit: "" },
  ]);
  const recorded = await values("count by (cluster) (service:http_requests:rate5m offset 1h)");
  expect(recorded.map(({ value }) => value)).toEqual([6, 6, 6]);
});

test("a frozen sidecar holds its store, a killed one leaves it, and Thanos says which", async () => {
  const { storeAddress } = federation.replica("prod-eu/k8s/b");
  federation.freeze("prod-eu/k8s/b sidecar");
  const answer = fetch(`${federation.thanosUrl}/api/v1/query?${new URLSearchParams({ query: "vector(1)" })}`);
  expect((await answer).status).toBe(200);
  federation.resume("prod-eu/k8s/b sidecar");
  await federation.kill("prod-eu/k8s/b sidecar");
  const late = () => new Error("Thanos still calls the killed store healthy");
  await waitFor(
    async () => {
      const stores = await get<Record<string, { name: string; lastError: string | null }[]>>(
        federation.thanosUrl,
        "/api/v1/stores",
      );
      const store = Object.values(stores)
        .flat()
        .find(({ name }) => name === storeAddress);
      return store === undefined || store.lastError !== null;
    },
    60,
    late,
  );
});
