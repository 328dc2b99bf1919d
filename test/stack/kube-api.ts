import { Agent, request } from "node:https";
import type { KubeObject } from "./kube-objects.ts";

export interface KubeAnswer {
  readonly status: number;
  /** The parsed JSON, or the text where it is none. */
  readonly body: unknown;
}

/** A bare client of a real API server for tests, independent of the product's own. */
export interface KubeApi {
  /** One request; never fails for a status, only for a connection. */
  ask(method: string, path: string, body?: unknown, contentType?: string): Promise<KubeAnswer>;
  /** Creates an object (core/v1 only); throws what the server says when it refuses. */
  create(object: KubeObject): Promise<void>;
  /** Deletes an object (core/v1 only); one that is not there is fine. */
  remove(object: KubeObject): Promise<void>;
  /** Gives a Pod the status that a kubelet would: Running, Ready, with this address. */
  runPod(pod: KubeObject, ip: string): Promise<void>;
  /** Whether an EndpointSlice of the Service has a ready address. */
  hasEndpoints(namespace: string, service: string): Promise<boolean>;
  close(): void;
}

/** `authority`: PEM of the certificate to trust. */
export function openKubeApi(url: string, token: string, authority: string): KubeApi {
  const agent = new Agent({ keepAlive: true, ca: authority });

  function ask(
    method: string,
    path: string,
    body?: unknown,
    contentType = "application/json",
  ): Promise<KubeAnswer> {
    return new Promise((resolve, reject) => {
      const headers = { Authorization: `Bearer ${token}`, "Content-Type": contentType };
      const sent = request(`${url}${path}`, { method, agent, headers, timeout: 30_000 }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => {
          text += part;
        });
        response.once("error", reject);
        response.once("end", () => resolve({ status: response.statusCode ?? 0, body: parsed(text) }));
      });
      sent.once("timeout", () => sent.destroy(new Error(`${method} ${path} was not answered within 30 s`)));
      sent.once("error", reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  async function must(method: string, path: string, body?: unknown, contentType?: string): Promise<void> {
    const answer = await ask(method, path, body, contentType);
    if (answer.status >= 300) {
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
  }

  return {
    ask,
    create: (object) => must("POST", collection(object), object),
    async remove(object) {
      const path = `${collection(object)}/${object.metadata.name}?gracePeriodSeconds=0`;
      const { status, body } = await ask("DELETE", path);
      if (status >= 300 && status !== 404) throw new Error(`DELETE ${path}: ${JSON.stringify(body)}`);
    },
    runPod(pod, ip) {
      const status = {
        phase: "Running",
        podIP: ip,
        podIPs: [{ ip }],
        conditions: ["Initialized", "ContainersReady", "Ready"].map((type) => ({ type, status: "True" })),
      };
      const path = `${collection(pod)}/${pod.metadata.name}/status`;
      return must("PATCH", path, { status }, "application/strategic-merge-patch+json");
    },
    async hasEndpoints(namespace, service) {
      const selector = encodeURIComponent(`kubernetes.io/service-name=${service}`);
      const { body } = await ask(
        "GET",
        `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=${selector}`,
      );
      const { items } = body as { items: { endpoints?: { conditions?: { ready?: boolean } }[] | null }[] };
      return items.some(({ endpoints }) => endpoints?.some(({ conditions }) => conditions?.ready === true));
    },
    close: () => agent.destroy(),
  };
}

function collection({ kind, metadata: { namespace } }: KubeObject): string {
  const plural = `${kind.toLowerCase()}s`;
  return namespace === undefined ? `/api/v1/${plural}` : `/api/v1/namespaces/${namespace}/${plural}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
