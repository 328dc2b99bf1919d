import type { Known } from "../../base/known.ts";
import type { ContainerPorts, KubernetesService } from "../../model/kubernetes.ts";
import type { MonitorModel } from "../../model/monitor.ts";
import { namespacesOf, selectedBy, servicesFor, workloadsBehind } from "../../world/monitor-services.ts";
import type { Snapshot } from "../../world/snapshot.ts";
import type { Related } from "../check.ts";
import { short } from "./words.ts";

/** What one source says of a monitor. */
export interface Evidence<T> {
  /** Nothing for the files of the workspace, which are always partial. */
  readonly live: LiveSource | undefined;
  /** Everything that the source showed. */
  readonly all: readonly T[];
  /** What the monitor's selector takes of it. */
  readonly selected: readonly T[];
}

export interface LiveSource {
  readonly environment: string;
  /** Whether the source showed all there is; only then its silence means something. */
  readonly complete: boolean;
  /** What it did not show, in plain words. */
  readonly missing: readonly string[];
  /** "in Dev (17:20:05 UTC)", for messages: which environment, and when its cluster answered. */
  readonly words: string;
}

/** What the files and the clusters of the file's environments say about the Services of a ServiceMonitor. */
export function serviceEvidence(
  snapshot: Snapshot,
  monitor: MonitorModel,
): readonly Evidence<KubernetesService>[] {
  const { services } = snapshot.workspace;
  const result: Evidence<KubernetesService>[] = [
    { live: undefined, all: services, selected: servicesFor(monitor, services) },
  ];
  for (const { environment, cluster } of snapshot.environments) {
    if (cluster === undefined) continue;
    const fact = cluster.services(namespacesOf(monitor) ?? "all");
    if (fact.status === "unavailable") continue;
    const live = liveSource(environment.name, fact.asOf, missingOf([fact]));
    result.push({ live, all: fact.value, selected: servicesFor(monitor, fact.value) });
  }
  return result;
}

/** What they say about the workloads and Pods that a monitor reaches, through Services or by itself. */
export function workloadEvidence(
  snapshot: Snapshot,
  monitor: MonitorModel,
  services: readonly Evidence<KubernetesService>[],
): readonly Evidence<ContainerPorts>[] {
  const { workloads } = snapshot.workspace;
  const known = services.flatMap(({ selected }) => selected);
  const files =
    monitor.kind === "PodMonitor"
      ? selectedBy(monitor, workloads)
      : workloads.filter((each) => known.some((service) => workloadsBehind(service, [each]).length > 0));
  const result: Evidence<ContainerPorts>[] = [{ live: undefined, all: workloads, selected: files }];
  for (const { environment, cluster } of snapshot.environments) {
    if (cluster === undefined) continue;
    const asked = podQuestions(
      monitor,
      services.find(({ live }) => live?.environment === environment.name),
    );
    const facts = asked.map(({ namespace, labels }) => cluster.containerPorts(namespace, labels));
    const seen = facts.flatMap((fact) => (fact.status === "unavailable" ? [] : [fact]));
    if (seen.length === 0) continue;
    const pods = seen.flatMap((fact) => fact.value);
    const asOf = Math.min(...seen.map((fact) => fact.asOf));
    const live = liveSource(environment.name, asOf, missingOf(facts));
    result.push({ live, all: pods, selected: pods });
  }
  return result;
}

/** Pods are never listed as a whole: only those behind a few Services, or in the few namespaces of a PodMonitor. */
const maxQuestions = 5;

function podQuestions(
  monitor: MonitorModel,
  services: Evidence<KubernetesService> | undefined,
): readonly { readonly namespace: string; readonly labels: Readonly<Record<string, string>> }[] {
  if (monitor.kind === "PodMonitor") {
    const namespaces = namespacesOf(monitor);
    const labels = Object.fromEntries(monitor.selector?.matchLabels ?? []);
    // Expressions are not sent: their answer would be a guess.
    if (!Array.isArray(namespaces) || monitor.selector?.expressions.length !== 0) return [];
    if (Object.keys(labels).length === 0) return [];
    return namespaces.slice(0, maxQuestions).map((namespace: string) => ({ namespace, labels }));
  }
  return (services?.selected ?? [])
    .filter(({ selector }) => Object.keys(selector).length > 0)
    .slice(0, maxQuestions)
    .map(({ namespace, selector }) => ({ namespace: namespace ?? "", labels: selector }));
}

/** A cluster that answered, with what it did not show. */
export function liveSource(environment: string, asOf: number, missing: readonly string[]): LiveSource {
  const time = new Date(asOf).toISOString().slice(11, 19);
  const words = `in ${short(environment, 20)} (${time} UTC)`;
  return { environment, complete: missing.length === 0, missing, words };
}

function missingOf(facts: readonly Known<unknown>[]): readonly string[] {
  return facts.flatMap((fact) =>
    fact.status === "ok" ? [] : fact.status === "partial" ? fact.missing : ["other Pods"],
  );
}

/** The place of an object that is written in a file; nothing for live ones. */
export function placeOf(
  { uri, offset }: { readonly uri?: string | undefined; readonly offset?: number | undefined },
  name: string,
  message: string,
  own: string,
): readonly Related[] {
  if (uri === undefined || offset === undefined) return [];
  const span = { start: offset, end: offset + name.length };
  return [{ message, span, ...(uri === own ? {} : { uri }) }];
}

/** The places of Services in files, with their ports. */
export function servicePlaces(services: readonly KubernetesService[], own: string): readonly Related[] {
  return services.flatMap((service) => {
    const ports = service.ports.map(({ name, port }) => (name === "" ? `${port} without a name` : name));
    const text = `Service ${service.name} has the ports ${ports.join(", ") || "(none)"}.`;
    return placeOf(service, service.name, text, own);
  });
}
