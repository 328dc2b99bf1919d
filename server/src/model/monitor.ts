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
