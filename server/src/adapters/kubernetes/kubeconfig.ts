import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { Malformed } from "./kubeconfig-fields.ts";
import { type KubeconfigFile, readKubeconfigFile } from "./kubeconfig-file.ts";
import type { KubeCluster, KubeContextEntry, KubeUser } from "./kubeconfig-types.ts";
import { isReadable, userFault } from "./kubeconfig-user.ts";

/** Why there is no usable kubeconfig; the sentence says what to do and holds no credentials. */
export class KubeconfigError extends Error {}

export interface KubeconfigChoice {
  /** A file, which then stands alone; otherwise `KUBECONFIG` and `~/.kube/config`, merged as kubectl does it. */
  readonly kubeconfig?: string | undefined;
  /** Otherwise the current context. */
  readonly context?: string | undefined;
}

/** The part of a process' environment that chooses files. */
export type KubeconfigVariables = Readonly<Record<string, string | undefined>>;

/** All files merged. */
export interface Kubeconfig extends KubeconfigFile {
  /** The files that were there, in the order in which they were read. */
  readonly files: readonly string[];
}

/** A context with what it names, ready to be used. */
export interface KubeContext {
  readonly name: string;
  readonly cluster: KubeCluster;
  readonly user: KubeUser;
  /** Empty where the context names none. */
  readonly namespace: string;
}

/**
 * Merges kubeconfig files by kubectl's rules (`clientcmd/loader.go`): the first file that has a name wins, with the
 * whole entry; the current context is that of the first file that sets one; files that are not there are passed over,
 * but a file that was named alone must be there. Throws {@link KubeconfigError}, which names the file.
 */
export function readKubeconfig(
  kubeconfig: string | undefined,
  variables: KubeconfigVariables = process.env,
): Kubeconfig {
  const named = kubeconfigFiles(kubeconfig, variables);
  const files: string[] = [];
  const clusters = new Map<string, KubeCluster>();
  const users = new Map<string, KubeUser>();
  const contexts = new Map<string, KubeContextEntry>();
  let currentContext = "";
  for (const file of named) {
    const read = readOne(file);
    if (read === undefined) continue;
    files.push(file);
    addNew(clusters, read.clusters);
    addNew(users, read.users);
    addNew(contexts, read.contexts);
    currentContext ||= read.currentContext;
  }
  if (files.length === 0)
    throw new KubeconfigError(sentence("No kubeconfig at", named, "check the path in the settings"));
  return { clusters, users, contexts, currentContext, files };
}

function addNew<T>(into: Map<string, T>, from: ReadonlyMap<string, T>): void {
  for (const [name, entry] of from) if (!into.has(name)) into.set(name, entry);
}

/** The files that would be read, there or not. */
export function kubeconfigFiles(
  kubeconfig: string | undefined,
  variables: KubeconfigVariables = process.env,
): readonly string[] {
  return kubeconfig === undefined ? filesOf(variables) : [expanded(kubeconfig)];
}

/** A text that changes when one of the files that would be read does. */
export function kubeconfigStamp(
  kubeconfig: string | undefined,
  variables: KubeconfigVariables = process.env,
): string {
  const states = kubeconfigFiles(kubeconfig, variables).map((file) => {
    const found = statSync(file, { throwIfNoEntry: false });
    return found === undefined ? "" : `${found.mtimeMs} ${found.size} ${found.ino}`;
  });
  return states.join("\n");
}

/** The context that was chosen; throws {@link KubeconfigError} where kubectl would refuse it too. */
export function loadContext(
  { kubeconfig, context }: KubeconfigChoice,
  variables: KubeconfigVariables = process.env,
): KubeContext {
  const merged = readKubeconfig(kubeconfig, variables);
  if (merged.clusters.size + merged.users.size + merged.contexts.size === 0)
    throw new KubeconfigError(sentence("The kubeconfig", merged.files, "it is empty; check the path"));
  const name = context || merged.currentContext;
  const entry = merged.contexts.get(name);
  if (entry === undefined) {
    const names = [...merged.contexts.keys()].slice(0, 8).join(", ") || "none";
    throw new KubeconfigError(
      `The kubeconfig has no context ${name || "(none is current)"}; it has ${clipped(names, 60)}.`,
    );
  }
  const cluster = merged.clusters.get(entry.cluster);
  const where = `The context ${clipped(name, 40)}`;
  if (cluster === undefined || cluster.server === "")
    throw new KubeconfigError(`${where} names no cluster with a server address: add it to the kubeconfig.`);
  const fault = clusterFault(cluster);
  if (fault !== undefined) throw new KubeconfigError(`${where} cannot be used: ${fault}.`);
  const user = merged.users.get(entry.user) ?? nobody;
  const wrong = userFault(user, /^https:/i.test(cluster.server));
  if (wrong !== undefined) throw new KubeconfigError(`${where} cannot be used: ${wrong}.`);
  return { name, cluster, user, namespace: entry.namespace };
}

/** A context that is not found in the users stays anonymous, as with kubectl. */
const nobody: KubeUser = {
  certFile: "",
  cert: "",
  keyFile: "",
  key: "",
  token: "",
  tokenFile: "",
  username: "",
  password: "",
  impersonation: { user: "", uid: "", groups: [], extra: [] },
  authProvider: "",
  exec: undefined,
};

/** `validation.go`, `validateClusterInfo`. */
function clusterFault({ ca, caFile, proxyUrl }: KubeCluster): string | undefined {
  if (ca !== "" && caFile !== "") return "certificate-authority and its -data are both set; keep one";
  if (caFile !== "" && !isReadable(caFile))
    return `its certificate-authority ${clipped(caFile, 40)} cannot be read`;
  if (proxyUrl !== "" && !/^(https?|socks5):\/\/[^/]/.test(proxyUrl))
    return "its proxy-url is no http, https or socks5 address";
  return undefined;
}

function readOne(file: string): KubeconfigFile | undefined {
  let content: string;
  try {
    content = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new KubeconfigError(sentence("The kubeconfig", [file], "it cannot be read; check its rights"));
  }
  try {
    return readKubeconfigFile(content, file);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new KubeconfigError(sentence("The kubeconfig", [file], clipped(error.message, 60)));
  }
}

function filesOf(variables: KubeconfigVariables): readonly string[] {
  const named = variables["KUBECONFIG"] ?? "";
  const home = variables["HOME"] ?? variables["USERPROFILE"] ?? homedir();
  if (named === "") return [join(home, ".kube", "config")];
  return [...new Set(named.split(delimiter))].filter((file) => file !== "");
}

function expanded(file: string): string {
  return file.startsWith("~/") ? join(homedir(), file.slice(2)) : file;
}

function sentence(start: string, files: readonly string[], end: string): string {
  return `${start} ${clipped(files.join(" or ") || "(none is named)", 110 - start.length - end.length)}: ${end}.`;
}

/** Cut at the front: the end of a path tells it from others. */
function clipped(text: string, length: number): string {
  const line = text.replace(/\s+/g, " ");
  return line.length <= length ? line : `…${line.slice(line.length - length + 1)}`;
}
