import { CancellationSource, type CancellationToken } from "../../base/cancellation.ts";
import { Breather } from "../breather.ts";
import { NameTableBuilder } from "../catalog/name-builder.ts";
import { NameDecoder } from "../catalog/name-decoder.ts";
import type { HttpClient } from "../http/client.ts";
import { about, clip, type HttpFailure, noSuchTenant, refusesTenant } from "../http/failures.ts";
import { type Bag, bag, isBag, text, texts } from "./wire.ts";

/** The parts of a successful answer that all endpoints of the HTTP API share. */
export interface ApiReply {
  readonly data: unknown;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  /** The whole envelope, for what some servers put beside `data`. */
  readonly envelope: Bag;
  /** The names of {@link PrometheusApi.callNames}; `cut` where we took no more. */
  readonly streamed?: { readonly names: NameTableBuilder; readonly cut: boolean } | undefined;
}

/** A failed call. `error` and `errorType` are the server's own words, where it spoke the API's language. */
export interface ApiFailure extends HttpFailure {
  readonly errorType?: string | undefined;
  readonly error?: string | undefined;
}

export type ApiResult =
  | { readonly ok: true; readonly reply: ApiReply }
  | { readonly ok: false; readonly failure: ApiFailure };

export interface ApiRequest {
  /** Below `/api/v1/`, each segment already percent-encoded. */
  readonly endpoint: string;
  readonly params?: URLSearchParams | undefined;
  /** POST is a form; where a proxy refuses it, a short request is sent again as GET. */
  readonly method?: "GET" | "POST" | undefined;
  readonly deadlineMs: number;
  readonly maxBytes?: number | undefined;
}

/** Longer queries go by POST only: proxies and servers cut URLs (Prometheus answers 431 from 1 MB on). */
const maxUrlQuery = 2_000;

/** Calls of the Prometheus HTTP API (`web/api/v1/api.go`): reads the envelope and tells failures apart. */
export class PrometheusApi {
  readonly http: HttpClient;
  /** Set once a proxy has refused POST and taken GET. */
  #getOnly = false;

  constructor(http: HttpClient) {
    this.http = http;
  }

  async call(request: ApiRequest, token: CancellationToken): Promise<ApiResult> {
    const query = request.params?.toString() ?? "";
    const short = query.length <= maxUrlQuery;
    if (request.method !== "POST" || (this.#getOnly && short)) return await this.#once(request, "GET", token);
    const posted = await this.#once(request, "POST", token);
    if (posted.ok || !short) return posted;
    const { status, errorType } = posted.failure;
    if (errorType !== undefined || (status !== 403 && status !== 405)) return posted;
    const got = await this.#once(request, "GET", token);
    if (got.ok) this.#getOnly = true;
    return got.ok || got.failure.errorType !== undefined ? got : posted;
  }

  /**
   * A list of names, read as it arrives: of one that is longer than `maxNames` or `maxBytes` the beginning is kept,
   * and the rest is not asked for.
   */
  async callNames(
    request: ApiRequest & { readonly maxNames: number },
    token: CancellationToken,
  ): Promise<ApiResult> {
    const { params, deadlineMs, maxBytes, maxNames } = request;
    const names = new NameTableBuilder();
    const decoder = new NameDecoder(names);
    const enough = new CancellationSource();
    const listener = token.onCancellationRequested(() => enough.cancel());
    const breather = new Breather();
    const onBytes = (bytes: Uint8Array): undefined | Promise<void> => {
      if (names.size < maxNames) decoder.feed(bytes);
      else enough.cancel();
      // Several pieces may have arrived at once.
      return breather.due ? breather.rest() : undefined;
    };
    const path = `/api/v1/${request.endpoint}`;
    const result = await this.http.request({ path, params, deadlineMs, maxBytes, onBytes }, enough.token);
    listener.dispose();
    if (!result.ok) {
      const full = names.size >= maxNames && !token.isCancellationRequested;
      const tooLong = result.failure.reason === "limited" && result.failure.status === undefined;
      if (names.size === 0 || !(full || tooLong))
        return { ok: false, failure: readFailure(this.http.host, result.failure) };
      const reply: ApiReply = { data: [], warnings: [], infos: [], envelope: {} };
      return { ok: true, reply: { ...reply, streamed: { names, cut: true } } };
    }
    const answer = readEnvelope(this.http.host, decoder.end());
    if (!answer.ok) return answer;
    if (!Array.isArray(answer.reply.data))
      return {
        ok: false,
        failure: {
          reason: "invalid",
          message: about(this.http.host, "sent no list of names; check the path of the backend's URL."),
        },
      };
    const cut =
      names.tooLong || decoder.skipped || answer.reply.warnings.some((warning) => /truncated/.test(warning));
    return { ok: true, reply: { ...answer.reply, streamed: { names, cut } } };
  }

  /** An answer of several documents of JSON, one a line (the search API); errors before the first are as always. */
  async callLines(
    request: ApiRequest,
    token: CancellationToken,
  ): Promise<{ ok: true; lines: readonly Bag[] } | { ok: false; failure: ApiFailure }> {
    const { params, deadlineMs, maxBytes } = request;
    const path = `/api/v1/${request.endpoint}`;
    const result = await this.http.request({ path, params, deadlineMs, maxBytes }, token);
    if (!result.ok) return { ok: false, failure: readFailure(this.http.host, result.failure) };
    const lines: Bag[] = [];
    for (const line of result.reply.body.split("\n")) {
      if (line.trim() === "") continue;
      try {
        lines.push(bag(JSON.parse(line)));
      } catch {
        // The stream may end anywhere; what came before counts.
        break;
      }
    }
    return { ok: true, lines };
  }

  async #once(request: ApiRequest, method: "GET" | "POST", token: CancellationToken): Promise<ApiResult> {
    const { params, deadlineMs, maxBytes } = request;
    const path = `/api/v1/${request.endpoint}`;
    const result = await this.http.request({ path, params, method, deadlineMs, maxBytes }, token);
    if (!result.ok) return { ok: false, failure: readFailure(this.http.host, result.failure) };
    // Prometheus answers 204 where there is no data at all.
    if (result.reply.status === 204) return success({ status: "success" });
    return readEnvelope(this.http.host, result.reply.body);
  }
}

/** Reads the JSON of a successful answer. */
export function readEnvelope(host: string, body: string): ApiResult {
  const invalid = (sentence: string): ApiResult => ({
    ok: false,
    failure: { reason: "invalid", message: about(host, sentence) },
  });
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return /[}\]]\s*$/.test(body)
      ? invalid("sent JSON that cannot be read; check the path of the backend's URL.")
      : invalid("sent JSON that ends too early; try again, or check the proxy before it.");
  }
  if (!isBag(value) || typeof value["status"] !== "string")
    return invalid("answered with JSON of another kind; check the path of the backend's URL.");
  if (value["status"] === "error") return { ok: false, failure: apiFailure(host, value, 200) };
  return success(value);
}

function success(envelope: Bag): ApiResult {
  const { data, warnings, infos } = envelope as { data?: unknown; warnings?: unknown; infos?: unknown };
  return { ok: true, reply: { data, warnings: texts(warnings), infos: texts(infos), envelope } };
}

/** An error status may carry an error of the API, declared as JSON or (Thanos' query-frontend) as plain text. */
function readFailure(host: string, failure: HttpFailure): ApiFailure {
  if (failure.body === undefined || !failure.body.trimStart().startsWith("{")) return failure;
  let value: unknown;
  try {
    value = JSON.parse(failure.body);
  } catch {
    return failure;
  }
  const { status, error } = bag(value);
  if (status !== "error" || typeof error !== "string") return failure;
  return apiFailure(host, bag(value), failure.status ?? 0, failure);
}

/** What Prometheus says when a query is too expensive, as prefix or suffix of its error. */
const tooExpensive =
  /^query processing would (load|result in) too many|too many (samples|series)|would read too many samples|expanding series: context deadline exceeded$/;
const timedOut = /query timed out|context deadline exceeded/;

/** What VictoriaMetrics puts before the words that matter: the query, and the times as it took them. */
const victoriaPrefix = /^error when executing query="(?:[^"\\]|\\.)*" (?:for|on the time range) \([^)]*\): /s;

/** The failure that an error envelope of the API means. VictoriaMetrics writes the status as errorType. */
function apiFailure(host: string, envelope: Bag, status: number, http?: HttpFailure): ApiFailure {
  const error = text(envelope["error"]).replace(victoriaPrefix, "");
  const told = text(envelope["errorType"]);
  const errorType = told === "" || /^\d+$/.test(told) ? errorTypeOf(Number(told) || status) : told;
  const words = clip(error, 300);
  const failure = (reason: HttpFailure["reason"], message: string): ApiFailure => ({
    reason,
    message,
    status,
    errorType,
    error,
  });
  if (status === 401 || status === 403 || status === 429)
    return {
      ...failure(http?.reason ?? "forbidden", http?.message ?? `${host}: ${words}`),
      challenge: http?.challenge,
    };
  if (status === 400 && refusesTenant(error)) return failure("unauthorized", about(host, noSuchTenant));
  if (errorType === "canceled")
    return failure("cancelled", about(host, "was not asked to the end: cancelled."));
  if (errorType === "timeout" || (timedOut.test(error) && !/expanding series/.test(error)))
    return failure("timeout", about(host, "ran out of time for this; narrow the range or the selectors."));
  if (tooExpensive.test(error) || errorType === "cost_limit")
    return failure("limited", about(host, "finds this too expensive; narrow the range or the selectors."));
  if (errorType === "too_many_requests")
    return failure("limited", about(host, "limits requests; try again later."));
  if (status === 503 || errorType === "unavailable" || errorType === "internal")
    return failure("offline", `${host} cannot serve this now: ${words}`);
  return failure("invalid", `${host} refuses this: ${words}`);
}

function errorTypeOf(status: number): string {
  if (status === 422) return "execution";
  if (status === 503) return "timeout";
  return status >= 500 ? "internal" : "bad_data";
}
