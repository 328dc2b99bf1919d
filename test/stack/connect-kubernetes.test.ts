import { writeFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connectEnvironment } from "../../server/src/adapters/connect.ts";
import { discover } from "../../server/src/adapters/discovery/discover.ts";
import { neverCancelled as token } from "../../server/src/base/cancellation.ts";
import { parseSettings } from "../../server/src/world/settings.ts";
import { type Kubernetes, startKubernetes } from "./kube.ts";
import { freePorts } from "./ports.ts";
import { openRun, waitFor } from "./processes.ts";
import { ensureTools } from "./tools/build.ts";

// The API server refuses to proxy to the loopback: the Prometheus behind it listens on this machine's own address.
const address = Object.values(networkInterfaces())
  .flat()
  .find((one) => one !== undefined && !one.internal && one.family === "IPv4")?.address;

const run = openRun("behind-kubernetes");
let kubernetes: Kubernetes;
beforeAll(async () => {
  if (address === undefined) throw new Error("this machine has no address but the loopback");
  const tools = await ensureTools(["prometheus"], () => {});
  kubernetes = await startKubernetes({ cluster: "dev" });
  const [port = 0] = await freePorts(1);
  const config = {
    global: { scrape_interval: "1s", external_labels: { cluster: "dev" } },
    scrape_configs: [{ job_name: "self", static_configs: [{ targets: [`${address}:${port}`] }] }],
  };
  await writeFile(join(run.folder, "prometheus.yml"), JSON.stringify(config));
  await run.start({
    name: "prometheus",
    command: tools.prometheus,
    args: [
      `--config.file=${join(run.folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(run.folder, "data")}`,
      `--web.listen-address=${address}:${port}`,
      "--log.level=warn",
    ],
    ready: `http://${address}:${port}/-/ready`,
  });
  await deploy(port);
});
afterAll(async () => {
  await run.stop();
  await kubernetes?.stop();
});

/** A Service whose Pod is the Prometheus: the API server proxies to addresses of Pods only. */
async function deploy(port: number): Promise<void> {
  const { api } = kubernetes;
  const labels = { app: "prometheus-k8s" };
  const metadata = { name: "prometheus-k8s", namespace: "default", labels };
  const containers = [
    { name: "prometheus", image: "prometheus", ports: [{ name: "web", containerPort: port }] },
  ];
  const pod = { apiVersion: "v1", kind: "Pod", metadata, spec: { nodeName: "node", containers } };
  await api.create(pod);
  await api.runPod(pod, address ?? "");
  const ports = [{ name: "web", port: 9090, targetPort: "web" }];
  await api.create({ apiVersion: "v1", kind: "Service", metadata, spec: { selector: labels, ports } });
}

const backend = "kubernetes:default/prometheus-k8s:web";
const ask = (context?: string) =>
  discover({ address: backend, kubeconfig: kubernetes.kubeconfigPath, context }, {}, token);

test("a Prometheus behind the API server is recognised, and is an environment with its context", async () => {
  // The endpoint is there a moment after the Service was made.
  await waitFor(
    async () => (await ask(kubernetes.contexts.admin)).status === "recognised",
    30,
    () => new Error("it is not reached through the API server"),
  );
  expect(await ask(kubernetes.contexts.admin)).toMatchObject({
    status: "recognised",
    address: backend,
    title: "Prometheus 3.16.0",
    externalLabels: { cluster: "dev" },
    contexts: [kubernetes.contexts.admin, kubernetes.contexts.forbidden],
    proposals: [
      {
        environment: {
          name: "Dev",
          backend,
          context: kubernetes.contexts.admin,
          kubeconfig: kubernetes.kubeconfigPath,
        },
      },
    ],
  });
});

test("without a context the current one counts", async () => {
  expect(await ask()).toMatchObject({
    status: "recognised",
    proposals: [{ environment: { context: kubernetes.contexts.admin } }],
  });
});

test("what was proposed runs queries", async () => {
  const outcome = await ask(kubernetes.contexts.admin);
  if (outcome.status !== "recognised") throw new Error(outcome.message);
  const { settings } = parseSettings({
    environments: outcome.proposals.map(({ environment }) => environment),
  });
  const [environment] = settings.environments;
  if (environment === undefined) throw new Error("nothing was proposed");
  // Credentials for the backend never take the place of those for the API server.
  const access = connectEnvironment(environment, async () => ({
    credentials: { authorization: { type: "bearer", token: "geheim" } },
  }));
  expect(await access.queries?.run({ expression: "vector(1)" }, token)).toMatchObject({ ok: true });
  access.dispose();
});

test("a user who may not use the proxy is told so", async () => {
  const outcome = await ask(kubernetes.contexts.forbidden);
  expect(outcome).toMatchObject({
    status: "credentials",
    message: expect.stringContaining("forbids this (403)"),
  });
});
