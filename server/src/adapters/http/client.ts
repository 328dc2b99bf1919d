import type { Dispatcher, Response } from "undici";
import type { CancellationToken } from "../../base/cancellation.ts";
import type { Access } from "../../world/credentials.ts";
import { configuredHeaders, createAgent, fileStates, filesOf, HttpConfigFileError } from "./agent.ts";
import { credentialHeaders } from "./credential-headers.ts";
import { type AbortCause, RequestDeadline } from "./deadline.ts";
import { about, failureOfError, failureOfStatus, type HttpFailure, htmlFailure } from "./failures.ts";
import type { HttpConfig } from "./http-config.ts";
import { NoToken, OAuth2Tokens } from "./oauth2.ts";

const megabyte = 1_000_000;
/** Every answer but the catalog of names is cut here. */
const maxAnswerBytes = 10 * megabyte;
/** What is read of an answer that is an error. */
const maxErrorBytes = 64_000;
const maxRedirects = 5;
const connectTimeoutMs = 5_000;

export interface HttpRequest {
  /** Below the base URL, with a leading slash and without a query. */
  readonly path: string;
  readonly params?: URLSearchParams | undefined;
  /** POST sends `params` as a form; default GET. */
  readonly method?: "GET" | "POST" | undefined;
  /** Milliseconds for the whole exchange. */
  readonly deadlineMs: number;
  /** Milliseconds without a byte once the answer has begun; default 5,000. */
  readonly idleMs?: number | undefined;
  readonly maxBytes?: number | undefined;
  /**
   * Takes the body piece by piece as it arrives, as UTF-8; the reply's `body` is then empty. Where it returns a
   * promise, the next piece waits for it.
   */
  readonly onBytes?: TakeBytes | undefined;
}

/** Takes a piece of a body, and tells when it is ready for the next one. */
type TakeBytes = (bytes: Uint8Array) => undefined | Promise<void>;

/** An answer with a status below 300 that is declared as JSON. */
export interface HttpReply {
  readonly status: number;
  readonly body: string;
  readonly bytes: number;
}

export type HttpResult =
  | { readonly ok: true; readonly reply: HttpReply }
  | { readonly ok: false; readonly failure: HttpFailure };

/** Where requests go and with which credentials; found when the first request is made. */
export interface Target {
  /** Base URL, without credentials, query and trailing slash. */
  readonly url: URL;
  readonly config: HttpConfig;
  /** Files that all this was read from: when one of them changes, it is read anew. */
  readonly files?: readonly string[] | undefined;
}

export type TargetResult =
  | { readonly ok: true; readonly target: Target }
  | { readonly ok: false; readonly message: string };

export interface HttpClientOptions {
  /** The host as people know it, for sentences. */
  readonly host: string;
  /** The address of the backend as people know it, without credentials. */
  readonly address: string;
  readonly target: () => Promise<TargetResult>;
  /** Headers that are found anew for each request (the tokens of a kubeconfig expire). */
  readonly headers?: (() => Promise<Readonly<Record<string, string>>>) | undefined;
  /**
   * Credentials that are kept elsewhere (the editor's secret storage), which win over those of the target, and a
   * proxy for targets that name none. Asked anew for each request.
   */
  readonly access?: (() => Promise<Access | undefined>) | undefined;
}

/** Thrown by {@link HttpClientOptions.access} where a backend may not be contacted; the sentence says why. */
export class NotAllowed extends Error {}

interface Connection extends Target {
  readonly dispatcher: Dispatcher;
  /** Where the http config has `oauth2`. */
  readonly tokens: OAuth2Tokens | undefined;
  /** Of {@link Target.files} and the TLS files, when they were read. */
  readonly state: string;
}

/** What {@link HttpClient} throws inside of itself to end an exchange with a failure. */
class Failed extends Error {
  readonly failure: HttpFailure;
  constructor(failure: HttpFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** Requests to one backend. Never throws, never follows a redirect to another origin. */
export class HttpClient {
  readonly host: string;
  readonly address: string;
  readonly #options: HttpClientOptions;
  #connection: Promise<Connection> | undefined;

  constructor(options: HttpClientOptions) {
    this.host = options.host;
    this.address = options.address;
    this.#options = options;
  }

  async request(request: HttpRequest, token: CancellationToken): Promise<HttpResult> {
    if (token.isCancellationRequested) return { ok: false, failure: this.#aborted("cancelled", request, 0) };
    const deadline = new RequestDeadline(request.deadlineMs, request.idleMs ?? 5_000, token);
    const seen = { bytes: 0 };
    try {
      return await this.#exchange(request, deadline, seen);
    } catch (error) {
      if (deadline.cause !== undefined)
        return { ok: false, failure: this.#aborted(deadline.cause, request, seen.bytes) };
      if (error instanceof Failed || error instanceof NoToken) return { ok: false, failure: error.failure };
      if (error instanceof HttpConfigFileError || error instanceof NotAllowed)
        return { ok: false, failure: { reason: "not-configured", message: error.message } };
      return { ok: false, failure: failureOfError(this.host, error) };
    } finally {
      deadline.dispose();
    }
  }

  /** Closes the connections that are kept alive. */
  async dispose(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    const { dispatcher, tokens } = (await connection?.catch(() => undefined)) ?? {};
    tokens?.dispose();
    await dispatcher?.destroy().catch(() => undefined);
  }

  /** The target is found once, and anew after it could not be found or one of its files has changed. */
  async #connect(): Promise<Connection> {
    const before = this.#connection;
    if (before !== undefined) {
      const known = await before;
      if (known.state === (await fileStates(filesOf(known)))) return known;
      // Requests that run keep the old connections until they are done.
      if (this.#connection === before) {
        this.#connection = undefined;
        known.tokens?.dispose();
        void known.dispatcher.close().catch(() => undefined);
      }
    }
    this.#connection ??= this.#open();
    const connection = this.#connection;
    connection.catch(() => {
      if (this.#connection === connection) this.#connection = undefined;
    });
    return await connection;
  }

  async #open(): Promise<Connection> {
    // Asked first: it may refuse, and the target may run programs to find out who we are.
    const { credentials: { tls } = {}, proxy } = (await this.#options.access?.()) ?? {};
    const found = await this.#options.target();
    if (!found.ok) throw new Failed({ reason: "not-configured", message: found.message });
    const { config, ...rest } = found.target;
    const target: Target = {
      ...rest,
      config: tls === undefined ? config : { ...config, tls: { ...config.tls, ...tls } },
    };
    const state = await fileStates(filesOf(target));
    const dispatcher = await createAgent(target.url, target.config, connectTimeoutMs, proxy);
    const { oauth2 } = target.config;
    const tokens = oauth2 === undefined ? undefined : new OAuth2Tokens(oauth2, proxy);
    return { ...target, state, dispatcher, tokens };
  }

  async #exchange(
    request: HttpRequest,
    deadline: RequestDeadline,
    seen: { bytes: number },
  ): Promise<HttpResult> {
    const response = await this.#send(request, deadline);
    if ("reason" in response) return { ok: false, failure: response };
    const contentType = (response.headers.get("content-type") ?? "").toLowerCase();
    const isJson = /\b(?:nd)?json\b/.test(contentType);
    const succeeded = response.status < 300;
    const limit = succeeded && isJson ? (request.maxBytes ?? maxAnswerBytes) : maxErrorBytes;
    const onBytes = succeeded && isJson ? request.onBytes : undefined;
    const body = await readBody(response, limit, deadline, seen, onBytes);
    if (body === undefined && succeeded && isJson) return { ok: false, failure: this.#tooLong(limit) };
    const text = body ?? "";
    if (!succeeded) {
      const retryAfter = response.headers.get("retry-after");
      const challenge = response.headers.get("www-authenticate");
      const { path } = request;
      const answer = { status: response.status, contentType, retryAfter, challenge, path, body: text };
      return { ok: false, failure: failureOfStatus(this.host, answer) };
    }
    if (response.status === 204) return { ok: true, reply: { status: 204, body: "", bytes: 0 } };
    if (!isJson) return { ok: false, failure: this.#notJson(contentType, text, response.status) };
    if (seen.bytes === 0)
      return {
        ok: false,
        failure: this.#invalid("sent an empty answer; try again, or check the proxy before it."),
      };
    return { ok: true, reply: { status: response.status, body: text, bytes: seen.bytes } };
  }

  /** Sends the request and follows redirects that stay within the origin. */
  async #send(
    request: HttpRequest,
    deadline: RequestDeadline,
    mayRenew = true,
  ): Promise<Response | HttpFailure> {
    const access = await this.#options.access?.();
    const { url: base, config, dispatcher, tokens } = await this.#connect();
    // Read on the first request: the server is ready, and files are checked, without it.
    const { fetch, Headers } = await import("./undici.ts");
    const headers = new Headers({ accept: "application/json" });
    for (const [name, value] of await configuredHeaders(config)) headers.append(name, value);
    const token = tokens === undefined ? undefined : await deadline.race(tokens.header());
    if (token !== undefined) headers.set("authorization", token);
    for (const [name, value] of Object.entries((await this.#options.headers?.()) ?? {}))
      headers.set(name, value);
    for (const [name, value] of credentialHeaders(access?.credentials)) headers.set(name, value);
    const query = request.params?.toString() ?? "";
    let method = request.method ?? "GET";
    let url = new URL(
      base.href.replace(/\/$/, "") + request.path + (method === "GET" && query !== "" ? `?${query}` : ""),
    );
    for (let hop = 0; hop <= maxRedirects; hop++) {
      const form = method === "POST" ? { body: new URLSearchParams(query) } : {};
      const response = await fetch(url, {
        method,
        headers,
        redirect: "manual",
        dispatcher,
        signal: deadline.signal,
        ...form,
      });
      if (response.status === 401 && mayRenew && tokens !== undefined && token !== undefined) {
        // A token may end before its time; a new one is asked for once.
        await response.body?.cancel();
        tokens.refused(token);
        return await this.#send(request, deadline, false);
      }
      const location = response.headers.get("location");
      if (response.status < 300 || response.status >= 400 || location === null) return response;
      await response.body?.cancel();
      if (config.followRedirects === false)
        return this.#invalid(
          `redirects (${response.status}), which its http config forbids; name the final URL.`,
        );
      if (!URL.canParse(location, url.href))
        return this.#invalid("redirects to an address that is none; check its proxy.");
      const target = new URL(location, url);
      if (target.origin !== base.origin)
        return this.#invalid(
          `redirects to ${target.origin}; name that as the backend, or sign in (httpConfig).`,
        );
      if (method === "POST" && response.status !== 307 && response.status !== 308) {
        method = "GET";
        if (target.search === "") target.search = query;
      }
      url = target;
    }
    return this.#invalid("redirects in a circle; check the path of the backend's URL.");
  }

  #invalid(text: string): HttpFailure {
    return { reason: "invalid", message: about(this.host, text) };
  }

  #notJson(contentType: string, body: string, status: number): HttpFailure {
    if (contentType.includes("html") || /^\s*</.test(body)) return htmlFailure(this.host, body, status);
    if (body.trim() === "")
      return this.#invalid("sent an empty answer; check the path of the backend's URL.");
    const type = contentType.split(";")[0] || "nothing known";
    return this.#invalid(`answered with ${type}, not JSON; check the path of the backend's URL.`);
  }

  #tooLong(limit: number): HttpFailure {
    const text = `sent more than ${Math.round(limit / megabyte)} MB; ask for fewer series, names or points.`;
    return { reason: "limited", message: about(this.host, text) };
  }

  #aborted(cause: AbortCause, request: HttpRequest, bytes: number): HttpFailure {
    if (cause === "cancelled")
      return { reason: "cancelled", message: about(this.host, "was not asked to the end: cancelled.") };
    if (cause === "idle")
      return {
        reason: "timeout",
        message: about(this.host, `stopped in the middle of its answer (${bytes} bytes); try again.`),
      };
    const seconds = Math.round(request.deadlineMs / 100) / 10;
    const what = bytes === 0 ? "gave no answer" : "did not finish its answer";
    return {
      reason: "timeout",
      message: about(this.host, `${what} within ${seconds} s; ask for less, or raise the deadline.`),
    };
  }
}

/** The body as text, or nothing where it is longer than `limit` bytes; the rest is then not read. */
async function readBody(
  response: Response,
  limit: number,
  deadline: RequestDeadline,
  seen: { bytes: number },
  onBytes: TakeBytes | undefined,
): Promise<string | undefined> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  const parts: string[] = [];
  deadline.alive();
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    deadline.alive();
    seen.bytes += chunk.byteLength;
    // Leaving the loop cancels the stream, and with it the connection.
    if (seen.bytes > limit) return undefined;
    if (onBytes === undefined) parts.push(decoder.decode(chunk, { stream: true }));
    else {
      const taken = onBytes(chunk);
      if (taken !== undefined) await taken;
    }
  }
  parts.push(decoder.decode());
  return parts.join("");
}
