import { type Known, mapKnown, partial } from "../../base/known.ts";
import type { Labels } from "../../base/labels.ts";
import type { ContainerPorts, KubernetesService } from "../../model/kubernetes.ts";
import type { Clock, Cluster } from "../../world/ports.ts";
import type { KubernetesApi } from "./api.ts";
import { type Fact, failed, learnt, newFact, sameFact } from "./fact.ts";
import { connectionFailure, type Failure } from "./failures.ts";
import type { KubeconfigChoice } from "./kubeconfig.ts";
import { listAll } from "./list.ts";
import { podOf, serviceOf } from "./objects.ts";

export interface ClusterOptions extends KubeconfigChoice {
  readonly clock?: Clock | undefined;
  /** Milliseconds for one list with all its pages; default 15,000. */
  readonly deadlineMs?: number | undefined;
  /** Milliseconds after which what is asked again is fetched again; default 30,000. */
  readonly freshMs?: number | undefined;
}

const maxServices = 20_000;
/** Pods of one Service have the same template; these are enough to see every port. */
const maxPods = 200;
const maxFacts = 500;
const firstRetryMs = 2_000;
const lastRetryMs = 60_000;

/**
 * The cluster of a kubeconfig's context. Contacts nothing before it is asked, then lists in the background; what is
 * older than `freshMs` is listed again when somebody asks. Never throws, and never says what it does not know.
 */
export function createCluster(options: ClusterOptions): Cluster & { dispose(): void } {
  return new KubernetesCluster(options);
}

class KubernetesCluster implements Cluster {
  readonly context: string;
  readonly #options: ClusterOptions;
  readonly #clock: Clock;
  readonly #source: string;
  readonly #services = new Map<string, Fact<KubernetesService>>();
  readonly #pods = new Map<string, Fact<ContainerPorts>>();
  readonly #listeners = new Set<() => void>();
  readonly #stop = new AbortController();
  #api: Promise<KubernetesApi> | undefined;

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.context = options.context ?? "of the current context";
    this.#clock = options.clock ?? { now: () => Date.now() };
    this.#source = `cluster ${this.context}`;
  }

  services(namespaces: readonly string[] | "all"): Known<readonly KubernetesService[]> {
    const all = this.#ask(this.#services, "", () => this.#listServices(""));
    if (namespaces === "all") return all;
    if (all.status !== "unavailable" || all.reason !== "forbidden")
      return mapKnown(all, (items) => items.filter(({ namespace }) => namespaces.includes(namespace ?? "")));
    return this.#together(
      namespaces.map((namespace) => ({
        namespace,
        fact: this.#ask(this.#services, namespace, () => this.#listServices(namespace)),
      })),
      all,
    );
  }

  containerPorts(namespace: string, selector: Labels): Known<readonly ContainerPorts[]> {
    const labels = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
    const query = labels.toSorted().join(",");
    return this.#ask(this.#pods, `${namespace}?${query}`, () => {
      const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
      const what = `Pods in ${namespace}`;
      return newFact(this.#source, this.context, async (signal) =>
        listAll(await this.#open(), path, query, what, podOf, maxPods, signal),
      );
    });
  }

  async settled(): Promise<void> {
    for (;;) {
      const running = [...this.#services.values(), ...this.#pods.values()].flatMap(
        (fact) => fact.running ?? [],
      );
      if (running.length === 0) return;
      await Promise.all(running);
    }
  }

  onChange(listener: () => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  dispose(): void {
    this.#stop.abort();
    this.#listeners.clear();
    this.#api?.then(
      (api) => api.close(),
      () => {},
    );
  }

  #listServices(namespace: string): Fact<KubernetesService> {
    const path = namespace === "" ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
    const what = namespace === "" ? "Services" : `Services in ${namespace}`;
    return newFact(this.#source, this.context, async (signal) =>
      listAll(await this.#open(), `/api/v1${path}/services`, "", what, serviceOf, maxServices, signal),
    );
  }

  /** The library is large: it is loaded when a cluster is first asked. */
  #open(): Promise<KubernetesApi> {
    this.#api ??= import("./api.ts").then(({ openApi }) => openApi(this.#options));
    return this.#api;
  }

  #ask<T>(facts: Map<string, Fact<T>>, key: string, make: () => Fact<T>): Known<readonly T[]> {
    const fact = facts.get(key) ?? make();
    // Moved to the end: what was asked longest ago is forgotten first.
    facts.delete(key);
    facts.set(key, fact);
    for (const [oldest, { running }] of facts) {
      if (facts.size <= maxFacts) break;
      if (running === undefined) facts.delete(oldest);
    }
    if (fact.running === undefined && !this.#stop.signal.aborted && this.#isDue(fact))
      fact.running = this.#refresh(fact);
    return fact.known;
  }

  #isDue<T>({ triedAt, failures }: Fact<T>): boolean {
    if (triedAt === undefined) return true;
    const fresh = this.#options.freshMs ?? 30_000;
    const wait = failures === 0 ? fresh : Math.min(lastRetryMs, firstRetryMs * 2 ** failures);
    return this.#clock.now() - triedAt >= wait;
  }

  async #refresh<T>(fact: Fact<T>): Promise<void> {
    const before = fact.known;
    const deadline = AbortSignal.timeout(this.#options.deadlineMs ?? 15_000);
    try {
      const listed = await fact.load(AbortSignal.any([deadline, this.#stop.signal]));
      fact.known = learnt(listed, this.#source, this.#clock.now());
      fact.failures = 0;
    } catch (error) {
      fact.known = failed(before, await this.#failureOf(error), this.#source, this.#clock.now());
      fact.failures++;
    }
    fact.triedAt = this.#clock.now();
    fact.running = undefined;
    if (!sameFact(before, fact.known)) for (const listener of [...this.#listeners]) listener();
  }

  async #failureOf(error: unknown): Promise<Failure> {
    try {
      const { server } = await this.#open();
      return connectionFailure(this.context, server, error);
    } catch (reason) {
      // The kubeconfig may be there the next time.
      this.#api = undefined;
      const message = reason instanceof Error ? reason.message : `The kubeconfig cannot be read.`;
      return { reason: "not-configured", message };
    }
  }

  /** Several namespaces as one fact: what cannot be seen is said, and then the whole proves nothing. */
  #together(
    parts: readonly { readonly namespace: string; readonly fact: Known<readonly KubernetesService[]> }[],
    all: Known<readonly KubernetesService[]>,
  ): Known<readonly KubernetesService[]> {
    const seen = parts.flatMap(({ fact }) => (fact.status === "unavailable" ? [] : [fact]));
    const [first] = seen;
    if (first === undefined) {
      const pending = parts.find(({ fact }) => fact.status === "unavailable" && fact.reason === "pending");
      return pending?.fact ?? parts[0]?.fact ?? all;
    }
    const value = seen.flatMap((fact) => fact.value);
    const asOf = Math.min(...seen.map((fact) => fact.asOf));
    const missing = parts.flatMap(({ namespace, fact }) =>
      fact.status === "ok" ? [] : fact.status === "partial" ? fact.missing : [`namespace ${namespace}`],
    );
    return missing.length === 0
      ? { ...first, status: "ok", value, asOf }
      : partial(value, this.#source, asOf, missing);
  }
}
