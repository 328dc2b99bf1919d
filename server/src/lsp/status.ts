import type { Connection } from "vscode-languageserver/node";
import { accessAddress } from "../adapters/prometheus/backend.ts";
import { showsNothing } from "../adapters/prometheus/emptiness.ts";
import { neverCancelled } from "../base/cancellation.ts";
import type { Known, UnavailableReason } from "../base/known.ts";
import { type EnvironmentStatus, requests } from "../protocol.ts";
import type { EnvironmentAccess } from "../world/environment.ts";
import type { BackendHealth, Metrics } from "../world/ports.ts";

/** How often the backends are asked for their health while a file of ours is open, in milliseconds. */
const intervalMs = 30_000;

const flavourNames: Readonly<Record<BackendHealth["flavour"], string>> = {
  prometheus: "Prometheus",
  thanos: "Thanos",
  mimir: "Mimir",
  victoriametrics: "VictoriaMetrics",
  unknown: "Prometheus-compatible API",
};

type BackendPart = Pick<EnvironmentStatus, "health" | "message" | "version" | "remedy">;
type ClusterPart = Pick<EnvironmentStatus, "clusterHealth" | "clusterMessage">;

/** What mends a backend that gives nothing; what is not here comes back by itself, and can be asked again. */
const remedies: Partial<Record<UnavailableReason, EnvironmentStatus["remedy"]>> = {
  unauthorized: "signIn",
  forbidden: "signIn",
  invalid: "settings",
  "not-configured": "settings",
  unsupported: "settings",
};

function backendPart(fact: Known<BackendHealth> | undefined): BackendPart {
  if (fact === undefined)
    return { health: "checking", message: "Asking the backend.", version: "", remedy: "none" };
  if (fact.status === "unavailable") {
    const login = /login page/.test(fact.message);
    const remedy = login ? "signIn" : (remedies[fact.reason] ?? "retry");
    return { health: "down", message: fact.message, version: "", remedy };
  }
  const { flavour, version, missing, empty } = fact.value;
  const name = `${flavourNames[flavour]} ${version}`.trim();
  if (empty && missing.length === 0)
    return {
      health: "degraded",
      message: `${name} answers, but ${showsNothing}.`,
      version: name,
      remedy: "settings",
    };
  return missing.length > 0
    ? {
        health: "degraded",
        message: `${name} answers without ${missing.join(", ")}; results may be incomplete.`,
        version: name,
        remedy: "retry",
      }
    : { health: "ok", message: `${name} answers.`, version: name, remedy: "none" };
}

function clusterPart(access: EnvironmentAccess): ClusterPart {
  const { cluster } = access;
  if (cluster === undefined) return { clusterHealth: "none", clusterMessage: "" };
  // Only looks: to ask a cluster how it is would contact it before a monitor is open.
  const { health, message } = cluster.state();
  const clusterHealth = health === "idle" ? "none" : health === "degraded" ? "down" : health;
  return { clusterHealth, clusterMessage: message };
}

/** The address as people may see it: a name and password in it are nobody's business. */
function withoutCredentials(backend: string): string {
  return backend.replace(/^(https?:\/\/)[^/@]*@/, "$1");
}

/** Asks every environment for its health and tells the client, who shows it in the status bar. */
export class StatusReporter {
  readonly #connection: Connection;
  readonly #environments: () => readonly EnvironmentAccess[];
  readonly #isProposed: (environment: string) => boolean;
  /** By the port that was asked: one that was opened anew has said nothing yet. */
  readonly #health = new WeakMap<Metrics, Known<BackendHealth>>();
  /** Milliseconds since the epoch of the last answer by environment and backend: a failure makes it no younger. */
  readonly #answered = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #sent = "";

  constructor(
    connection: Connection,
    environments: () => readonly EnvironmentAccess[],
    isProposed: (environment: string) => boolean,
  ) {
    this.#connection = connection;
    this.#environments = environments;
    this.#isProposed = isProposed;
  }

  /** Starts asking, or asks anew after the settings changed. */
  start(): void {
    this.stop();
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
      const none: BackendPart = {
        health: "none",
        message: "No backend is set.",
        version: "",
        remedy: "settings",
      };
      return {
        name,
        backend: backend === undefined ? null : withoutCredentials(backend),
        protected: access.environment.protected,
        scope: access.environment.scope,
        cluster: context ?? (access.cluster === undefined ? null : access.cluster.context),
        ...(access.metrics === undefined ? none : backendPart(this.#health.get(access.metrics))),
        ...clusterPart(access),
        address: accessAddress({ backend, context }) ?? "",
        proposed: this.#isProposed(name),
        asOf: this.#answered.get(`${name} ${backend}`) ?? 0,
      };
    });
    const text = JSON.stringify(environments);
    if (text === this.#sent) return;
    this.#sent = text;
    void this.#connection.sendNotification(requests.status, { environments });
  }

  /** Asks one environment now; one that was opened anew is told as being asked until it answers. */
  async ask(name: string): Promise<void> {
    this.report();
    const access = this.#environments().find(({ environment }) => environment.name === name);
    if (access !== undefined) await this.#askOne(access);
  }

  async #ask(): Promise<void> {
    await Promise.all(this.#environments().map((access) => this.#askOne(access)));
    this.report();
  }

  async #askOne({ environment: { name, backend }, metrics, live }: EnvironmentAccess): Promise<void> {
    if (metrics === undefined) return;
    // Findings that rest on the index go away by themselves when it has what they miss.
    live?.recheck();
    const fact = await metrics.health(neverCancelled);
    this.#health.set(metrics, fact);
    if (fact.status !== "unavailable") this.#answered.set(`${name} ${backend}`, fact.asOf);
    this.report();
  }
}
