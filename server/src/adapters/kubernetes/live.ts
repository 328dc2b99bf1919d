import type { Known } from "../../base/known.ts";
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
import type { Cluster, ClusterState } from "../../world/ports.ts";
import { type KubernetesApi, openApi } from "./api.ts";
import type { ClusterOptions } from "./cluster.ts";
import { Interner } from "./interner.ts";
import { endpointSlices, type Kind, namespaces, operatorKind, pods, services } from "./kinds.ts";
import { kubeconfigStamp } from "./kubeconfig.ts";
import { usualPace } from "./reflector.ts";
import { clusterState } from "./state.ts";
import { KindStore, type StoreHost } from "./store.ts";

/** Several changes in a row are told as one. */
const tellDelayMs = 50;
/** A busy cluster changes all the time; each telling makes an editor ask for everything again. */
const tellPauseMs = 1_000;
/** A reminder must come before what it reminds of. */
const tellPausesInLease = 100;
const usualLeaseMs = 300_000;

/** The cluster of a context, with its library loaded. See {@link Cluster}. */
export class LiveCluster implements Cluster {
  readonly context: string;
  readonly #options: ClusterOptions;
  readonly #host: StoreHost;
  readonly #services: KindStore<KubernetesService>;
  readonly #pods: KindStore<KubernetesPod>;
  readonly #namespaces: KindStore<KubernetesNamespace>;
  readonly #slices: KindStore<EndpointSlice>;
  readonly #operator = new Map<OperatorKind, KindStore<OperatorObject>>();
  readonly #listeners = new Set<() => void>();
  readonly #sweeper: NodeJS.Timeout;
  #api: { readonly of: KubernetesApi; readonly stamp: string } | undefined;
  #tell: NodeJS.Timeout | undefined;
  readonly #tellPauseMs: number;
  #toldAt = Number.NEGATIVE_INFINITY;
  #disposed = false;

  constructor(context: string, options: ClusterOptions) {
    this.context = context;
    this.#options = options;
    this.#host = {
      context,
      source: `cluster ${context}`,
      open: async () => {
        // Read first and then held against what was accepted: in between the file could become another one.
        const api = this.#open();
        await options.guard?.check();
        return api;
      },
      now: options.clock === undefined ? Date.now : () => options.clock?.now() ?? Date.now(),
      pace: { ...usualPace, ...options.pace },
      shared: new Interner(),
      named: new Set(),
      onChange: () => this.#changed(),
    };
    this.#services = this.#store(services);
    this.#pods = this.#store(pods);
    this.#namespaces = this.#store(namespaces);
    this.#slices = this.#store(endpointSlices);
    const leaseMs = options.leaseMs ?? usualLeaseMs;
    this.#tellPauseMs = Math.min(tellPauseMs, leaseMs / tellPausesInLease);
    this.#sweeper = setInterval(() => this.#sweep(leaseMs), leaseMs / 10);
    this.#sweeper.unref();
  }

  services(of: readonly string[] | "all"): Known<readonly KubernetesService[]> {
    return this.#services.list(of);
  }

  containerPorts(namespace: string, selector: Labels): Known<readonly ContainerPorts[]> {
    return this.#pods.select(namespace, selector);
  }

  pods(of: readonly string[] | "all"): Known<readonly KubernetesPod[]> {
    return this.#pods.list(of);
  }

  namespaces(): Known<readonly KubernetesNamespace[]> {
    return this.#namespaces.list("all");
  }

  endpointSlices(namespace: string, service: string): Known<readonly EndpointSlice[]> {
    return this.#slices.select(namespace, { "kubernetes.io/service-name": service });
  }

  operatorObjects(kind: OperatorKind, of: readonly string[] | "all"): Known<readonly OperatorObject[]> {
    const store = this.#operator.get(kind) ?? this.#store(operatorKind(kind));
    this.#operator.set(kind, store);
    return store.list(of);
  }

  state(): ClusterState {
    return clusterState(this.context, this.#stores, this.#api?.of.isInsecure === true);
  }

  retry(): void {
    // With it goes what it remembers of login programs that failed.
    this.#api?.of.close();
    this.#api = undefined;
    for (const { reflectors } of this.#stores) for (const reflector of reflectors) reflector.hurry();
  }

  async settled(): Promise<void> {
    for (;;) {
      const busy = this.#stores.flatMap(({ reflectors }) => reflectors.filter((each) => each.isAttempting));
      if (busy.length === 0) break;
      await Promise.all(busy.map((reflector) => reflector.attempted()));
    }
    // Who waited looks at what listeners were told.
    if (this.#tell !== undefined) this.#tellNow();
  }

  onChange(listener: () => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  dispose(): void {
    this.#disposed = true;
    clearInterval(this.#sweeper);
    clearTimeout(this.#tell);
    this.#listeners.clear();
    for (const store of this.#stores) store.dispose();
    this.#api?.of.close();
  }

  get #stores(): readonly KindStore<unknown>[] {
    const all = [this.#services, this.#pods, this.#namespaces, this.#slices, ...this.#operator.values()];
    return all as readonly KindStore<unknown>[];
  }

  #store<T>(kind: Kind<T>): KindStore<T> {
    return new KindStore(kind, this.#host);
  }

  /** One client for all that is asked; a new one when the kubeconfig has changed, for logins write into it. */
  #open(): KubernetesApi {
    const stamp = kubeconfigStamp(this.#options.kubeconfig);
    if (this.#api !== undefined && this.#api.stamp === stamp) return this.#api.of;
    this.#api?.of.close();
    this.#api = undefined;
    const of = openApi(this.#options, this.#options.credentials);
    // Where the cluster as a whole may not be listed, the context's own namespace is the first guess.
    if (of.namespace !== "") this.#host.named.add(of.namespace);
    this.#api = { of, stamp };
    return of;
  }

  #sweep(leaseMs: number): void {
    const now = performance.now();
    const warns = this.#stores.map((store) => store.sweep(now, leaseMs, leaseMs * 6));
    if (warns.includes(true)) this.#changed();
  }

  #changed(): void {
    if (this.#tell !== undefined || this.#disposed) return;
    const wait = Math.max(tellDelayMs, this.#toldAt + this.#tellPauseMs - performance.now());
    this.#tell = setTimeout(() => this.#tellNow(), wait);
  }

  #tellNow(): void {
    clearTimeout(this.#tell);
    this.#tell = undefined;
    this.#toldAt = performance.now();
    for (const listener of [...this.#listeners]) listener();
  }
}
