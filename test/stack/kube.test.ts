import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { podsOf, servicesOf } from "./history-estate.ts";
import { type Kubernetes, startKubernetes } from "./kube.ts";
import { openKubeApi } from "./kube-api.ts";
import { waitFor } from "./processes.ts";

let kubernetes: Kubernetes;

beforeAll(async () => {
  kubernetes = await startKubernetes({ cluster: "prod-na" });
});
afterAll(() => kubernetes?.stop());

interface Config {
  readonly clusters: readonly { readonly cluster: Readonly<Record<string, string>> }[];
  readonly users: readonly { readonly name: string; readonly user: { readonly token: string } }[];
}

function config(): Config {
  return JSON.parse(readFileSync(kubernetes.kubeconfigPath, "utf8")) as Config;
}

test("the cluster holds the Services and Pods that its Prometheus scrape", async () => {
  const { body } = await kubernetes.api.ask("GET", "/api/v1/pods");
  const names = (body as { items: { metadata: { name: string } }[] }).items.map(
    ({ metadata }) => metadata.name,
  );
  expect(names.toSorted()).toEqual(
    servicesOf("prod-na")
      .flatMap((service) => podsOf("prod-na", service))
      .toSorted(),
  );
});

test("endpoints have the port names of the Services, resolved by the real controller", async () => {
  const path = "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices";
  const search = `${path}?labelSelector=${encodeURIComponent("kubernetes.io/service-name=checkout")}`;
  const { body } = await kubernetes.api.ask("GET", search);
  const slices = (body as { items: { ports: { name: string; port: number }[] }[] }).items;
  expect(slices.flatMap(({ ports }) => ports.map(({ name, port }) => ({ name, port })))).toEqual(
    expect.arrayContaining([
      { name: "http", port: 8080 },
      { name: "http-metrics", port: 9102 },
    ]),
  );
});

test("one context may do everything, the other nothing", async () => {
  const { clusters, users } = config();
  expect(users.map(({ name }) => name)).toEqual(["prod-na", "prod-na-forbidden"]);
  const authority = Buffer.from(
    clusters[0]?.cluster["certificate-authority-data"] ?? "",
    "base64",
  ).toString();
  const statuses = await Promise.all(
    users.map(async ({ user }) => {
      const api = openKubeApi(kubernetes.url, user.token, authority);
      try {
        return (await api.ask("GET", "/api/v1/services")).status;
      } finally {
        api.close();
      }
    }),
  );
  expect(statuses).toEqual([200, 403]);
});

test("a Service that is created gets endpoints, one that is removed is gone", async () => {
  const metadata = { name: "guest", namespace: "shop", labels: { app: "guest" } };
  const spec = { selector: { app: "checkout" }, ports: [{ name: "web", port: 80, targetPort: "http" }] };
  const guest = { apiVersion: "v1", kind: "Service", metadata, spec };
  await kubernetes.api.create(guest);
  const late = () => new Error("the controllers did nothing");
  await waitFor(() => kubernetes.api.hasEndpoints("shop", "guest"), 90, late);
  await kubernetes.api.remove(guest);
  expect((await kubernetes.api.ask("GET", "/api/v1/namespaces/shop/services/guest")).status).toBe(404);
});
