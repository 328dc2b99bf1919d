import type { Labels } from "../base/labels.ts";
import { asSeq, stringMap, textOf, valueAt } from "../yaml/access.ts";
import type { YamlMap, YamlNode } from "../yaml/node.ts";

export interface ServicePort {
  /** Empty for the single unnamed port. */
  readonly name: string;
  /** 0 where the file does not say a number. */
  readonly port: number;
  /** The container port by number or by name. */
  readonly targetPort: number | string | undefined;
}

/** What a monitor needs to know of a Service; from a file or from a cluster. */
export interface KubernetesService {
  /** Nothing where the file does not say it (Helm, Kustomize): unknown, never `default`. */
  readonly namespace: string | undefined;
  readonly name: string;
  readonly labels: Labels;
  readonly selector: Labels;
  readonly ports: readonly ServicePort[];
  readonly type: string;
  /** Where the Service is written, for related ranges; nothing for live ones. */
  readonly uri?: string | undefined;
  readonly offset?: number | undefined;
}

export interface ContainerPort {
  readonly name: string;
  readonly containerPort: number;
}

/** The declared ports of a Pod or of a workload's Pod template. */
export interface ContainerPorts {
  readonly namespace: string | undefined;
  /** Kind and name for messages: "Deployment web", "Pod web-0". */
  readonly owner: string;
  readonly labels: Labels;
  readonly ports: readonly ContainerPort[];
  /** Where the workload is written, for related ranges; nothing for live ones. */
  readonly uri?: string | undefined;
  readonly offset?: number | undefined;
}

/** A container of a Pod with the ports that it declares. */
export interface PodContainer {
  readonly name: string;
  readonly isInit: boolean;
  readonly ports: readonly ContainerPort[];
}

/** A Pod of a cluster, as far as discovery looks at it; its `ports` are those of all containers. */
export interface KubernetesPod extends ContainerPorts {
  readonly namespace: string;
  readonly name: string;
  readonly containers: readonly PodContainer[];
  /** `Pending`, `Running`, `Succeeded`, `Failed`, `Unknown`; empty where the cluster does not say. */
  readonly phase: string;
  readonly isReady: boolean;
  /** Empty as long as it has none. */
  readonly ip: string;
  readonly node: string;
}

export interface KubernetesNamespace {
  readonly name: string;
  readonly labels: Labels;
}

/** Addresses behind a Service, or made by hand. */
export interface EndpointSlice {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  /** The Service that its label names; nothing for a slice without one. */
  readonly service: string | undefined;
  /** `IPv4`, `IPv6` or `FQDN`. */
  readonly addressType: string;
  readonly ports: readonly { readonly name: string; readonly port: number; readonly protocol: string }[];
  readonly endpoints: readonly {
    readonly addresses: readonly string[];
    readonly isReady: boolean;
    readonly isServing: boolean;
    readonly isTerminating: boolean;
    /** Kind and name of what stands behind: "Pod web-0". */
    readonly target: string | undefined;
    readonly node: string;
  }[];
}

/** The kinds of prometheus-operator that discovery depends on. */
export type OperatorKind =
  | "ServiceMonitor"
  | "PodMonitor"
  | "Probe"
  | "ScrapeConfig"
  | "PrometheusRule"
  | "Prometheus"
  | "PrometheusAgent"
  | "ThanosRuler";

/** An object of prometheus-operator as the API server holds it, without its annotations and managed fields. */
export interface OperatorObject {
  readonly kind: OperatorKind;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  /** As the API server writes it; nothing is proved about it. */
  readonly spec: unknown;
  readonly status: unknown;
}

/** Reads a Service out of its object in a file; the offset is that of `metadata.name`. */
export function readService(root: YamlMap, uri: string): KubernetesService {
  const spec = valueAt(root, "spec");
  return {
    namespace: textOf(valueAt(root, "metadata", "namespace")),
    name: textOf(valueAt(root, "metadata", "name")) ?? "",
    labels: labelsOf(valueAt(root, "metadata", "labels")),
    selector: labelsOf(valueAt(spec, "selector")),
    ports: itemsOf(valueAt(spec, "ports")).map((item) => ({
      name: textOf(valueAt(item, "name")) ?? "",
      port: Number(textOf(valueAt(item, "port")) ?? 0) || 0,
      targetPort: portReference(valueAt(item, "targetPort")),
    })),
    type: textOf(valueAt(spec, "type")) ?? "ClusterIP",
    uri,
    offset: placeOf(root),
  };
}

/** Reads the container ports of a Pod, or of the Pod template of a workload, CronJobs among them. */
export function readWorkload(root: YamlMap, uri: string): ContainerPorts {
  const kind = textOf(valueAt(root, "kind")) ?? "Pod";
  const pod =
    kind === "Pod"
      ? root
      : (valueAt(root, "spec", "template") ?? valueAt(root, "spec", "jobTemplate", "spec", "template"));
  const containers = [
    ...itemsOf(valueAt(pod, "spec", "initContainers")),
    ...itemsOf(valueAt(pod, "spec", "containers")),
  ];
  return {
    namespace: textOf(valueAt(root, "metadata", "namespace")),
    owner: `${kind} ${textOf(valueAt(root, "metadata", "name")) ?? ""}`.trim(),
    labels: labelsOf(valueAt(pod, "metadata", "labels")),
    ports: containers
      .flatMap((container) => itemsOf(valueAt(container, "ports")))
      .flatMap((item) => {
        const containerPort = Number(textOf(valueAt(item, "containerPort")));
        return Number.isInteger(containerPort) && containerPort > 0
          ? [{ name: textOf(valueAt(item, "name")) ?? "", containerPort }]
          : [];
      }),
    uri,
    offset: placeOf(root),
  };
}

function labelsOf(node: YamlNode | undefined): Labels {
  return Object.fromEntries(stringMap(node));
}

function itemsOf(node: YamlNode | undefined): readonly YamlNode[] {
  return asSeq(node)?.items ?? [];
}

/** A number stays one; a quoted number is a name, as the API server's IntOrString has it. */
function portReference(node: YamlNode | undefined): number | string | undefined {
  const text = textOf(node);
  if (text === undefined || node === undefined) return undefined;
  return node.kind === "scalar" && node.type === "int" ? Number(text) : text;
}

function placeOf(root: YamlMap): number {
  return (valueAt(root, "metadata", "name") ?? root).span.start;
}
