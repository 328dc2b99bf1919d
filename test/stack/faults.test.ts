import { createServer, type IncomingMessage, type ServerResponse, request as send } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Hover, MarkupContent } from "vscode-languageserver/node";
import { createBackend } from "../../server/src/adapters/prometheus/backend.ts";
import { neverCancelled as token } from "../../server/src/base/cancellation.ts";
import type { EnvironmentStatus, QueryOutcome, StatusParams } from "../../server/src/protocol.ts";
import { TestClient } from "../lsp/client.ts";
import { type Federation, startFederation, waitForAnswer } from "./federation.ts";
import { freePorts } from "./ports.ts";
import { openRun, type Run } from "./processes.ts";
import { ensureTools } from "./tools/build.ts";

const uri = "file:///workspace/rules/web.yaml";
const text = `groups:
- name: web
  rules:
  - alert: Down
    expr: up == 0
`;

let federation: Federation;
let client: TestClient;

beforeAll(async () => {
  federation = await startFederation();
  for (const cluster of ["dev", "prod-na", "prod-eu"])
    await waitForAnswer(federation.thanosUrl, `min(up{cluster="${cluster}"} == 1)`);
});
afterAll(() => federation?.stop());
beforeEach(async () => {
  client = await open(federation.environments);
});
afterEach(() => client.stop());

async function open(environments: readonly object[]): Promise<TestClient> {
  const opened = await TestClient.start("in-band", { settings: { environments } });
  await opened.open(uri, text);
  return opened;
}

/** What the machine is too busy for at one moment is right at the next: asks until it is. */
const eventually = (ask: () => Promise<void>): Promise<void> =>
  vi.waitFor(ask, { timeout: 110_000, interval: 500 });

function statusOf(name: string): EnvironmentStatus | undefined {
  const last = client.notifications.findLast(({ method }) => method === "promscope/status");
  return (last?.params as StatusParams | undefined)?.environments.find((one) => one.name === name);
}

/** Asks for the health of all environments again, as when their settings change. */
async function asked(environments: readonly object[] = federation.environments): Promise<void> {
  await client.stop();
  client = await open(environments);
  await client.until(() => ((statusOf("Dev")?.health ?? "checking") === "checking" ? undefined : true));
}

async function hover(): Promise<string> {
  const found = await client.at<Hover>("textDocument/hover", uri, 4, 11);
  return (found.contents as MarkupContent).value;
}

const query = (environment: string, more: object = {}): Promise<QueryOutcome> =>
  client.connection.sendRequest("workspace/executeCommand", {
    command: "promscope.query",
    arguments: [{ environment, expr: "count(up)", confirmed: true, ...more }],
  });

/** No word of a metric that is there, or of anything else, as not there. */
async function expectNothingMissing(): Promise<void> {
  expect(await hover()).not.toMatch(/\bnot in\b|\bin none\b/i);
  expect(await client.pull(uri)).toEqual([]);
}

test("while all is well every environment has the metric, and says that it is well", async () => {
  await eventually(async () => {
    await asked();
    for (const { name } of federation.environments) expect(statusOf(name)?.health).toBe("ok");
    expect(await hover()).toContain("Prod EU");
    await expectNothingMissing();
  });
});

test("a whole cluster whose Prometheus are gone is incomplete, and not without the metric", async () => {
  await federation.kill("prod-eu/k8s/a");
  await federation.kill("prod-eu/k8s/b");
  try {
    // At first Thanos warns of them; then its sidecars say that they are not ready, and no more is heard.
    await eventually(async () => {
      await asked();
      await expectNothingMissing();
      expect(statusOf("Prod EU")?.health).toBe("degraded");
      expect(statusOf("Prod EU")?.message).toMatch(/prod-eu/);
    });
    await eventually(async () => {
      const outcome = await query("Prod EU");
      const status = outcome.ok ? outcome.answer.completeness.status : outcome.failure.reason;
      expect(status).not.toBe("complete");
      await expectNothingMissing();
    });
    await eventually(async () => {
      const dev = await query("Dev");
      expect(dev.ok && dev.answer.completeness).toEqual({ status: "complete", missing: [] });
    });
  } finally {
    await Promise.all([federation.restart("prod-eu/k8s/a"), federation.restart("prod-eu/k8s/b")]);
  }
  await eventually(async () => {
    await asked();
    expect(await query("Prod EU")).toMatchObject({
      ok: true,
      answer: { completeness: { status: "complete" } },
    });
    expect(statusOf("Prod EU")?.health).toBe("ok");
  });
});

test("a frozen sidecar holds nothing up for longer than our own deadlines, and hides nothing", async () => {
  federation.freeze("dev/k8s/a sidecar");
  try {
    const outcome = await query("Dev");
    if (outcome.ok) expect(outcome.answer.completeness.status).not.toBe("complete");
    else expect(outcome.failure.reason).toBe("timeout");
    await expectNothingMissing();
    expect(await query("Prod NA")).toMatchObject({ ok: true });
  } finally {
    federation.resume("dev/k8s/a sidecar");
  }
});

test("a Querier that is gone is said to be gone, and is asked again when it is back", async () => {
  await federation.kill("query");
  try {
    await asked();
    for (const { name } of federation.environments) {
      const status = statusOf(name);
      if (status?.health !== "checking") expect(status?.health).toBe("down");
    }
    expect(statusOf("Dev")?.message).toMatch(/refuses the connection/);
    const found = await client.at<Hover | null>("textDocument/hover", uri, 4, 11);
    expect(JSON.stringify(found)).not.toMatch(/not in|in none/i);
    expect(await query("Dev")).toMatchObject({ ok: false, failure: { reason: "offline" } });
    expect(await client.pull(uri)).toEqual([]);
  } finally {
    await federation.restart("query");
  }
  await eventually(async () => expect(await query("Dev")).toMatchObject({ ok: true }));
});

test("a plain Prometheus that is started anew is asked again", async () => {
  const { prometheusUrl } = federation.replica("dev/k8s/b");
  const environment = { name: "Dev", backend: prometheusUrl, scope: { cluster: "dev" } };
  await asked([environment]);
  expect(await query("Dev")).toMatchObject({ ok: true });
  await federation.kill("dev/k8s/b");
  expect(await query("Dev")).toMatchObject({ ok: false, failure: { reason: "offline" } });
  expect(await client.pull(uri)).toEqual([]);
  await federation.restart("dev/k8s/b");
  await eventually(async () => {
    const outcome = await query("Dev");
    expect(outcome).toMatchObject({ ok: true });
    expect(outcome.ok && outcome.answer.series.length).toBe(1);
  });
});

/** A second Querier over the same stores, which shows each tenant only the cluster of its name. */
async function tenantQuerier(run: Run): Promise<string> {
  const { thanos } = await ensureTools(["thanos"]);
  const [http = 0, grpc = 0] = await freePorts(2);
  await run.start({
    name: "tenants",
    command: thanos,
    args: [
      "query",
      `--http-address=127.0.0.1:${http}`,
      `--grpc-address=127.0.0.1:${grpc}`,
      "--query.replica-label=replica",
      "--query.enforce-tenancy",
      "--query.tenant-label-name=cluster",
      "--log.level=warn",
      ...federation.replicas.map(({ storeAddress }) => `--endpoint=${storeAddress}`),
    ],
    ready: `http://127.0.0.1:${http}/-/ready`,
  });
  return `http://127.0.0.1:${http}`;
}

test("a tenant who may see nothing is told so, and nothing is missing on that word", async () => {
  const run = openRun("tenants");
  try {
    const backend = await tenantQuerier(run);
    const tenants = { name: "Dev", backend, scope: { cluster: "dev" } };
    await eventually(async () => {
      await asked([tenants, ...federation.environments.filter(({ name }) => name !== "Dev")]);
      const shown = await hover();
      expect(shown).not.toMatch(/\bnot in\b|\bin none\b/i);
      expect(shown).toContain("no metrics at all");
    });
    const { metrics, dispose } = createBackend(tenants);
    expect(await metrics.seriesCount("up", 10, token)).toMatchObject({ status: "partial", value: 0 });
    expect(await metrics.metricNames({ limit: 10 }, token)).toMatchObject({ status: "partial" });
    dispose();
    expect(statusOf("Dev")).toMatchObject({
      health: "degraded",
      message: expect.stringContaining("shows no metrics at all; check its tenant, scope and clock"),
    });
  } finally {
    await run.stop();
  }
});

test("the answer to a wrong tenant is not complete, empty or not; that to a right one is", async () => {
  const run = openRun("tenants");
  try {
    const backend = await tenantQuerier(run);
    const ask = async (tenant: string, expression: string): Promise<QueryOutcome> => {
      const access = async () => ({ credentials: { headers: { "THANOS-TENANT": tenant } } });
      const { queries, dispose } = createBackend({ name: "Dev", backend }, { access });
      const outcome = await queries.run({ expression }, token);
      dispose();
      return outcome;
    };
    await eventually(async () =>
      expect(await ask("dev", "count(up)")).toMatchObject({
        answer: { completeness: { status: "complete" }, series: [{}], warnings: [] },
      }),
    );
    expect(await ask("dev", "there_is_no_such_metric")).toMatchObject({
      answer: { completeness: { status: "complete" }, series: [], warnings: [] },
    });
    for (const expression of ["up", "absent(up)", "count(up) or vector(0)"])
      expect(await ask("devv", expression)).toMatchObject({
        answer: {
          completeness: { status: "unknown", missing: [] },
          warnings: ["Dev shows no metrics at all; check its tenant, scope and clock."],
        },
      });
    expect(await ask("a/b", "up")).toMatchObject({
      ok: false,
      failure: { reason: "unauthorized", message: expect.stringContaining("does not take this tenant") },
    });
  } finally {
    await run.stop();
  }
});

test("a proxy that wants another tenant is told in its words", async () => {
  const proxy = createServer((incoming: IncomingMessage, outgoing: ServerResponse) => {
    if (incoming.headers["thanos-tenant"] !== "team-a") {
      outgoing.writeHead(403, { "content-type": "text/plain" }).end("tenant not allowed\n");
      return;
    }
    const { method, url = "/", headers } = incoming;
    const onward = send(new URL(url, federation.thanosUrl), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const backend = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  try {
    await asked([{ name: "Dev", backend }, ...federation.environments.filter(({ name }) => name !== "Dev")]);
    expect(statusOf("Dev")).toMatchObject({ health: "down", message: expect.stringContaining("403") });
    expect(await query("Dev")).toMatchObject({ ok: false, failure: { reason: "forbidden" } });
    await expectNothingMissing();
  } finally {
    proxy.closeAllConnections();
    proxy.close();
  }
});
