import type { Labels } from "../../base/labels.ts";
import { nearest } from "../../base/nearest.ts";
import { type Ruler, rulerOf } from "../../model/ruler.ts";
import type { Cluster } from "../../world/ports.ts";
import { type NamespaceLabels, type RuleObject, unmetBy } from "../../world/ruler-selection.ts";
import type { Unmet } from "../../world/selectors.ts";
import { asMap, keyOf, pairOf, stringMap, textOf, valueAt } from "../../yaml/access.ts";
import type { YamlMap } from "../../yaml/node.ts";
import type { CheckContext, DocumentCheck, Fix, Severity } from "../check.ts";
import { type LiveSource, liveSource, placeOf } from "../monitor/evidence.ts";
import { whereWords } from "../monitor/judgement.ts";
import { scalarText, sentence, short } from "../monitor/words.ts";
import { objectOf } from "./object-type.ts";

/** The rulers that a source shows. */
interface Source {
  /** Nothing for files. */
  readonly live: LiveSource | undefined;
  readonly rulers: readonly Ruler[];
  readonly labelsOf: NamespaceLabels;
}

/** A ruler that would load the object but for its labels. */
interface Miss {
  readonly source: Source;
  readonly ruler: Ruler;
  readonly unmet: readonly Unmet[];
}

/** The operator passes objects over that no selector picks, without a word: their alerts never fire. */
export const ruleNotSelected: DocumentCheck = {
  unit: "document",
  id: "rule.not-selected",
  severity: "warning",
  kinds: ["PrometheusRule"],
  beyondFile: true,
  summary:
    "No Prometheus or ThanosRuler picks a PrometheusRule by its labels, so its rules are never loaded.",
  *run(context) {
    const { snapshot } = context;
    const root = objectOf(context);
    if (root === undefined) return;
    const object: RuleObject = {
      namespace: textOf(valueAt(root, "metadata", "namespace")),
      labels: Object.fromEntries(stringMap(valueAt(root, "metadata", "labels"))),
    };
    const sources = sourcesOf(context);
    const misses: Miss[] = [];
    for (const source of sources)
      for (const ruler of source.rulers) {
        const unmet = unmetBy(ruler, object, source.labelsOf);
        if (unmet === undefined) continue;
        if (unmet.length === 0) return;
        misses.push({ source, ruler, unmet });
      }
    const [miss] = misses.sort((a, b) => a.unmet.length - b.unmet.length);
    const [first] = miss?.unmet ?? [];
    if (miss === undefined || first === undefined) return;
    const { ruler, source } = miss;
    const isSlip = first.found !== undefined && nearest(first.found, first.wanted) !== undefined;
    // Kustomize and Helm may add labels to what stands in files.
    const severity: Severity = source.live !== undefined || isSlip ? "warning" : "info";
    const where = source.live === undefined ? " here" : whereWords(source.live);
    yield {
      check: ruleNotSelected.id,
      severity,
      message: sentence(
        `No ${ruler.kind}${where} picks this object: ${short(ruler.name, 20)} ${wantedWords(first)}.`,
      ),
      span: spanOf(root),
      related: placeOf(ruler, ruler.name, `${ruler.kind} ${ruler.name}`, snapshot.document.uri),
      fixes: fixesOf(context, root, first),
    };
  },
};

function wantedWords({ key, wanted, found }: Unmet): string {
  const [value] = wanted;
  if (value === undefined)
    return found === undefined ? `wants a label ${short(key, 30)}` : `wants no label ${short(key, 30)}`;
  return `wants ${short(key, 24)}: ${short(value, 24)}`;
}

/** What the clusters of the file's environments show, where it is all there is, and then the files. */
function sourcesOf({ snapshot }: CheckContext): readonly Source[] {
  const files: Source = { live: undefined, rulers: snapshot.workspace.rulers, labelsOf: () => undefined };
  const live = snapshot.environments.flatMap(({ environment, cluster }) =>
    cluster === undefined ? [] : (liveRulers(environment.name, cluster) ?? []),
  );
  return [...live, files];
}

/** Nothing where the cluster does not show all of them. */
function liveRulers(environment: string, cluster: Cluster): Source | undefined {
  const own = cluster.operatorObjects("Prometheus", "all");
  const thanos = cluster.operatorObjects("ThanosRuler", "all");
  const hasNoThanos = thanos.status === "unavailable" && thanos.reason === "unsupported";
  if (own.status !== "ok" || (thanos.status !== "ok" && !hasNoThanos)) return undefined;
  const rulers = [
    ...own.value.map((object) => rulerOf("Prometheus", object)),
    ...(thanos.status === "ok" ? thanos.value.map((object) => rulerOf("ThanosRuler", object)) : []),
  ];
  const labels = new Map<string, Labels>();
  if (rulers.some(({ namespaces }) => namespaces !== undefined)) {
    const all = cluster.namespaces();
    for (const namespace of all.status === "unavailable" ? [] : all.value)
      labels.set(namespace.name, namespace.labels);
  }
  return { live: liveSource(environment, own.asOf, []), rulers, labelsOf: (name) => labels.get(name) };
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
