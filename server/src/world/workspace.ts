import type { SourceDocument } from "../model/document.ts";
import type { ContainerPorts, KubernetesService } from "../model/kubernetes.ts";
import type { Picker } from "../model/picker.ts";

/**
 * What the files of the workspace declare of Kubernetes; their rules are in the index of names. It is always partial:
 * what is not here may be deployed from elsewhere, so its absence proves nothing.
 */
export interface WorkspaceIndex {
  readonly services: readonly KubernetesService[];
  readonly workloads: readonly ContainerPorts[];
  readonly pickers: readonly Picker[];
}

export const emptyWorkspace: WorkspaceIndex = { services: [], workloads: [], pickers: [] };

/** What one file declares. */
export function declarationsOf({ parts }: SourceDocument): WorkspaceIndex {
  const services: KubernetesService[] = [];
  const workloads: ContainerPorts[] = [];
  const pickers: Picker[] = [];
  for (const { model } of parts) {
    if (model.kind === "Service") services.push(model.service);
    else if (model.kind === "workload") workloads.push(model.workload);
    else if (model.kind === "picker") pickers.push(model.picker);
  }
  const isEmpty = services.length + workloads.length + pickers.length === 0;
  return isEmpty ? emptyWorkspace : { services, workloads, pickers };
}

/** Whether findings in other files may differ. */
export function sameDeclarations(a: WorkspaceIndex, b: WorkspaceIndex): boolean {
  const isSame = (key: keyof WorkspaceIndex): boolean => sameShape(a[key], b[key]);
  return a === b || (isSame("services") && isSame("workloads") && isSame("pickers"));
}

function sameShape(a: readonly unknown[], b: readonly unknown[]): boolean {
  return (
    (a.length === 0 && b.length === 0) || JSON.stringify(a, withEntries) === JSON.stringify(b, withEntries)
  );
}

/** Of maps JSON tells nothing by itself. */
function withEntries(_key: string, value: unknown): unknown {
  return value instanceof Map ? [...value] : value;
}

/** What all files declare together. */
export function mergeDeclarations(files: Iterable<WorkspaceIndex>): WorkspaceIndex {
  const all = [...files];
  return {
    services: all.flatMap((file) => file.services),
    workloads: all.flatMap((file) => file.workloads),
    pickers: all.flatMap((file) => file.pickers),
  };
}
