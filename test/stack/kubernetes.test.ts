import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCluster } from "../../server/src/adapters/kubernetes/cluster.ts";
import type { Known } from "../../server/src/base/known.ts";
import { completeMonitor } from "../../server/src/features/completion-monitor.ts";
import type { KubernetesService } from "../../server/src/model/kubernetes.ts";
import type { Cluster } from "../../server/src/world/ports.ts";
import type { Snapshot } from "../../server/src/world/snapshot.ts";
import { noEnvironment } from "../core/environment.ts";
import { findingsOf, snapshotOf } from "../core/monitor/reading.ts";
import { type Kubernetes, startKubernetes } from "./kube.ts";

let kubernetes: Kubernetes;
const open: { dispose(): void }[] = [];

beforeAll(async () => {
  kubernetes = await startKubernetes({ cluster: "dev" });
});
afterAll(async () => {
  for (const each of open) each.dispose();
  await kubernetes?.stop();
});

function cluster(
  options: Partial<Parameters<typeof createCluster>[0]> = {},
): ReturnType<typeof createCluster> {
  const made = createCluster({
    kubeconfig: kubernetes.kubeconfigPath,
    context: kubernetes.contexts.admin,
    ...options,
  });
  open.push(made);
  return made;
}

async function servicesOf(
  of: Cluster,
  namespaces: readonly string[] | "all",
): Promise<ReturnType<Cluster["services"]>> {
  of.services(namespaces);
  await of.settled();
  // A forbidden list of all is answered by lists of each namespace, which are asked for only then.
  of.services(namespaces);
  await of.settled();
  return of.services(namespaces);
}

/** Failures are over as soon as their cause is. */
const quick = { firstRetryMs: 50, lastRetryMs: 500, pollMs: 200 };

const patient = { timeout: 30_000 };

function valuesOf<T>(fact: Known<readonly T[]>): readonly T[] {
  return fact.status === "unavailable" ? [] : fact.value;
}

const ns = (namespace: string, name: string): object => ({ namespace, name });

test("Services and their ports are known after they were asked for, not before", async () => {
  const dev = cluster();
  const first = dev.services("all");
  expect(first).toMatchObject({ status: "unavailable", reason: "pending", source: "cluster dev" });
  const fact = await servicesOf(dev, "all");
  expect(fact.status).toBe("ok");
  const all = (fact as { value: readonly KubernetesService[] }).value;
  expect(all).toContainEqual({
    ...ns("namespace-x", "service-x"),
    labels: {
      app: "service-x",
      "app.kubernetes.io/name": "service-x",
      "app.kubernetes.io/managed-by": "Helm",
      chart: "service-x-1.0.0",
      tier: "backend",
    },
    selector: { app: "service-x" },
    ports: [{ name: "express", port: 3000, targetPort: "express" }],
    type: "ClusterIP",
  });
  const some = await servicesOf(dev, ["shop"]);
  expect(some.status === "ok" && some.value.every(({ namespace }) => namespace === "shop")).toBe(true);
});

test("container ports are those of the Pods with the labels", async () => {
  const dev = cluster();
  dev.containerPorts("namespace-x", { app: "service-x" });
  await dev.settled();
  const fact = dev.containerPorts("namespace-x", { app: "service-x" });
  expect(fact).toMatchObject({ status: "ok" });
  const pods = fact.status === "ok" ? fact.value : [];
  expect(pods.length).toBeGreaterThan(0);
  for (const pod of pods) expect(pod.ports).toEqual([{ name: "express", containerPort: 3000 }]);
  dev.containerPorts("namespace-x", { app: "nobody" });
  await dev.settled();
  expect(dev.containerPorts("namespace-x", { app: "nobody" })).toMatchObject({ status: "ok", value: [] });
});

test("what is created, changed and removed later is seen without being asked for, and listeners are told", async () => {
  const dev = cluster();
  await servicesOf(dev, "all");
  let told = 0;
  dev.onChange(() => told++);
  const metadata = { name: "later", namespace: "shop", labels: { app: "later" } };
  const spec = { ports: [{ name: "web", port: 80 }] };
  const later = { apiVersion: "v1", kind: "Service", metadata, spec };
  const seen = (): KubernetesService | undefined =>
    valuesOf(dev.services("all")).find(({ name }) => name === "later");
  await kubernetes.api.create(later);
  await expect.poll(seen, patient).toBeDefined();
  await expect.poll(() => told, patient).toBeGreaterThan(0);
  const path = "/api/v1/namespaces/shop/services/later";
  const patch = { metadata: { labels: { app: "changed" } } };
  await kubernetes.api.ask("PATCH", path, patch, "application/merge-patch+json");
  await expect.poll(() => seen()?.labels["app"], patient).toBe("changed");
  await kubernetes.api.remove(later);
  await expect.poll(seen, patient).toBeUndefined();
  expect(dev.services("all").status).toBe("ok");
});

test("a list that spans pages is whole", async () => {
  const { api } = kubernetes;
  await api.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "many" } });
  const names = Array.from({ length: 520 }, (_, index) => `many-${String(index).padStart(3, "0")}`);
  for (const name of names) {
    const metadata = { name, namespace: "many" };
    const spec = { clusterIP: "None", ports: [{ name: "web", port: 80 }] };
    await api.create({ apiVersion: "v1", kind: "Service", metadata, spec });
  }
  const fact = await servicesOf(cluster(), ["many"]);
  expect(fact.status).toBe("ok");
  expect(fact.status === "ok" ? fact.value.map(({ name }) => name).toSorted() : []).toEqual(names);
});

test("who may not list learns that it is forbidden, not that there is nothing", async () => {
  const none = cluster({ context: kubernetes.contexts.forbidden });
  const fact = await servicesOf(none, "all");
  expect(fact).toMatchObject({ status: "unavailable", reason: "forbidden" });
  expect(fact.status === "unavailable" && fact.message).toMatch(/^The cluster dev-forbidden forbids/);
});

test("who may list one namespace only sees that one, and knows that others are missing", async () => {
  const group = "rbac.authorization.k8s.io";
  const path = `/apis/${group}/v1/namespaces/edge`;
  const rules = [{ apiGroups: [""], resources: ["services"], verbs: ["list"] }];
  const role = { metadata: { name: "sees-services" }, rules };
  const binding = {
    metadata: { name: "nobody-sees-services" },
    roleRef: { apiGroup: group, kind: "Role", name: "sees-services" },
    subjects: [{ kind: "User", name: "nobody", apiGroup: group }],
  };
  const some = cluster({ context: kubernetes.contexts.forbidden, pace: quick });
  expect(await servicesOf(some, ["edge"])).toMatchObject({ status: "unavailable", reason: "forbidden" });
  expect((await kubernetes.api.ask("POST", `${path}/roles`, role)).status).toBe(201);
  expect((await kubernetes.api.ask("POST", `${path}/rolebindings`, binding)).status).toBe(201);
  await expect.poll(() => some.services(["edge"]).status).toBe("ok");
  const both = (): unknown => some.services(["edge", "shop"]);
  await expect.poll(both).toMatchObject({ status: "partial", missing: ["namespace shop"] });
  // Of the cluster as a whole, the namespaces that were ever named are what can be seen.
  const all = some.services("all");
  expect(all).toMatchObject({ status: "partial" });
  expect(valuesOf(all).map(({ namespace }) => namespace)).toContain("edge");
  expect(some.state()).toMatchObject({ health: "degraded" });
  // It may list, but not watch: what is new is seen by listing again.
  const metadata = { name: "polled", namespace: "edge" };
  await kubernetes.api.create({
    apiVersion: "v1",
    kind: "Service",
    metadata,
    spec: { ports: [{ port: 80 }] },
  });
  const names = (): string[] => valuesOf(some.services(["edge"])).map(({ name }) => name);
  await expect.poll(names).toContain("polled");
});

test("a server that does not answer is offline: what was known proves nothing any more, until it is back", async () => {
  const dev = cluster({ pace: { ...quick, pageMs: 1000, watchIdleMs: 1000 } });
  await expect.poll(() => dev.services("all").status).toBe("ok");
  const before = dev.services("all");
  kubernetes.freeze();
  try {
    await expect.poll(() => dev.services("all").status).toBe("partial");
    const fact = dev.services("all");
    expect(valuesOf(fact).length).toBe(valuesOf(before).length);
    expect(Date.now() - fact.asOf).toBeGreaterThanOrEqual(900);
    await expect.poll(() => dev.state().health).toBe("down");
    expect(dev.state().message).toMatch(/^The cluster dev does not answer in time at https/);
    expect(await servicesOf(cluster({ pace: { ...quick, pageMs: 1000 } }), "all")).toMatchObject({
      status: "unavailable",
      reason: "timeout",
    });
  } finally {
    kubernetes.resume();
  }
  await expect.poll(() => dev.services("all").status).toBe("ok");
  await expect.poll(() => dev.state()).toMatchObject({ health: "ok" });
});

/** What the checks and completion say of a monitor of service-x, with nothing but the live cluster to know it from. */
function monitorOf(dev: Cluster, endpoint: string): Snapshot {
  const environment = { ...noEnvironment, name: "Dev" };
  const access = { environment, metrics: undefined, queries: undefined, cluster: dev };
  return snapshotOf(
    `apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: service-x, namespace: namespace-x}
spec:
  selector: {matchLabels: {app: service-x, chart: service-x-1.0.0}}
  endpoints:
  - ${endpoint}
`,
    {},
    [access],
  );
}

test("ports of a monitor are held against the live Services and Pods", async () => {
  const dev = cluster();
  const say = async (endpoint: string): Promise<string[]> => {
    const found = () =>
      findingsOf(monitorOf(dev, endpoint)).map(({ check: id, message }) => `${id}: ${message}`);
    // The Pods are asked for once the Services are known.
    for (let round = 0; round < 3; round++) {
      found();
      await dev.settled();
    }
    return found();
  };
  expect(await say("port: express")).toEqual([]);
  expect(await say("targetPort: 3000")).toEqual([]);
  const [wrong = "", ...others] = await say("port: http");
  expect(wrong).toMatch(
    /^monitor.port-not-on-service: No matching Service in Dev \([\d:]{8} UTC\) has a port `http`: `service-x` has `express`\.$/,
  );
  expect(others).toEqual([]);
  expect((await say("targetPort: 9102"))[0]).toMatch(/declares port `9102`: it declares `express 3000`\.$/);
});

test("names of live ports are offered behind `port:`", async () => {
  const dev = cluster();
  await servicesOf(dev, "all");
  const snapshot = monitorOf(dev, "port: ");
  const list = completeMonitor(snapshot, snapshot.document.text.indexOf("port: ") + "port: ".length);
  expect(list?.isIncomplete).toBe(false);
  expect(list?.items.map(({ label }) => label)).toEqual(["express"]);
  expect(list?.items[0]?.detail).toMatch(/^Service service-x, port 3000 in Dev \(/);
});

test("a kubeconfig that is no use is said in one sentence, and never a token", async () => {
  const absent = await servicesOf(cluster({ context: "nowhere" }), "all");
  expect(absent).toMatchObject({ status: "unavailable", reason: "not-configured" });
  expect(absent.status === "unavailable" && absent.message).toContain("no context nowhere");
  const missing = await servicesOf(cluster({ kubeconfig: join(tmpdir(), "no-such-kubeconfig") }), "all");
  expect(missing).toMatchObject({ status: "unavailable", reason: "not-configured" });
  const path = join(kubernetes.kubeconfigPath, "..", "closed-kubeconfig");
  const closed = {
    clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:1" } }],
    users: [{ name: "u", user: { token: "secret-token" } }],
    contexts: [{ name: "closed", context: { cluster: "c", user: "u" } }],
  };
  await writeFile(path, JSON.stringify(closed));
  const offline = await servicesOf(cluster({ kubeconfig: path, context: "closed" }), "all");
  expect(offline).toMatchObject({ status: "unavailable", reason: "offline" });
  expect(JSON.stringify(offline)).not.toContain("secret-token");
});
