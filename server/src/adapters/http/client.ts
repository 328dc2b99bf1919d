import { type Dispatcher, fetch, Headers, type Response } from "undici";
import type { CancellationToken } from "../../base/cancellation.ts";
import { configuredHeaders, createAgent, HttpConfigFileError } from "./agent.ts";
import { type AbortCause, RequestDeadline } from "./deadline.ts";
import { about, failureOfError, failureOfStatus, type HttpFailure, htmlFailure } from "./failures.ts";
import type { HttpConfig } from "./http-config.ts";

const megabyte = 1_000_000;
/** Every answer but the catalog of names is cut here. */
export const maxAnswerBytes = 10 * megabyte;
/** What is read of an answer that is an error. */
const maxErrorBytes = 64_000;
const maxRedirects = 5;

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
  /** Takes the body piece by piece as it arrives; the reply's `body` is then empty. */
  readonly onChunk?: ((text: string) => void) | undefined;
}

/** An answer with a status below 300 that is declared as JSON. */
export interface HttpReply {
  readonly status: number;
  readonly body: string;
  readonly bytes: number;
}

export type HttpResult =
  | { readonly ok: true; readonly reply: HttpReply }
  | { readonly ok: false; readonly failure: HttpFailure };

export interface HttpClientOptions {
  /** Base URL; credentials in it are sent as basic auth and never shown. */
  readonly url: string;
  readonly config?: HttpConfig | undefined;
  /** Credentials that are kept elsewhere (the editor's secret storage), asked anew for each request. */
  readonly headers?: (() => Promise<Readonly<Record<string, string>>>) | undefined;
}

/** Requests to one base URL. Never throws, never follows a redirect to another origin. */
export class HttpClient {
  /** Host and port, for sentences. */
  readonly host: string;
  /** The base URL without credentials, query and trailing slash. */
  readonly address: string;
  readonly #base: URL;
  readonly #config: HttpConfig;
  readonly #headers: HttpClientOptions["headers"];
  #agent: Promise<Dispatcher> | undefined;

  private constructor(base: URL, options: HttpClientOptions) {
    const userinfo =
      base.username === ""
        ? {}
        : {
            basicAuth: {
              username: decodeURIComponent(base.username),
              password: decodeURIComponent(base.password),
            },
          };
    base.username = "";
    base.password = "";
    this.#base = base;
    this.#config = { ...userinfo, ...options.config };
    this.#headers = options.headers;
    this.host = base.host;
    this.address = base.href.replace(/\/$/, "");
  }

  /** Nothing where `url` is no http or https URL. */
  static create(options: HttpClientOptions): HttpClient | undefined {
    const url = URL.canParse(options.url) ? new URL(options.url) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol)) return undefined;
    url.search = "";
    url.hash = "";
    // People paste the address of the API as often as that of the server.
    url.pathname = url.pathname.replace(/\/+$/, "").replace(/\/api\/v1$/, "");
    try {
      return new HttpClient(url, options);
    } catch {
      return undefined;
    }
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
      if (error instanceof HttpConfigFileError)
        return { ok: false, failure: { reason: "not-configured", message: error.message } };
      return { ok: false, failure: failureOfError(this.host, error) };
    } finally {
      deadline.dispose();
    }
  }

  /** Closes the connections that are kept alive. */
  async dispose(): Promise<void> {
    const agent = this.#agent;
    this.#agent = undefined;
    await (await agent?.catch(() => undefined))?.destroy().catch(() => undefined);
  }

  async #exchange(
    request: HttpRequest,
    deadline: RequestDeadline,
    seen: { bytes: number },
  ): Promise<HttpResult> {
    const response = await this.#send(request, deadline);
    if ("reason" in response) return { ok: false, failure: response };
    const contentType = (response.headers.get("content-type") ?? "").toLowerCase();
    const isJson = /\bjson\b/.test(contentType);
    const succeeded = response.status < 300;
    const limit = succeeded && isJson ? (request.maxBytes ?? maxAnswerBytes) : maxErrorBytes;
    const onChunk = succeeded && isJson ? request.onChunk : undefined;
    const body = await readBody(response, limit, deadline, seen, onChunk);
    if (body === undefined && succeeded && isJson) return { ok: false, failure: this.#tooLong(limit) };
    const text = body ?? "";
    if (!succeeded) {
      const retryAfter = response.headers.get("retry-after");
      const answer = { status: response.status, contentType, retryAfter, path: request.path, body: text };
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
  async #send(request: HttpRequest, deadline: RequestDeadline): Promise<Response | HttpFailure> {
    this.#agent ??= createAgent(this.#config, request.deadlineMs);
    const dispatcher = await this.#agent.catch((error: unknown) => {
      this.#agent = undefined;
      throw error;
    });
    const headers = new Headers({ accept: "application/json" });
    for (const [name, value] of await configuredHeaders(this.#config)) headers.append(name, value);
    for (const [name, value] of Object.entries((await this.#headers?.()) ?? {})) headers.set(name, value);
    const query = request.params?.toString() ?? "";
    let method = request.method ?? "GET";
    let url = new URL(this.address + request.path + (method === "GET" && query !== "" ? `?${query}` : ""));
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
      const location = response.headers.get("location");
      if (response.status < 300 || response.status >= 400 || location === null) return response;
      await response.body?.cancel();
      if (this.#config.followRedirects === false)
        return this.#invalid(
          `redirects (${response.status}), which its http config forbids; name the final URL.`,
        );
      if (!URL.canParse(location, url.href))
        return this.#invalid("redirects to an address that is none; check its proxy.");
      const target = new URL(location, url);
      if (target.origin !== this.#base.origin)
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
  onChunk: ((text: string) => void) | undefined,
): Promise<string | undefined> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  const parts: string[] = [];
  const take = onChunk ?? ((text: string) => void parts.push(text));
  deadline.alive();
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    deadline.alive();
    seen.bytes += chunk.byteLength;
    // Leaving the loop cancels the stream, and with it the connection.
    if (seen.bytes > limit) return undefined;
    take(decoder.decode(chunk, { stream: true }));
  }
  take(decoder.decode());
  return parts.join("");
}
