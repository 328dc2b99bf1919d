import { request as httpRequest, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import { type KubeconfigChoice, loadKubeconfig } from "./kubeconfig.ts";

/** An answer of the API server; its body is cut off at a limit. */
export interface ApiAnswer {
  readonly status: number;
  readonly text: string;
}

/** A bare client of one context: reads only, and keeps nothing of what it reads. */
export interface KubernetesApi {
  readonly context: string;
  /** The server's address, for sentences. */
  readonly server: string;
  /** One GET. Rejects with an `Error` that has Node's `code`, or with the signal's reason. */
  get(path: string, signal: AbortSignal): Promise<ApiAnswer>;
  close(): void;
}

/** A page of 500 large objects is a few megabytes; more is not an answer that we asked for. */
const maxBytes = 64_000_000;

/** Opens the API of a context; throws `KubeconfigError` where the kubeconfig is no use. Nothing is contacted yet. */
export function openApi(choice: KubeconfigChoice): KubernetesApi {
  const config = loadKubeconfig(choice);
  const server = (config.getCurrentCluster()?.server ?? "").replace(/\/+$/, "");
  let agent: RequestOptions["agent"];
  return {
    context: config.currentContext,
    server,
    async get(path, signal) {
      const options: RequestOptions = { method: "GET", headers: {} };
      // Runs credential plugins of the kubeconfig, which may hang: the deadline holds for them too.
      await Promise.race([config.applyToHTTPSOptions(options), aborted(signal)]);
      agent = options.agent;
      const { timeout: _, ...rest } = options;
      return send(
        `${server}${path}`,
        { ...rest, headers: { ...rest.headers, accept: "application/json" } },
        signal,
      );
    },
    close() {
      if (typeof agent === "object") agent.destroy();
    },
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function send(url: string, options: RequestOptions, signal: AbortSignal): Promise<ApiAnswer> {
  return new Promise((resolve, reject) => {
    const start = url.startsWith("https:") ? httpsRequest : httpRequest;
    const sent = start(url, { ...options, signal }, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxBytes) response.destroy(new Error("The answer is too large"));
        else chunks.push(chunk);
      });
      response.once("error", reject);
      response.once("end", () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }),
      );
    });
    sent.once("error", (error) => reject(signal.aborted ? signal.reason : error));
    sent.end();
  });
}
