import { ErrorCodes, ResponseError } from "vscode-languageserver/node";
import { CancellationSource, type CancellationToken } from "../base/cancellation.ts";
import type { QueryParams, QueryResult } from "../protocol.ts";
import type { EnvironmentAccess } from "../world/environment.ts";
import { RunMemory } from "../world/last-runs.ts";
import type { QueryRequest } from "../world/query.ts";

/** Reads the argument of `promscope.query`; what is wrong with it is said in one sentence. */
function readParams(argument: unknown): QueryParams {
  const fail = (message: string): never => {
    throw new ResponseError(ErrorCodes.InvalidParams, message);
  };
  if (typeof argument !== "object" || argument === null)
    return fail("promscope.query takes one argument: {environment?, expr, time?} or {start, end, step}.");
  const params = argument as Record<string, unknown>;
  if (typeof params["expr"] !== "string" || params["expr"].trim() === "")
    return fail("promscope.query needs `expr`, the PromQL text to run.");
  for (const name of ["time", "start", "end", "step"])
    if (params[name] !== undefined && !Number.isFinite(params[name]))
      return fail(`promscope.query takes \`${name}\` as a number of seconds.`);
  const times = ["start", "end", "step"].filter((name) => params[name] !== undefined).length;
  if (times !== 0 && times !== 3) return fail("A range query needs all of `start`, `end` and `step`.");
  return params as unknown as QueryParams;
}

function toRequest(params: QueryParams): QueryRequest {
  const { expr, time, start, end, step, dedup, strict } = params;
  return {
    expression: expr,
    ...(time === undefined ? {} : { time }),
    ...(start === undefined || end === undefined || step === undefined
      ? {}
      : { range: { start, end, step } }),
    ...(dedup === undefined ? {} : { deduplicate: dedup }),
    ...(strict === undefined ? {} : { strict }),
  };
}

/** Runs queries for `promscope.query`; one with the same `id` takes the place of an earlier one. */
export class QueryRunner {
  readonly #environments: () => readonly EnvironmentAccess[];
  readonly #running = new Map<string, CancellationSource>();
  readonly lastRuns = new RunMemory();

  constructor(environments: () => readonly EnvironmentAccess[]) {
    this.#environments = environments;
  }

  async run(argument: unknown, token: CancellationToken): Promise<QueryResult> {
    const params = readParams(argument);
    const withQueries = this.#environments().filter((access) => access.queries !== undefined);
    const access =
      params.environment === undefined
        ? withQueries[0]
        : withQueries.find(({ environment }) => environment.name === params.environment);
    if (access?.queries === undefined) return noEnvironment(params.environment);
    const source = new CancellationSource();
    const listener = token.onCancellationRequested(() => source.cancel());
    if (params.id !== undefined) {
      this.cancel(params.id);
      this.#running.set(params.id, source);
    }
    try {
      const request = toRequest(params);
      const outcome = await access.queries.run(request, source.token);
      if (outcome.ok) this.lastRuns.remember(access.environment.name, request, outcome.answer, Date.now());
      return outcome;
    } finally {
      listener.dispose();
      if (params.id !== undefined && this.#running.get(params.id) === source) this.#running.delete(params.id);
    }
  }

  cancel(id: string): void {
    this.#running.get(id)?.cancel();
    this.#running.delete(id);
  }
}

function noEnvironment(name: string | undefined): QueryResult {
  const message =
    name === undefined
      ? "No environment has a backend; add one to the setting promscope.environments."
      : `There is no environment "${name}" with a backend; see the setting promscope.environments.`;
  return { ok: false, failure: { backend: "", reason: "not-configured", message, elapsedMs: 0 } };
}
