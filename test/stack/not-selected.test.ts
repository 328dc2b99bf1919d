import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { definitionsFolder } from "../../scripts/schemas.ts";
import { createCluster } from "../../server/src/adapters/kubernetes/cluster.ts";
import { runChecks } from "../../server/src/checks/run.ts";
import { readDocument } from "../../server/src/model/read.ts";
import { emptyWorkspace } from "../../server/src/world/workspace.ts";
import { noEnvironment } from "../core/environment.ts";
import { type Kubernetes, startKubernetes } from "./kube.ts";
import { waitFor } from "./processes.ts";

let kubernetes: Kubernetes;
const patient = { timeout: 90_000 };

beforeAll(async () => {
  kubernetes = await startKubernetes({ cluster: "dev" });
});
afterAll(async () => {
  await kubernetes?.stop();
});

async function define(plural: string): Promise<void> {
  const definition: unknown = parse(
    readFileSync(join(definitionsFolder(), `monitoring.coreos.com_${plural}.yaml`), "utf8"),
  );
  const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  expect((await kubernetes.api.ask("POST", path, definition)).status).toBe(201);
}

/** Creates a ruler as soon as its definition is served. */
async function create(plural: string, kind: string, spec: object): Promise<void> {
  const object = { apiVersion: "monitoring.coreos.com/v1", kind, metadata: { name: "main" }, spec };
  const path = `/apis/monitoring.coreos.com/v1/namespaces/default/${plural}`;
  const isThere = async (): Promise<boolean> =>
    (await kubernetes.api.ask("POST", path, object)).status === 201;
  await waitFor(isThere, 60, () => new Error(`${plural} are not served within 60 s`));
}

/** What is said of an object with these labels once the cluster has answered. */
async function told(
  labels: string,
  namespace = "default",
  kind = "PrometheusRule",
  spec = "{ groups: [] }",
): Promise<readonly string[]> {
  const cluster = createCluster({
    kubeconfig: kubernetes.kubeconfigPath,
    context: kubernetes.contexts.admin,
  });
  const text = `apiVersion: monitoring.coreos.com/v1\nkind: ${kind}\nmetadata: { name: x, namespace: ${namespace}, labels: ${labels} }\nspec: ${spec}\n`;
  const document = readDocument({ uri: "file:///x.yaml", path: "x.yaml", version: 1, text });
  const environments = [{ environment: noEnvironment, metrics: undefined, queries: undefined, cluster }];
  const snapshot = { document, workspace: emptyWorkspace, environments, features: [] };
  try {
    let found = runChecks(snapshot);
    // Namespaces are asked for where a ruler chooses among them.
    for (let round = 0; round < 3; round++) {
      await cluster.settled();
      found = runChecks(snapshot);
    }
    return found.flatMap(({ check, message }) =>
      check.endsWith(".not-selected") ? [message.replace(/\d\d:\d\d:\d\d/, "TIME")] : [],
    );
  } finally {
    cluster.dispose();
  }
}

test("a cluster without the operator says nothing", patient, async () => {
  expect(await told("{ team: web }")).toEqual([]);
});

test("the rulers of a cluster decide, those of the operator's own definitions", patient, async () => {
  await define("prometheuses");
  await create("prometheuses", "Prometheus", {
    ruleSelector: { matchLabels: { release: "kps" } },
    ruleNamespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "default" } },
    serviceMonitorSelector: { matchExpressions: [{ key: "release", operator: "Exists" }] },
  });
  expect(await told("{ team: web }")).toEqual([
    "No Prometheus in Dev (TIME UTC) picks this object: main wants release: kps.",
  ]);
  expect(await told("{ release: kps }")).toEqual([]);
  const monitor = (labels: string): Promise<readonly string[]> =>
    told(labels, "default", "ServiceMonitor", "{ selector: {}, endpoints: [] }");
  expect(await monitor("{ team: web }")).toEqual([
    "No Prometheus in Dev (TIME UTC) picks this object: main wants a label release.",
  ]);
  expect(await monitor("{ release: any }")).toEqual([]);
  // Of another namespace no label would help.
  expect(await told("{ team: web }", "kube-system")).toEqual([]);
  await define("thanosrulers");
  await create("thanosrulers", "ThanosRuler", {
    ruleSelector: { matchLabels: { team: "web" } },
    queryEndpoints: ["http://thanos"],
  });
  expect(await told("{ team: web }")).toEqual([]);
  expect(await told("{ team: db }")).toHaveLength(1);
});
