import type { Labels } from "../base/labels.ts";

export interface ServicePort {
  /** Empty for the single unnamed port. */
  readonly name: string;
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
}
