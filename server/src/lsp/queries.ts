import { type Connection, ErrorCodes, ResponseError } from "vscode-languageserver/node";
import { CancellationSource, type CancellationToken } from "../base/cancellation.ts";
import type {
  QueryCommandResult,
  QueryFailure,
  QueryParams,
  QueryQuestionResult,
  QueryResult,
} from "../protocol.ts";
import { type CostLimits, questionBefore, type RunQuestion, refusalText } from "../world/cost.ts";
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
  for (const name of ["dedup", "strict", "confirmed"])
    if (params[name] !== undefined && typeof params[name] !== "boolean")
      return fail(`promscope.query takes \`${name}\` as true or false.`);
  const times = ["start", "end", "step"].filter((name) => params[name] !== undefined).length;
  if (times !== 0 && times !== 3) return fail("A range query needs all of `start`, `end` and `step`.");
  return params as unknown as QueryParams;
}

/** For other editors the result of the command is what the command line prints. */
export function asCommandResult(outcome: QueryResult): QueryCommandResult {
  return outcome.ok ? { ...outcome.answer, ...outcome } : outcome;
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

export interface QueryRunnerOptions {
  /** A server said something else of an expression than when that was last run. */
  readonly onNotes?: () => void;
  readonly environments: () => readonly EnvironmentAccess[];
  readonly limits: () => CostLimits;
  /** Asks the person at the editor; nothing where the editor cannot ask. */
  readonly ask: (question: RunQuestion) => Promise<boolean | undefined>;
}

/** Runs queries for `promscope.query`; one with the same `id` takes the place of an earlier one. */
export class QueryRunner {
  readonly #options: QueryRunnerOptions;
  readonly #running = new Map<string, CancellationSource>();
  readonly lastRuns = new RunMemory();

  constructor(options: QueryRunnerOptions) {
    this.#options = options;
  }

  async run(argument: unknown, token: CancellationToken): Promise<QueryResult> {
    const params = readParams(argument);
    const access = this.#access(params.environment);
    if (access?.queries === undefined) return noEnvironment(params.environment);
    const source = new CancellationSource();
    const listener = token.onCancellationRequested(() => source.cancel());
    if (params.id !== undefined) {
      this.cancel(params.id);
      this.#running.set(params.id, source);
    }
    try {
      const refused =
        params.confirmed === true ? undefined : await this.#confirm(params, access, source.token);
      if (refused !== undefined) return refused;
      const request = toRequest(params);
      const outcome = await access.queries.run(request, source.token);
      const { name } = access.environment;
      const isNews = outcome.ok
        ? this.lastRuns.remember(name, request, outcome.answer, Date.now())
        : this.lastRuns.rememberFailure(name, request, outcome.failure);
      if (isNews) this.#options.onNotes?.();
      return outcome;
    } finally {
      listener.dispose();
      if (params.id !== undefined && this.#running.get(params.id) === source) this.#running.delete(params.id);
    }
  }

  /** What a client that asks by itself is to ask before it runs the query with `confirmed`. */
  async question(argument: unknown, token: CancellationToken): Promise<QueryQuestionResult> {
    const params = readParams(argument);
    const access = this.#access(params.environment);
    const question = access === undefined ? undefined : await this.#question(params, access, token);
    return { question: question ?? null };
  }

  cancel(id: string): void {
    this.#running.get(id)?.cancel();
    this.#running.delete(id);
  }

  #access(name: string | undefined): EnvironmentAccess | undefined {
    const all = this.#options.environments().filter((access) => access.queries !== undefined);
    return name === undefined ? all[0] : all.find(({ environment }) => environment.name === name);
  }

  async #question(
    params: QueryParams,
    { environment, queries }: EnvironmentAccess,
    token: CancellationToken,
  ): Promise<RunQuestion | undefined> {
    const limits = this.#options.limits();
    const nobodyAsks = limits.samples === 0 && limits.series === 0 && !environment.protected;
    if (queries === undefined || nobodyAsks) return undefined;
    return questionBefore(environment, await queries.cost(toRequest(params), token), limits);
  }

  /** The refusal where a person said no or could not be asked; nothing where the query may run. */
  async #confirm(
    params: QueryParams,
    access: EnvironmentAccess,
    token: CancellationToken,
  ): Promise<QueryResult | undefined> {
    const started = Date.now();
    const question = await this.#question(params, access, token);
    if (question === undefined || token.isCancellationRequested) return undefined;
    const yes = await this.#options.ask(question);
    if (yes === true) return undefined;
    const refused = (reason: QueryFailure["reason"], message: string): QueryResult => ({
      ok: false,
      failure: { backend: "", reason, message, elapsedMs: Date.now() - started },
    });
    return yes === false
      ? refused("cancelled", `The query was not run on ${access.environment.name}.`)
      : refused("limited", refusalText(question, "send `confirmed` to run it"));
  }
}

/** Asks with the editor's own dialog, which every editor that speaks LSP is meant to have. */
export async function askToRun(connection: Connection, question: RunQuestion): Promise<boolean | undefined> {
  const run = { title: "Run" };
  try {
    return (
      (await connection.window.showWarningMessage(question.asking, run, { title: "Cancel" }))?.title ===
      run.title
    );
  } catch {
    return undefined;
  }
}

function noEnvironment(name: string | undefined): QueryResult {
  const message =
    name === undefined
      ? "No environment has a backend; add one to the setting promscope.environments."
      : `There is no environment "${name}" with a backend; see the setting promscope.environments.`;
  return { ok: false, failure: { backend: "", reason: "not-configured", message, elapsedMs: 0 } };
}
