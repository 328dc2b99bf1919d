import type { SourceDocument } from "../model/document.ts";
import type { ContainerPorts, KubernetesService } from "../model/kubernetes.ts";
import type { SlicedRules } from "../model/sliced.ts";

/** A recording rule of a file. */
export interface RecordedRule {
  /** The metric that it records. */
  readonly name: string;
  /** Its expression, cut where it is very long. */
  readonly expr: string;
  readonly uri: string;
  /** As people know the file: below its workspace folder. */
  readonly path: string;
  /** Zero-based line of its name. */
  readonly line: number;
}

/**
 * What the files of the workspace declare. It is always partial: what is not here may be deployed
 * from elsewhere, so its absence proves nothing.
 */
export interface WorkspaceIndex {
  readonly services: readonly KubernetesService[];
  readonly workloads: readonly ContainerPorts[];
  /** What recording rules record; several may record the same metric. */
  readonly records: readonly RecordedRule[];
}

export const emptyWorkspace: WorkspaceIndex = { services: [], workloads: [], records: [] };

/** Longer expressions say no more to a reader, and the index holds those of all files. */
const maxExpression = 2_000;

/** What one file declares. */
export function declarationsOf(document: SourceDocument): WorkspaceIndex {
  if (document.sliced !== undefined) {
    const records = recordsOfSlices(document, document.sliced);
    return records.length === 0 ? emptyWorkspace : { ...emptyWorkspace, records };
  }
  const services: KubernetesService[] = [];
  const workloads: ContainerPorts[] = [];
  for (const { model } of document.parts) {
    if (model.kind === "Service") services.push(model.service);
    else if (model.kind === "workload") workloads.push(model.workload);
  }
  const records = recordsOf(document);
  return services.length + workloads.length + records.length === 0
    ? emptyWorkspace
    : { services, workloads, records };
}

/** The same of an open file whose slices alone are read. */
function recordsOfSlices({ uri, path }: SourceDocument, sliced: SlicedRules): readonly RecordedRule[] {
  const records: RecordedRule[] = [];
  for (const { slice, block, index } of sliced.slices()) {
    const { kind, name, expr } = slice.rule ?? {};
    if (kind !== "record" || name === undefined || name.value === "") continue;
    const line = sliced.lines.lineOf(block, index) + slice.lines.positionAt(name.span.start).line;
    records.push({ name: name.value, expr: (expr?.text ?? "").slice(0, maxExpression), uri, path, line });
  }
  return records;
}

function recordsOf({ parts, uri, path, lines }: SourceDocument): readonly RecordedRule[] {
  const records: RecordedRule[] = [];
  for (const { model } of parts) {
    if (model.kind !== "rules" && model.kind !== "PrometheusRule") continue;
    for (const { rules } of model.rules.groups) {
      for (const { kind, name, expr } of rules) {
        if (kind !== "record" || name === undefined || name.value === "") continue;
        const { line } = lines.positionAt(name.span.start);
        records.push({ name: name.value, expr: (expr?.text ?? "").slice(0, maxExpression), uri, path, line });
      }
    }
  }
  return records;
}

/** Whether findings may differ: where a rule stands and how its expression is written concerns no other file. */
export function sameDeclarations(a: WorkspaceIndex, b: WorkspaceIndex): boolean {
  if (a === b) return true;
  const sameNames =
    a.records.length === b.records.length &&
    a.records.every(({ name }, index) => name === b.records[index]?.name);
  return sameNames && sameShape(a.services, b.services) && sameShape(a.workloads, b.workloads);
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
    records: all.flatMap((file) => file.records),
  };
}
