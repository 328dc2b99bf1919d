import type { CancellationToken } from "../base/cancellation.ts";
import type { Known } from "../base/known.ts";
import type { Labels } from "../base/labels.ts";
import type {
  ContainerPorts,
  EndpointSlice,
  KubernetesNamespace,
  KubernetesPod,
  KubernetesService,
  OperatorKind,
  OperatorObject,
} from "../model/kubernetes.ts";
import type { QueryCost } from "./cost.ts";
import type { MetricFit } from "./metric-fit.ts";
import type { QueryOutcome, QueryRequest } from "./query.ts";

export type MetricType =
  | "counter"
  | "gauge"
  | "histogram"
  | "gaugehistogram"
  | "summary"
  | "info"
  | "stateset"
  | "unknown";

export interface MetricMetadata {
  readonly type: MetricType;
  readonly help: string;
  readonly unit: string;
}

/** One Prometheus (or a pair of identical ones) behind a backend: its external labels without the replica labels. */
export interface MetricHolder {
  readonly labels: Labels;
  readonly replicas: number;
}

/** A cut list of names: `complete` is false where the server or we held some back. */
export interface NameList {
  readonly names: readonly string[];
  readonly complete: boolean;
}

/** Asked of the index; `selector` is PromQL (`up{job="x"}`), `search` is text that the names contain. */
export interface NameQuery {
  readonly selector?: string | undefined;
  readonly search?: string | undefined;
  readonly limit: number;
  /** Metrics of this sort come first among those that match equally well. */
  readonly prefer?: MetricFit | undefined;
}

/** Whether a metric is there. */
export interface MetricPresence {
  readonly exists: boolean;
  /** The metric that was most likely meant, where it does not exist and one is near. */
  readonly near: string | undefined;
}

export interface BackendHealth {
  readonly backend: string;
  readonly flavour: "prometheus" | "thanos" | "mimir" | "victoriametrics" | "unknown";
  readonly version: string;
  /** Stores or Prometheus behind the backend that do not answer. */
  readonly missing: readonly string[];
  /** It shows no metric at all to who asks: a wrong tenant or scope looks like this. */
  readonly empty: boolean;
}

/** The index of a Prometheus-compatible backend. Never throws: what fails is `unavailable`. */
export interface Metrics {
  metricNames(query: NameQuery, token: CancellationToken): Promise<Known<NameList>>;
  metadata(metric: string, token: CancellationToken): Promise<Known<MetricMetadata | undefined>>;
  /** Whether a metric is there, from the catalog of names; absence is `partial` where the catalog may lack names. */
  presence?(metric: string, token: CancellationToken): Promise<Known<MetricPresence>>;
  /** Type, help and unit of those of the metrics that are known without asking for each. */
  described(
    metrics: readonly string[],
    token: CancellationToken,
  ): Promise<Known<ReadonlyMap<string, MetricMetadata>>>;
  labelNames(query: NameQuery, token: CancellationToken): Promise<Known<NameList>>;
  labelValues(label: string, query: NameQuery, token: CancellationToken): Promise<Known<NameList>>;
  /** How many series match now; cut at `limit`, then `partial`. */
  seriesCount(selector: string, limit: number, token: CancellationToken): Promise<Known<number>>;
  /** Label sets of series that match now, without their order; cut at `limit`, then `partial`. */
  series?(selector: string, limit: number, token: CancellationToken): Promise<Known<readonly Labels[]>>;
  /** Which Prometheus behind the backend hold the metric now; empty for a backend that is itself the Prometheus. */
  holders(metric: string, token: CancellationToken): Promise<Known<readonly MetricHolder[]>>;
  /** The same without regard to the scope of the environment. */
  holdersAnywhere?(metric: string, token: CancellationToken): Promise<Known<readonly MetricHolder[]>>;
  /**
   * The label sets that the Prometheus behind the backend add to their series on the way out, without the replica
   * labels; empty for a backend that is itself the Prometheus.
   */
  externalLabels(token: CancellationToken): Promise<Known<readonly Labels[]>>;
  /** The external labels of a backend that is itself the Prometheus, where it tells them. */
  ownLabels?(token: CancellationToken): Promise<Known<Labels>>;
  /** How often a backend that is itself the Prometheus asks its targets, where it tells. */
  scrapeIntervals?(token: CancellationToken): Promise<Known<ScrapeIntervals>>;
  /** For how many seconds a backend that is itself the Prometheus keeps samples, where it tells and reads no others. */
  retention?(token: CancellationToken): Promise<Known<number>>;
  /** How long ago, in seconds, a sample may be that still counts, where the backend is itself the Prometheus. */
  lookback?(token: CancellationToken): Promise<Known<number>>;
  health(token: CancellationToken): Promise<Known<BackendHealth>>;
}

/** How often a Prometheus asks its targets, in seconds. */
export interface ScrapeIntervals {
  /** Of all of them the shortest. */
  readonly shortest: number;
  /** Of each job by its name in the configuration, which relabelling may change. */
  readonly jobs: ReadonlyMap<string, number>;
}

/** An alert of a rule as a server has it now. */
export interface LiveAlert {
  readonly state: "pending" | "firing";
  readonly labels: Labels;
  /** As they are rendered. */
  readonly annotations: Labels;
  /** Since when its expression gives it, in milliseconds since the epoch. */
  readonly activeAt: number | undefined;
  /** As the server writes it. */
  readonly value: string;
}

/** A rule as a server evaluates it. */
export interface LiveRule {
  readonly kind: "alert" | "record";
  readonly name: string;
  readonly group: string;
  /** The expression as that server prints it. */
  readonly query: string;
  /** Those of its group included. */
  readonly labels: Labels;
  /** Its templates. */
  readonly annotations: Labels;
  /** Its `for`. */
  readonly holdSeconds: number;
  /** `ok`, `err` or `unknown` (not evaluated yet). */
  readonly health: string;
  readonly lastError: string;
  /** Milliseconds since the epoch; nothing where it never was. */
  readonly lastEvaluation: number | undefined;
  readonly alerts: readonly LiveAlert[];
}

/** The rules that a backend evaluates, or that those behind it do. Never throws. */
export interface ServerRules {
  named(kind: LiveRule["kind"], name: string, token: CancellationToken): Promise<Known<readonly LiveRule[]>>;
}

/** Who a backend says it is. */
export interface BackendIdentity {
  readonly flavour: BackendHealth["flavour"];
  /** Empty where it does not tell. */
  readonly version: string;
  /** What is switched on there, by the names for `--enable-feature`; nothing where it does not tell. */
  readonly features: readonly string[] | undefined;
}

/**
 * What a backend says of itself. Answers at once with what is known and asks in the background; `onChange` tells
 * when something else is known.
 */
export interface Identity {
  now(): Known<BackendIdentity>;
  /** Resolves when what was asked is known or unavailable; the command line waits for it. */
  settled(): Promise<void>;
  onChange(listener: () => void): { dispose(): void };
}

/** Runs queries; only because someone asked, or in the command line. */
export interface Queries {
  run(request: QueryRequest, token: CancellationToken): Promise<QueryOutcome>;
  /** What the query would read: from the server where it tells, else estimated from the index. Runs nothing. */
  cost(request: QueryRequest, token: CancellationToken): Promise<Known<QueryCost>>;
}

/** How a cluster stands, for the status item. */
export interface ClusterState {
  /** `idle`: nothing was asked of it yet, so it was not contacted. */
  readonly health: "idle" | "checking" | "ok" | "degraded" | "down";
  /** One plain sentence. */
  readonly message: string;
  /** Milliseconds since the epoch at which it was last heard; 0 before. */
  readonly asOf: number;
}

/**
 * A Kubernetes cluster. Answers at once with what is known and asks in the background; what was asked for is watched
 * as long as it is asked for again now and then. `onChange` tells when something new is known, and also when what is
 * watched is about to be released: who still needs it asks again.
 */
export interface Cluster {
  readonly context: string;
  /** How it stands; contacts nothing. */
  state(): ClusterState;
  /** Services of the namespaces, or of all namespaces. */
  services(namespaces: readonly string[] | "all"): Known<readonly KubernetesService[]>;
  /** Declared container ports of the Pods in one namespace that carry all the labels. */
  containerPorts(namespace: string, selector: Labels): Known<readonly ContainerPorts[]>;
  /** All Pods of the namespaces: for who must see each; ports alone are cheaper. */
  pods(namespaces: readonly string[] | "all"): Known<readonly KubernetesPod[]>;
  /** All namespaces with their labels. */
  namespaces(): Known<readonly KubernetesNamespace[]>;
  /** The slices of one Service. */
  endpointSlices(namespace: string, service: string): Known<readonly EndpointSlice[]>;
  /** Objects of the operator; `unsupported` where the cluster does not know the kind. */
  operatorObjects(
    kind: OperatorKind,
    namespaces: readonly string[] | "all",
  ): Known<readonly OperatorObject[]>;
  /** Someone has mended what was wrong: what failed is asked again at once, with credentials found anew. */
  retry(): void;
  /**
   * Resolves when everything asked so far is known or unavailable, and listeners were told; the command line waits
   * for it.
   */
  settled(): Promise<void>;
  onChange(listener: () => void): { dispose(): void };
}

/** Milliseconds since the epoch. */
export interface Clock {
  now(): number;
}
