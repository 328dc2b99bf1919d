import { CodeLensRefreshRequest, type Connection } from "vscode-languageserver/node";
import type { LineIndex } from "../base/text.ts";
import { type Connect, environmentsOf } from "../world/environment.ts";
import { parseSettings, type Settings } from "../world/settings.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { budgetOf } from "./budget.ts";
import type { ClientSupport } from "./client-support.ts";
import { Diagnostics } from "./diagnostics.ts";
import { OpenDocuments } from "./documents.ts";
import { EnvironmentPool } from "./environments.ts";
import { askToRun, QueryRunner } from "./queries.ts";
import { StatusReporter } from "./status.ts";
import { WorkspaceFiles } from "./workspace-files.ts";

/** How long facts may arrive one after the other before the diagnostics are refreshed, in milliseconds. */
const refreshDelayMs = 100;

/** How long a request that needs the settings waits for a client that is slow to send them, in milliseconds. */
const settingsWaitMs = 5_000;

/** All that lives as long as a connection, wired together. */
export class Session {
  readonly connection: Connection;
  readonly #client: ClientSupport;
  readonly documents = new OpenDocuments();
  readonly environments: EnvironmentPool;
  readonly files: WorkspaceFiles;
  readonly diagnostics: Diagnostics;
  readonly status: StatusReporter;
  readonly queries: QueryRunner;
  settings: Settings = parseSettings({}).settings;
  /** The client has left: nothing may be sent any more. */
  closed = false;
  #refresh: NodeJS.Timeout | undefined;
  readonly #started = Promise.withResolvers<void>();

  constructor(connection: Connection, connect: Connect, client: ClientSupport) {
    this.connection = connection;
    this.#client = client;
    const factsChanged = (): void => this.refreshSoon();
    this.environments = new EnvironmentPool(connect, factsChanged);
    this.files = new WorkspaceFiles(this.documents, factsChanged);
    const environments = () => this.environments.all;
    this.status = new StatusReporter(connection, environments);
    this.queries = new QueryRunner({
      environments,
      limits: () => ({ samples: this.settings.queryHeavySamples, series: this.settings.queryHeavySeries }),
      ask: (question) => askToRun(connection, question),
    });
    this.diagnostics = new Diagnostics(
      {
        connection,
        snapshot: (uri) => this.snapshot(uri),
        linesOf: (uri) => this.files.linesOf(uri),
        openUris: () => this.documents.uris(),
        levels: () => this.settings.checks,
        log: (message) => connection.console.error(message),
      },
      client,
    );
  }

  /** Everything a request may look at; nothing for files that are not open. */
  snapshot(uri: string): Snapshot | undefined {
    const document = this.documents.get(uri);
    if (document === undefined) return undefined;
    return {
      document,
      workspace: this.files.index,
      environments: environmentsOf(document.path, this.environments.all),
      features: this.settings.enableFeatures,
      lastRuns: this.queries.lastRuns,
    };
  }

  linesOf(uri: string): LineIndex | undefined {
    return this.files.linesOf(uri);
  }

  /** Takes new settings; what is wrong with them is said once in the log. */
  applySettings(raw: unknown): void {
    if (this.closed) return;
    const { settings, warnings } = parseSettings(raw);
    for (const warning of warnings) this.connection.console.warn(warning);
    this.settings = settings;
    this.environments.update(settings.environments);
    this.status.start();
    this.refreshSoon();
    // A client that refuses, or has left meanwhile, asks again of itself.
    if (this.#client.codeLensRefresh)
      this.connection.sendRequest(CodeLensRefreshRequest.type).catch(() => undefined);
  }

  /** The client was asked for its settings for the first time, and they were taken or did not come. */
  settingsAsked(): void {
    this.#started.resolve();
  }

  /**
   * Resolves once the first settings were taken. A request that comes right behind `initialized` would else
   * be told that there are no environments.
   */
  async untilSettings(): Promise<void> {
    const patience = budgetOf(settingsWaitMs);
    await patience(this.#started.promise).finally(patience.end);
  }

  /** Findings may differ now; several causes in a row make one refresh. */
  refreshSoon(): void {
    if (this.closed || this.#refresh !== undefined) return;
    this.#refresh = setTimeout(() => {
      this.#refresh = undefined;
      this.diagnostics.refresh();
      this.status.report();
    }, refreshDelayMs);
  }

  dispose(): void {
    this.closed = true;
    this.#started.resolve();
    clearTimeout(this.#refresh);
    this.diagnostics.dispose();
    this.status.stop();
    this.environments.dispose();
  }
}
