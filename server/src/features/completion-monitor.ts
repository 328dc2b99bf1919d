import type { Labels } from "../base/labels.ts";
import { serviceEvidence, workloadEvidence } from "../checks/monitor/evidence.ts";
import { scalarText } from "../checks/monitor/words.ts";
import type { MonitorModel } from "../model/monitor.ts";
import { endpointsKey, readMonitor } from "../model/monitor.ts";
import { operatorSchema } from "../schema/operator.ts";
import { describeType, type Schema, schemaAt } from "../schema/schema.ts";
import { inScope } from "../world/monitor-services.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { asMap } from "../yaml/access.ts";
import { parseYaml } from "../yaml/parse.ts";
import { plain } from "./markdown.ts";
import { monitorFieldDocs } from "./monitor-docs-data.ts";
import type { CompletionItem, CompletionKind, CompletionList } from "./types.ts";
import { type YamlPlace, yamlPlaceAt } from "./yaml-place.ts";

/** At most so many are shown. */
const maxItems = 200;

/** A word that may stand at the cursor, with where it comes from. */
interface Word {
  readonly text: string;
  readonly detail: string;
}

/**
 * Completion in ServiceMonitors and PodMonitors: names of ports and labels that files and clusters show, and the
 * fields that the operator knows. Works in text that is no YAML yet; nothing outside of monitors.
 */
export function completeMonitor(snapshot: Snapshot, offset: number): CompletionList | undefined {
  const place = yamlPlaceAt(snapshot.document.text, offset);
  const kind = /^kind: *["']?(ServiceMonitor|PodMonitor)\b/m.exec(place?.document ?? "")?.[1];
  if (place === undefined || (kind !== "ServiceMonitor" && kind !== "PodMonitor")) return undefined;
  const root = asMap(parseYaml(place.document).documents[0]?.root);
  const monitor = root === undefined ? undefined : readMonitor(root, kind);
  if (monitor === undefined) return undefined;
  const schema = schemaAt(operatorSchema(kind), place.path);
  const items =
    place.key === undefined
      ? [
          ...keyItems(place, schema),
          ...labelKeys(snapshot, monitor, place),
          ...itemWords(snapshot, monitor, place),
        ]
      : valueItems(snapshot, monitor, place, place.key, schema);
  if (items.length === 0) return undefined;
  return { items: items.slice(0, maxItems), isIncomplete: items.length > maxItems || isWaiting(snapshot) };
}

/** Whether a cluster is still being asked: then the editor should ask again. */
function isWaiting({ environments }: Snapshot): boolean {
  return environments.some(({ cluster }) => {
    const fact = cluster?.services("all");
    return fact?.status === "unavailable" && fact.reason === "pending";
  });
}

function keyItems(
  { typed, siblings, hasColon, opensItem, quote }: YamlPlace,
  schema: Schema | undefined,
): readonly CompletionItem[] {
  if (schema?.type !== "object" || quote !== "") return [];
  return [...schema.properties]
    .filter(([label]) => !siblings.has(label))
    .map(([label, child]): CompletionItem => {
      const doc = monitorFieldDocs[label];
      const required = schema.required.includes(label);
      const deeper = opensItem ? "    " : "  ";
      const inner =
        child.type === "object" || child.type === "map"
          ? `\n${deeper}$0`
          : child.type === "array"
            ? `\n${opensItem ? "  " : ""}- $0`
            : " $0";
      return {
        label,
        kind: "key",
        detail: required ? `${describeType(child)}, required` : describeType(child),
        documentation: doc === undefined ? undefined : plain(doc),
        sortText: `${required ? 0 : 1}${label}`,
        span: typed,
        ...(hasColon
          ? {}
          : { insertText: `${label}:${inner}`, snippet: true, retrigger: "suggest" as const }),
      };
    });
}

/** Names of labels that the objects which the monitor could select carry. */
function labelKeys(snapshot: Snapshot, monitor: MonitorModel, place: YamlPlace): readonly CompletionItem[] {
  if (!isAt(place, "spec", "selector", "matchLabels")) return [];
  const words = selectable(snapshot, monitor).flatMap(({ labels, what }) =>
    Object.keys(labels).map((text) => ({ text, detail: what })),
  );
  return itemsOf(
    words.filter(({ text }) => !place.siblings.has(text)),
    place,
    "label",
  ).map((item) => ({
    ...item,
    ...(place.hasColon ? {} : { insertText: `${item.label}: `, retrigger: "suggest" as const }),
  }));
}

/** Items of lists of texts: namespaces. */
function itemWords(snapshot: Snapshot, monitor: MonitorModel, place: YamlPlace): readonly CompletionItem[] {
  if (!isAt(place, "spec", "namespaceSelector", "matchNames", 0)) return [];
  return itemsOf(namespaces(snapshot, monitor), place, "value");
}

function valueItems(
  snapshot: Snapshot,
  monitor: MonitorModel,
  place: YamlPlace,
  key: string,
  schema: Schema | undefined,
): readonly CompletionItem[] {
  if (isAt(place, "spec", endpointsKey[monitor.kind], 0)) {
    if (key === "port" && monitor.kind === "ServiceMonitor")
      return itemsOf(servicePorts(snapshot, monitor), place, "port");
    if (key === "port" || key === "targetPort" || key === "portNumber")
      return itemsOf(containerPorts(snapshot, monitor, key), place, "port");
  }
  if (isAt(place, "spec", "selector", "matchLabels")) {
    const words = selectable(snapshot, monitor).flatMap(({ labels, what }) => {
      const text = labels[key];
      return text === undefined ? [] : [{ text, detail: what }];
    });
    return itemsOf(words, place, "value");
  }
  if (isAt(place, "metadata") && key === "namespace")
    return itemsOf(namespaces(snapshot, monitor), place, "value");
  const child = schema?.type === "object" ? schema.properties.get(key) : undefined;
  const fixed =
    child?.type === "boolean" ? ["true", "false"] : child?.type === "string" ? (child.enum ?? []) : [];
  return fixed.map((label) => ({ label, kind: "value", span: place.typed }));
}

/** Ports of the Services that the selector takes; of all in the monitor's namespaces where it takes none. */
function servicePorts(snapshot: Snapshot, monitor: MonitorModel): readonly Word[] {
  const sources = serviceEvidence(snapshot, monitor);
  const anySelected = sources.some(({ selected }) => selected.length > 0);
  return sources.flatMap(({ all, selected, live }) =>
    (anySelected ? selected : all.filter((each) => inScope(monitor, each))).flatMap(({ name, ports }) =>
      ports
        .filter((port) => port.name !== "")
        .map((port) => ({
          text: port.name,
          detail: `Service ${name}, port ${port.port}${live === undefined ? "" : ` ${live.words}`}`,
        })),
    ),
  );
}

/** Ports that the containers behind the monitor declare: names for `port`, numbers for `portNumber`, both otherwise. */
function containerPorts(snapshot: Snapshot, monitor: MonitorModel, key: string): readonly Word[] {
  const services = serviceEvidence(snapshot, monitor);
  const sources = workloadEvidence(snapshot, monitor, services);
  const anySelected = sources.some(({ selected }) => selected.length > 0);
  return sources.flatMap(({ all, selected, live }) =>
    (anySelected ? selected : all.filter((each) => inScope(monitor, each))).flatMap(({ owner, ports }) =>
      ports.flatMap(({ name, containerPort }) => {
        const where = `${owner}${live === undefined ? "" : ` ${live.words}`}`;
        const words: Word[] = [];
        if (name !== "" && key !== "portNumber")
          words.push({ text: name, detail: `port ${containerPort} of ${where}` });
        if (key !== "port")
          words.push({ text: String(containerPort), detail: `${name === "" ? "port" : name} of ${where}` });
        return words;
      }),
    ),
  );
}

interface Selectable {
  readonly labels: Labels;
  readonly what: string;
}

/** What the monitor could select in its namespaces. */
function selectable(snapshot: Snapshot, monitor: MonitorModel): readonly Selectable[] {
  if (monitor.kind === "ServiceMonitor")
    return serviceEvidence(snapshot, monitor).flatMap(({ all, live }) =>
      all
        .filter((each) => inScope(monitor, each))
        .map(({ name, labels }) => ({
          labels,
          what: `Service ${name}${live === undefined ? "" : ` ${live.words}`}`,
        })),
    );
  return snapshot.workspace.workloads
    .filter((each) => inScope(monitor, each))
    .map(({ owner, labels }) => ({ labels, what: owner }));
}

function namespaces(snapshot: Snapshot, monitor: MonitorModel): readonly Word[] {
  return serviceEvidence(snapshot, { ...monitor, namespaces: "any" }).flatMap(({ all, live }) =>
    all.flatMap(({ namespace, name }) =>
      namespace === undefined
        ? []
        : [{ text: namespace, detail: `of Service ${name}${live === undefined ? "" : ` ${live.words}`}` }],
    ),
  );
}

function isAt({ path }: YamlPlace, ...wanted: readonly (string | number)[]): boolean {
  return path.length === wanted.length && wanted.every((step, index) => path[index] === step);
}

/** One item a word; its detail says where it was first seen, and where else. */
function itemsOf(words: readonly Word[], place: YamlPlace, kind: CompletionKind): readonly CompletionItem[] {
  const seen = new Map<string, Set<string>>();
  for (const { text, detail } of words) {
    const details = seen.get(text) ?? new Set();
    seen.set(text, details.add(detail));
  }
  return [...seen].map(([label, details]): CompletionItem => {
    const [first = "", ...others] = details;
    return {
      label,
      kind,
      detail: others.length === 0 ? first : `${first} and ${others.length} more`,
      span: place.typed,
      ...(place.quote === "" && place.key !== undefined ? { insertText: wordText(label, kind) } : {}),
    };
  });
}

function wordText(word: string, kind: CompletionKind): string {
  return kind === "port" && /^\d+$/.test(word) ? word : scalarText(word);
}
