import type { Labels } from "../base/labels.ts";
import type { PickedKind, Picker } from "../model/picker.ts";
import { selects, type Unmet, unmet } from "./selectors.ts";

/** An object of the operator, as far as who picks it depends on it. */
export interface PickedObject {
  readonly kind: PickedKind;
  /** Nothing where the file does not say it. */
  readonly namespace: string | undefined;
  readonly labels: Labels;
}

/** The labels of a namespace; nothing where they are not known. */
export type NamespaceLabels = (name: string) => Labels | undefined;

/**
 * What of the object's labels keeps a picker from picking it (`resource_selector.go` and `rules.go` of the operator);
 * nothing where that is no matter of its labels: nothing of the kind is picked, or not from that namespace. What is
 * not known of namespaces is taken to fit.
 */
export function unmetBy(
  { picks, namespace }: Picker,
  object: PickedObject,
  labelsOf: NamespaceLabels,
): readonly Unmet[] | undefined {
  const { objects, namespaces } = picks[object.kind] ?? {};
  if (objects === undefined) return undefined;
  const own = object.namespace;
  if (own !== undefined) {
    if (namespaces === undefined) {
      if (namespace !== undefined && namespace !== own) return undefined;
    } else {
      const labels = labelsOf(own);
      if (labels !== undefined && !selects(namespaces, labels, "RoleSelector")) return undefined;
    }
  }
  return unmet(objects, object.labels, "RoleSelector");
}
