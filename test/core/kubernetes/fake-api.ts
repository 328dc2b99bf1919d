import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type ClusterOptions, createCluster } from "../../../server/src/adapters/kubernetes/cluster.ts";
import type { Known } from "../../../server/src/base/known.ts";

/** What the stand-in shows; for what a real API server cannot be made to do. */
export type Answer = (url: URL, response: ServerResponse, request: IncomingMessage) => void;

export interface FakeApi {
  readonly url: string;
  /** Every request, as path and query. */
  readonly asked: readonly string[];
  /** The file of a kubeconfig whose context `dev` leads here. */
  readonly kubeconfig: string;
}

/** A server that answers as told; it ends with the test. */
export async function fakeApi(answer: Answer, user: object = {}): Promise<FakeApi> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    answer(new URL(request.url ?? "", "http://fake"), response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, asked, kubeconfig: kubeconfigFor(url, user) };
}

export function kubeconfigFor(server: string, user: object): string {
  const folder = mkdtempSync(join(tmpdir(), "promscope-fake-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "config");
  const config = {
    clusters: [{ name: "c", cluster: { server } }],
    users: [{ name: "u", user }],
    contexts: [{ name: "dev", context: { cluster: "c", user: "u" } }],
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

/** Failures are over as soon as their cause is; nothing is waited for longer than a test would. */
export const quick = {
  firstRetryMs: 10,
  lastRetryMs: 50,
  pollMs: 50,
  pageMs: 5_000,
  pageIdleMs: 5_000,
  random: () => 0.5,
};

export function clusterOf(kubeconfig: string, options: Partial<ClusterOptions> = {}) {
  const cluster = createCluster({ kubeconfig, context: "dev", pace: quick, ...options });
  onTestFinished(() => cluster.dispose());
  return cluster;
}

export function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

export function service(name: string, namespace = "shop", version = "1"): object {
  return {
    metadata: { name, namespace, resourceVersion: version },
    spec: { ports: [{ name: "web", port: 80 }] },
  };
}

export function list(items: readonly object[], resourceVersion = "1", more = ""): object {
  return {
    kind: "ServiceList",
    apiVersion: "v1",
    metadata: { resourceVersion, ...(more === "" ? {} : { continue: more }) },
    items,
  };
}

/** Accepts a watch and keeps it open; `send` writes events. */
export function openWatch(response: ServerResponse): { send(type: string, object: object): void } {
  response.writeHead(200, { "content-type": "application/json" });
  response.flushHeaders();
  return { send: (type, object) => void response.write(`${JSON.stringify({ type, object })}\n`) };
}

export const isWatch = (url: URL): boolean => url.searchParams.has("watch");

export const namesIn = (fact: Known<readonly { readonly name: string }[]>): readonly string[] =>
  fact.status === "unavailable" ? [] : fact.value.map(({ name }) => name).toSorted();
