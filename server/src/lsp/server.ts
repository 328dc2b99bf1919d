import {
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  ErrorCodes,
  FileChangeType,
  type InitializeParams,
  type InitializeResult,
  PositionEncodingKind,
  ResponseError,
  TextDocumentSyncKind,
} from "vscode-languageserver/node";
import { commands } from "../protocol.ts";
import type { Connect } from "../world/environment.ts";
import { type ClientSupport, clientSupport } from "./client-support.ts";
import { FormatOnSave, offerFormatting } from "./formatting.ts";
import { registerHandlers } from "./handlers.ts";
import { nameCapabilities } from "./names.ts";
import { semanticTokensLegend } from "./semantic-tokens.ts";
import { Session } from "./session.ts";
import { SettingsSource } from "./settings-source.ts";

export interface ServerOptions {
  readonly connect: Connect;
  readonly version: string;
}

/** Which files the index of the workspace follows. */
const watchedFiles = "**/*.{yaml,yml,promql,rules,json,hcl}";

/** A server as the process sees it that it runs in. */
export interface RunningServer {
  /** The client has said that it needs the server no more. */
  readonly hasShutDown: boolean;
}

/** Registers everything on a connection that is not listening yet. */
export function startServer(connection: Connection, options: ServerOptions): RunningServer {
  let session: Session | undefined;
  let support: ClientSupport | undefined;
  let settings: SettingsSource | undefined;
  let onSave: FormatOnSave | undefined;

  connection.onRequest((method) => {
    throw session === undefined
      ? new ResponseError(ErrorCodes.ServerNotInitialized, "Send initialize first.")
      : new ResponseError(ErrorCodes.MethodNotFound, `There is no method ${method}.`);
  });

  connection.onInitialize((params): InitializeResult => {
    if (session !== undefined)
      throw new ResponseError(ErrorCodes.InvalidRequest, "initialize was sent before; it is sent once.");
    support = clientSupport(params);
    settings = new SettingsSource(connection, support.configuration, params.initializationOptions);
    session = new Session(connection, options.connect, support);
    onSave = new FormatOnSave(connection, support);
    session.documents.setFolders(foldersOf(params));
    registerHandlers(session, support);
    watchDocuments(session);
    return {
      serverInfo: { name: "promscope", version: options.version },
      capabilities: {
        // Every client speaks UTF-16, also where its list of encodings leaves it out.
        positionEncoding: PositionEncodingKind.UTF16,
        textDocumentSync: {
          openClose: true,
          change: TextDocumentSyncKind.Incremental,
          ...(support.asksBeforeSave && !support.registersWillSave ? { willSaveWaitUntil: true } : {}),
        },
        diagnosticProvider: { interFileDependencies: true, workspaceDiagnostics: false },
        completionProvider: { triggerCharacters: [..."{,[(=~\"'@:"], resolveProvider: true },
        hoverProvider: true,
        signatureHelpProvider: { triggerCharacters: ["(", ","] },
        codeLensProvider: { resolveProvider: false },
        codeActionProvider: {
          codeActionKinds: [
            "quickfix",
            "refactor.extract",
            "refactor.inline",
            "refactor.move",
            "refactor.rewrite",
            "source.fixAll",
            "source.formatPromql",
          ],
          resolveProvider: true,
        },
        documentSymbolProvider: true,
        ...nameCapabilities,
        foldingRangeProvider: true,
        semanticTokensProvider: { legend: semanticTokensLegend, full: true },
        executeCommandProvider: { commands: Object.values(commands) },
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
    };
  });

  /** Work that nobody waits for: its failure goes to the log, unless the client has left meanwhile. */
  function inBackground(what: string, work: (live: Session, client: ClientSupport) => Promise<void>): void {
    if (session === undefined || support === undefined) return;
    const live = session;
    work(live, support).catch((error: unknown) => {
      if (!live.closed) connection.console.error(`${what} failed: ${String(error)}`);
    });
  }

  connection.onInitialized(() =>
    inBackground("Starting", async (live, client) => {
      try {
        await register(connection, live, client);
        live.findProjects();
        live.applySettings(await settings?.read());
        await onSave?.update(live.settings.formatOnSave);
      } finally {
        live.settingsAsked();
      }
      await live.files.scan();
    }),
  );

  connection.onDidChangeConfiguration((change) =>
    inBackground("Reading the settings", async (live) => {
      settings?.push(change.settings);
      live.applySettings(await settings?.read());
      await onSave?.update(live.settings.formatOnSave);
    }),
  );

  connection.onDidChangeWatchedFiles(({ changes }) =>
    inBackground("Reading changed files", async (live) => {
      for (const { uri, type } of changes) {
        live.projects.changed(uri);
        if (uri.endsWith(".hcl")) continue;
        await live.files.changed(uri, type === FileChangeType.Deleted);
      }
    }),
  );

  let hasShutDown = false;
  connection.onShutdown(() => {
    hasShutDown = true;
    session?.dispose();
  });
  return {
    get hasShutDown() {
      return hasShutDown;
    },
  };
}

function foldersOf(params: InitializeParams): readonly string[] {
  const folders = params.workspaceFolders?.map((folder) => folder.uri) ?? [];
  if (folders.length > 0) return folders;
  // Older clients know only one root.
  const { rootUri } = params as { rootUri?: string | null };
  return rootUri === null || rootUri === undefined ? [] : [rootUri];
}

/** Asks the client to tell of what changes, where it can. */
async function register(connection: Connection, session: Session, support: ClientSupport): Promise<void> {
  if (support.registersConfiguration)
    await connection.client.register(DidChangeConfigurationNotification.type, { section: "promscope" });
  if (support.watchesFiles)
    await connection.client.register(DidChangeWatchedFilesNotification.type, {
      watchers: [{ globPattern: watchedFiles }],
    });
  await offerFormatting(connection, support);
  if (!support.workspaceFolders) return;
  connection.workspace.onDidChangeWorkspaceFolders(async () => {
    const folders = await connection.workspace.getWorkspaceFolders();
    session.documents.setFolders((folders ?? []).map((folder) => folder.uri));
    session.findProjects();
    await session.files.scan();
  });
}

function watchDocuments(session: Session): void {
  const { texts } = session.documents;
  texts.onDidOpen(({ document: { uri } }) => session.warm(uri));
  texts.onDidChangeContent(({ document: { uri } }) => {
    session.files.edited(uri);
    session.projects.edited(uri, () => session.documents.get(uri)?.text);
    session.diagnostics.changed(uri);
  });
  texts.onDidClose(({ document: { uri } }) => {
    session.diagnostics.closed(uri);
    session.projects.closed(uri);
    void session.files.closed(uri);
  });
  texts.listen(session.connection);
}
