import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createProxy } from "node:http";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { definitionsFolder } from "../../scripts/schemas.ts";
import { type ClusterOptions, createCluster } from "../../server/src/adapters/kubernetes/cluster.ts";
import type { Known } from "../../server/src/base/known.ts";
import { type Kubernetes, startKubernetes } from "./kube.ts";

let kubernetes: Kubernetes;
let folder: string;
const open: { dispose(): void }[] = [];
const proxies: { close(): unknown }[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "promscope-cluster-"));
  kubernetes = await startKubernetes({ cluster: "dev" });
});
afterAll(async () => {
  for (const each of open) each.dispose();
  for (const each of proxies) each.close();
  await kubernetes?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Failures are over as soon as their cause is. */
const pace = { firstRetryMs: 50, lastRetryMs: 500 };
const poll = { timeout: 60_000 };

function clusterOf(kubeconfig = kubernetes.kubeconfigPath, options: Partial<ClusterOptions> = {}) {
  const cluster = createCluster({ kubeconfig, context: kubernetes.contexts.admin, pace, ...options });
  open.push(cluster);
  return cluster;
}

interface Config {
  readonly clusters: { cluster: Record<string, unknown> }[];
  readonly users: { name: string; user: Record<string, unknown> }[];
  [field: string]: unknown;
}

let written = 0;

/** The kubeconfig, changed. */
function changed(change: (cluster: Record<string, unknown>, user: Record<string, unknown>) => void): string {
  const config = parse(readFileSync(kubernetes.kubeconfigPath, "utf8")) as Config;
  change(config.clusters[0]?.cluster ?? {}, config.users[0]?.user ?? {});
  const file = join(folder, `config-${written++}`);
  writeFileSync(file, JSON.stringify(config));
  return file;
}

async function servicesOf(cluster: ReturnType<typeof createCluster>) {
  cluster.services("all");
  await cluster.settled();
  return cluster.services("all");
}

function namesIn(fact: Known<readonly { readonly name: string }[]>): readonly string[] {
  return fact.status === "unavailable" ? [] : fact.value.map(({ name }) => name);
}

function createService(name: string): Promise<void> {
  const metadata = { name, namespace: "shop" };
  return kubernetes.api.create({
    apiVersion: "v1",
    kind: "Service",
    metadata,
    spec: { ports: [{ port: 80 }] },
  });
}

test("a server that is killed is offline until it is back; what its memory no longer holds is listed anew", async () => {
  const cluster = clusterOf();
  expect((await servicesOf(cluster)).status).toBe("ok");
  await createService("before");
  await expect.poll(() => namesIn(cluster.services("all")), poll).toContain("before");
  await kubernetes.kill();
  await expect.poll(() => cluster.services("all").status, poll).toBe("partial");
  expect(namesIn(cluster.services("all"))).toContain("before");
  expect(cluster.state()).toMatchObject({
    health: "down",
    message: expect.stringMatching(
      /^The cluster dev cannot be reached at https:\/\/127\.0\.0\.1:\d+ \(\w+\): is it running\?$/,
    ),
  });
  // Versions from before are now too old (410): the watch cannot just go on.
  await kubernetes.compact();
  await kubernetes.revive();
  await createService("after");
  await expect.poll(() => namesIn(cluster.services("all")), poll).toContain("after");
  await expect.poll(() => cluster.services("all").status, poll).toBe("ok");
  expect(namesIn(cluster.services("all"))).toContain("before");
  expect(cluster.state().health).toBe("ok");
});

test("a token that is no longer valid is fetched anew once; one that stays invalid is told", async () => {
  const program = join(folder, "log-in");
  const apiVersion = "client.authentication.k8s.io/v1";
  const token = (parse(readFileSync(kubernetes.kubeconfigPath, "utf8")) as Config).users[0]?.user["token"];
  const print = (value: string): string =>
    JSON.stringify({ kind: "ExecCredential", apiVersion, status: { token: value } });
  writeFileSync(join(folder, "right"), print(String(token)));
  writeFileSync(
    program,
    `#!/bin/sh\necho run >> ${folder}/runs\nif [ $(wc -l < ${folder}/runs) = 1 ]; then echo '${print("expired")}'; else cat ${folder}/right; fi\n`,
  );
  chmodSync(program, 0o755);
  const kubeconfig = changed((_, user) => {
    delete user["token"];
    user["exec"] = { apiVersion, command: "./log-in", interactiveMode: "IfAvailable" };
  });
  expect((await servicesOf(clusterOf(kubeconfig))).status).toBe("ok");
  expect(readFileSync(join(folder, "runs"), "utf8")).toBe("run\nrun\n");
  const wrong = changed((_, user) => {
    user["token"] = "wrong";
  });
  const refused = clusterOf(wrong);
  expect(await servicesOf(refused)).toMatchObject({
    status: "unavailable",
    reason: "unauthorized",
    message: "The cluster dev does not accept the credentials of its context: log in again.",
  });
  expect(refused.state().health).toBe("down");
  // Logging in writes the file.
  writeFileSync(wrong, readFileSync(kubernetes.kubeconfigPath));
  await expect.poll(() => refused.services("all").status, poll).toBe("ok");
});

test("whom not to trust", async () => {
  const other = changed((cluster) => {
    cluster["certificate-authority-data"] = undefined;
  });
  expect(await servicesOf(clusterOf(other))).toMatchObject({
    reason: "offline",
    message: expect.stringMatching(
      /^The certificate of the cluster dev is not trusted \(\w+\): check the kubeconfig\.$/,
    ),
  });
  const name = changed((cluster) => {
    cluster["tls-server-name"] = "other.example";
  });
  expect(await servicesOf(clusterOf(name))).toMatchObject({
    message: expect.stringMatching(/^The certificate of dev is for another name: set tls-server-name/),
  });
  const right = changed((cluster) => {
    cluster["tls-server-name"] = "kubernetes.default.svc";
  });
  expect((await servicesOf(clusterOf(right))).status).toBe("ok");
  const careless = clusterOf(
    changed((cluster) => {
      cluster["certificate-authority-data"] = undefined;
      cluster["insecure-skip-tls-verify"] = true;
    }),
  );
  expect((await servicesOf(careless)).status).toBe("ok");
  expect(careless.state().message).toMatch(/but its certificate is not checked\.$/);
});

test("who acts for somebody else sees what they see", async () => {
  const nobody = changed((_, user) => {
    user["as"] = "nobody";
  });
  expect(await servicesOf(clusterOf(nobody))).toMatchObject({ reason: "forbidden" });
  const group = changed((_, user) => {
    user["as"] = "jane";
    user["as-groups"] = ["readers", "system:masters"];
  });
  expect((await servicesOf(clusterOf(group))).status).toBe("ok");
});

test("the proxy of a kubeconfig is used, be it HTTP or SOCKS", async () => {
  const target = new URL(kubernetes.url);
  const passed: string[] = [];
  const join2 = (one: Socket, two: Socket): void => {
    one.on("error", () => two.destroy());
    two.on("error", () => one.destroy());
    one.pipe(two).pipe(one);
  };
  const http = createProxy().on("connect", (request, socket: Socket) => {
    passed.push(`http ${request.url}`);
    const through = connect(Number(target.port), target.hostname, () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      join2(socket, through);
    });
  });
  const socks = createServer((socket) => {
    socket.once("data", () => {
      socket.write(Buffer.from([5, 0]));
      socket.once("data", (asked: Buffer) => {
        passed.push(`socks ${asked.readUInt16BE(asked.length - 2)}`);
        const through = connect(Number(target.port), target.hostname, () => {
          socket.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]));
          join2(socket, through);
        });
      });
    });
  });
  for (const [proxy, scheme] of [
    [http, "http"],
    [socks, "socks5"],
  ] as const) {
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    proxies.push(proxy);
    const { port } = proxy.address() as AddressInfo;
    const kubeconfig = changed((cluster) => {
      cluster["proxy-url"] = `${scheme}://127.0.0.1:${port}`;
    });
    const through = clusterOf(kubeconfig);
    expect((await servicesOf(through)).status).toBe("ok");
    through.dispose();
  }
  expect(new Set(passed)).toEqual(new Set([`http ${target.host}`, `socks ${target.port}`]));
  const closed = changed((cluster) => {
    cluster["proxy-url"] = "http://127.0.0.1:1";
  });
  expect(await servicesOf(clusterOf(closed))).toMatchObject({ reason: "offline" });
});

test("namespaces, Pods and the slices of a Service are known as the controllers made them", async () => {
  const cluster = clusterOf();
  const ask = () =>
    [cluster.namespaces(), cluster.pods(["shop"]), cluster.endpointSlices("shop", "checkout")] as const;
  ask();
  await cluster.settled();
  const [namespaces, pods, slices] = ask();
  expect(namespaces).toMatchObject({ status: "ok" });
  expect(namespaces.status === "ok" && namespaces.value).toContainEqual({
    name: "shop",
    labels: { name: "shop", "kubernetes.io/metadata.name": "shop" },
  });
  const checkout =
    pods.status === "ok" ? pods.value.filter(({ labels }) => labels["app"] === "checkout") : [];
  expect(checkout.length).toBeGreaterThan(0);
  for (const pod of checkout)
    expect(pod).toMatchObject({
      phase: "Running",
      isReady: true,
      node: "dev-node-0",
      containers: [{ name: "checkout", isInit: false }],
    });
  const [slice] = slices.status === "ok" ? slices.value : [];
  expect(slice).toMatchObject({ service: "checkout", addressType: "IPv4" });
  expect(slice?.ports.map(({ name }) => name).toSorted()).toEqual(["http", "http-metrics"]);
  expect(slice?.endpoints.map(({ target }) => target).toSorted()).toEqual(
    checkout.map(({ name }) => `Pod ${name}`).toSorted(),
  );
});

test("objects of the operator are known once their definitions are installed", async () => {
  const cluster = clusterOf();
  const monitors = () => cluster.operatorObjects("ServiceMonitor", "all");
  monitors();
  await cluster.settled();
  expect(monitors()).toMatchObject({ status: "unavailable", reason: "unsupported" });
  const file = join(definitionsFolder(), "monitoring.coreos.com_servicemonitors.yaml");
  const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  const { status } = await kubernetes.api.ask("POST", path, parse(readFileSync(file, "utf8")));
  expect(status).toBe(201);
  const spec = { selector: { matchLabels: { app: "checkout" } }, endpoints: [{ port: "http-metrics" }] };
  const monitor = {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "ServiceMonitor",
    metadata: { name: "checkout", namespace: "shop", labels: { release: "kps" } },
    spec,
  };
  const create = async (): Promise<number> =>
    (
      await kubernetes.api.ask(
        "POST",
        "/apis/monitoring.coreos.com/v1/namespaces/shop/servicemonitors",
        monitor,
      )
    ).status;
  await expect.poll(create, poll).toBe(201);
  await expect.poll(() => namesIn(monitors()), poll).toEqual(["checkout"]);
  expect(monitors()).toMatchObject({
    status: "ok",
    value: [{ kind: "ServiceMonitor", namespace: "shop", labels: { release: "kps" }, spec }],
  });
});
