import type {
  ContainerPort,
  EndpointSlice,
  KubernetesNamespace,
  KubernetesPod,
  KubernetesService,
  OperatorKind,
  OperatorObject,
  PodContainer,
} from "../../model/kubernetes.ts";
import type { Interner } from "./interner.ts";

/**
 * What we keep of the objects of a cluster; every field is unproved until it was looked at. The same labels and ports
 * occur thousands of times: the interner makes them one.
 */

/** What is kept of a Service; `shared` holds equal parts of many objects once. */
export function serviceOf(item: unknown, shared: Interner): KubernetesService {
  const metadata = field(item, "metadata");
  const spec = field(item, "spec");
  return {
    ...placeOf(metadata),
    labels: shared.labels(labelsOf(field(metadata, "labels"))),
    selector: shared.labels(labelsOf(field(spec, "selector"))),
    ports: shared.value(
      listOf(field(spec, "ports")).map((port) => {
        const target = field(port, "targetPort");
        return {
          name: textOf(field(port, "name")),
          port: numberOf(field(port, "port")),
          targetPort: typeof target === "number" || typeof target === "string" ? target : undefined,
        };
      }),
    ),
    type: shared.text(textOf(field(spec, "type"))),
  };
}

/** What is kept of a Pod. */
export function podOf(item: unknown, shared: Interner): KubernetesPod {
  const metadata = field(item, "metadata");
  const spec = field(item, "spec");
  const status = field(item, "status");
  const read = (key: string, isInit: boolean): PodContainer[] =>
    listOf(field(spec, key)).map((container) => ({
      name: textOf(field(container, "name")),
      isInit,
      ports: listOf(field(container, "ports")).map(
        (port): ContainerPort => ({
          name: textOf(field(port, "name")),
          containerPort: numberOf(field(port, "containerPort")),
        }),
      ),
    }));
  const containers = shared.value([...read("initContainers", true), ...read("containers", false)]);
  const { namespace, name } = placeOf(metadata);
  const isReady = listOf(field(status, "conditions")).some(
    (condition) => field(condition, "type") === "Ready" && field(condition, "status") === "True",
  );
  return {
    namespace: shared.text(namespace),
    name,
    owner: `Pod ${name}`,
    labels: shared.labels(labelsOf(field(metadata, "labels"))),
    ports: shared.value(containers.flatMap(({ ports }) => ports)),
    containers,
    phase: shared.text(textOf(field(status, "phase"))),
    isReady,
    ip: textOf(field(status, "podIP")),
    node: shared.text(textOf(field(spec, "nodeName"))),
  };
}

/** What is kept of a Namespace. */
export function namespaceOf(item: unknown): KubernetesNamespace {
  const metadata = field(item, "metadata");
  return { name: textOf(field(metadata, "name")), labels: labelsOf(field(metadata, "labels")) };
}

/** What is kept of an EndpointSlice. */
export function endpointSliceOf(item: unknown, shared: Interner): EndpointSlice {
  const metadata = field(item, "metadata");
  const labels = labelsOf(field(metadata, "labels"));
  return {
    ...placeOf(metadata),
    labels,
    service: labels["kubernetes.io/service-name"],
    addressType: textOf(field(item, "addressType")),
    ports: listOf(field(item, "ports")).map((port) => ({
      name: textOf(field(port, "name")),
      port: numberOf(field(port, "port")),
      protocol: textOf(field(port, "protocol")) || "TCP",
    })),
    endpoints: listOf(field(item, "endpoints")).map((endpoint) => {
      const conditions = field(endpoint, "conditions");
      const target = field(endpoint, "targetRef");
      // The API: a condition that is not said counts as ready and serving.
      return {
        addresses: listOf(field(endpoint, "addresses")).map(textOf),
        isReady: field(conditions, "ready") !== false,
        isServing: field(conditions, "serving") !== false,
        isTerminating: field(conditions, "terminating") === true,
        target:
          target === undefined
            ? undefined
            : `${textOf(field(target, "kind"))} ${textOf(field(target, "name"))}`,
        node: shared.text(textOf(field(endpoint, "nodeName"))),
      };
    }),
  };
}

/** What is kept of an object of prometheus-operator. */
export function operatorObjectOf(kind: OperatorKind, item: unknown): OperatorObject {
  const metadata = field(item, "metadata");
  return {
    kind,
    ...placeOf(metadata),
    labels: labelsOf(field(metadata, "labels")),
    spec: field(item, "spec"),
    status: field(item, "status"),
  };
}

function placeOf(metadata: unknown): { readonly namespace: string; readonly name: string } {
  return { namespace: textOf(field(metadata, "namespace")), name: textOf(field(metadata, "name")) };
}

function field(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

function labelsOf(value: unknown): Record<string, string> {
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
