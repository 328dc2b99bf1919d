import { type ClusterName, podsOf, type Service, servicesOf } from "./history-estate.ts";

/** A Kubernetes object as it is sent to the API server. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

interface Port {
  readonly name: string;
  readonly port: number;
  readonly targetPort: number | string;
}

const web: Port = { name: "http", port: 80, targetPort: "http" };
const metrics: Port = { name: "http-metrics", port: 9102, targetPort: "http-metrics" };
/** The ports of a Service; the container ports of its Pods have the names of the `targetPort`s. */
const ports: Readonly<Record<string, readonly Port[]>> = {
  gateway: [web, { name: "https", port: 443, targetPort: 8443 }, metrics],
  cart: [web, { name: "metrics", port: 9102, targetPort: "metrics" }],
  search: [metrics],
  "service-x": [{ name: "express", port: 3000, targetPort: "express" }],
};
const containerPorts: Readonly<Record<string, number>> = {
  http: 8080,
  "http-metrics": 9102,
  metrics: 9102,
  express: 3000,
};

function labelsOf(service: Service): Record<string, string> {
  const app = service.name;
  return {
    app,
    "app.kubernetes.io/name": app,
    "app.kubernetes.io/managed-by": "Helm",
    chart: `${app}-1.0.0`,
    tier: service.namespace === "edge" ? "edge" : "backend",
  };
}

function portsOf(service: Service): readonly Port[] {
  return ports[service.name] ?? [web, metrics];
}

function serviceObject(service: Service): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: service.name, namespace: service.namespace, labels: labelsOf(service) },
    spec: { selector: { app: service.name }, ports: portsOf(service) },
  };
}

function podObject(service: Service, name: string, nodeName: string): KubeObject {
  const named = portsOf(service).map(({ targetPort }) =>
    typeof targetPort === "string"
      ? { name: targetPort, containerPort: containerPorts[targetPort] }
      : { containerPort: targetPort },
  );
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: service.namespace,
      labels: { ...labelsOf(service), "pod-template-hash": "1" },
    },
    spec: {
      nodeName,
      containers: [{ name: service.name, image: `registry.example/${service.name}:2.7.3`, ports: named }],
    },
  };
}

/** A Pod with the address that it gets; Pods count as Ready only once their status says so. */
export interface SeededPod {
  readonly object: KubeObject;
  readonly ip: string;
}

/** What runs in a cluster, as Kubernetes objects: the same services and Pods that its Prometheus scrape. */
export interface Seed {
  /** Everything but the Pods, in an order in which it can be created. */
  readonly objects: readonly KubeObject[];
  readonly pods: readonly SeededPod[];
}

export function seedOf(cluster: ClusterName): Seed {
  const services = servicesOf(cluster);
  const namespaces = [...new Set(services.map(({ namespace }) => namespace))];
  const node = `${cluster}-node-0`;
  const network = { dev: 1, "prod-na": 2, "prod-eu": 3 }[cluster];
  return {
    objects: [
      { apiVersion: "v1", kind: "Node", metadata: { name: node } },
      ...namespaces.map((name) => ({
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name, labels: { name } },
      })),
      ...services.map(serviceObject),
    ],
    pods: services.flatMap((service, row) =>
      podsOf(cluster, service).map((pod, at) => ({
        object: podObject(service, pod, node),
        ip: `10.${network}.${row + 1}.${at + 10}`,
      })),
    ),
  };
}
