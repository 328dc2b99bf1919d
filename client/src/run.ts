import { CancellationTokenSource, commands, type LogOutputChannel, window } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import {
  type CancelQueryParams,
  type QueryFailure,
  type QueryOutcome,
  type QueryParams,
  type QueryQuestionResult,
  type RunQuestion,
  requests,
} from "../../server/src/protocol.ts";
import type { Environments } from "./environments.ts";
import type { QueryHistory } from "./history.ts";
import { environmentsIn, type PanelQuery, type PanelResult, toParams } from "./panel-messages.ts";
import type { ResultsView } from "./results-view.ts";

/** What a query of the panel runs under, with a number behind it for each environment side by side. */
const queryId = "promscope.results";

/** All that belongs to one run of the panel. */
interface Run {
  readonly source: CancellationTokenSource;
  readonly ids: string[];
}

/** Runs what the panel asks for, one query at a time: a new one ends the one before. */
export class QueryRunner {
  readonly #client: LanguageClient;
  readonly #environments: Environments;
  readonly #view: ResultsView;
  readonly #history: QueryHistory;
  readonly #output: LogOutputChannel;
  /** Environments that are not asked about again in this window, and queries that were allowed once. */
  readonly #confirmed = new Set<string>();
  #running: Run | undefined;

  constructor(
    client: LanguageClient,
    environments: Environments,
    view: ResultsView,
    history: QueryHistory,
    output: LogOutputChannel,
  ) {
    this.#client = client;
    this.#environments = environments;
    this.#view = view;
    this.#history = history;
    this.#output = output;
  }

  /** Resolves when the panel has its answer, or when the user said no. */
  async run(query: PanelQuery): Promise<void> {
    const before = this.#running;
    this.cancel();
    before?.source.dispose();
    const run: Run = { source: new CancellationTokenSource(), ids: [] };
    this.#running = run;
    void commands.executeCommand("setContext", "promscope.queryRunning", true);
    this.#view.post({ type: "started", query });
    const now = Date.now() / 1000;
    const asked = environmentsIn(query).map((environment, index): QueryParams => {
      const id = index === 0 ? queryId : `${queryId}.${index}`;
      run.ids.push(id);
      return toParams(query, environment, now, id);
    });
    const allowed = await this.#mayRun(asked, run);
    if (this.#running !== run) return;
    if (!allowed) {
      this.#end(run);
      return this.#view.post({ type: "declined" });
    }
    const results = new Map<QueryParams, PanelResult>();
    await Promise.all(
      asked.map(async (params) => {
        const outcome = await this.#ask(params, run.source);
        results.set(params, { environment: params.environment ?? "", params, outcome });
        // The answer of a query that a newer one replaced is nobody's any more.
        if (this.#running !== run) return;
        const inOrder = asked.flatMap((one) => results.get(one) ?? []);
        const done = inOrder.length === asked.length;
        if (done) {
          this.#end(run);
          // What was cancelled is no answer that anyone would look for again.
          if (inOrder.some(({ outcome }) => outcome.ok || outcome.failure.reason !== "cancelled"))
            void this.#history.add(query, inOrder);
        }
        this.#view.post({ type: "results", query, results: inOrder, done });
      }),
    );
  }

  cancel(): void {
    if (this.#running === undefined) return;
    this.#running.source.cancel();
    for (const id of this.#running.ids) {
      const params: CancelQueryParams = { id };
      this.#client.sendRequest(requests.cancelQuery, params).catch((error: unknown) => {
        this.#output.debug(`${requests.cancelQuery}: ${String(error)}`);
      });
    }
  }

  #end(run: Run): void {
    run.source.dispose();
    this.#running = undefined;
    void commands.executeCommand("setContext", "promscope.queryRunning", false);
  }

  async #ask(params: QueryParams, source: CancellationTokenSource): Promise<QueryOutcome> {
    const started = Date.now();
    const failed = (reason: QueryFailure["reason"], message: string): QueryOutcome => ({
      ok: false,
      failure: { backend: "", reason, message, elapsedMs: Date.now() - started },
    });
    if (source.token.isCancellationRequested) return failed("cancelled", "The query was cancelled.");
    if (!this.#client.isRunning())
      return failed(
        "offline",
        "The language server is not running: use the command Restart Language Server.",
      );
    const request: QueryParams = { ...params, confirmed: true };
    try {
      return await this.#client.sendRequest<QueryOutcome>(requests.query, request, source.token);
    } catch (error) {
      if (source.token.isCancellationRequested) return failed("cancelled", "The query was cancelled.");
      this.#output.error(`${requests.query}: ${String(error)}`);
      return failed("invalid", "The query could not be run: the command Show Output tells why.");
    }
  }

  /** Whether everything may run: one question for all environments that need one. */
  async #mayRun(asked: readonly QueryParams[], run: Run): Promise<boolean> {
    const questions = await Promise.all(
      asked.map(async (params) => ({ params, question: await this.#question(params, run) })),
    );
    const open = questions.flatMap(({ params, question }) =>
      question === null ? [] : [{ params, question, name: params.environment ?? "" }],
    );
    const [first] = open;
    if (first === undefined || run.source.token.isCancellationRequested) return true;
    const names = open.map(({ name }) => name).join(", ");
    const title = open.length === 1 ? first.question.question : `Run this query on ${names}?`;
    const reasons = open.map(({ name, question }) =>
      open.length === 1 ? question.reasons.join(" ") : `${name}: ${question.reasons.join(" ")}`,
    );
    const onlyGuarded = open.every(({ question }) => !question.heavy);
    const again = "Run, and Do Not Ask Again in This Window";
    const answer = await window.showWarningMessage(
      title,
      { modal: true, detail: [...reasons, "", first.params.expr].join("\n") },
      ...(onlyGuarded ? ["Run", again] : ["Run"]),
    );
    if (answer === undefined) return false;
    for (const { params, name } of open) this.#confirmed.add(answer === again ? name : keyOf(params));
    return true;
  }

  async #question(params: QueryParams, { source }: Run): Promise<RunQuestion | null> {
    const name = params.environment ?? "";
    if (this.#confirmed.has(keyOf(params)) || !this.#client.isRunning()) return null;
    try {
      const asked = this.#client.sendRequest<QueryQuestionResult>(
        requests.queryQuestion,
        params,
        source.token,
      );
      const { question } = await asked;
      return question !== null && !question.heavy && this.#confirmed.has(name) ? null : question;
    } catch (error) {
      this.#output.debug(`${requests.queryQuestion}: ${String(error)}`);
      const guarded = this.#environments.find(name)?.protected === true;
      return guarded
        ? {
            question: `Run this query on ${name}?`,
            reasons: [`${name} is protected.`],
            because: `${name} is protected`,
            asking: `${name} is protected: run it?`,
            heavy: false,
          }
        : null;
    }
  }
}

/** The same for the same query, wherever on the clock it stands. */
function keyOf({ environment, expr, start, end, step, dedup, strict }: QueryParams): string {
  const length = start === undefined || end === undefined ? 0 : Math.round((end - start) / (step ?? 1));
  return JSON.stringify([environment, expr, length, step, dedup, strict]);
}
