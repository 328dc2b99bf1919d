import { describe, expect, onTestFinished, test } from "vitest";
import { discover } from "../../../server/src/adapters/discovery/discover.ts";
import { neverCancelled as token } from "../../../server/src/base/cancellation.ts";
import type { ConnectOutcome, ConnectRequest } from "../../../server/src/world/connection.ts";
import { always, api, faultServer } from "./fault-server.ts";
import { haveRecordings, recordedApi } from "./recorded.ts";

const clock = { now: () => Date.parse("2026-11-22T11:19:02Z") };
const up = [{ __name__: "up", job: "x" }];

async function at(url: string, more: Partial<ConnectRequest> = {}): Promise<ConnectOutcome> {
  const kubeconfig = "/nowhere/kubeconfig";
  const outcome = await discover({ address: url, ...more }, { clock }, token);
  expect(JSON.stringify(outcome)).not.toContain(kubeconfig);
  if (outcome.status !== "recognised") expect(outcome.message.length).toBeLessThanOrEqual(120);
  return outcome;
}

/** No kubeconfig of this machine gets into a test. */
function noKubeconfig(): void {
  const before = process.env["KUBECONFIG"];
  process.env["KUBECONFIG"] = "/nowhere/kubeconfig";
  onTestFinished(() => {
    if (before === undefined) delete process.env["KUBECONFIG"];
    else process.env["KUBECONFIG"] = before;
  });
}

describe.runIf(haveRecordings)("recorded backends", () => {
  test("a Querier: one environment a cluster, with replica labels", async () => {
    noKubeconfig();
    const server = await faultServer(
      recordedApi({
        stores: "qfe_stores",
        "status/buildinfo": "th_buildinfo",
        "status/flags": "th_flags",
        query_range: "th_bad",
        series: "series2",
      }),
    );
    const outcome = await at(`${server.url}/graph?g0.expr=up`);
    expect(outcome).toMatchObject({
      status: "recognised",
      address: server.url,
      flavour: "thanos",
      title: "Thanos Querier",
      clusterLabel: "cluster",
      test: { ok: true },
    });
    expect(
      outcome.status === "recognised" && outcome.proposals.map(({ environment }) => environment),
    ).toEqual(
      [
        ["Dev", "dev"],
        ["Prod EU", "prod-eu"],
        ["Prod NA", "prod-na"],
      ].map(([name, cluster]) => ({
        name,
        backend: server.url,
        scope: { cluster },
        replicaLabels: ["replica"],
      })),
    );
  });

  test("a query-frontend is told from a Querier by how it refuses", async () => {
    noKubeconfig();
    const server = await faultServer(
      recordedApi({
        stores: "qfe_stores",
        "status/buildinfo": "qfe_build",
        "status/flags": "th_flags",
        query_range: "qfe_bad",
        series: "series2",
      }),
    );
    expect(await at(server.url)).toMatchObject({
      status: "recognised",
      title: expect.stringMatching(/^Thanos query-frontend/),
    });
  });

  test("a Prometheus: its external labels name it", async () => {
    noKubeconfig();
    const server = await faultServer(
      recordedApi({ "status/buildinfo": "p3_buildinfo", "status/config": "p3_config", series: "series2" }),
    );
    const outcome = await at(server.url);
    expect(outcome).toMatchObject({
      status: "recognised",
      flavour: "prometheus",
      title: "Prometheus 3.5.3+ds1",
      clusterLabel: undefined,
      externalLabels: { cluster: expect.any(String) },
    });
    expect(outcome.status === "recognised" && outcome.proposals).toHaveLength(1);
  });

  test("VictoriaMetrics", async () => {
    noKubeconfig();
    const server = await faultServer(
      recordedApi({ "status/buildinfo": "vm_buildinfo", series: "vm_series" }),
    );
    expect(await at(server.url)).toMatchObject({
      status: "recognised",
      flavour: "victoriametrics",
      title: "VictoriaMetrics",
    });
  });
});

const mimirBuild = { application: "Grafana Mimir", version: "2.15.0", features: {} };

test("Mimir behind its prefix wants a tenant, and is asked again with one", async () => {
  noKubeconfig();
  const server = await faultServer((request, response) => {
    const path = (request.url ?? "").split("?")[0] ?? "";
    if (path === "/prometheus/api/v1/status/buildinfo" || path === "/api/v1/status/buildinfo")
      api({ "status/buildinfo": mimirBuild })(
        { ...request, url: "/api/v1/status/buildinfo" } as never,
        response,
      );
    else if (!path.startsWith("/prometheus/api/v1/"))
      always(404, "text/plain", "404 page not found\n")(request, response);
    else if (request.headers["x-scope-orgid"] !== "team-a")
      always(401, "text/plain", "no org id")(request, response);
    else
      api({ series: up, "label/cluster/values": ["dev", "prod"] })(
        { ...request, url: path.replace("/prometheus", "") } as never,
        response,
      );
  });
  const first = await at(server.url);
  expect(first).toMatchObject({
    status: "credentials",
    address: `${server.url}/prometheus`,
    kinds: ["tenant", "bearer", "basic"],
    refused: false,
  });
  const second = await at(server.url, { credentials: { headers: { "X-Scope-OrgID": "team-a" } } });
  expect(second).toMatchObject({
    status: "recognised",
    address: `${server.url}/prometheus`,
    flavour: "mimir",
    title: "Mimir 2.15.0",
    clusterLabel: "cluster",
  });
  expect(JSON.stringify(second)).not.toContain("team-a");
});

test("a 401 says what is wanted; wrong credentials are told as refused, and never repeated", async () => {
  noKubeconfig();
  const server = await faultServer(
    always(401, "text/plain", "Unauthorized", { "www-authenticate": 'Basic realm="x"' }),
  );
  expect(await at(server.url)).toMatchObject({
    status: "credentials",
    refused: false,
    kinds: ["basic", "bearer", "tenant"],
  });
  const credentials = { authorization: { type: "basic", username: "ann", password: "geheim" } } as const;
  const refused = await at(server.url, { credentials });
  expect(refused).toMatchObject({ status: "credentials", refused: true });
  expect(JSON.stringify(refused)).not.toContain("geheim");
  const sent = server.asked.at(-1)?.headers["authorization"];
  expect(sent).toBe(`Basic ${Buffer.from("ann:geheim").toString("base64")}`);
});

test("credentials in the pasted address are used and handed back, not left in the proposals", async () => {
  noKubeconfig();
  const server = await faultServer((request, response) => {
    if (request.headers.authorization === undefined) always(401, "text/plain", "")(request, response);
    else
      api({
        "status/buildinfo": { version: "3.16.0", revision: "x" },
        "status/config": { yaml: "" },
        series: up,
      })(request, response);
  });
  const outcome = await at(server.url.replace("http://", "http://ann:geheim@"));
  expect(outcome).toMatchObject({
    status: "recognised",
    credentials: { authorization: { type: "basic", username: "ann", password: "geheim" } },
  });
  expect(outcome.status === "recognised" && JSON.stringify(outcome.proposals)).not.toContain("geheim");
});

test("a redirect to another host is told, and nothing is sent there", async () => {
  noKubeconfig();
  const other = await faultServer(always(200, "application/json", "{}"));
  const server = await faultServer((_request, response) => {
    response.writeHead(302, { location: `${other.url}/login` }).end();
  });
  const credentials = { authorization: { type: "bearer", token: "geheim" } } as const;
  const outcome = await at(server.url, { credentials });
  expect(outcome).toMatchObject({
    status: "failed",
    message: expect.stringContaining(`redirects to ${other.url}`),
  });
  expect(other.asked).toEqual([]);
});

test.each([
  ["a login page", 200, "text/html", "<html><title>Sign in</title></html>", "credentials"],
  ["a web page", 200, "text/html", "<html><title>Welcome</title></html>", "failed"],
  ["no Prometheus", 404, "text/plain", "404 page not found", "failed"],
  ["a broken gateway", 502, "text/html", "<html>Bad gateway</html>", "failed"],
])("%s is told in a sentence", async (_, status, type, body, expected) => {
  noKubeconfig();
  const server = await faultServer(always(status, type, body));
  expect(await at(server.url)).toMatchObject({
    status: expected,
    message: expect.stringContaining(server.host),
  });
});

test("a port where nobody listens is asked once", async () => {
  noKubeconfig();
  expect(await at("http://127.0.0.1:9")).toMatchObject({ status: "failed" });
  expect(await at("nonsense")).toMatchObject({ status: "failed", reason: "not-configured" });
});
