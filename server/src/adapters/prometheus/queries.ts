import type { CancellationToken } from "../../base/cancellation.ts";
import type { Queries } from "../../world/ports.ts";
import type { MissingStore, QueryFailure, QueryOutcome, QueryRequest } from "../../world/query.ts";
import { couldMatch, selectorsIn } from "../../world/relevance.ts";
import { originalOffset } from "../../world/scope.ts";
import { about } from "../http/failures.ts";
import { isPartialWarning, missingIn, splitAnnotations } from "./annotations.ts";
import type { ApiFailure, ApiReply } from "./api.ts";
import { type Attempt, type Send, sendAround } from "./around.ts";
import type { Recognised } from "./capabilities.ts";
import { parseErrorAt } from "./position.ts";
import { readResult } from "./result.ts";
import { type Scoped, scopedExpression } from "./scoped.ts";
import type { BackendSession, StoreView } from "./session.ts";
import { type AbsentStore, plainError } from "./stores.ts";
import { bag, isBag } from "./wire.ts";

const instantDeadlineMs = 10_000;
const rangeDeadlineMs = 30_000;
const defaultKeepSeries = 1_000;

export interface QueriesOptions {
  readonly environment?: string | undefined;
}

type ScopedOk = Extract<Scoped, { ok: true }>;

/** Runs queries against one backend. Never throws. */
export class BackendQueries implements Queries {
  readonly #session: BackendSession;
  readonly #options: QueriesOptions;

  constructor(session: BackendSession, options: QueriesOptions) {
    this.#session = session;
    this.#options = options;
  }

  async run(request: QueryRequest, token: CancellationToken): Promise<QueryOutcome> {
    const session = this.#session;
    const started = session.clock.now();
    const deadlineMs =
      request.deadlineMs ?? (request.range === undefined ? instantDeadlineMs : rangeDeadlineMs);
    const fail = (
      failure: ApiFailure,
      expression = request.expression,
      edits: ScopedOk["edits"] = [],
    ): QueryOutcome => ({
      ok: false,
      failure: queryFailure(failure, {
        backend: session.api.http.address,
        host: session.host,
        expression,
        edits,
        elapsedMs: session.clock.now() - started,
      }),
    });
    const who = await session.recognise(token);
    if (!who.ok) return fail(who.failure);
    const { backend } = who;
    const { scope, external } = await session.scopeFor(backend, token);
    const scoped = scopedExpression(request.expression, scope);
    if (!scoped.ok) {
      const [error] = scoped.errors;
      const failure: QueryFailure = {
        backend: session.api.http.address,
        reason: "bad_data",
        message: `The expression cannot be read: ${error?.message ?? "it has no tree"}.`,
        ...(error === undefined ? {} : { position: error.span.start }),
        elapsedMs: session.clock.now() - started,
      };
      return { ok: false, failure };
    }
    const remaining = deadlineMs - (session.clock.now() - started);
    const [attempt, view] = await Promise.all([
      this.#attempt(request, scoped.text, backend, Math.max(1, remaining), token),
      // Asked at the same time, so that a store which died in between is seen by one or the other.
      backend.has("stores") ? session.stores(0) : undefined,
    ]);
    const { result, without } = attempt;
    if (!result.ok) return fail(result.failure, scoped.text, scoped.edits);
    const data = readResult(result.reply.data, request.keepSeries ?? defaultKeepSeries);
    if (data === undefined)
      return fail({
        reason: "invalid",
        message: about(session.host, "sent a result of an unknown type; check its version."),
      });
    const annotations = splitAnnotations(result.reply.warnings, result.reply.infos);
    const latest = backend.has("stores") ? (view ?? session.lastView) : undefined;
    const stats = bag(result.reply.data)["stats"] ?? result.reply.envelope["stats"];
    return {
      ok: true,
      answer: {
        backend: session.api.http.address,
        ...(this.#options.environment === undefined ? {} : { environment: this.#options.environment }),
        expression: scoped.text,
        resultType: data.resultType,
        series: data.series,
        ...(data.total > data.series.length
          ? { truncated: { kept: data.series.length, total: data.total } }
          : {}),
        warnings: [...this.#scopeWarnings(scoped, external), ...annotations.warnings],
        infos: annotations.infos,
        completeness: this.#completeness(
          result.reply,
          backend,
          latest,
          view !== undefined,
          without,
          scoped,
          request,
        ),
        elapsedMs: session.clock.now() - started,
        stats: isBag(stats) ? stats : null,
      },
    };
  }

  async #attempt(
    request: QueryRequest,
    expression: string,
    backend: Recognised,
    deadlineMs: number,
    token: CancellationToken,
  ): Promise<Attempt> {
    const session = this.#session;
    const endpoint = request.range === undefined ? "query" : "query_range";
    const send: Send = (storeMatch, ms, of) => {
      const params = this.#params(request, expression, backend, ms, storeMatch);
      return session.call({ endpoint, params, method: "POST", deadlineMs: ms }, of);
    };
    if (!backend.has("federation")) return { result: await send(undefined, deadlineMs, token), without: [] };
    return await sendAround(session, send, { deadlineMs, strict: request.strict === true }, token);
  }

  #params(
    request: QueryRequest,
    expression: string,
    backend: Recognised,
    deadlineMs: number,
    storeMatch: string | undefined,
  ): URLSearchParams {
    const params = new URLSearchParams({ query: expression, stats: "true" });
    const { range, time } = request;
    if (range === undefined) params.set("time", String(time ?? this.#session.clock.now() / 1000));
    else {
      params.set("start", String(range.start));
      params.set("end", String(range.end));
      params.set("step", String(range.step));
    }
    // A Querier that is told a short timeout throws away what it has when one store hangs (422 instead of 200).
    // A Prometheus gives up a little before us, so that it can say so itself.
    if (backend.has("query-timeout")) params.set("timeout", `${Math.max(1, Math.round(deadlineMs * 0.9))}ms`);
    if (backend.has("federation")) {
      params.set("dedup", String(request.deduplicate ?? true));
      params.set("partial_response", String(request.strict !== true));
      if (storeMatch !== undefined) params.set("storeMatch[]", storeMatch);
    }
    return params;
  }

  #scopeWarnings(scoped: ScopedOk, external: Readonly<Record<string, string>>): readonly string[] {
    const name = this.#options.environment ?? this.#session.host;
    const contradicted = scoped.contradictions.map(
      ({ written, label, scope }) =>
        `${written} finds nothing: ${name} is narrowed to ${label}=${JSON.stringify(scope)}.`,
    );
    const foreign = Object.entries(this.#session.scope).filter(
      ([label, value]) => external[label] !== undefined && external[label] !== value,
    );
    return [
      ...contradicted,
      ...foreign.map(
        ([label, value]) =>
          `${name} should be ${label}=${JSON.stringify(value)}, but this Prometheus is ${label}=${JSON.stringify(external[label])}.`,
      ),
    ];
  }

  #completeness(
    reply: ApiReply,
    backend: Recognised,
    view: StoreView | undefined,
    viewIsFresh: boolean,
    without: readonly AbsentStore[],
    scoped: ScopedOk,
    request: QueryRequest,
  ) {
    const missing = new Map<string, MissingStore>();
    const selectors = scoped.expr === undefined ? undefined : selectorsIn(scoped.expr);
    const end = (request.range?.end ?? request.time ?? this.#session.clock.now() / 1000) * 1000;
    for (const store of [...(view?.absent ?? []), ...without]) {
      const { labels, minTime } = store;
      const couldAnswer =
        selectors === undefined || labels.length === 0 || labels.some((set) => couldMatch(selectors, set));
      if (couldAnswer && minTime <= end)
        missing.set(store.store, { store: store.store, labels, reason: store.reason });
    }
    const labelsOf = (address: string) =>
      view?.stores.find((store) => store.address === address)?.labelSets ?? [];
    for (const warning of reply.warnings.filter(isPartialWarning)) {
      const found = missingIn(warning, this.#session.host, labelsOf);
      if (!missing.has(found.store)) missing.set(found.store, found);
    }
    if (reply.envelope["isPartial"] === true)
      missing.set(this.#session.host, {
        store: this.#session.host,
        labels: [],
        reason: "says that its answer is partial",
      });
    if (missing.size > 0) return { status: "partial", missing: [...missing.values()] } as const;
    const tells =
      backend.has("self-contained") ||
      (viewIsFresh && view !== undefined) ||
      reply.envelope["isPartial"] === false;
    return { status: tells ? "complete" : "unknown", missing: [] } as const;
  }
}

interface FailureContext {
  readonly backend: string;
  readonly host: string;
  readonly expression: string;
  readonly edits: ScopedOk["edits"];
  readonly elapsedMs: number;
}

function queryFailure(failure: ApiFailure, context: FailureContext): QueryFailure {
  const { backend, host, expression, edits, elapsedMs } = context;
  const base = { backend, elapsedMs };
  const parse = failure.error === undefined ? undefined : parseErrorAt(failure.error, expression);
  if (parse !== undefined) {
    const position = parse.position === undefined ? undefined : originalOffset(edits, parse.position);
    return {
      ...base,
      reason: "bad_data",
      message: `${host} cannot read the expression: ${parse.message}`,
      ...(position === undefined ? {} : { position }),
    };
  }
  const store = /\bAddr: (\S+)/.exec(failure.error ?? "")?.[1];
  if (store !== undefined) {
    const why = plainError(failure.error ?? "");
    const message = about(host, `misses ${store} (${why}); run without strict for a partial answer.`);
    return { ...base, reason: "execution", message };
  }
  if (failure.reason === "invalid" && failure.errorType !== undefined)
    return {
      ...base,
      reason: failure.errorType === "execution" ? "execution" : "bad_data",
      message: failure.message,
    };
  const { reason } = failure;
  if (reason === "pending" || reason === "unsupported")
    return { ...base, reason: "invalid", message: failure.message };
  return { ...base, reason, message: failure.message };
}
