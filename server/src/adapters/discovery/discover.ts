import type { CancellationToken } from "../../base/cancellation.ts";
import type { Labels } from "../../base/labels.ts";
import type { ConnectOutcome, ConnectRequest, CredentialKind } from "../../world/connection.ts";
import { mergeCredentials } from "../../world/credentials.ts";
import type { AskAccess, Flavour } from "../../world/environment.ts";
import type { Clock } from "../../world/ports.ts";
import { proposeEnvironments, readableName } from "../../world/proposals.ts";
import type { HttpClient } from "../http/client.ts";
import { clip } from "../http/failures.ts";
import { type ApiFailure, PrometheusApi } from "../prometheus/api.ts";
import { createHttp } from "../prometheus/backend.ts";
import { showsNothing } from "../prometheus/emptiness.ts";
import { BackendMetrics } from "../prometheus/metrics.ts";
import { BackendSession } from "../prometheus/session.ts";
import { texts } from "../prometheus/wire.ts";
import { listContexts } from "./contexts.ts";
import { readPastedAddress } from "./pasted-address.ts";

export interface DiscoverOptions {
  readonly clock?: Clock | undefined;
  readonly access?: AskAccess | undefined;
}

const askMs = 5_000;
/** Enough targets to show that the index answers. */
const testLimit = 1_000;
/** Stores whose data ends longer ago belong to clusters that are gone (store gateways list them for ever). */
const recentMs = 3 * 3_600_000;
/** External labels that a backend without `/stores` is asked about. */
const usualClusterLabels = ["cluster", "cluster_name", "k8s_cluster"];

const titles: Readonly<Record<Flavour | "unknown", string>> = {
  prometheus: "Prometheus",
  thanos: "Thanos Querier",
  mimir: "Mimir",
  victoriametrics: "VictoriaMetrics",
  unknown: "Prometheus-compatible API",
};

/**
 * Finds out what stands behind a pasted address and which environments it makes. Contacts nothing but that address
 * (and the API server for `kubernetes:` addresses); never throws.
 */
export async function discover(
  request: ConnectRequest,
  options: DiscoverOptions,
  token: CancellationToken,
): Promise<ConnectOutcome> {
  const pasted = readPastedAddress(request.address);
  if (!pasted.ok) return { status: "failed", reason: "not-configured", message: pasted.message };
  const { kubeconfig, context } = request;
  const contexts = await listContexts(kubeconfig);
  const asked: ConnectRequest = {
    ...request,
    credentials: mergeCredentials(pasted.credentials, request.credentials),
    ...(pasted.kubernetes && context === undefined
      ? { context: contexts.find(({ current }) => current)?.name }
      : {}),
  };
  let first: Extract<ConnectOutcome, { readonly status: "failed" }> | undefined;
  let refused: Extract<ConnectOutcome, { readonly status: "credentials" }> | undefined;
  /** An origin that cannot be reached is not asked for other paths. */
  const dead = new Set<string>();
  for (const candidate of pasted.candidates) {
    const origin = pasted.kubernetes ? candidate : new URL(candidate).origin;
    if (dead.has(origin)) continue;
    const names = contexts.map(({ name }) => name);
    const outcome = await tryAddress(candidate, asked, names, options, token);
    if (outcome.status === "recognised") {
      // They are handed back for the secret storage: the address that is saved has none.
      return pasted.credentials === undefined ? outcome : { ...outcome, credentials: pasted.credentials };
    }
    if (token.isCancellationRequested) return outcome;
    if (outcome.status === "credentials") {
      // Behind another path the API may be open, or be there at all.
      refused ??= outcome;
      continue;
    }
    first ??= outcome;
    if (outcome.reason === "offline" || outcome.reason === "timeout") dead.add(origin);
  }
  return refused ?? first ?? { status: "failed", reason: "invalid", message: "Nothing answers there." };
}

async function tryAddress(
  backend: string,
  request: ConnectRequest,
  contexts: readonly string[],
  { clock = { now: () => Date.now() }, access }: DiscoverOptions,
  token: CancellationToken,
): Promise<ConnectOutcome> {
  const { kubeconfig, context, httpConfig, credentials } = request;
  const http = createHttp(
    { backend, kubeconfig, context, httpConfig },
    {
      async access(address) {
        const kept = await access?.(address);
        return { proxy: kept?.proxy, credentials: mergeCredentials(kept?.credentials, credentials) };
      },
    },
  );
  const session = new BackendSession({
    api: new PrometheusApi(http),
    clock,
    source: http.host,
    scope: {},
    replicaLabels: [],
  });
  try {
    const found = await session.recognise(token);
    if (!found.ok) return failed(found.failure, http.address, credentials !== undefined);
    const { flavour, version, has } = found.backend;
    const tested = await new BackendMetrics(session).seriesCount("up", testLimit, token);
    if (tested.status === "unavailable" && tested.reason !== "timeout") {
      const failure = { reason: tested.reason, message: tested.message };
      return failed(failure, http.address, credentials !== undefined);
    }
    const title =
      flavour === "thanos" && (await isFrontend(http, token)) ? "Thanos query-frontend" : titles[flavour];
    const externalLabels = has("own-config") ? ((await session.externalLabels(token)) ?? {}) : {};
    const labelSets = has("stores")
      ? await storeLabels(session, clock)
      : has("own-config")
        ? [externalLabels]
        : await usualLabels(session, clock, token);
    const proposed = proposeEnvironments({
      base: {
        backend: http.address,
        ...present({ context, httpConfig }),
      },
      kubeconfig,
      wholeName: wholeName(flavour, externalLabels, http.host),
      labelSets,
      toldReplicaLabels: await session.replicaLabels(found.backend),
      clusterLabel: request.clusterLabel,
      contexts,
    });
    const count = tested.status === "unavailable" ? 0 : tested.value;
    const hasSome = count > 0 || (await session.emptiness.showsSomething()) !== false;
    return {
      status: "recognised",
      address: http.address,
      flavour,
      title: `${title} ${version}`.trim(),
      version,
      features: has("stores") || has("own-config") ? await session.features() : undefined,
      externalLabels,
      test: {
        ok: tested.status !== "unavailable",
        message:
          tested.status === "unavailable"
            ? tested.message
            : !hasSome
              ? `${http.host} answers, but ${showsNothing}.`
              : count === 0
                ? `${http.host} answers, but has no series of the metric up.`
                : `${http.host} answers: ${count >= testLimit ? "at least " : ""}${count} series of the metric up.`,
      },
      ...proposed,
      contexts,
    };
  } finally {
    await http.dispose();
  }
}

function present<T extends object>(value: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}

/** A name for a backend that is one environment: what its labels say, else where it is. */
function wholeName(flavour: Flavour | "unknown", external: Labels, host: string): string {
  const named = usualClusterLabels.map((label) => external[label]).find((value) => value !== undefined);
  if (named !== undefined) return readableName(named);
  const kind = flavour === "unknown" ? "Backend" : titles[flavour].split(" ")[0];
  return `${kind} ${host}`;
}

/** The label sets behind a Querier whose data is of now. */
async function storeLabels(session: BackendSession, clock: Clock): Promise<readonly Labels[]> {
  const view = await session.stores(1_000);
  const now = clock.now();
  return (view?.stores ?? [])
    .filter(({ maxTime }) => maxTime >= now - recentMs)
    .flatMap(({ labelSets }) => labelSets);
}

/** For a backend that does not tell who writes to it: the values of the usual label of a cluster. */
async function usualLabels(
  session: BackendSession,
  clock: Clock,
  token: CancellationToken,
): Promise<readonly Labels[]> {
  const now = Math.floor(clock.now() / 1000);
  for (const label of usualClusterLabels) {
    const params = new URLSearchParams({ start: String(now - 3_600), end: String(now), "match[]": "up" });
    const answer = await session.call(
      { endpoint: `label/${label}/values`, params, deadlineMs: askMs },
      token,
    );
    const values = answer.ok ? texts(answer.reply.data) : [];
    if (values.length > 0) return values.map((value) => ({ [label]: value }));
  }
  return [];
}

/** The query-frontend answers a query that cannot be read in a form of its own; nothing is run for it. */
async function isFrontend(http: HttpClient, token: CancellationToken): Promise<boolean> {
  const params = new URLSearchParams({ query: "(", start: "0", end: "1", step: "1" });
  const answer = await http.request({ path: "/api/v1/query_range", params, deadlineMs: askMs }, token);
  if (answer.ok || answer.failure.status !== 400) return false;
  return !/"errorType"/.test(answer.failure.body ?? '"errorType"');
}

function failed(failure: ApiFailure, address: string, sent: boolean): ConnectOutcome {
  const { reason, message, challenge = "" } = failure;
  const page = /login page/.test(message);
  const certificate = /client certificate/.test(message);
  if (/certificate that is not trusted/.test(message))
    return {
      status: "credentials",
      message: clip(message, 120),
      address,
      kinds: ["authority", "certificate"],
      refused: sent,
    };
  if (reason !== "unauthorized" && reason !== "forbidden" && !page)
    return { status: "failed", reason, message };
  // A proxy's credentials belong to its address, which is a setting.
  if (failure.status === 407) return { status: "failed", reason, message };
  const kinds: CredentialKind[] = certificate
    ? ["certificate"]
    : /X-Scope-OrgID|this tenant/.test(message)
      ? ["tenant", "bearer", "basic"]
      : /^\s*basic\b/i.test(challenge)
        ? ["basic", "bearer", "tenant"]
        : ["bearer", "basic", "tenant", "certificate"];
  return { status: "credentials", message: clip(message, 120), address, kinds, refused: sent };
}
