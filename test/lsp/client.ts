import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import {
  type ClientCapabilities,
  createProtocolConnection,
  createConnection as createServerConnection,
  type Diagnostic,
  type DocumentDiagnosticReport,
  type InitializeResult,
  type ProtocolConnection,
  type Registration,
  type RegistrationParams,
  StreamMessageReader,
  StreamMessageWriter,
  type UnregistrationParams,
} from "vscode-languageserver/node";
import { connectEnvironment } from "../../server/src/adapters/connect.ts";
import { startServer } from "../../server/src/lsp/server.ts";
import type { AccessParams, AccessResult } from "../../server/src/protocol.ts";
import type { CheckAccess } from "../../server/src/world/live.ts";

export const bin: string = fileURLToPath(new URL("../../server/bin/promscope.js", import.meta.url));

/** How the server runs: in this process, or as the built program over standard input and output. */
export const modes = ["in-band", "stdio"] as const;
export type Mode = (typeof modes)[number];

/** What VS Code says it can do, as far as the server looks at it. */
export const vscodeLike: ClientCapabilities = {
  workspace: {
    configuration: true,
    codeLens: { refreshSupport: true },
    diagnostics: { refreshSupport: true },
    didChangeConfiguration: { dynamicRegistration: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
  },
  textDocument: {
    diagnostic: { dynamicRegistration: true },
    completion: { completionItem: { snippetSupport: true } },
  },
  experimental: { promscope: { runCommand: "promscope.runQuery" } },
};

/** A client that cannot pull diagnostics and takes no dynamic registration. */
export const plainClient: ClientCapabilities = {
  textDocument: { publishDiagnostics: { versionSupport: true } },
};

/** What the client of this extension answers and sends beside what VS Code's own does. */
export const ownClient: ClientCapabilities = {
  ...vscodeLike,
  experimental: { promscope: { runCommand: "promscope.runQuery", access: true, consent: true } },
};

export interface Options {
  readonly capabilities?: ClientCapabilities;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly folder?: string;
  /** The user's cache folder, in the mode `stdio`; default one that is removed afterwards. */
  readonly cacheFolder?: string;
  /** Options of Node.js for the server, in the mode `stdio`. */
  readonly execArgv?: readonly string[];
  /** What checks may ask of backends, and when, in the mode `in-band`; default everything at once. */
  readonly checks?: CheckAccess;
  /** Answers `promscope/access`. */
  readonly onAccess?: (params: AccessParams) => AccessResult;
  /** Answers a question of the server with the title of a button. */
  readonly onQuestion?: (message: string) => string;
  /** Further parts of `initialize`, or others in their place. */
  readonly initialize?: Readonly<Record<string, unknown>>;
}

/** A language client for tests: remembers what the server sent, and can wait for it. */
export class TestClient {
  readonly connection: ProtocolConnection;
  readonly #dispose: () => void;
  readonly process: ChildProcess | undefined;
  readonly notifications: { method: string; params: unknown }[] = [];
  readonly registered: string[] = [];
  readonly registrations: Registration[] = [];
  readonly unregistered: string[] = [];
  /** What the built program wrote to its standard error. */
  printed = "";
  settings: Readonly<Record<string, unknown>> = {};
  #watchers: (() => void)[] = [];
  #versions = new Map<string, number>();
  initializeResult: InitializeResult | undefined;

  private constructor(connection: ProtocolConnection, dispose: () => void, process?: ChildProcess) {
    this.connection = connection;
    this.#dispose = dispose;
    this.process = process;
    connection.onUnhandledNotification(({ method, params }) => {
      this.notifications.push({ method, params });
      for (const watcher of [...this.#watchers]) watcher();
    });
    connection.onRequest("workspace/configuration", (params: { items: unknown[] }) =>
      params.items.map(() => this.settings),
    );
    connection.onRequest("client/registerCapability", ({ registrations }: RegistrationParams) => {
      this.registered.push(...registrations.map(({ method }) => method));
      this.registrations.push(...registrations);
      for (const watcher of [...this.#watchers]) watcher();
      return null;
    });
    connection.onRequest("client/unregisterCapability", (params: UnregistrationParams) => {
      this.unregistered.push(...params.unregisterations.map(({ method }) => method));
      for (const watcher of [...this.#watchers]) watcher();
      return null;
    });
    connection.onRequest("workspace/diagnostic/refresh", () => this.#count("workspace/diagnostic/refresh"));
    connection.onRequest("workspace/codeLens/refresh", () => this.#count("workspace/codeLens/refresh"));
    connection.listen();
  }

  #count(method: string): null {
    this.notifications.push({ method, params: null });
    for (const watcher of [...this.#watchers]) watcher();
    return null;
  }

  static async start(mode: Mode, options: Options = {}): Promise<TestClient> {
    const client = mode === "in-band" ? TestClient.#inBand(options) : TestClient.#stdio(options);
    client.settings = options.settings ?? {};
    const { onAccess, onQuestion } = options;
    if (onAccess !== undefined)
      client.connection.onRequest("promscope/access", (params: AccessParams) => onAccess(params));
    if (onQuestion !== undefined)
      client.connection.onRequest("window/showMessageRequest", ({ message }: { message: string }) => ({
        title: onQuestion(message),
      }));
    client.initializeResult = await client.connection.sendRequest<InitializeResult>("initialize", {
      processId: process.pid,
      rootUri: null,
      capabilities: options.capabilities ?? vscodeLike,
      workspaceFolders: options.folder === undefined ? null : [{ uri: options.folder, name: "test" }],
      ...options.initialize,
    });
    await client.connection.sendNotification("initialized", {});
    return client;
  }

  static #inBand({ checks }: Options): TestClient {
    const toServer = new PassThrough();
    const toClient = new PassThrough();
    const server = createServerConnection(
      new StreamMessageReader(toServer),
      new StreamMessageWriter(toClient),
    );
    startServer(server, {
      connect: (environment, access, guard) =>
        connectEnvironment(environment, access, undefined, undefined, checks, guard),
      version: "test",
    });
    server.listen();
    const connection = createProtocolConnection(
      new StreamMessageReader(toClient),
      new StreamMessageWriter(toServer),
    );
    return new TestClient(connection, () => server.dispose());
  }

  static #stdio({ cacheFolder, execArgv = [] }: Options): TestClient {
    // Catalogs of servers that live as long as a test are nobody's to keep.
    const cache = cacheFolder ?? mkdtempSync(join(tmpdir(), "promscope-test-cache-"));
    const child = spawn(process.execPath, [...execArgv, bin, "lsp", "--stdio"], {
      stdio: "pipe",
      env: { ...process.env, XDG_CACHE_HOME: cache },
    });
    if (cacheFolder === undefined) child.once("exit", () => rmSync(cache, { recursive: true, force: true }));
    const connection = createProtocolConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    const client = new TestClient(connection, () => child.kill(), child);
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      client.printed += text;
      process.stderr.write(text);
    });
    return client;
  }

  async stop(): Promise<void> {
    await this.connection.sendRequest("shutdown");
    if (this.process !== undefined) {
      const ended = new Promise((resolve) => this.process?.once("exit", resolve));
      await this.connection.sendNotification("exit");
      await ended;
    }
    this.connection.dispose();
    this.#dispose();
  }

  /** Waits until something that the server sent satisfies the test. */
  async until<T>(found: () => T | undefined): Promise<T> {
    for (;;) {
      const value = found();
      if (value !== undefined) return value;
      await new Promise<void>((resolve) => {
        const watcher = (): void => {
          this.#watchers = this.#watchers.filter((other) => other !== watcher);
          resolve();
        };
        this.#watchers.push(watcher);
      });
    }
  }

  open(uri: string, text: string, languageId = "yaml"): Promise<void> {
    this.#versions.set(uri, 1);
    return this.connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri, languageId, version: 1, text },
    });
  }

  change(uri: string, text: string): Promise<void> {
    const version = (this.#versions.get(uri) ?? 0) + 1;
    this.#versions.set(uri, version);
    return this.connection.sendNotification("textDocument/didChange", {
      textDocument: { uri, version },
      contentChanges: [{ text }],
    });
  }

  close(uri: string): Promise<void> {
    return this.connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
  }

  async pull(uri: string): Promise<readonly Diagnostic[]> {
    const report = await this.connection.sendRequest<DocumentDiagnosticReport>("textDocument/diagnostic", {
      textDocument: { uri },
    });
    return report.kind === "full" ? report.items : [];
  }

  at<T>(method: string, uri: string, line: number, character: number): Promise<T> {
    return this.connection.sendRequest<T>(method, { textDocument: { uri }, position: { line, character } });
  }
}

/** The text without its `|` cursor, and where that stood. */
export function withCursor(marked: string): { text: string; line: number; character: number } {
  const at = marked.indexOf("‸");
  if (at < 0) throw new Error("the fixture has no ‸ cursor");
  const before = marked.slice(0, at).split("\n");
  return {
    text: marked.slice(0, at) + marked.slice(at + 1),
    line: before.length - 1,
    character: (before.at(-1) ?? "").length,
  };
}
