import type { Labels } from "../../base/labels.ts";
import type {
  EndpointSlice,
  KubernetesNamespace,
  KubernetesPod,
  KubernetesService,
  OperatorKind,
  OperatorObject,
} from "../../model/kubernetes.ts";
import type { Interner } from "./interner.ts";
import { endpointSliceOf, namespaceOf, operatorObjectOf, podOf, serviceOf } from "./objects.ts";

/** What can be asked of a cluster. Secrets are not among it, and never will be. */
export interface Kind<T> {
  /** `/api/v1` or `/apis/GROUP/VERSION`. */
  readonly root: string;
  readonly plural: string;
  /** For sentences. */
  readonly noun: string;
  readonly namespaced: boolean;
  /** There may be very many: only the namespaces that are asked for are listed. */
  readonly isLarge: boolean;
  readonly reduce: (item: unknown, shared: Interner) => T;
  readonly placeOf: (object: T) => {
    readonly namespace: string;
    readonly name: string;
    readonly labels: Labels;
  };
}

const core = { root: "/api/v1", namespaced: true, isLarge: false };

export const services: Kind<KubernetesService> = {
  ...core,
  plural: "services",
  noun: "Services",
  reduce: serviceOf,
  placeOf: ({ namespace = "", name, labels }) => ({ namespace, name, labels }),
};

export const pods: Kind<KubernetesPod> = {
  ...core,
  plural: "pods",
  noun: "Pods",
  isLarge: true,
  reduce: podOf,
  placeOf: (pod) => pod,
};

export const namespaces: Kind<KubernetesNamespace> = {
  ...core,
  plural: "namespaces",
  noun: "namespaces",
  namespaced: false,
  reduce: namespaceOf,
  placeOf: ({ name, labels }) => ({ namespace: "", name, labels }),
};

export const endpointSlices: Kind<EndpointSlice> = {
  ...core,
  root: "/apis/discovery.k8s.io/v1",
  plural: "endpointslices",
  noun: "EndpointSlices",
  isLarge: true,
  reduce: endpointSliceOf,
  placeOf: (slice) => slice,
};

/** Versions by the operator's own definitions. */
const operatorVersions: Readonly<Record<OperatorKind, string>> = {
  ServiceMonitor: "v1",
  PodMonitor: "v1",
  Probe: "v1",
  ScrapeConfig: "v1alpha1",
  PrometheusRule: "v1",
  Prometheus: "v1",
  PrometheusAgent: "v1alpha1",
  ThanosRuler: "v1",
};

/** How objects of a kind of prometheus-operator are listed and what is kept of them. */
export function operatorKind(kind: OperatorKind): Kind<OperatorObject> {
  const plural = kind === "Prometheus" ? "prometheuses" : `${kind.toLowerCase()}s`;
  return {
    ...core,
    root: `/apis/monitoring.coreos.com/${operatorVersions[kind]}`,
    plural,
    noun: kind === "Prometheus" ? "Prometheus objects" : `${kind}s`,
    reduce: (item) => operatorObjectOf(kind, item),
    placeOf: (object) => object,
  };
}
