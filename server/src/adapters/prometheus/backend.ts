import type { Labels } from "../../base/labels.ts";
import type { AskAccess, Environment } from "../../world/environment.ts";
import type { CheckAccess, LiveIndex } from "../../world/live.ts";
import type { Clock, Identity, Metrics, Queries, ServerRules } from "../../world/ports.ts";
import { cachedMetrics } from "../cached-metrics.ts";
import type { CatalogFolder } from "../catalog/name-file.ts";
import { HttpClient, type HttpClientOptions } from "../http/client.ts";
import { parseServiceAddress, serviceTarget } from "../http/kubernetes-target.ts";
import { parseAddress, urlTarget } from "../http/target.ts";
import { createLiveIndex } from "../live-index.ts";
import { PrometheusApi } from "./api.ts";
import { historyOf } from "./history.ts";
import { createIdentity } from "./identity.ts";
import { liveQueries } from "./live-queries.ts";
import { BackendMetrics } from "./metrics.ts";
import { BackendQueries } from "./queries.ts";
import { createServerRules } from "./rules.ts";
import { BackendSession } from "./session.ts";

/** What of an environment leads to its backend; all but `backend` may be left out. */
export type BackendTarget = { readonly backend: string | undefined } & Partial<
  Pick<
    Environment,
    "name" | "scope" | "replicaLabels" | "version" | "flavour" | "httpConfig" | "kubeconfig" | "context"
  >
>;

export interface BackendOptions {
  readonly clock?: Clock | undefined;
  /** How to reach it, from who keeps credentials (the editor's secret storage). */
  readonly access?: AskAccess | undefined;
  /** Where catalogs of names are kept from one session to the next. */
  readonly catalogs?: CatalogFolder | undefined;
  /** What checks may ask. */
  readonly checks?: CheckAccess | undefined;
}

export interface Backend {
  /** The index, cached. */
  readonly metrics: Metrics;
  readonly queries: Queries;
  readonly rules: ServerRules;
  /** Who the backend says it is. */
  readonly identity: Identity & { dispose(): void };
  /** The index for checks. */
  readonly live: LiveIndex & { dispose(): void };
  /** Closes the connections that are kept alive. */
  dispose(): void;
}

const systemClock: Clock = { now: () => Date.now() };

/**
 * Opens the ports to a Prometheus-compatible backend; nothing is contacted before one is asked. An address that
 * cannot be used gives ports that say so.
 */
export function createBackend(target: BackendTarget, options: BackendOptions = {}): Backend {
  const clock = options.clock ?? systemClock;
  const http = createHttp(target, options);
  const scope: Labels = target.scope ?? {};
  // An environment made of an address alone is named by its host: the address may hold credentials.
  const name = target.name === target.backend ? http.host : target.name;
  const session = new BackendSession({
    api: new PrometheusApi(http),
    clock,
    source: name ?? http.host,
    scope,
    replicaLabels: target.replicaLabels ?? [],
    flavour: target.flavour,
    version: target.version,
  });
  const identity = createIdentity(session);
  const metrics = cachedMetrics(new BackendMetrics(session), {
    clock,
    source: session.source,
    store: options.catalogs?.store(catalogKey(target, http.address)),
  });
  const queries = new BackendQueries(session, { environment: name, metrics });
  const { delayMs, history, run, alerts } = options.checks ?? {};
  const asked = liveQueries(queries, session.source, clock, target.replicaLabels);
  const live = createLiveIndex(metrics, {
    clock,
    source: session.source,
    delayMs,
    history: history === true ? historyOf(queries, session.source, clock) : undefined,
    run: run === true ? asked.run : undefined,
    times: alerts === true ? asked.times : undefined,
    ended: asked.ended,
  });
  return {
    metrics,
    queries,
    rules: createServerRules(session, clock),
    identity,
    live,
    dispose: () => {
      live.dispose();
      identity.dispose();
      metrics.dispose();
      void http.dispose();
    },
  };
}

/** Whose names a catalog holds: the address without credentials, and what else of the settings decides what is seen. */
function catalogKey({ name, scope, httpConfig, context }: BackendTarget, address: string): string {
  return JSON.stringify([address, name ?? "", scope ?? {}, httpConfig ?? "", context ?? ""]);
}

/** The way to a backend; an address that cannot be used gives one whose every request says so. */
export function createHttp(target: BackendTarget, options: BackendOptions = {}): HttpClient {
  const { access } = options;
  const way = reachable(target);
  const address = accessAddress(target);
  // Nobody keeps credentials for an address that is none.
  if (access === undefined || address === undefined) return new HttpClient(way);
  if (!address.startsWith("kubernetes:")) return new HttpClient({ ...way, access: () => access(address) });
  return new HttpClient({
    ...way,
    async access() {
      const { credentials, proxy } = (await access(address)) ?? {};
      // The API server takes those of the kubeconfig, and passes on only what is no authorization.
      return { proxy, credentials: credentials && { headers: credentials.headers } };
    },
  });
}

/** The address that credentials are kept for; nothing where the backend has none that can be used. */
export function accessAddress({
  backend = "",
  context = "",
}: Pick<BackendTarget, "backend" | "context">): string | undefined {
  if (parseServiceAddress(backend) !== undefined) return context === "" ? backend : `${backend}@${context}`;
  return parseAddress(backend)?.address;
}

function reachable({ backend, httpConfig, kubeconfig, context }: BackendTarget): HttpClientOptions {
  const address = backend === undefined ? undefined : parseAddress(backend);
  if (address !== undefined)
    return { host: address.host, address: address.address, target: () => urlTarget(address, httpConfig) };
  const service = backend === undefined ? undefined : parseServiceAddress(backend);
  if (service !== undefined) {
    const host = `${service.namespace}/${service.service}:${service.port}`;
    return { host, address: `kubernetes:${host}`, ...serviceTarget(service, { kubeconfig, context }) };
  }
  const message = "The backend has no address that can be used; write http://HOST:PORT or https://HOST.";
  return { host: "backend", address: "", target: async () => ({ ok: false, message }) };
}
