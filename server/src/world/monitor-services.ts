import type { Labels } from "../base/labels.ts";
import type { ContainerPorts, KubernetesService } from "../model/kubernetes.ts";
import type { MonitorModel } from "../model/monitor.ts";
import { textOf, valueAt } from "../yaml/access.ts";
import { type SelectorMechanism, selects } from "./selectors.ts";

interface Place {
  readonly namespace: string | undefined;
}

/** The mechanism a monitor asks for. */
export function mechanismOf({ root }: MonitorModel): SelectorMechanism {
  return textOf(valueAt(root, "spec", "selectorMechanism")) === "RoleSelector"
    ? "RoleSelector"
    : "RelabelConfig";
}

/**
 * The namespaces in which a monitor looks, or nothing where the file does not say: its own is not written there
 * (Helm, Kustomize), so that every namespace is possible.
 */
export function namespacesOf({ namespace, namespaces }: MonitorModel): readonly string[] | "all" | undefined {
  if (namespaces === "any") return "all";
  if (namespaces !== undefined) return namespaces;
  return namespace === undefined ? undefined : [namespace];
}

/** Whether a monitor looks where an object is; a namespace that is not written is compatible with any. */
export function inScope(monitor: MonitorModel, { namespace }: Place): boolean {
  const scope = namespacesOf(monitor);
  return scope === undefined || scope === "all" || namespace === undefined || scope.includes(namespace);
}

/** The objects in a monitor's namespaces that its selector takes; none where it has no selector. */
export function selectedBy<T extends Place & { readonly labels: Labels }>(
  monitor: MonitorModel,
  objects: readonly T[],
): readonly T[] {
  const { selector } = monitor;
  if (selector === undefined) return [];
  const mechanism = mechanismOf(monitor);
  return objects.filter((each) => inScope(monitor, each) && selects(selector, each.labels, mechanism));
}

/** The Services that a ServiceMonitor reaches, of those given. */
export function servicesFor(
  monitor: MonitorModel,
  services: readonly KubernetesService[],
): readonly KubernetesService[] {
  return selectedBy(monitor, services);
}

/** The workloads or Pods behind a Service: those that carry all labels of its selector, in its namespace. */
export function workloadsBehind(
  { namespace, selector }: KubernetesService,
  workloads: readonly ContainerPorts[],
): readonly ContainerPorts[] {
  const wanted = Object.entries(selector);
  if (wanted.length === 0) return [];
  return workloads.filter(
    (each) =>
      (namespace === undefined || each.namespace === undefined || each.namespace === namespace) &&
      wanted.every(([key, value]) => each.labels[key] === value),
  );
}
