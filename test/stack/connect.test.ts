import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectEnvironment } from "../../server/src/adapters/connect.ts";
import { discover } from "../../server/src/adapters/discovery/discover.ts";
import { neverCancelled as token } from "../../server/src/base/cancellation.ts";
import type { ConnectOutcome, ConnectRequest } from "../../server/src/world/connection.ts";
import type { Credentials } from "../../server/src/world/credentials.ts";
import { dialectFacts } from "../../server/src/world/environment.ts";
import { parseSettings } from "../../server/src/world/settings.ts";
import { Sandbox } from "../cli/run.ts";
import { type Federation, startFederation, waitForAnswer } from "./federation.ts";
import { type GuardedPrometheus, startGuardedPrometheus } from "./guarded-prometheus.ts";
import { freePorts } from "./ports.ts";
import { openRun, waitFor } from "./processes.ts";
import { ensureTools } from "./tools/build.ts";

/** No kubeconfig of this machine gets into a test. */
const kubeconfig = join(import.meta.dirname, "no-kubeconfig");

async function ask(address: string, more: Partial<ConnectRequest> = {}): Promise<ConnectOutcome> {
  return await discover({ address, kubeconfig, ...more }, {}, token);
}

describe("the federation", () => {
  let federation: Federation;
  const frontend = openRun("frontend");
  const sandbox = new Sandbox();

  beforeAll(async () => {
    federation = await startFederation();
    await waitForAnswer(federation.thanosUrl, "min(up == 1)");
  });
  afterAll(async () => {
    sandbox.dispose();
    await frontend.stop();
    await federation?.stop();
  });

  const expected = (backend: string) =>
    [
      ["Dev", "dev"],
      ["Prod EU", "prod-eu"],
      ["Prod NA", "prod-na"],
    ].map(([name, cluster]) =>
      expect.objectContaining({ name, backend, scope: { cluster }, replicaLabels: ["replica"] }),
    );
  const entries = (outcome: ConnectOutcome) =>
    outcome.status === "recognised" ? outcome.proposals.map(({ environment }) => environment) : [];

  test("a graph of Thanos, as it stands in the browser, makes an environment for each cluster", async () => {
    const outcome = await ask(`${federation.thanosUrl}/graph?g0.expr=up&g0.tab=0`);
    expect(outcome).toMatchObject({
      status: "recognised",
      address: federation.thanosUrl,
      flavour: "thanos",
      title: expect.stringMatching(/^Thanos Querier/),
      clusterLabel: "cluster",
      otherLabels: [{ label: "prometheus", environments: 2 }],
      test: { ok: true, message: expect.stringMatching(/\d+ series of the metric up/) },
    });
    expect(entries(outcome)).toEqual(expected(federation.thanosUrl));
  });

  test("what is proposed works: each environment sees its own cluster only", async () => {
    for (const entry of entries(await ask(federation.thanosUrl))) {
      const { settings, warnings } = parseSettings({ environments: [entry] });
      expect(warnings).toEqual([]);
      const [environment] = settings.environments;
      if (environment === undefined) throw new Error("the entry is no environment");
      const access = connectEnvironment({ ...environment, kubeconfig: undefined });
      const outcome = await access.queries?.run({ expression: "count by (cluster) (up)" }, token);
      expect(outcome).toMatchObject({ ok: true, answer: { series: [{ labels: environment.scope }] } });
      expect(dialectFacts(access).flavour).toBeUndefined();
      await access.identity?.settled();
      expect(dialectFacts(access)).toMatchObject({ flavour: "thanos", features: [] });
      access.dispose();
    }
  });

  test("contexts of the kubeconfig whose names are alike are offered, and taken where there is no doubt", async () => {
    const names = ["dev", "eks_prod-na", "prod-eu-blue", "prod-eu-green", "laptop"];
    sandbox.write({
      kubeconfig: JSON.stringify({
        clusters: [{ name: "k", cluster: { server: "https://127.0.0.1:1" } }],
        contexts: names.map((name) => ({ name, context: { cluster: "k", user: "u" } })),
      }),
    });
    const file = join(sandbox.folder, "kubeconfig");
    const outcome = await ask(federation.thanosUrl, { kubeconfig: file });
    const proposals = outcome.status === "recognised" ? outcome.proposals : [];
    expect(
      proposals.map(({ environment, contexts }) => [
        environment.name,
        environment.context,
        environment.kubeconfig,
        contexts,
      ]),
    ).toEqual([
      ["Dev", "dev", file, ["dev"]],
      ["Prod EU", undefined, undefined, ["prod-eu-blue", "prod-eu-green"]],
      ["Prod NA", "eks_prod-na", file, ["eks_prod-na"]],
    ]);
  });

  test("the query-frontend before it is recognised as that", async () => {
    const tools = await ensureTools(["thanos"], () => {});
    const [port = 0] = await freePorts(1);
    await frontend.start({
      name: "query-frontend",
      command: tools.thanos,
      args: [
        "query-frontend",
        `--http-address=127.0.0.1:${port}`,
        `--query-frontend.downstream-url=${federation.thanosUrl}`,
        "--log.level=warn",
      ],
      ready: `http://127.0.0.1:${port}/-/ready`,
    });
    const url = `http://127.0.0.1:${port}`;
    const outcome = await ask(`127.0.0.1:${port}`);
    expect(outcome).toMatchObject({
      status: "recognised",
      flavour: "thanos",
      title: expect.stringMatching(/^Thanos query-frontend/),
    });
    expect(entries(outcome)).toEqual(expected(url));
  });

  test("one Prometheus of it tells its external labels, and is one environment named after its cluster", async () => {
    const { prometheusUrl } = federation.replica("prod-na/infra/a");
    const outcome = await ask(`${prometheusUrl}/targets`);
    expect(outcome).toMatchObject({
      status: "recognised",
      title: "Prometheus 3.16.0",
      flavour: "prometheus",
      features: [],
      externalLabels: { cluster: "prod-na", prometheus: "infra", replica: "a" },
      clusterLabel: undefined,
    });
    expect(entries(outcome)).toEqual([expect.objectContaining({ name: "Prod NA", backend: prometheusUrl })]);
  });

  test("the command line prints settings that can be pasted", async () => {
    const { code, out, err } = await sandbox.run([
      "connect",
      federation.thanosUrl,
      "--kubeconfig",
      kubeconfig,
    ]);
    expect(code).toBe(0);
    expect((JSON.parse(out) as Record<string, unknown>)["promscope.environments"]).toEqual(
      expected(federation.thanosUrl),
    );
    expect(err).toContain("Thanos Querier");
    const one = await sandbox.run(["connect", federation.thanosUrl, "--label", ""]);
    expect((JSON.parse(one.out) as Record<string, unknown[]>)["promscope.environments"]).toHaveLength(1);
  });
});

describe("a Prometheus behind TLS and a password", () => {
  let guarded: GuardedPrometheus;
  const sandbox = new Sandbox();
  beforeAll(async () => {
    guarded = await startGuardedPrometheus({ externalLabels: { cluster: "vault" } });
  });
  afterAll(async () => {
    sandbox.dispose();
    await guarded?.stop();
  });

  const basic = (password: string): Credentials => ({
    authorization: { type: "basic", username: guarded.username, password },
    tls: { caFile: guarded.certFile },
  });

  test("each thing that is wrong is told in one sentence", async () => {
    const host = new URL(guarded.url).host;
    expect(await ask(guarded.url)).toMatchObject({
      status: "credentials",
      kinds: ["authority", "certificate"],
      message: `${host} shows a certificate that is not trusted; set tls_config.ca_file in the http config.`,
    });
    expect(await ask(guarded.url.replace("https", "http"))).toMatchObject({
      status: "failed",
      message: `${host} wants TLS; write https:// in its address.`,
    });
    expect(await ask(guarded.url, { credentials: { tls: { caFile: guarded.certFile } } })).toMatchObject({
      status: "credentials",
      kinds: ["basic", "bearer", "tenant"],
      refused: true,
    });
    const wrong = await ask(guarded.url, { credentials: basic("geheim") });
    expect(wrong).toMatchObject({ status: "credentials" });
    expect(JSON.stringify(wrong)).not.toContain("geheim");
  });

  test("with the right ones it is recognised; nothing of them is in the proposal", async () => {
    const outcome = await ask(guarded.url, { credentials: basic(guarded.password) });
    expect(outcome).toMatchObject({
      status: "recognised",
      title: "Prometheus 3.16.0",
      features: ["promql-experimental-functions", "native-histograms"],
      proposals: [{ environment: { name: "Vault", backend: guarded.url } }],
    });
    expect(JSON.stringify(outcome)).not.toContain(guarded.password);
  });

  test("an http config does the same for other editors and CI; a password file that changes is read anew", async () => {
    sandbox.write({
      "http.yml": JSON.stringify({
        basic_auth: { username: "ann", password_file: "password" },
        tls_config: { ca_file: guarded.certFile },
      }),
      password: "old",
    });
    const httpConfig = join(sandbox.folder, "http.yml");
    const { settings } = parseSettings({
      environments: [{ name: "Vault", backend: guarded.url, httpConfig }],
    });
    const [environment] = settings.environments;
    if (environment === undefined) throw new Error("no environment");
    const access = connectEnvironment(environment);
    const run = () => access.queries?.run({ expression: "vector(1)" }, token);
    expect(await run()).toMatchObject({ ok: false, failure: { reason: "unauthorized" } });
    await writeFile(join(sandbox.folder, "password"), `${guarded.password}\n`);
    expect(await run()).toMatchObject({ ok: true });
    // The config itself, too.
    await writeFile(httpConfig, JSON.stringify({ tls_config: { ca_file: guarded.certFile } }));
    await waitFor(
      async () => (await run())?.ok === false,
      20,
      () => new Error("a changed http config is not read"),
    );
    access.dispose();
    sandbox.write({
      "http.yml": JSON.stringify({
        basic_auth: { username: "ann", password: guarded.password },
        tls_config: { ca_file: guarded.certFile },
      }),
    });
    const { code, out, err } = await sandbox.run(["connect", guarded.url, "--http-config", "http.yml"]);
    expect([code, JSON.parse(out)]).toEqual([
      0,
      { "promscope.environments": [expect.objectContaining({ httpConfig })] },
    ]);
    expect(out + err).not.toContain(guarded.password);
  });
});

describe("a Prometheus that wants a client certificate", () => {
  let guarded: GuardedPrometheus;
  beforeAll(async () => {
    guarded = await startGuardedPrometheus({ clientCertificate: true });
  });
  afterAll(() => guarded?.stop());

  test("says so without one, and answers with one", async () => {
    const { certFile, keyFile, username, password } = guarded;
    const tls = { caFile: certFile };
    const authorization = { type: "basic", username, password } as const;
    expect(await ask(guarded.url, { credentials: { tls, authorization } })).toMatchObject({
      status: "credentials",
      kinds: ["certificate"],
    });
    expect(
      await ask(guarded.url, { credentials: { tls: { ...tls, certFile, keyFile }, authorization } }),
    ).toMatchObject({ status: "recognised" });
  });
});
