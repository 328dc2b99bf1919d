import { asMap, textOf, valueAt } from "../yaml/access.ts";
import type { YamlMap } from "../yaml/node.ts";
import type { KindId, PartModel } from "./document.ts";
import { readService, readWorkload } from "./kubernetes.ts";
import { readMonitor } from "./monitor.ts";
import { isPickerKind, readPicker } from "./picker.ts";
import { hasRuleGroups, hasRuleText } from "./rule-shape.ts";
import { hasRuleTests, hasRuleTestsText, readRuleTests } from "./rule-tests.ts";
import { readRuleFile } from "./rules.ts";

/** One mapping that may be a document of a kind, and where it stands. */
export interface Candidate {
  readonly root: YamlMap;
  readonly uri: string;
  /** Relative to the workspace folder, with forward slashes. */
  readonly path: string;
  /** Of the whole file. */
  readonly text: string;
}

/** A row of the table: how a kind is recognised and how its model is read. */
export interface Kind {
  readonly id: Exclude<KindId, "promql">;
  /** Whether the text of a document that could not be read looks like this kind. */
  looksLike(text: string, path: string): boolean;
  recognises(candidate: Candidate): boolean;
  /** Nothing where too little is there to make a model of. */
  read(candidate: Candidate): PartModel | undefined;
}

const workloads: ReadonlyMap<string, string> = new Map([
  ["Deployment", "apps"],
  ["StatefulSet", "apps"],
  ["DaemonSet", "apps"],
  ["ReplicaSet", "apps"],
  ["Job", "batch"],
  ["CronJob", "batch"],
  ["Pod", ""],
]);

const operatorGroup = "monitoring.coreos.com";

/** The kinds in the order in which they are tried. */
export const kinds: readonly Kind[] = [
  {
    ...operatorKind("PrometheusRule"),
    id: "PrometheusRule",
    read({ root }) {
      return { kind: "PrometheusRule", rules: readRuleFile(asMap(valueAt(root, "spec")) ?? emptyMap(root)) };
    },
  },
  {
    ...operatorKind("ServiceMonitor"),
    id: "ServiceMonitor",
    read: ({ root }) => ({ kind: "ServiceMonitor", monitor: readMonitor(root, "ServiceMonitor") }),
  },
  {
    ...operatorKind("PodMonitor"),
    id: "PodMonitor",
    read: ({ root }) => ({ kind: "PodMonitor", monitor: readMonitor(root, "PodMonitor") }),
  },
  {
    id: "Service",
    looksLike: () => false,
    recognises: ({ root }) => kindOf(root) === "Service" && groupOf(root) === "",
    read({ root, uri }) {
      const service = readService(root, uri);
      return service === undefined ? undefined : { kind: "Service", service };
    },
  },
  {
    id: "workload",
    looksLike: () => false,
    recognises: ({ root }) => {
      const group = workloads.get(kindOf(root) ?? "");
      return group !== undefined && group === groupOf(root);
    },
    read({ root, uri }) {
      const workload = readWorkload(root, uri);
      return workload === undefined ? undefined : { kind: "workload", workload };
    },
  },
  {
    id: "picker",
    looksLike: () => false,
    recognises: ({ root }) => isPickerKind(kindOf(root)) && groupOf(root) === operatorGroup,
    read({ root, uri }) {
      const kind = kindOf(root);
      return isPickerKind(kind) ? { kind: "picker", picker: readPicker(root, kind, uri) } : undefined;
    },
  },
  {
    id: "rule-tests",
    looksLike: (text) => !/^kind\s*:/m.test(text) && hasRuleTestsText(text),
    recognises: ({ root }) => kindOf(root) === undefined && hasRuleTests(root),
    read: ({ root }) => ({ kind: "rule-tests", tests: readRuleTests(root) }),
  },
  {
    id: "rules",
    looksLike: (text, path) => !/^kind\s*:/m.test(text) && hasRuleText(text, path),
    recognises: ({ root, path, text }) => kindOf(root) === undefined && hasRuleGroups(root, path, text),
    read: ({ root }) => ({ kind: "rules", rules: readRuleFile(root) }),
  },
];

/** What an object of the operator has in common: its kind, and no API group or the operator's. */
function operatorKind(name: string): Pick<Kind, "looksLike" | "recognises"> {
  const line = new RegExp(`^[ \\t]*["']?kind["']?[ \\t]*:[ \\t]*["']?${name}\\b`, "m");
  return {
    looksLike: (text) => line.test(text),
    recognises: ({ root }) => {
      const group = groupOf(root);
      return kindOf(root) === name && (group === operatorGroup || group === "" || group === undefined);
    },
  };
}

function kindOf(root: YamlMap): string | undefined {
  return textOf(valueAt(root, "kind"));
}

/** The API group: what stands before the slash of `apiVersion`, empty for the core group. */
function groupOf(root: YamlMap): string | undefined {
  const version = textOf(valueAt(root, "apiVersion"));
  if (version === undefined) return undefined;
  const slash = version.lastIndexOf("/");
  return slash < 0 ? "" : version.slice(0, slash);
}

/** Stands in for a mapping that is not there: empty, at the start of its parent. */
export function emptyMap(near: Pick<YamlMap, "span">): YamlMap {
  const { start } = near.span;
  return { kind: "map", flow: false, pairs: [], span: { start, end: start } };
}
