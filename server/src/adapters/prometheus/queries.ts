import type { CancellationToken } from "../../base/cancellation.ts";
import type { Known } from "../../base/known.ts";
import type { QueryCost } from "../../world/cost.ts";
import type { Metrics, Queries } from "../../world/ports.ts";
import type { MissingStore, QueryFailure, QueryOutcome, QueryRequest } from "../../world/query.ts";
import { selectorsIn } from "../../world/relevance.ts";
import { originalOffset } from "../../world/scope.ts";
import { about } from "../http/failures.ts";
import { splitAnnotations } from "./annotations.ts";
import type { ApiFailure } from "./api.ts";
import { type Attempt, type Send, sendAround } from "./around.ts";
import type { Recognised } from "./capabilities.ts";
import { completenessOf, readsNothing } from "./completeness.ts";
import { costPatienceMs, estimateCost, toldCost } from "./cost.ts";
import { showsNothing } from "./emptiness.ts";
import { parseErrorAt } from "./position.ts";
import { readResult } from "./result.ts";
import { type Scoped, scopedExpression } from "./scoped.ts";
import type { BackendSession } from "./session.ts";
import { plainError } from "./stores.ts";
import { bag, isBag } from "./wire.ts";

const instantDeadlineMs = 10_000;
const rangeDeadlineMs = 30_000;
const defaultKeepSeries = 10_000;

export interface QueriesOptions {
  readonly environment?: string | undefined;
  /** The index of the same backend: from it a cost is estimated. */
  readonly metrics: Metrics;
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

  async cost(request: QueryRequest, token: CancellationToken): Promise<Known<QueryCost>> {
    const session = this.#session;
    const now = session.clock.now();
    const who = await session.recognise(token);
    if (!who.ok) return session.unavailable(who.failure);
    const { scope } = await session.scopeFor(who.backend, token);
    const scoped = scopedExpression(request.expression, scope);
    if (!scoped.ok || scoped.expr === undefined)
      return session.unavailable({
        reason: "invalid",
        message: "The expression cannot be read, so nothing is estimated.",
      });
    if (who.backend.has("own-config") && (await session.apis.has("query_cost", token))) {
      const params = this.#params(request, scoped.text, who.backend, costPatienceMs, undefined);
      const told = await toldCost(session, params, request.range !== undefined, token);
      if (told !== undefined) return told;
    }
    const source = { name: session.source, now };
    return await estimateCost(this.#options.metrics, scoped.expr, request, source, token);
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
        message: about(
          session.host,
          "sent a result that cannot be read; check its version and the proxy before it.",
        ),
      });
    const annotations = splitAnnotations(result.reply.warnings, result.reply.infos);
    const end = request.range?.end ?? request.time ?? session.clock.now() / 1000;
    const told = completenessOf({
      host: session.host,
      backend,
      reply: result.reply,
      view: backend.has("stores") ? (view ?? session.lastView) : undefined,
      viewIsFresh: view !== undefined,
      without,
      selectors: scoped.sent === undefined ? undefined : selectorsIn(scoped.sent),
      end: end * 1000,
    });
    const isEmptiness =
      told.status !== "partial" &&
      readsNothing(result.reply, data.series.length, scoped.sent) &&
      (await session.emptiness.showsSomething()) !== true;
    const completeness = isEmptiness ? { ...told, status: "unknown" as const } : told;
    const [gone] = completeness.missing;
    // A Querier that has dropped a dead store answers even a strict query without it.
    if (request.strict === true && gone !== undefined)
      return fail({ reason: "invalid", errorType: "execution", message: misses(session.host, gone) });
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
        warnings: [
          ...this.#scopeWarnings(scoped, external),
          ...(isEmptiness ? [`${session.source} ${showsNothing}.`] : []),
          ...annotations.warnings,
        ],
        infos: annotations.infos,
        completeness,
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
}

/** One sentence about a store without which there is no whole answer. */
function misses(host: string, { store, reason }: Pick<MissingStore, "store" | "reason">): string {
  return about(host, `misses ${store} (${reason}); run without strict for a partial answer.`);
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
      error: `parse error: ${parse.message}`,
    };
  }
  const store = /\bAddr: (\S+)/.exec(failure.error ?? "")?.[1];
  if (store !== undefined) {
    const message = misses(host, { store, reason: plainError(failure.error ?? "") });
    return { ...base, reason: "execution", message };
  }
  const words = failure.error === undefined ? {} : { error: failure.error };
  if (failure.reason === "invalid" && failure.errorType !== undefined)
    return {
      ...base,
      reason: failure.errorType === "execution" ? "execution" : "bad_data",
      message: failure.message,
      ...words,
    };
  const { reason } = failure;
  if (reason === "pending" || reason === "unsupported")
    return { ...base, reason: "invalid", message: failure.message };
  return { ...base, reason, message: failure.message, ...(reason === "limited" ? words : {}) };
}
