import { setImmediate } from "node:timers/promises";
import { type Known, unavailable } from "../../base/known.ts";
import type { Labels } from "../../base/labels.ts";
import type {
  ContainerPorts,
  EndpointSlice,
  KubernetesNamespace,
  KubernetesPod,
  KubernetesService,
  OperatorKind,
  OperatorObject,
} from "../../model/kubernetes.ts";
import type { Guard } from "../../world/environment.ts";
import type { Clock, Cluster, ClusterState } from "../../world/ports.ts";
import type { CredentialsOptions } from "./credentials.ts";
import type { KubeconfigChoice } from "./kubeconfig.ts";
import type { LiveCluster } from "./live.ts";
import type { Pace } from "./reflector.ts";

export interface ClusterOptions extends KubeconfigChoice {
  readonly clock?: Clock | undefined;
  readonly pace?: Partial<Pace> | undefined;
  /** Milliseconds after which what nobody asks for is watched no longer; default five minutes. */
  readonly leaseMs?: number | undefined;
  readonly credentials?: CredentialsOptions | undefined;
  /** Asked each time before the kubeconfig is looked at, which begins every list and every watch. */
  readonly guard?: Guard | undefined;
}

/**
 * The cluster of a kubeconfig's context. Loads and contacts nothing before it is asked. Never throws, and never says
 * what it does not know.
 */
export function createCluster(options: ClusterOptions): Cluster & { dispose(): void } {
  return new LazyCluster(options);
}

type Namespaces = readonly string[] | "all";

/** Stands in for the cluster until what leads to it is loaded. */
class LazyCluster implements Cluster {
  readonly context: string;
  readonly #options: ClusterOptions;
  readonly #listeners = new Set<() => void>();
  /** What was asked before it was loaded. */
  readonly #early: ((live: LiveCluster) => void)[] = [];
  #loading: Promise<void> | undefined;
  #live: LiveCluster | undefined;
  #disposed = false;

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.context = options.context ?? "of the current context";
  }

  services(of: Namespaces): Known<readonly KubernetesService[]> {
    return this.#ask((live) => live.services(of));
  }

  containerPorts(namespace: string, selector: Labels): Known<readonly ContainerPorts[]> {
    return this.#ask((live) => live.containerPorts(namespace, selector));
  }

  pods(of: Namespaces): Known<readonly KubernetesPod[]> {
    return this.#ask((live) => live.pods(of));
  }

  namespaces(): Known<readonly KubernetesNamespace[]> {
    return this.#ask((live) => live.namespaces());
  }

  endpointSlices(namespace: string, service: string): Known<readonly EndpointSlice[]> {
    return this.#ask((live) => live.endpointSlices(namespace, service));
  }

  operatorObjects(kind: OperatorKind, of: Namespaces): Known<readonly OperatorObject[]> {
    return this.#ask((live) => live.operatorObjects(kind, of));
  }

  state(): ClusterState {
    if (this.#live !== undefined) return this.#live.state();
    if (this.#loading !== undefined)
      return { health: "checking", message: `The cluster ${this.context} is being asked.`, asOf: 0 };
    return { health: "idle", message: "Not asked yet: it is contacted when a monitor is open.", asOf: 0 };
  }

  retry(): void {
    this.#live?.retry();
  }

  async settled(): Promise<void> {
    await this.#loading;
    await this.#live?.settled();
  }

  onChange(listener: () => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  dispose(): void {
    this.#disposed = true;
    this.#listeners.clear();
    this.#live?.dispose();
  }

  #ask<T>(question: (live: LiveCluster) => Known<T>): Known<T> {
    if (this.#live !== undefined) return question(this.#live);
    const source = `cluster ${this.context}`;
    if (this.#disposed) return unavailable("cancelled", "The cluster is no longer in use.", source, 0);
    this.#early.push(question);
    this.#loading ??= this.#load();
    return unavailable("pending", `The cluster ${this.context} is being asked.`, source, 0);
  }

  async #load(): Promise<void> {
    // One after the other, with turns for others between: together they would hold up a keystroke.
    await import("node:https");
    await setImmediate();
    await import("./api.ts");
    await setImmediate();
    const { LiveCluster: Live } = await import("./live.ts");
    await setImmediate();
    if (this.#disposed) return;
    const live = new Live(this.context, this.#options);
    live.onChange(() => {
      for (const listener of [...this.#listeners]) listener();
    });
    this.#live = live;
    for (const question of this.#early.splice(0)) question(live);
  }
}
