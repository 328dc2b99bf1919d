import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { type BackendTarget, createBackend } from "../../server/src/adapters/prometheus/backend.ts";
import { neverCancelled as token } from "../../server/src/base/cancellation.ts";
import { type Kubernetes, startKubernetes } from "./kube.ts";

// A real API server is the one server here that speaks TLS with a certificate of its own and checks credentials.
let kubernetes: Kubernetes;
let host: string;
beforeAll(async () => {
  kubernetes = await startKubernetes();
  host = new URL(kubernetes.url).host;
});
afterAll(() => kubernetes?.stop());

async function health(target: BackendTarget) {
  const backend = createBackend(target);
  const fact = await backend.metrics.health(token);
  backend.dispose();
  if (fact.status !== "unavailable") throw new Error("an API server is no Prometheus");
  expect(fact.message.length).toBeLessThanOrEqual(120);
  return fact;
}

/** The certificate authority and the tokens of the kubeconfig. */
function secrets(): { readonly ca: string; readonly tokens: readonly string[] } {
  const { clusters, users } = parse(readFileSync(kubernetes.kubeconfigPath, "utf8")) as {
    clusters: { cluster: { "certificate-authority-data": string } }[];
    users: { user: { token: string } }[];
  };
  const data = clusters[0]?.cluster["certificate-authority-data"] ?? "";
  return { ca: Buffer.from(data, "base64").toString("utf8"), tokens: users.map(({ user }) => user.token) };
}

async function httpConfig(text: string): Promise<string> {
  const file = join(dirname(kubernetes.kubeconfigPath), "http.yml");
  await writeFile(file, text);
  return file;
}

/** A server that is too busy to answer in time says nothing of itself. */
const patient = { retry: { count: 5, delay: 2_000 } };

test("a certificate that nobody vouches for is not accepted", patient, async () => {
  const fact = await health({ backend: kubernetes.url });
  expect(fact).toMatchObject({
    reason: "invalid",
    message: `${host} shows a certificate that is not trusted; set tls_config.ca_file in the http config.`,
  });
});

test("a certificate for another name is told as that", patient, async () => {
  const file = await httpConfig(
    JSON.stringify({ tls_config: { ca: secrets().ca, server_name: "other.example" } }),
  );
  const fact = await health({ backend: kubernetes.url, httpConfig: file });
  expect(fact).toMatchObject({
    reason: "invalid",
    message: expect.stringContaining("a certificate for another name"),
  });
});

test("without credentials, with wrong ones, and with those that may not", patient, async () => {
  const { ca, tokens } = secrets();
  const asked = async (more: object) => {
    const file = await httpConfig(JSON.stringify({ tls_config: { ca }, ...more }));
    return await health({ backend: kubernetes.url, httpConfig: file });
  };
  expect(await asked({ bearer_token: "wrong" })).toMatchObject({ reason: "unauthorized" });
  const forbidden = await asked({ authorization: { credentials: tokens[1] } });
  expect(forbidden).toMatchObject({ reason: "forbidden" });
  expect(JSON.stringify(forbidden)).not.toContain(tokens[1]);
});

test("a Service that is not there is told by the name it was asked under", patient, async () => {
  const { kubeconfigPath: kubeconfig, contexts } = kubernetes;
  const backend = "kubernetes:monitoring/no-such-prometheus:9090";
  const fact = await health({ backend, kubeconfig, context: contexts.admin });
  expect(fact.message).toContain("monitoring/no-such-prometheus:9090");
  expect(await health({ backend, kubeconfig, context: contexts.forbidden })).toMatchObject({
    reason: "forbidden",
  });
});

test("plain HTTP to a TLS port is told as that", patient, async () => {
  const fact = await health({ backend: kubernetes.url.replace("https:", "http:") });
  expect(fact).toMatchObject({
    reason: "invalid",
    message: `${host} wants TLS; write https:// in its address.`,
  });
});
