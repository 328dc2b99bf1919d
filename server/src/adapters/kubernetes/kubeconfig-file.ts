import { type Document, isAlias, isMap, isScalar, isSeq, parseAllDocuments } from "yaml";
import { entryOf, Malformed, record } from "./kubeconfig-fields.ts";
import {
  clusterOf,
  contextOf,
  type KubeCluster,
  type KubeContextEntry,
  type KubeUser,
  userOf,
} from "./kubeconfig-types.ts";

/** What one kubeconfig file says, by name; as `clientcmd.LoadFromFile` reads it. */
export interface KubeconfigFile {
  readonly clusters: ReadonlyMap<string, KubeCluster>;
  readonly users: ReadonlyMap<string, KubeUser>;
  readonly contexts: ReadonlyMap<string, KubeContextEntry>;
  /** Empty where it sets none. */
  readonly currentContext: string;
}

/**
 * Reads the text of a kubeconfig as client-go does (`tools/clientcmd/loader.go`, `api/v1`): unknown fields are
 * passed over, wrong types, other kinds and names that occur twice are refused. `file` is where relative paths start.
 * Throws {@link Malformed} with the end of a sentence.
 */
export function readKubeconfigFile(text: string, file: string): KubeconfigFile {
  const root = record(text.trim() === "" ? undefined : plainYaml(text), "the file");
  const kind = entryOf(root, "kind");
  const version = entryOf(root, "apiVersion");
  if ((kind ?? "Config") !== "Config" && kind !== "") throw new Malformed("it is not of the kind Config");
  if ((version ?? "v1") !== "v1" && version !== "") throw new Malformed("its apiVersion is not v1");
  const current = entryOf(root, "current-context") ?? "";
  if (typeof current !== "string") throw new Malformed("current-context is no text");
  return {
    clusters: named(root, "clusters", "cluster", (value) => clusterOf(value, file)),
    users: named(root, "users", "user", (value) => userOf(value, file)),
    contexts: named(root, "contexts", "context", (value) => contextOf(value, file)),
    currentContext: current,
  };
}

function named<T>(
  root: Readonly<Record<string, unknown>>,
  list: string,
  key: string,
  read: (value: Readonly<Record<string, unknown>>) => T,
): ReadonlyMap<string, T> {
  const items = entryOf(root, list) ?? [];
  if (!Array.isArray(items)) throw new Malformed(`${list} is no list`);
  const found = new Map<string, T>();
  for (const item of items) {
    const entry = record(item, `an entry of ${list}`);
    const name = entryOf(entry, "name") ?? "";
    if (typeof name !== "string") throw new Malformed(`a name in ${list} is no text`);
    if (found.has(name)) throw new Malformed(`the name ${name} is twice in ${list}`);
    found.set(name, read(record(entryOf(entry, key), `${key} ${name}`)));
  }
  return found;
}

/** A kubeconfig has tens of entries, seldom thousands; more is an alias that multiplies. */
const maxNodes = 200_000;

/** The plain values of the first document, aliases and merge keys resolved within a budget. */
function plainYaml(text: string): unknown {
  const [document] = parseAllDocuments(text, { version: "1.1", uniqueKeys: false, logLevel: "silent" });
  if (document === undefined || !("contents" in document)) return undefined;
  const [error] = document.errors;
  if (error !== undefined) throw new Malformed(`line ${error.linePos?.[0].line ?? 1} is no YAML`);
  const budget = { nodes: maxNodes };
  return plain(document, document.contents, budget);
}

function plain(document: Document, node: unknown, budget: { nodes: number }): unknown {
  if (--budget.nodes < 0) throw new Malformed("it is too large");
  if (isScalar(node)) return node.value;
  if (isAlias(node)) return plain(document, node.resolve(document), budget);
  if (isSeq(node)) return node.items.map((item) => plain(document, item, budget));
  if (!isMap(node)) return undefined;
  const merged: Record<string, unknown> = {};
  const own: Record<string, unknown> = {};
  for (const { key, value } of node.items) {
    const said = isScalar(key) ? key.value : "";
    // The library makes a symbol of a merge key.
    const name = typeof said === "symbol" ? "<<" : String(said);
    const read = plain(document, value, budget);
    if (name !== "<<") own[name] = read;
    else for (const each of Array.isArray(read) ? read.toReversed() : [read]) Object.assign(merged, each);
  }
  return { ...merged, ...own };
}
