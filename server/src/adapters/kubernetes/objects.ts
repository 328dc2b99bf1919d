import type { ContainerPort, ContainerPorts, KubernetesService } from "../../model/kubernetes.ts";

/** A list of objects as the API server writes it; every field is unproved until it was looked at. */
export interface RawPage {
  readonly items: readonly unknown[];
  /** Where the next page begins; empty on the last one. */
  readonly next: string;
}

/** A page of a list, or nothing where the text is none. */
export function readPage(text: string): RawPage | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const items = field(parsed, "items");
  if (field(parsed, "kind") === undefined || !(Array.isArray(items) || items === null)) return undefined;
  return { items: items ?? [], next: textOf(field(field(parsed, "metadata"), "continue")) };
}

/** The message of a `Status` object, or nothing. */
export function statusMessage(text: string): string | undefined {
  try {
    const message = field(JSON.parse(text), "message");
    return typeof message === "string" ? message : undefined;
  } catch {
    return undefined;
  }
}

/** What we keep of a Service. */
export function serviceOf(item: unknown): KubernetesService {
  const metadata = field(item, "metadata");
  const spec = field(item, "spec");
  return {
    namespace: textOf(field(metadata, "namespace")),
    name: textOf(field(metadata, "name")),
    labels: labelsOf(field(metadata, "labels")),
    selector: labelsOf(field(spec, "selector")),
    ports: listOf(field(spec, "ports")).map((port) => {
      const target = field(port, "targetPort");
      return {
        name: textOf(field(port, "name")),
        port: numberOf(field(port, "port")),
        targetPort: typeof target === "number" || typeof target === "string" ? target : undefined,
      };
    }),
    type: textOf(field(spec, "type")),
  };
}

/** What we keep of a Pod. */
export function podOf(item: unknown): ContainerPorts {
  const metadata = field(item, "metadata");
  const spec = field(item, "spec");
  const containers = [...listOf(field(spec, "initContainers")), ...listOf(field(spec, "containers"))];
  return {
    namespace: textOf(field(metadata, "namespace")),
    owner: `Pod ${textOf(field(metadata, "name"))}`,
    labels: labelsOf(field(metadata, "labels")),
    ports: containers.flatMap((container) =>
      listOf(field(container, "ports")).map(
        (port): ContainerPort => ({
          name: textOf(field(port, "name")),
          containerPort: numberOf(field(port, "containerPort")),
        }),
      ),
    ),
  };
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
