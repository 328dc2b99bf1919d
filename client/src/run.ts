import { CancellationTokenSource, commands as editor, type LogOutputChannel, window } from "vscode";
import { ExecuteCommandRequest, type LanguageClient } from "vscode-languageclient/node";
import {
  type CancelQueryParams,
  commands,
  type QueryFailure,
  type QueryOutcome,
  type QueryParams,
  requests,
} from "../../server/src/protocol.ts";
import type { Environments } from "./environments.ts";
import { type PanelQuery, toParams } from "./panel-messages.ts";
import type { ResultsView } from "./results-view.ts";

/** The word under which the panel's query runs: there is one panel, so there is one query. */
const queryId = "promscope.results";

/** Runs what the panel asks for, one query at a time: a new one ends the one before. */
export class QueryRunner {
  readonly #client: LanguageClient;
  readonly #environments: Environments;
  readonly #view: ResultsView;
  readonly #output: LogOutputChannel;
  readonly #confirmed = new Set<string>();
  #running: CancellationTokenSource | undefined;

  constructor(
    client: LanguageClient,
    environments: Environments,
    view: ResultsView,
    output: LogOutputChannel,
  ) {
    this.#client = client;
    this.#environments = environments;
    this.#view = view;
    this.#output = output;
  }

  /** Resolves when the panel has its answer, or when the user said no. */
  async run(query: PanelQuery): Promise<void> {
    if (!(await this.#mayRun(query))) return this.#view.post({ type: "declined" });
    this.#running?.cancel();
    const source = new CancellationTokenSource();
    this.#running = source;
    void editor.executeCommand("setContext", "promscope.queryRunning", true);
    this.#view.post({ type: "started", query });
    const params = toParams(query, Date.now() / 1000, queryId);
    const outcome = await this.#ask(params, source);
    source.dispose();
    // The answer of a query that a newer one replaced is nobody's any more.
    if (this.#running !== source) return;
    this.#running = undefined;
    void editor.executeCommand("setContext", "promscope.queryRunning", false);
    this.#view.post({ type: "finished", query, params, outcome });
  }

  cancel(): void {
    if (this.#running === undefined) return;
    this.#running.cancel();
    const params: CancelQueryParams = { id: queryId };
    this.#client.sendRequest(requests.cancelQuery, params).catch((error: unknown) => {
      this.#output.debug(`${requests.cancelQuery}: ${String(error)}`);
    });
  }

  async #ask(params: QueryParams, source: CancellationTokenSource): Promise<QueryOutcome> {
    const started = Date.now();
    const failed = (reason: QueryFailure["reason"], message: string): QueryOutcome => ({
      ok: false,
      failure: { backend: "", reason, message, elapsedMs: Date.now() - started },
    });
    if (!this.#client.isRunning())
      return failed(
        "offline",
        "The language server is not running: use the command Restart Language Server.",
      );
    const request = { command: commands.query, arguments: [params] };
    try {
      return (await this.#client.sendRequest(
        ExecuteCommandRequest.type,
        request,
        source.token,
      )) as QueryOutcome;
    } catch (error) {
      if (source.token.isCancellationRequested) return failed("cancelled", "The query was cancelled.");
      this.#output.error(`${commands.query}: ${String(error)}`);
      return failed("invalid", "The query could not be run: the command Show Output tells why.");
    }
  }

  async #mayRun(query: PanelQuery): Promise<boolean> {
    const status = this.#environments.find(query.environment);
    if (status?.protected !== true || this.#confirmed.has(status.name)) return true;
    const run = "Run";
    const always = "Run, and Do Not Ask Again in This Window";
    const answer = await window.showWarningMessage(
      `Run this query on ${status.name}?`,
      { modal: true, detail: `${status.name} is protected. The query is:\n${query.expr}` },
      run,
      always,
    );
    if (answer === always) this.#confirmed.add(status.name);
    return answer !== undefined;
  }
}
