import type { Readable } from "node:stream";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import type { Dispatcher } from "undici";
import { type Access, openAccess } from "./access.ts";
import type { CredentialsOptions, Identity } from "./credentials.ts";
import { TooLargeError } from "./failures.ts";
import type { KubeconfigChoice } from "./kubeconfig.ts";
import { Agent, EnvHttpProxyAgent, ProxyAgent, request, Socks5ProxyAgent } from "./undici.ts";

/** An answer whose body is read piece by piece. */
export interface ApiAnswer {
  readonly status: number;
  readonly contentType: string;
  /** Seconds of `Retry-After`, where the server says them. */
  readonly retryAfter: number | undefined;
  /** Throws where the connection breaks, the signal fires, or more comes than `maxBytes`. */
  readonly body: AsyncIterable<Buffer>;
  /** Closes the connection of an answer that is not read to its end. */
  discard(): void;
}

/** A bare client of one context: reads only, and keeps nothing of what it reads. Redirects are never followed. */
export interface KubernetesApi {
  readonly context: string;
  /** The namespace of the context; empty where it names none. */
  readonly namespace: string;
  /** The server's address, for sentences. */
  readonly server: string;
  /** Its certificate is not checked (`insecure-skip-tls-verify`). */
  readonly isInsecure: boolean;
  /** One GET, after 401 once more with new credentials. Rejects with the connection's error or the signal's reason. */
  get(path: string, options: GetOptions): Promise<ApiAnswer>;
  close(): Promise<void>;
}

export interface GetOptions {
  readonly signal: AbortSignal;
  readonly maxBytes: number;
  readonly accept?: string | undefined;
  /** Lists may come packed; a watch must not wait for a block to fill. */
  readonly packed?: boolean | undefined;
}

const connectTimeoutMs = 5_000;
/** Watches hold a connection each. */
const maxConnections = 64;

/** Opens the API of a context; throws `KubeconfigError` where the kubeconfig is no use. Nothing is contacted yet. */
export function openApi(choice: KubeconfigChoice, options: CredentialsOptions = {}): KubernetesApi {
  return new ContextApi(openAccess(choice, options));
}

class ContextApi implements KubernetesApi {
  readonly context: string;
  readonly namespace: string;
  readonly server: string;
  readonly isInsecure: boolean;
  readonly #access: Access;
  #dispatcher: { readonly of: Dispatcher; readonly cert: string; readonly key: string } | undefined;

  constructor(access: Access) {
    this.#access = access;
    const { name, namespace, cluster } = access.context;
    this.context = name;
    this.namespace = namespace;
    this.isInsecure = cluster.insecure;
    this.server = access.server;
  }

  async get(path: string, options: GetOptions): Promise<ApiAnswer> {
    const identity = await untilAborted(this.#access.credentials.current(), options.signal);
    const answer = await this.#send(path, identity, options);
    if (answer.status !== 401 || !this.#access.credentials.refused(identity)) return answer;
    answer.discard();
    const renewed = await untilAborted(this.#access.credentials.current(), options.signal);
    return this.#send(path, renewed, options);
  }

  async close(): Promise<void> {
    const dispatcher = this.#dispatcher?.of;
    this.#dispatcher = undefined;
    await dispatcher?.destroy().catch(() => undefined);
  }

  async #send(path: string, identity: Identity, options: GetOptions): Promise<ApiAnswer> {
    const { signal, maxBytes, accept = "application/json", packed = false } = options;
    const headers: [string, string][] = [
      ["accept", accept],
      ["accept-encoding", packed && !this.#access.context.cluster.disableCompression ? "gzip" : "identity"],
      ["user-agent", "promscope"],
      ...identity.headers.map(([name, value]): [string, string] => [name, value]),
    ];
    const answer = await request(`${this.server}${path}`, {
      method: "GET",
      dispatcher: this.#dispatcherFor(identity),
      headers: headers.flat(),
      signal,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const type = answer.headers["content-type"];
    const retryAfter = Number(answer.headers["retry-after"]);
    const isPacked = answer.headers["content-encoding"] === "gzip";
    return {
      status: answer.statusCode,
      contentType: typeof type === "string" ? type : "",
      retryAfter: retryAfter > 0 ? retryAfter : undefined,
      body: limited(isPacked ? unpacked(answer.body) : answer.body, maxBytes),
      discard: () => {
        // Ending an answer early is an error to the library, which nobody waits for.
        answer.body.on("error", () => {});
        answer.body.destroy();
      },
    };
  }

  /** Connections are kept until the certificate that they were opened with changes. */
  #dispatcherFor({ cert, key }: Identity): Dispatcher {
    const held = this.#dispatcher;
    if (held !== undefined && held.cert === cert && held.key === key) return held.of;
    void held?.of.close().catch(() => undefined);
    const of = dispatcherOf(this.#access, cert, key);
    this.#dispatcher = { of, cert, key };
    return of;
  }
}

function dispatcherOf(
  { context: { cluster }, server, authority }: Access,
  cert: string,
  key: string,
): Dispatcher {
  const ca = authority();
  const connect = {
    timeout: connectTimeoutMs,
    ...(ca === "" ? {} : { ca }),
    ...(cert === "" ? {} : { cert, key }),
    ...(cluster.serverName === "" ? {} : { servername: cluster.serverName }),
    ...(cluster.insecure ? { rejectUnauthorized: false } : {}),
  };
  const options = {
    connections: maxConnections,
    keepAliveTimeout: 30_000,
    // Our own deadlines are tighter and know why.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const { proxyUrl } = cluster;
  if (proxyUrl.startsWith("socks5:"))
    return new Socks5ProxyAgent(proxyUrl, { ...options, requestTls: connect });
  if (proxyUrl !== "") return new ProxyAgent({ ...options, uri: proxyUrl, requestTls: connect });
  // Go never sends what is on this machine through a proxy of the environment.
  const { hostname } = new URL(server);
  if (/^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname)) return new Agent({ ...options, connect });
  return new EnvHttpProxyAgent({ ...options, connect, requestTls: connect });
}

function unpacked(body: Readable): Readable {
  // The error of either reaches who reads.
  return pipeline(body, createGunzip(), () => {});
}

async function* limited(body: Readable, maxBytes: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new TooLargeError("The answer is too large");
    yield chunk;
  }
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
