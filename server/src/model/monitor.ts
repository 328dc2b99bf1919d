import { asMap, asScalar, asSeq, isNull, pairOf, stringMap, textOf, valueAt } from "../yaml/access.ts";
import type { YamlMap, YamlNode, YamlScalar } from "../yaml/node.ts";

/** A label selector as written: equality labels, and whether it says more than those. */
export interface SelectorModel {
  readonly node: YamlNode;
  readonly matchLabels: ReadonlyMap<string, string>;
  readonly expressions: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values: readonly string[];
  }[];
}

export interface EndpointModel {
  readonly node: YamlMap;
  readonly port: YamlScalar | undefined;
  readonly targetPort: YamlScalar | undefined;
  /** PodMonitor only: the container port by number. */
  readonly portNumber?: YamlScalar | undefined;
}

/** A ServiceMonitor or PodMonitor. */
export interface MonitorModel {
  readonly kind: "ServiceMonitor" | "PodMonitor";
  readonly root: YamlMap;
  readonly name: string | undefined;
  /** Nothing where the file does not say it: unknown, never `default`. */
  readonly namespace: string | undefined;
  readonly endpoints: readonly EndpointModel[];
  readonly selector: SelectorModel | undefined;
  /** `any`, the names listed, or nothing for the monitor's own namespace. */
  readonly namespaces: "any" | readonly string[] | undefined;
}

/** The key of `spec` that lists the endpoints. */
export const endpointsKey = { ServiceMonitor: "endpoints", PodMonitor: "podMetricsEndpoints" } as const;

/** Reads a monitor out of its object; what is missing or of another shape is left out. */
export function readMonitor(root: YamlMap, kind: MonitorModel["kind"]): MonitorModel {
  const spec = valueAt(root, "spec");
  const endpoints: EndpointModel[] = [];
  for (const item of asSeq(valueAt(spec, endpointsKey[kind]))?.items ?? []) {
    const node = asMap(item);
    if (node !== undefined) endpoints.push(readEndpoint(node));
  }
  return {
    kind,
    root,
    name: textOf(valueAt(root, "metadata", "name")),
    namespace: textOf(valueAt(root, "metadata", "namespace")),
    endpoints,
    selector: readSelector(valueAt(spec, "selector")),
    namespaces: readNamespaces(valueAt(spec, "namespaceSelector")),
  };
}

function readEndpoint(node: YamlMap): EndpointModel {
  const scalar = (key: string): YamlScalar | undefined => {
    const value = asScalar(pairOf(node, key)?.value);
    return isNull(value) ? undefined : value;
  };
  return {
    node,
    port: scalar("port"),
    targetPort: scalar("targetPort"),
    portNumber: scalar("portNumber"),
  };
}

/** Reads a Kubernetes label selector; nothing where it is not a mapping. */
/** A label selector; nothing where none is written. */
export function readSelector(value: YamlNode | undefined): SelectorModel | undefined {
  const node = asMap(value);
  if (node === undefined) return undefined;
  return {
    node,
    matchLabels: stringMap(valueAt(node, "matchLabels")),
    expressions: (asSeq(valueAt(node, "matchExpressions"))?.items ?? []).map((item) => ({
      key: textOf(valueAt(item, "key")) ?? "",
      operator: textOf(valueAt(item, "operator")) ?? "",
      values: (asSeq(valueAt(item, "values"))?.items ?? []).flatMap((each) => textOf(each) ?? []),
    })),
  };
}

/** As the operator reads it (`promcfg.go`): `any` wins, an empty list means the monitor's own namespace. */
function readNamespaces(selector: YamlNode | undefined): MonitorModel["namespaces"] {
  if (textOf(valueAt(selector, "any")) === "true") return "any";
  const names = (asSeq(valueAt(selector, "matchNames"))?.items ?? []).flatMap((item) => textOf(item) ?? []);
  return names.length === 0 ? undefined : names;
}
