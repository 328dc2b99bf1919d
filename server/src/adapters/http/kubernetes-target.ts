import type { RequestOptions } from "node:https";
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
    const { loadKubeconfig } = await import("../kubernetes/kubeconfig.ts");
    return loadKubeconfig(choice);
  };
  let loaded: ReturnType<typeof load> | undefined;
  const options = async (): Promise<RequestOptions> => {
    loaded ??= load();
    const gathered: RequestOptions = {};
    await (await loaded).applyToHTTPSOptions(gathered);
    return gathered;
  };
  return {
    async target() {
      try {
        const { ca, cert, key, servername, rejectUnauthorized } = await options();
        const cluster = (await loaded)?.getCurrentCluster();
        const server = (cluster?.server ?? "").replace(/\/+$/, "");
        const { namespace, service, port } = address;
        const url = new URL(`${server}/api/v1/namespaces/${namespace}/services/${service}:${port}/proxy`);
        const tls = {
          ca: pem(ca),
          cert: pem(cert),
          key: pem(key),
          serverName: servername,
          insecureSkipVerify: rejectUnauthorized === false,
        };
        const target: Target = { url, config: { tls, proxyUrl: cluster?.proxyUrl } };
        return { ok: true, target };
      } catch (error) {
        loaded = undefined;
        const words = error instanceof Error ? error.message : String(error);
        // Ours are sentences that name the kubeconfig; those of credential plugins and the library are not.
        const message = /\bkubeconfig\b/.test(words)
          ? words
          : clip(`The kubeconfig cannot be used: ${words}`, 120);
        return { ok: false, message };
      }
    },
    async headers() {
      const { headers, auth } = await options();
      const basic = typeof auth === "string" ? { authorization: `Basic ${btoa(auth)}` } : {};
      const entries = Object.entries(headers ?? {}).filter(
        (entry): entry is [string, string] => typeof entry[1] === "string",
      );
      return { ...basic, ...Object.fromEntries(entries) };
    },
  };
}

function pem(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return Buffer.isBuffer(value) ? value.toString("utf8") : undefined;
}
