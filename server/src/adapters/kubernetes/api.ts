import type { Readable } from "node:stream";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { type Access, openAccess } from "./access.ts";
import type { CredentialsOptions, Identity } from "./credentials.ts";
import { TooLargeError } from "./failures.ts";
import type { KubeconfigChoice } from "./kubeconfig.ts";
import { openTransport, type Transport } from "./transport.ts";

/** An answer whose body is read piece by piece. */
export interface ApiAnswer {
  readonly status: number;
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
  close(): void;
}

export interface GetOptions {
  readonly signal: AbortSignal;
  readonly maxBytes: number;
  /** Lists may come packed; a watch must not wait for a block to fill. */
  readonly packed?: boolean | undefined;
}

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
  #held: { readonly of: Promise<Transport>; readonly cert: string; readonly key: string } | undefined;

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

  close(): void {
    this.#access.credentials.dispose();
    this.#disconnect();
  }

  #disconnect(): void {
    this.#held?.of.then(
      (transport) => transport.close(),
      () => {},
    );
    this.#held = undefined;
  }

  async #send(path: string, identity: Identity, options: GetOptions): Promise<ApiAnswer> {
    const { signal, maxBytes, packed = false } = options;
    const isPackable = packed && !this.#access.context.cluster.disableCompression;
    const transport = await this.#transportFor(identity);
    const { status, headers, body } = await transport.get(
      `${this.server}${path}`,
      [
        ["accept", "application/json"],
        ["accept-encoding", isPackable ? "gzip" : "identity"],
        ["user-agent", "promscope"],
        ...identity.headers,
      ],
      signal,
    );
    const retryAfter = Number(headers["retry-after"]);
    const read = headers["content-encoding"] === "gzip" ? unpacked(body) : body;
    return {
      status,
      retryAfter: retryAfter > 0 ? retryAfter : undefined,
      body: limited(read, maxBytes),
      discard: () => {
        // Ending an answer early is an error to the library, which nobody waits for.
        for (const each of [body, read]) each.on("error", () => {}).destroy();
      },
    };
  }

  /** Connections are kept until the certificate that they were opened with changes. */
  #transportFor({ cert, key }: Identity): Promise<Transport> {
    const held = this.#held;
    if (held !== undefined && held.cert === cert && held.key === key) return held.of;
    this.#disconnect();
    const of = openTransport(this.#access, cert, key);
    this.#held = { of, cert, key };
    // Who asks sees the error; the next one tries anew.
    of.catch(() => {
      if (this.#held?.of === of) this.#held = undefined;
    });
    return of;
  }
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
