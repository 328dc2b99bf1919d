import { nodeFamilies } from "./history-nodes.ts";
import { serviceFamilies, serviceRate } from "./history-services.ts";
import { fraction, type Span, within } from "./history-signals.ts";

/** The company of the demo and the tests: its clusters, what runs in them, and who scrapes it. */
export type ClusterName = "dev" | "prod-na" | "prod-eu";
export const clusterNames: readonly ClusterName[] = ["dev", "prod-na", "prod-eu"];

/** A time series: `suffix` is `_bucket` and the like; `value` takes seconds since the epoch. */
export interface Series {
  readonly suffix?: string;
  readonly labels: Readonly<Record<string, string>>;
  value(time: number): number;
}

/** A metric with its metadata, as an exporter shows it. */
export interface Family {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly series: readonly Series[];
}

/** Something that is scraped, or (`scraped: false`) the results of recording rules. */
export interface Target {
  readonly scraped: boolean;
  /** The labels of the target after relabelling; its samples' own labels win. */
  readonly labels: Readonly<Record<string, string>>;
  readonly families: readonly Family[];
  /** Not reachable then: `up` is 0 and nothing else is there. */
  down(time: number): boolean;
}

export interface Service {
  readonly name: string;
  readonly namespace: string;
  /** Requests a second and pod in a production cluster. */
  readonly load: number;
  readonly queue?: string;
}

const services: readonly (Service & { readonly clusters?: readonly ClusterName[] })[] = [
  { name: "gateway", namespace: "edge", load: 40 },
  { name: "checkout", namespace: "shop", load: 12 },
  { name: "cart", namespace: "shop", load: 25, queue: "cart-events" },
  { name: "payments", namespace: "shop", load: 6, queue: "orders" },
  { name: "search", namespace: "shop", load: 30 },
  { name: "service-x", namespace: "namespace-x", load: 3, clusters: ["dev", "prod-na"] },
  { name: "vat", namespace: "shop", load: 2, clusters: ["prod-eu"] },
];
const loads: Readonly<Record<ClusterName, number>> = { dev: 0.05, "prod-na": 1, "prod-eu": 0.7 };

/** The services that run in a cluster. */
export function servicesOf(cluster: ClusterName): readonly Service[] {
  return services.filter(({ clusters }) => clusters === undefined || clusters.includes(cluster));
}

/** Names of a service's Pods; production has two of each, times `scale`. */
export function podsOf(cluster: ClusterName, service: Service, scale = 1): readonly string[] {
  const letters = (seed: string, count: number) =>
    Array.from(
      { length: count },
      (_, at) => "bcdfghjklmnpqrstvwxz2456789"[Math.floor(fraction(seed + at) * 27)],
    );
  const count = (cluster === "dev" ? 1 : 2) * scale;
  const template = letters(cluster + service.name, 9).join("");
  return Array.from(
    { length: count },
    (_, at) => `${service.name}-${template}-${letters(`${cluster}${service.name}/${at}`, 5).join("")}`,
  );
}

/** One Pod of search in production is unreachable for a quarter of an hour in every incident period. */
const outage: Span = { from: 4 * 3600, to: 4 * 3600 + 900 };
const never = () => false;

/** What a Prometheus of a cluster scrapes: `k8s` the services, `infra` the nodes. */
export function targetsOf(cluster: ClusterName, prometheus: "k8s" | "infra", scale = 1): readonly Target[] {
  const network = clusterNames.indexOf(cluster) + 1;
  if (prometheus === "infra") {
    return Array.from({ length: 3 * scale }, (_, at) => ({
      scraped: true,
      labels: {
        job: "node-exporter",
        instance: `10.${network}.0.${at + 10}:9100`,
        node: `${cluster}-node-${at}`,
      },
      families: nodeFamilies(`${cluster}-node-${at}`),
      down: never,
    }));
  }
  const pods = servicesOf(cluster).flatMap((service, row) =>
    podsOf(cluster, service, scale).map((pod, at): Target => {
      const fails = service.name === "search" && cluster !== "dev" && at === 1;
      return {
        scraped: true,
        labels: {
          job: service.name,
          instance: `10.${network}.${row + 1}.${at + 10}:8080`,
          namespace: service.namespace,
          pod,
          service: service.name,
        },
        families: serviceFamilies(service, pod, loads[cluster]),
        down: fails ? (time) => within(outage, time) : never,
      };
    }),
  );
  return [...pods, stateMetrics(cluster, network, scale), recorded(cluster, scale)];
}

/** kube-state-metrics: what the cluster's objects say. Its samples bring their own `namespace`. */
function stateMetrics(cluster: ClusterName, network: number, scale: number): Target {
  const each = (value: (service: Service) => number) =>
    servicesOf(cluster).map((service) => ({
      labels: { namespace: service.namespace, deployment: service.name },
      value: () => value(service),
    }));
  return {
    scraped: true,
    labels: { job: "kube-state-metrics", instance: `10.${network}.0.5:8080` },
    families: [
      {
        name: "kube_deployment_spec_replicas",
        type: "gauge",
        help: "Number of desired pods for a deployment.",
        series: each((service) => podsOf(cluster, service, scale).length),
      },
      {
        name: "kube_deployment_status_replicas_available",
        type: "gauge",
        help: "The number of available replicas per deployment.",
        series: each((service) => podsOf(cluster, service, scale).length),
      },
    ],
    down: never,
  };
}

/** What the recording rule `service:http_requests:rate5m` of the examples has written so far. */
function recorded(cluster: ClusterName, scale: number): Target {
  return {
    scraped: false,
    labels: {},
    families: [
      {
        name: "service:http_requests:rate5m",
        type: "gauge",
        help: "",
        series: servicesOf(cluster).map((service) => {
          const flows = podsOf(cluster, service, scale).map((pod) =>
            serviceRate(service, pod, loads[cluster]),
          );
          return {
            labels: { namespace: service.namespace, service: service.name },
            // A rate over five minutes shows the middle of them.
            value: (time) => flows.reduce((sum, flow) => sum + flow.rate(time - 150), 0),
          };
        }),
      },
    ],
    down: never,
  };
}
