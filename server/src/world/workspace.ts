import type { SourceDocument } from "../model/document.ts";
import type { ContainerPorts, KubernetesService } from "../model/kubernetes.ts";

/**
 * What the files of the workspace declare of Kubernetes; their rules are in the index of names. It is always partial:
 * what is not here may be deployed from elsewhere, so its absence proves nothing.
 */
export interface WorkspaceIndex {
  readonly services: readonly KubernetesService[];
  readonly workloads: readonly ContainerPorts[];
}

export const emptyWorkspace: WorkspaceIndex = { services: [], workloads: [] };

/** What one file declares. */
export function declarationsOf({ parts }: SourceDocument): WorkspaceIndex {
  const services: KubernetesService[] = [];
  const workloads: ContainerPorts[] = [];
  for (const { model } of parts) {
    if (model.kind === "Service") services.push(model.service);
    else if (model.kind === "workload") workloads.push(model.workload);
  }
  return services.length + workloads.length === 0 ? emptyWorkspace : { services, workloads };
}

/** Whether findings in other files may differ. */
export function sameDeclarations(a: WorkspaceIndex, b: WorkspaceIndex): boolean {
  return a === b || (sameShape(a.services, b.services) && sameShape(a.workloads, b.workloads));
}

function sameShape(a: readonly unknown[], b: readonly unknown[]): boolean {
  return (a.length === 0 && b.length === 0) || JSON.stringify(a) === JSON.stringify(b);
}

/** What all files declare together. */
export function mergeDeclarations(files: Iterable<WorkspaceIndex>): WorkspaceIndex {
  const all = [...files];
  return {
    services: all.flatMap((file) => file.services),
    workloads: all.flatMap((file) => file.workloads),
  };
}
