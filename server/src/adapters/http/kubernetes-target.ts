import type { Target, TargetResult } from "./client.ts";
import { clip } from "./failures.ts";

/** A port of a Service, reached through the API server: `kubernetes:NAMESPACE/SERVICE:PORT`. */
export interface ServiceAddress {
  readonly namespace: string;
  readonly service: string;
  /** A number or a name. */
  readonly port: string;
}

/** Where the cluster is; the fields of an environment. */
export interface ClusterChoice {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}

/** Reads `kubernetes:NAMESPACE/SERVICE:PORT`; nothing where the text is none. */
export function parseServiceAddress(text: string): ServiceAddress | undefined {
  const [, namespace, service, port] =
    /^kubernetes:([a-z0-9.-]+)\/([a-z0-9.-]+):([a-z0-9-]+)$/.exec(text) ?? [];
  if (namespace === undefined || service === undefined || port === undefined) return undefined;
  return { namespace, service, port };
}

interface ServiceTarget {
  readonly target: () => Promise<TargetResult>;
  /** Credentials of the kubeconfig, found anew for each request: tokens expire. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
}

/**
 * The Service through the proxy of the API server, with the TLS and credentials of the kubeconfig. The kubeconfig
 * is loaded when the first request is made.
 */
export function serviceTarget(address: ServiceAddress, choice: ClusterChoice): ServiceTarget {
  const load = async () => {
    // Kubernetes is a chunk of its own: who has no such backend never loads it.
    const { openAccess } = await import("../kubernetes/access.ts");
    return openAccess(choice);
  };
  let loaded: { readonly access: ReturnType<typeof load>; readonly stamp: string } | undefined;
  const access = async (): ReturnType<typeof load> => {
    const { kubeconfigStamp } = await import("../kubernetes/kubeconfig.ts");
    // Logins write into the kubeconfig, and a repository's own is accepted anew when it has changed.
    const stamp = kubeconfigStamp(choice.kubeconfig);
    if (loaded?.stamp !== stamp) loaded = { access: load(), stamp };
    return await loaded.access;
  };
  return {
    async target() {
      try {
        const { server, context, authority, credentials } = await access();
        const { cluster, user } = context;
        if (user.impersonation.groups.length > 1)
          throw new Error(`the context ${context.name} acts for several groups, which cannot be passed on`);
        const { cert, key } = await credentials.current();
        const { namespace, service, port } = address;
        const url = new URL(`${server}/api/v1/namespaces/${namespace}/services/${service}:${port}/proxy`);
        const tls = {
          ca: authority() || undefined,
          cert: cert || undefined,
          key: key || undefined,
          serverName: cluster.serverName || undefined,
          insecureSkipVerify: cluster.insecure,
        };
        const { kubeconfigFiles } = await import("../kubernetes/kubeconfig.ts");
        const files = kubeconfigFiles(choice.kubeconfig);
        const target: Target = { url, config: { tls, proxyUrl: cluster.proxyUrl || undefined }, files };
        return { ok: true, target };
      } catch (error) {
        loaded = undefined;
        const words = error instanceof Error ? error.message : String(error);
        // Ours are sentences of their own; those of the system are not.
        const isSentence = /^(No kubeconfig|The (kubeconfig|context|login program|token file))\b/.test(words);
        return {
          ok: false,
          message: isSentence ? words : clip(`The kubeconfig cannot be used: ${words}`, 120),
        };
      }
    },
    async headers() {
      const { headers } = await (await access()).credentials.current();
      return Object.fromEntries(headers);
    },
  };
}
