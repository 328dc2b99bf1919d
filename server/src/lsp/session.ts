import { CodeLensRefreshRequest, type Connection } from "vscode-languageserver/node";
import { claimOf } from "../adapters/discovery/claim.ts";
import { NotAllowed } from "../adapters/http/client.ts";
import type { LineIndex } from "../base/text.ts";
import type { AskAccess, Connect } from "../world/environment.ts";
import { mergeEnvironments, type UsableEnvironment } from "../world/project-environments.ts";
import { parseSettings, type Settings } from "../world/settings.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { AccessSource } from "./access.ts";
import { budgetOf } from "./budget.ts";
import type { ClientSupport } from "./client-support.ts";
import { Consent } from "./consent.ts";
import { Diagnostics } from "./diagnostics.ts";
import { OpenDocuments } from "./documents.ts";
import { EnvironmentPool } from "./environments.ts";
import { filePathOf } from "./paths.ts";
import { Projects } from "./projects.ts";
import { askToRun, QueryRunner } from "./queries.ts";
import { StatusReporter } from "./status.ts";
import { warmCatalogs } from "./warm.ts";
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
  readonly access: AccessSource;
  readonly consent: Consent;
  readonly projects: Projects;
  readonly files: WorkspaceFiles;
  readonly diagnostics: Diagnostics;
  readonly status: StatusReporter;
  readonly queries: QueryRunner;
  settings: Settings = parseSettings({}).settings;
  /** The client has left: nothing may be sent any more. */
  closed = false;
  #hasSettings = false;
  #kindsKey = "";
  #refresh: NodeJS.Timeout | undefined;
  readonly #started = Promise.withResolvers<void>();

  constructor(connection: Connection, connect: Connect, client: ClientSupport) {
    this.connection = connection;
    this.#client = client;
    const factsChanged = (): void => this.refreshSoon();
    this.access = new AccessSource(connection, client.access);
    this.environments = new EnvironmentPool(
      (usable) => this.#open(connect, usable),
      factsChanged,
      () => this.refreshSoon("live"),
    );
    this.consent = new Consent(connection, client.consent, () => this.#applyEnvironments());
    this.projects = new Projects(
      () => {
        this.#applyKinds();
        this.#applyEnvironments();
      },
      (message) => connection.console.warn(message),
      () => {
        this.#applyKinds();
        this.refreshSoon("files");
      },
    );
    this.files = new WorkspaceFiles(this.documents, () => this.refreshSoon("files"));
    const environments = () => this.environments.all;
    this.status = new StatusReporter(connection, environments, (name) => this.environments.isProposed(name));
    this.queries = new QueryRunner({
      environments,
      limits: () => ({ samples: this.settings.queryHeavySamples, series: this.settings.queryHeavySeries }),
      ask: (question) => askToRun(connection, question),
      onNotes: () => this.refreshSoon(),
    });
    this.diagnostics = new Diagnostics(
      {
        connection,
        snapshot: (uri) => this.snapshot(uri),
        linesOf: (uri) => this.files.linesOf(uri),
        openUris: () => this.documents.uris(),
        levels: (uri) => ({ ...this.projects.levelsOf(uri), ...this.settings.checks }),
        log: (message) => connection.console.error(message),
      },
      client,
    );
  }

  /** Everything a request may look at; nothing for files that are not open. */
  snapshot(uri: string): Snapshot | undefined {
    const document = this.documents.get(uri);
    if (document === undefined) return undefined;
    const project = this.projects.of(uri);
    const place = this.projects.placeOf(uri);
    return {
      document,
      workspace: this.files.index,
      names: this.files.names,
      environments: this.environments.of(document.path, place),
      otherEnvironments: this.environments.others(document.path, place),
      features: [...new Set([...this.settings.enableFeatures, ...(project?.project.enableFeatures ?? [])])],
      policy: this.projects.policyOf(uri),
      now: Date.now(),
      lastRuns: this.queries.lastRuns,
    };
  }

  /** Has fetched what completions in an open file will ask for. */
  warm(uri: string): void {
    const snapshot = this.closed ? undefined : this.snapshot(uri);
    if (snapshot !== undefined) warmCatalogs(snapshot);
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
    this.#hasSettings = true;
    this.#applyEnvironments();
  }

  /** Looks for the projects of the workspace folders; those of open files are found when they are asked for. */
  findProjects(): void {
    for (const folder of this.documents.folders) {
      const path = filePathOf(folder);
      if (path !== undefined) this.projects.ofFolder(path);
    }
  }

  /** Reads files anew where projects say otherwise than before what they hold. */
  #applyKinds(): void {
    const { kindsKey } = this.projects;
    if (kindsKey === this.#kindsKey) return;
    this.#kindsKey = kindsKey;
    for (const uri of this.documents.setKinds((each) => this.projects.kindOf(each))) this.files.edited(uri);
    void this.files.scan();
  }

  /** Takes the environments of the settings, and those of projects that the user has accepted. */
  #applyEnvironments(): void {
    // Before the settings are there, a project could take a name that is the user's.
    if (this.closed || !this.#hasSettings) return;
    const { environments } = this.settings;
    const accepted = this.projects.all.map(({ path, project }) => ({
      path,
      environments: project.environments.filter((one) => {
        const claim = this.projects.claim(one);
        return claim !== undefined && (claim.key === "" || this.consent.has(claim.key));
      }),
    }));
    this.environments.update(mergeEnvironments(environments, accepted));
    this.consent.propose(this.projects.proposals(new Set(environments.map(({ name }) => name))));
    this.status.start();
    for (const uri of this.documents.uris()) this.warm(uri);
    this.refreshSoon();
    // Lenses name the environment. A client that refuses, or has left meanwhile, asks again of itself.
    if (this.#client.codeLensRefresh)
      this.connection.sendRequest(CodeLensRefreshRequest.type).catch(() => undefined);
  }

  #open(connect: Connect, { environment, project }: UsableEnvironment): ReturnType<Connect> {
    const { name } = environment;
    if (project === undefined) return connect(environment, (address) => this.access.of(address, name));
    // Files that a repository carries may have changed since they were accepted.
    const check = async (): Promise<void> => {
      const { key } = await claimOf(environment, project);
      if (key === "" || this.consent.has(key)) return;
      this.projects.refresh();
      throw new NotAllowed(`What promscope.yaml names for ${name} has changed; accept it again.`);
    };
    const access: AskAccess = async (address) => {
      await check();
      return await this.access.of(address, name);
    };
    return connect(environment, access, { project, check });
  }

  /** Credentials or the proxy have changed: everything is reached anew. */
  accessChanged(): void {
    this.access.forget();
    this.environments.reconnect();
    this.status.start();
    this.refreshSoon();
  }

  /** Asks one environment again, whatever was known of it, and resolves when it has answered or failed. */
  async retry(name: string): Promise<void> {
    this.environments.reconnect(name);
    await this.status.ask(name);
    this.refreshSoon();
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
  refreshSoon(cause: "facts" | "live" | "files" = "facts"): void {
    // What files declare shows in each snapshot; what a port would answer now does not.
    if (cause === "facts") this.diagnostics.factsChanged();
    if (cause === "live") this.diagnostics.liveChanged();
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
