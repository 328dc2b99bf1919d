import {
  CancellationError,
  type CancellationToken,
  CancellationTokenSource,
  type Disposable,
  Location,
  type Position,
  Range,
  type TestController,
  type TestItem,
  TestMessage,
  type TestRun,
  TestRunProfileKind,
  TestRunRequest,
  type TextDocument,
  tests,
  Uri,
  window,
  workspace,
} from "vscode";
import { ExecuteCommandRequest, type LanguageClient, State } from "vscode-languageclient/node";
import {
  commands,
  requests,
  type TestFilesResult,
  type TestLensArgument,
  type TestResult,
  type TestRunEntry,
  type TestsResult,
} from "../../server/src/protocol.ts";

const untrusted = "Trust this workspace first: running rule unit tests starts promtool.";

/** Rule unit tests in VS Code's Test Explorer: one item a file, below it one for each group of tests. */
export class RuleTests implements Disposable {
  readonly #client: LanguageClient;
  readonly #controller: TestController;
  readonly #subscriptions: Disposable[];

  constructor(client: LanguageClient) {
    this.#client = client;
    this.#controller = tests.createTestController("promscope.ruleTests", "Rule Tests");
    this.#controller.resolveHandler = (item) => (item === undefined ? this.#find() : this.#read(item));
    this.#controller.refreshHandler = () => this.#find();
    const run = (request: TestRunRequest, token: CancellationToken): Promise<void> =>
      this.#run(request, token).then(() => undefined);
    const profile = this.#controller.createRunProfile("Run with promtool", TestRunProfileKind.Run, run, true);
    this.#subscriptions = [
      this.#controller,
      profile,
      client.onDidChangeState(({ newState }) => {
        if (newState === State.Running) void this.#find();
      }),
      workspace.onDidOpenTextDocument((document) => this.#follow(document)),
      workspace.onDidSaveTextDocument((document) => this.#follow(document)),
      workspace.onDidChangeTextDocument(({ document: { uri } }) => {
        const known = this.#controller.items.get(uri.toString());
        if (known !== undefined) void this.#read(known);
      }),
    ];
  }

  /** Runs the tests that a line of a file stands for, and resolves to what the server said of it. */
  async run({ uri, test }: TestLensArgument): Promise<TestResult | undefined> {
    const file = this.#fileItem(Uri.parse(uri));
    await this.#read(file);
    const item = typeof test === "number" ? file.children.get(String(test)) : file;
    const source = new CancellationTokenSource();
    try {
      const [result] = await this.#run(new TestRunRequest([item ?? file]), source.token);
      return result;
    } finally {
      source.dispose();
    }
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #find(): Promise<void> {
    if (!this.#client.isRunning()) return;
    const uris = await this.#client.sendRequest<TestFilesResult>(requests.testFiles).catch(() => []);
    const known = new Set(uris);
    for (const [id] of this.#controller.items) if (!known.has(id)) this.#controller.items.delete(id);
    for (const uri of uris) this.#fileItem(Uri.parse(uri));
  }

  #fileItem(uri: Uri): TestItem {
    const id = uri.toString();
    const known = this.#controller.items.get(id);
    if (known !== undefined) return known;
    const item = this.#controller.createTestItem(id, workspace.asRelativePath(uri), uri);
    item.canResolveChildren = true;
    this.#controller.items.add(item);
    return item;
  }

  /** Reads the tests of a file anew. */
  async #read(file: TestItem): Promise<void> {
    if (file.uri === undefined || !this.#client.isRunning()) return;
    const uri = file.uri.toString();
    const found = await this.#client.sendRequest<TestsResult>(requests.tests, { uri }).catch(() => null);
    if (found === null) {
      this.#controller.items.delete(file.id);
      return;
    }
    file.children.replace(
      found.tests.map(({ index, name, range }) => {
        const item = this.#controller.createTestItem(String(index), name, file.uri);
        item.range = rangeOf(range);
        return item;
      }),
    );
  }

  /** A file that was opened or saved may have become one of tests. */
  #follow({ languageId, uri }: TextDocument): void {
    if (languageId !== "yaml" || !this.#client.isRunning()) return;
    const known = this.#controller.items.get(uri.toString());
    if (known !== undefined) void this.#read(known);
    else if (uri.scheme === "file")
      void this.#client
        .sendRequest<TestsResult>(requests.tests, { uri: uri.toString() })
        .then((found) => (found === null ? undefined : this.#read(this.#fileItem(uri))))
        .catch(() => undefined);
  }

  async #run(request: TestRunRequest, token: CancellationToken): Promise<readonly TestResult[]> {
    if (!workspace.isTrusted) {
      void window.showInformationMessage(untrusted);
      return [];
    }
    const results: TestResult[] = [];
    const run = this.#controller.createTestRun(request);
    try {
      const chosen = request.include ?? [...this.#controller.items].map(([, item]) => item);
      const files = new Set(chosen.map((item) => item.parent ?? item));
      for (const file of files) {
        if (token.isCancellationRequested) break;
        await this.#read(file);
        const wanted = chosen.includes(file) ? undefined : new Set(chosen.map(({ id }) => id));
        const excluded = new Set(request.exclude ?? []);
        const items = [...file.children].flatMap(([id, item]) =>
          (wanted === undefined || wanted.has(id)) && !excluded.has(item) ? [item] : [],
        );
        results.push(await this.#runFile(run, file, items, token));
      }
    } finally {
      run.end();
    }
    return results;
  }

  async #runFile(
    run: TestRun,
    file: TestItem,
    items: readonly TestItem[],
    token: CancellationToken,
  ): Promise<TestResult> {
    for (const item of items) run.started(item);
    const uri = (file.uri ?? Uri.parse(file.id)).toString();
    const result = await this.#ask(uri, token);
    if (!result.ok || result.refusal !== null) {
      const message = new TestMessage(result.ok ? (result.refusal ?? "") : result.problem);
      for (const item of items.length === 0 ? [file] : items) run.errored(item, message);
      if (!result.ok && !token.isCancellationRequested) void window.showWarningMessage(result.problem);
      return result;
    }
    for (const warning of result.warnings) run.appendOutput(`${warning}\r\n`);
    for (const item of items) {
      const entry = result.tests.find(({ index }) => String(index) === item.id);
      if (entry === undefined) run.skipped(item);
      else if (entry.failures.length === 0) run.passed(item);
      else run.failed(item, messagesOf(entry, Uri.parse(uri)));
    }
    return result;
  }

  async #ask(uri: string, token: CancellationToken): Promise<TestResult> {
    if (!this.#client.isRunning())
      return { ok: false, problem: "The Promscope language server is not running." };
    try {
      return await this.#client.sendRequest(
        ExecuteCommandRequest.type,
        { command: commands.test, arguments: [{ uri }] },
        token,
      );
    } catch (error) {
      const stopped = error instanceof CancellationError || token.isCancellationRequested;
      return {
        ok: false,
        problem: stopped ? "The tests were stopped." : "promtool was not run; see the log.",
      };
    }
  }
}

function messagesOf({ failures }: TestRunEntry, uri: Uri): TestMessage[] {
  return failures.map(({ message, range, expected, got }) => {
    const told =
      expected === undefined || got === undefined
        ? new TestMessage(message)
        : TestMessage.diff(message, expected, got);
    told.location = new Location(uri, rangeOf(range));
    return told;
  });
}

function rangeOf({
  start,
  end,
}: {
  readonly start: Pick<Position, "line" | "character">;
  readonly end: Pick<Position, "line" | "character">;
}): Range {
  return new Range(start.line, start.character, end.line, end.character);
}
