import type { Labels } from "../base/labels.ts";
import type { Ruler } from "../model/ruler.ts";
import { selects, type Unmet, unmet } from "./selectors.ts";

/** A PrometheusRule, as far as who loads it depends on it. */
export interface RuleObject {
  /** Nothing where the file does not say it. */
  readonly namespace: string | undefined;
  readonly labels: Labels;
}

/** The labels of a namespace; nothing where they are not known. */
export type NamespaceLabels = (name: string) => Labels | undefined;

/**
 * What of the object's labels keeps a ruler from loading it (`resource_selector.go` and `rules.go` of the operator);
 * nothing where that is no matter of its labels: the ruler loads nothing at all, or not from that namespace. What is
 * not known of namespaces is taken to fit.
 */
export function unmetBy(
  { rules, namespaces, namespace }: Ruler,
  object: RuleObject,
  labelsOf: NamespaceLabels,
): readonly Unmet[] | undefined {
  if (rules === undefined) return undefined;
  const own = object.namespace;
  if (own !== undefined) {
    if (namespaces === undefined) {
      if (namespace !== undefined && namespace !== own) return undefined;
    } else {
      const labels = labelsOf(own);
      if (labels !== undefined && !selects(namespaces, labels, "RoleSelector")) return undefined;
    }
  }
  return unmet(rules, object.labels, "RoleSelector");
}
