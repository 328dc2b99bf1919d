import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Readable } from "node:stream";
import type { Access } from "./access.ts";

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Breaks off with an error where the connection does. */
  readonly body: Readable;
}

/** Connections to one server with one certificate. Redirects are never followed. */
export interface Transport {
  get(url: string, headers: readonly (readonly [string, string])[], signal: AbortSignal): Promise<RawAnswer>;
  close(): void;
}

/** TLS as a kubeconfig asks for it. */
export interface TlsChoice {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
  readonly rejectUnauthorized?: false;
}

export const connectTimeoutMs = 5_000;
/** Watches hold a connection each. */
export const maxConnections = 64;

/** Opens nothing yet. The certificate is that of the user; empty where there is none. */
export async function openTransport(access: Access, cert: string, key: string): Promise<Transport> {
  const { cluster } = access.context;
  const ca = access.authority();
  const tls: TlsChoice = {
    ...(ca === "" ? {} : { ca }),
    ...(cert === "" ? {} : { cert, key }),
    ...(cluster.serverName === "" ? {} : { servername: cluster.serverName }),
    ...(cluster.insecure ? { rejectUnauthorized: false } : {}),
  };
  if (cluster.proxyUrl === "" && !isProxied(access.server)) return new DirectTransport(access.server, tls);
  // Proxies are a library of their own, which most people never need.
  const { proxiedTransport } = await import("./proxied.ts");
  return proxiedTransport(cluster.proxyUrl, tls);
}

/** As Go has it: what is on this machine is never asked of a proxy of the environment. */
function isProxied(server: string): boolean {
  const { hostname, protocol } = new URL(server);
  if (/^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname)) return false;
  const names = protocol === "https:" ? ["HTTPS_PROXY", "https_proxy"] : ["HTTP_PROXY", "http_proxy"];
  return names.some((name) => (process.env[name] ?? "") !== "");
}

class DirectTransport implements Transport {
  readonly #agent: HttpAgent;
  readonly #isTls: boolean;

  constructor(server: string, tls: TlsChoice) {
    this.#isTls = /^https:/i.test(server);
    const options = { keepAlive: true, maxSockets: maxConnections, scheduling: "lifo" } as const;
    this.#agent = this.#isTls ? new HttpsAgent({ ...options, ...tls }) : new HttpAgent(options);
  }

  get(
    url: string,
    headers: readonly (readonly [string, string])[],
    signal: AbortSignal,
    isSecondTry = false,
  ): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      const send = this.#isTls ? httpsRequest : httpRequest;
      const request = send(url, { agent: this.#agent, signal, timeout: connectTimeoutMs });
      for (const name of new Set(headers.map(([name]) => name)))
        request.setHeader(
          name,
          headers.filter(([each]) => each === name).map(([, value]) => value),
        );
      request.once("socket", (socket) => {
        // The timeout is for connecting: who waits for the answer has a deadline of their own.
        if (socket.connecting)
          socket.once(this.#isTls ? "secureConnect" : "connect", () => request.setTimeout(0));
        else request.setTimeout(0);
      });
      request.once("timeout", () => {
        request.destroy(Object.assign(new Error("No connection in time"), { code: "ETIMEDOUT" }));
      });
      request.once("response", (response) => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: response });
      });
      request.on("error", (error: NodeJS.ErrnoException) => {
        // A connection that was kept may have been closed at the very moment that it was used again.
        const wasKept =
          request.reusedSocket && error.code === "ECONNRESET" && !isSecondTry && !signal.aborted;
        if (wasKept) this.get(url, headers, signal, true).then(resolve, reject);
        else reject(error);
      });
      request.end();
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
