import type { Labels } from "../../base/labels.ts";
import { nearest } from "../../base/nearest.ts";
import { isPickerKind, type PickedKind, type Picker, pickedBy, pickerOf } from "../../model/picker.ts";
import { type NamespaceLabels, type PickedObject, unmetBy } from "../../world/picked.ts";
import type { Cluster } from "../../world/ports.ts";
import type { Unmet } from "../../world/selectors.ts";
import { asMap, keyOf, pairOf, stringMap, textOf, valueAt } from "../../yaml/access.ts";
import type { YamlMap } from "../../yaml/node.ts";
import type { CheckContext, Finding, Fix, Severity } from "../check.ts";
import { type LiveSource, liveSource, placeOf } from "./evidence.ts";
import { whereWords } from "./judgement.ts";
import { scalarText, sentence, short } from "./words.ts";

/** The pickers that a source shows. */
interface Source {
  /** Nothing for files. */
  readonly live: LiveSource | undefined;
  readonly pickers: readonly Picker[];
  readonly labelsOf: NamespaceLabels;
}

/** A picker that would take the object but for its labels. */
interface Miss {
  readonly source: Source;
  readonly picker: Picker;
  readonly unmet: readonly Unmet[];
}

/** What keeps an object from being picked by any server of the operator; nothing where one picks it, or none is known. */
export function notSelected(
  check: string,
  kind: PickedKind,
  root: YamlMap,
  context: CheckContext,
): readonly Finding[] {
  const { snapshot } = context;
  const object: PickedObject = {
    kind,
    namespace: textOf(valueAt(root, "metadata", "namespace")),
    labels: Object.fromEntries(stringMap(valueAt(root, "metadata", "labels"))),
  };
  const misses: Miss[] = [];
  for (const source of sourcesOf(kind, context))
    for (const picker of source.pickers) {
      const unmet = unmetBy(picker, object, source.labelsOf);
      if (unmet === undefined) continue;
      if (unmet.length === 0) return [];
      misses.push({ source, picker, unmet });
    }
  const [miss] = misses.sort((a, b) => a.unmet.length - b.unmet.length);
  const [first] = miss?.unmet ?? [];
  if (miss === undefined || first === undefined) return [];
  const { picker, source } = miss;
  const isSlip = first.found !== undefined && nearest(first.found, first.wanted) !== undefined;
  // Kustomize and Helm may add labels to what stands in files.
  const severity: Severity = source.live !== undefined || isSlip ? "warning" : "info";
  const where = source.live === undefined ? " here" : whereWords(source.live);
  const words = `No ${picker.kind}${where} picks this object: ${short(picker.name, 20)} ${wantedWords(first)}.`;
  return [
    {
      check,
      severity,
      message: sentence(words),
      span: spanOf(root),
      related: placeOf(picker, picker.name, `${picker.kind} ${picker.name}`, snapshot.document.uri),
      fixes: fixesOf(context, root, first),
    },
  ];
}

function wantedWords({ key, wanted, found }: Unmet): string {
  const [value] = wanted;
  if (value === undefined)
    return found === undefined ? `wants a label ${short(key, 30)}` : `wants no label ${short(key, 30)}`;
  return `wants ${short(key, 24)}: ${short(value, 24)}`;
}

/** What the clusters of the file's environments show, where it is all there is, and then the files. */
function sourcesOf(kind: PickedKind, { snapshot }: CheckContext): readonly Source[] {
  const files: Source = { live: undefined, pickers: snapshot.workspace.pickers, labelsOf: () => undefined };
  const live = snapshot.environments.flatMap(({ environment, cluster }) =>
    cluster === undefined ? [] : (liveSourceOf(kind, environment.name, cluster) ?? []),
  );
  return [...live, files];
}

/** Nothing where the cluster does not show all who may pick objects of the kind. */
function liveSourceOf(kind: PickedKind, environment: string, cluster: Cluster): Source | undefined {
  const pickers: Picker[] = [];
  let asOf: number | undefined;
  for (const picker of Object.keys(pickedBy).filter(isPickerKind)) {
    if (!pickedBy[picker].includes(kind)) continue;
    const fact = cluster.operatorObjects(picker, "all");
    if (fact.status === "ok") {
      asOf ??= fact.asOf;
      for (const object of fact.value) pickers.push(pickerOf(picker, object));
      // A cluster need not know the kinds of which it has none.
    } else if (fact.status !== "unavailable" || fact.reason !== "unsupported") return undefined;
  }
  if (asOf === undefined) return undefined;
  const labels = new Map<string, Labels>();
  if (pickers.some(({ picks }) => picks[kind]?.namespaces !== undefined)) {
    const all = cluster.namespaces();
    for (const namespace of all.status === "unavailable" ? [] : all.value)
      labels.set(namespace.name, namespace.labels);
  }
  return { live: liveSource(environment, asOf, []), pickers, labelsOf: (name) => labels.get(name) };
}

function spanOf(root: YamlMap): { readonly start: number; readonly end: number } {
  const metadata = valueAt(root, "metadata");
  const pair = pairOf(metadata, "labels") ?? pairOf(metadata, "name") ?? pairOf(root, "kind");
  return pair?.key.span ?? root.span;
}

/** The label that is asked for, in the place of another value or before the other labels. */
function fixesOf(
  { snapshot: { document } }: CheckContext,
  root: YamlMap,
  { key, wanted: [value] }: Unmet,
): readonly Fix[] | undefined {
  const labels = asMap(valueAt(root, "metadata", "labels"));
  const [first] = labels?.pairs ?? [];
  if (value === undefined || labels === undefined || first === undefined) return undefined;
  const title = `Set the label ${short(key)}: ${short(value)}`;
  const own = labels.pairs.find((pair) => keyOf(pair) === key);
  if (own !== undefined)
    return [{ title, safe: false, edits: [{ span: own.value.span, newText: scalarText(value) }] }];
  const { start } = first.key.span;
  const indent = " ".repeat(document.lines.positionAt(start).character);
  const entry = `${scalarText(key)}: ${scalarText(value)}`;
  const newText = labels.flow ? `${entry}, ` : `${entry}\n${indent}`;
  return [{ title, safe: false, edits: [{ span: { start, end: start }, newText }] }];
}
