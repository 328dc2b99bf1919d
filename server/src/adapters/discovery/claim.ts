import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, sep } from "node:path";
import type { Environment } from "../../world/environment.ts";
import { expandHome } from "../http/target.ts";
import { accessAddress } from "../prometheus/backend.ts";

/** Everything that using an environment of a repository would contact, run or read. */
export interface Claim {
  /** Equal for equal claims; differs as soon as anything in it does. */
  readonly key: string;
  /** Each part as a person would say it; empty where nothing outside is touched. */
  readonly contacts: readonly string[];
}

/**
 * What has to be accepted before an environment of the `promscope.yaml` at `project` may be used. Files that the
 * repository itself carries count with their contents: a kubeconfig can name programs, an http config files and
 * proxies. Contacts and runs nothing.
 */
export async function claimOf(environment: Environment, project: string): Promise<Claim> {
  const { backend, kubeconfig, context, httpConfig } = environment;
  const contacts: string[] = [];
  const parts: (string | undefined)[] = [];
  const root = dirname(project) + sep;
  const fileState = async (file: string): Promise<string> => {
    const path = expandHome(file);
    if (!path.startsWith(root)) return path;
    const bytes = await readFile(path).catch(() => undefined);
    return `${path} ${bytes === undefined ? "" : createHash("sha256").update(bytes).digest("hex")}`;
  };
  if (backend !== undefined) {
    const address = accessAddress({ backend }) ?? backend;
    contacts.push(address);
    parts.push("backend", address);
  }
  if (httpConfig !== undefined) {
    contacts.push(`the http config ${httpConfig}`);
    parts.push("httpConfig", await fileState(httpConfig));
  }
  if (kubeconfig !== undefined || context !== undefined) {
    const cluster =
      context === undefined ? "the current Kubernetes context" : `the Kubernetes context ${context}`;
    parts.push("context", context ?? "");
    if (kubeconfig !== undefined) parts.push("kubeconfig", await fileState(kubeconfig));
    const { server, program } = await clusterBehind(kubeconfig, context);
    const where = server === "" ? "" : ` at ${server}`;
    contacts.push(`${cluster}${kubeconfig === undefined ? "" : ` of ${kubeconfig}`}${where}`);
    parts.push(server, program);
    if (program !== "") contacts.push(`the program ${program}`);
  }
  if (contacts.length === 0) return { key: "", contacts };
  const key = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
  return { key, contacts };
}

/** Server and credential plugin of a context; empty where the kubeconfig does not tell. */
async function clusterBehind(
  kubeconfig: string | undefined,
  context: string | undefined,
): Promise<{ readonly server: string; readonly program: string }> {
  const { loadContext } = await import("../kubernetes/kubeconfig.ts");
  try {
    const { cluster, user } = loadContext({ kubeconfig, context });
    const { exec } = user;
    if (exec === undefined) return { server: cluster.server, program: "" };
    const variables = exec.env.map(([name, value]) => `${name}=${value}`);
    return { server: cluster.server, program: [...variables, exec.command, ...exec.args].join(" ") };
  } catch {
    return { server: "", program: "" };
  }
}
