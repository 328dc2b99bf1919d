import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";

/** Why there is no usable kubeconfig; the sentence says what to do and holds no credentials. */
export class KubeconfigError extends Error {}

export interface KubeconfigChoice {
  /** A file; otherwise `KUBECONFIG` and `~/.kube/config`, merged as kubectl does it. */
  readonly kubeconfig?: string | undefined;
  /** Otherwise the current context. */
  readonly context?: string | undefined;
}

/**
 * Loads a kubeconfig of its own for one context: the library keeps tokens by user name within an object, so that two
 * contexts must not share one. Throws {@link KubeconfigError}.
 */
export function loadKubeconfig({ kubeconfig, context }: KubeconfigChoice): KubeConfig {
  const files = kubeconfig === undefined ? defaultFiles() : [expanded(kubeconfig)];
  const present = files.filter((file) => existsSync(file));
  if (present.length === 0)
    throw new KubeconfigError(`No kubeconfig at ${files.join(" or ")}: check the path in the settings.`);
  const merged = new KubeConfig();
  merged.loadFromOptions({ clusters: [], users: [], contexts: [], currentContext: "" });
  for (const file of present) {
    const one = new KubeConfig();
    try {
      one.loadFromFile(file, { onInvalidEntry: "filter" });
    } catch {
      throw new KubeconfigError(
        `The kubeconfig ${file} cannot be read: check that it is a valid kubeconfig.`,
      );
    }
    // As kubectl merges: what an earlier file says of a name stands.
    const add = <T extends { readonly name: string }>(into: T[], from: readonly T[] | undefined): void => {
      for (const item of from ?? []) if (!into.some(({ name }) => name === item.name)) into.push(item);
    };
    add(merged.clusters, one.clusters);
    add(merged.users, one.users);
    add(merged.contexts, one.contexts);
    if (merged.currentContext === "") merged.setCurrentContext(one.currentContext ?? "");
  }
  const chosen = context ?? merged.currentContext;
  if (merged.getContextObject(chosen) === null) {
    const names = merged.contexts.map(({ name }) => name).slice(0, 8);
    throw new KubeconfigError(
      `The kubeconfig has no context ${chosen || "(none is current)"}; it has ${names.join(", ") || "none"}.`,
    );
  }
  merged.setCurrentContext(chosen);
  if (!/^https?:\/\//.test(merged.getCurrentCluster()?.server ?? ""))
    throw new KubeconfigError(`The context ${chosen} names no cluster with a server address.`);
  return merged;
}

function defaultFiles(): readonly string[] {
  const named = (process.env["KUBECONFIG"] ?? "").split(delimiter).filter((file) => file !== "");
  return named.length > 0 ? named : [join(homedir(), ".kube", "config")];
}

function expanded(file: string): string {
  return file.startsWith("~/") ? join(homedir(), file.slice(2)) : file;
}
