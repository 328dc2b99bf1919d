import type { Connection } from "vscode-languageserver/node";
import { neverCancelled } from "../base/cancellation.ts";
import type { Known } from "../base/known.ts";
import { type EnvironmentStatus, requests } from "../protocol.ts";
import type { EnvironmentAccess } from "../world/environment.ts";
import type { BackendHealth } from "../world/ports.ts";

/** How often the backends are asked for their health while a file of ours is open, in milliseconds. */
const intervalMs = 30_000;

const flavourNames: Readonly<Record<BackendHealth["flavour"], string>> = {
  prometheus: "Prometheus",
  thanos: "Thanos",
  mimir: "Mimir",
  victoriametrics: "VictoriaMetrics",
  unknown: "Prometheus-compatible API",
};

type BackendPart = Pick<EnvironmentStatus, "health" | "message" | "version" | "asOf">;
type ClusterPart = Pick<EnvironmentStatus, "clusterHealth" | "clusterMessage">;

function backendPart(fact: Known<BackendHealth> | undefined): BackendPart {
  if (fact === undefined) return { health: "checking", message: "Asking the backend.", version: "", asOf: 0 };
  if (fact.status === "unavailable")
    return { health: "down", message: fact.message, version: "", asOf: fact.asOf };
  const { flavour, version, missing } = fact.value;
  const name = `${flavourNames[flavour]} ${version}`.trim();
  return {
    health: missing.length > 0 ? "degraded" : "ok",
    message:
      missing.length > 0
        ? `${name} answers without ${missing.join(", ")}; results may be incomplete.`
        : `${name} answers.`,
    version: name,
    asOf: fact.asOf,
  };
}

function clusterPart(access: EnvironmentAccess): ClusterPart {
  const { cluster } = access;
  if (cluster === undefined) return { clusterHealth: "none", clusterMessage: "" };
  const fact = cluster.services("all");
  if (fact.status === "unavailable") {
    const pending = fact.reason === "pending";
    return { clusterHealth: pending ? "checking" : "down", clusterMessage: fact.message };
  }
  return { clusterHealth: "ok", clusterMessage: `${fact.value.length} Services seen.` };
}

/** The address as people may see it: a name and password in it are nobody's business. */
function withoutCredentials(backend: string): string {
  return backend.replace(/^(https?:\/\/)[^/@]*@/, "$1");
}

/** Asks every environment for its health and tells the client, who shows it in the status bar. */
export class StatusReporter {
  readonly #connection: Connection;
  readonly #environments: () => readonly EnvironmentAccess[];
  readonly #health = new Map<string, Known<BackendHealth>>();
  #timer: NodeJS.Timeout | undefined;
  #sent = "";

  constructor(connection: Connection, environments: () => readonly EnvironmentAccess[]) {
    this.#connection = connection;
    this.#environments = environments;
  }

  /** Starts asking, or asks anew after the settings changed. */
  start(): void {
    this.stop();
    this.#health.clear();
    this.#timer = setInterval(() => void this.#ask(), intervalMs);
    this.#timer.unref();
    this.report();
    void this.#ask();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Tells the client what is known, unless it knows it already. */
  report(): void {
    if (this.#timer === undefined) return;
    const environments = this.#environments().map((access): EnvironmentStatus => {
      const { name, backend, context } = access.environment;
      const none: BackendPart = { health: "none", message: "No backend is set.", version: "", asOf: 0 };
      return {
        name,
        backend: backend === undefined ? null : withoutCredentials(backend),
        protected: access.environment.protected,
        scope: access.environment.scope,
        cluster: context ?? (access.cluster === undefined ? null : access.cluster.context),
        ...(access.metrics === undefined ? none : backendPart(this.#health.get(name))),
        ...clusterPart(access),
      };
    });
    const text = JSON.stringify(environments);
    if (text === this.#sent) return;
    this.#sent = text;
    void this.#connection.sendNotification(requests.status, { environments });
  }

  async #ask(): Promise<void> {
    await Promise.all(
      this.#environments().map(async ({ environment, metrics }) => {
        if (metrics === undefined) return;
        this.#health.set(environment.name, await metrics.health(neverCancelled));
        this.report();
      }),
    );
    this.report();
  }
}
