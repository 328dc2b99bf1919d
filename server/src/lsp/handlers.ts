import {
  type CancellationToken,
  ErrorCodes,
  LSPErrorCodes,
  MessageType,
  RequestType,
  ResponseError,
  ShowMessageNotification,
} from "vscode-languageserver/node";
import { listContexts } from "../adapters/discovery/contexts.ts";
import { asksFor, codeActions, formatAction } from "../features/code-actions.ts";
import { codeLenses } from "../features/code-lens.ts";
import { complete } from "../features/completion.ts";
import { resolveCompletion } from "../features/completion-resolve.ts";
import { documentSymbols } from "../features/document-symbols.ts";
import { expressionAt } from "../features/expression-at.ts";
import { foldingRanges } from "../features/folding.ts";
import { hover } from "../features/hover.ts";
import { ignoreActions } from "../features/ignore-actions.ts";
import { semanticTokens } from "../features/semantic-tokens.ts";
import { signatureHelp } from "../features/signature-help.ts";
import { testLenses } from "../features/tests/lenses.ts";
import type { CompletionData } from "../features/types.ts";
import {
  type CancelQueryParams,
  type ConsentParams,
  type ContextsResult,
  commands,
  type EnvironmentsParams,
  type EnvironmentsResult,
  type ExpressionAtParams,
  type ExpressionAtResult,
  type QueryParams,
  type QueryResult,
  type RetryParams,
  requests,
  type TestFilesResult,
  type TestsParams,
  type TestsResult,
} from "../protocol.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { alertCountAction, alertCountCommand } from "./alert-count.ts";
import { budgetOf, completionBudgetMs, hoverBudgetMs } from "./budget.ts";
import type { ClientSupport } from "./client-support.ts";
import { connectTo } from "./connect.ts";
import {
  markup,
  toCodeAction,
  toCodeLens,
  toCompletionItem,
  toHover,
  toSignatureHelp,
  toSymbol,
  toTestLens,
} from "./convert.ts";
import { createTest, createTestAction } from "./create-test.ts";
import { explainCommand } from "./explain.ts";
import { formatCommand, formattingOf, isPromql } from "./formatting.ts";
import { historyActions, historyCommand } from "./history.ts";
import { moveAction, moveRuleCommand } from "./move-rule.ts";
import { registerNameHandlers } from "./names.ts";
import { asCommandResult } from "./queries.ts";
import { refactorActions, resolveAction } from "./refactor.ts";
import { toSemanticTokens } from "./semantic-tokens.ts";
import type { Session } from "./session.ts";
import { runTests, testFiles, testsOfFile } from "./tests.ts";

/** Registers the handlers of requests: each takes a snapshot, calls one feature and converts what it gives. */
export function registerHandlers(session: Session, support: ClientSupport): void {
  const { connection } = session;

  /** One bad request must not end the server: the error goes to the log, the client gets a plain answer. */
  async function guarded<T>(name: string, token: CancellationToken, work: () => T | Promise<T>): Promise<T> {
    if (session.closed)
      throw new ResponseError(ErrorCodes.InvalidRequest, "The server was told to shut down.");
    try {
      const result = await work();
      if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, "cancelled");
      return result;
    } catch (error) {
      if (error instanceof ResponseError) throw error;
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      connection.console.error(`${name} failed: ${detail}`);
      throw new ResponseError(ErrorCodes.InternalError, `Promscope could not answer ${name}; see its log.`);
    }
  }

  /** Runs `work` on the snapshot of a file of ours; `otherwise` answers for all other files. */
  function onFile<T>(
    name: string,
    uri: string,
    token: CancellationToken,
    otherwise: T,
    work: (snapshot: Snapshot) => T | Promise<T>,
  ): Promise<T> {
    return guarded(name, token, () => {
      const snapshot = session.snapshot(uri);
      return snapshot === undefined ? otherwise : work(snapshot);
    });
  }

  /** The same for what is asked of the whole file after each change. */
  async function onCalmFile<T>(
    name: string,
    uri: string,
    token: CancellationToken,
    otherwise: T,
    work: (snapshot: Snapshot) => T | Promise<T>,
  ): Promise<T> {
    await session.documents.calm(uri);
    if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, "cancelled");
    return onFile(name, uri, token, otherwise, work);
  }

  connection.languages.diagnostics.on(({ textDocument, previousResultId }, token) =>
    guarded("diagnostics", token, async () => {
      await session.diagnostics.prepared(textDocument.uri, token);
      if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, "cancelled");
      return session.diagnostics.pull(textDocument.uri, previousResultId);
    }),
  );

  connection.onCompletion(({ textDocument, position }, token) =>
    onFile("completion", textDocument.uri, token, null, async (snapshot) => {
      const { lines } = snapshot.document;
      const budget = budgetOf(completionBudgetMs);
      const list = await complete(snapshot, lines.offsetAt(position), token, budget).finally(budget.end);
      if (list === undefined) return null;
      const items = list.items.map((item, index) => toCompletionItem(item, lines, support, index));
      return { isIncomplete: list.isIncomplete, items };
    }),
  );

  connection.onCompletionResolve((item, token) =>
    guarded("completion documentation", token, async () => {
      const data = item.data as CompletionData | undefined;
      if (data === undefined) return item;
      const documentation = await resolveCompletion(data, session.environments.all, token);
      return documentation === undefined
        ? item
        : { ...item, documentation: markup(documentation, support.markdown.completion) };
    }),
  );

  connection.onHover(({ textDocument, position }, token) =>
    onFile("hover", textDocument.uri, token, null, async (snapshot) => {
      const { lines } = snapshot.document;
      const budget = budgetOf(hoverBudgetMs);
      const offset = lines.offsetAt(position);
      const found = await hover(snapshot, offset, token, budget, Date.now()).finally(budget.end);
      return found === undefined ? null : toHover(found, lines, support.markdown.hover);
    }),
  );

  connection.onSignatureHelp(({ textDocument, position }, token) =>
    onFile("signature help", textDocument.uri, token, null, (snapshot) => {
      const help = signatureHelp(snapshot, snapshot.document.lines.offsetAt(position));
      return help === undefined ? null : toSignatureHelp(help, support);
    }),
  );

  connection.onCodeLens(({ textDocument }, token) =>
    onCalmFile("code lens", textDocument.uri, token, null, (snapshot) => {
      if (!session.settings.lensEnabled) return null;
      const { uri, lines } = snapshot.document;
      const tests = testLenses(snapshot).map((lens) => toTestLens(lens, uri, lines, support.testCommand));
      if (tests.length > 0) return tests;
      return codeLenses(snapshot).map((lens) => toCodeLens(lens, uri, lines, support.runCommand));
    }),
  );

  connection.onCodeActionResolve((action, token) =>
    guarded("code action", token, () => resolveAction(action, (uri) => session.snapshot(uri), support)),
  );

  connection.onCodeAction(async ({ textDocument, range, context }, token) => {
    await session.diagnostics.prepared(textDocument.uri, token);
    return onCalmFile("code actions", textDocument.uri, token, null, (snapshot) => {
      const { uri, version, lines } = snapshot.document;
      const findings = session.diagnostics.findings(snapshot);
      const at = lines.span(range);
      const ignore = asksFor(context.only, "quickfix") ? ignoreActions(findings, at, snapshot.document) : [];
      const layout = formatAction(snapshot.document, context.only) ?? [];
      const actions = [...codeActions(findings, at, context.only), ...ignore].concat(layout);
      return [
        ...actions.map((action) =>
          toCodeAction(action, uri, version, lines, context.diagnostics, support.versionedEdits),
        ),
        ...historyActions(snapshot, findings, at, context.only),
        ...moveAction(snapshot, at, context.only, support),
        ...alertCountAction(snapshot, at, context),
        ...createTestAction(snapshot, at, context),
        // A fix says what is wrong, too.
        ...refactorActions(snapshot, at, context, support).filter(
          ({ title }) => !actions.some((action) => action.title === title),
        ),
      ];
    });
  });

  connection.onDocumentSymbol(({ textDocument }, token) =>
    onCalmFile("document symbols", textDocument.uri, token, null, (snapshot) =>
      documentSymbols(snapshot).map((symbol) => toSymbol(symbol, snapshot.document.lines)),
    ),
  );

  registerNameHandlers(session, support, guarded);

  connection.onFoldingRanges(({ textDocument }, token) =>
    onCalmFile("folding ranges", textDocument.uri, token, null, (snapshot) => [...foldingRanges(snapshot)]),
  );

  connection.languages.semanticTokens.on(({ textDocument }, token) =>
    onCalmFile("semantic tokens", textDocument.uri, token, { data: [] }, (snapshot) =>
      toSemanticTokens(semanticTokens(snapshot), snapshot.document.lines),
    ),
  );

  connection.onDocumentFormatting(({ textDocument }, token) =>
    onFile("formatting", textDocument.uri, token, null, (snapshot) =>
      isPromql(snapshot) ? formattingOf(snapshot) : null,
    ),
  );

  connection.onDocumentRangeFormatting(({ textDocument, range }, token) =>
    onFile("formatting", textDocument.uri, token, null, (snapshot) =>
      isPromql(snapshot) ? formattingOf(snapshot, range) : null,
    ),
  );

  session.documents.texts.onWillSaveWaitUntil(({ document }, token) =>
    onFile("formatting on save", document.uri, token, [], (snapshot) =>
      session.settings.formatOnSave ? formattingOf(snapshot) : [],
    ),
  );

  connection.onExecuteCommand(({ command, arguments: args }, token) =>
    guarded(command, token, async () => {
      await session.untilSettings();
      if (command === commands.query) return asCommandResult(await session.queries.run(args?.[0], token));
      if (command === commands.createTest) {
        const created = await createTest(session, support, args?.[0], token);
        // Nobody looks at the answer of an action.
        if (!created.ok)
          void connection.sendNotification(ShowMessageNotification.type, {
            type: MessageType.Warning,
            message: created.problem,
          });
        return created;
      }
      if (command === commands.test) return await runTests(session, args?.[0], token);
      if (command === commands.connect) return connectTo(args?.[0], session.access, token);
      if (command === commands.explain)
        return explainCommand(args?.[0], (uri) => session.snapshot(uri), session.settings.enableFeatures);
      if (command === commands.history) return await historyCommand(session, args?.[0], token);
      if (command === commands.alertCount) return await alertCountCommand(session, args?.[0], token);
      if (command === commands.moveRule)
        return moveRuleCommand(args?.[0], {
          connection,
          support,
          snapshot: (uri) => session.snapshot(uri),
        });
      if (command === commands.format)
        return formatCommand(args?.[0], (uri) => session.snapshot(uri), connection, support);
      throw new ResponseError(ErrorCodes.InvalidRequest, `There is no command ${command}.`);
    }),
  );

  connection.onRequest(requests.expressionAt, (params: ExpressionAtParams, token) =>
    onFile<ExpressionAtResult | null>("expression", params.uri, token, null, (snapshot) => {
      const { lines } = snapshot.document;
      const found = expressionAt(snapshot, lines.span(params.range), params.which);
      if (found === undefined) return null;
      const environments = snapshot.environments.map(({ environment }) => environment.name);
      return { expr: found.expr, range: lines.range(found.span), environments };
    }),
  );

  connection.onRequest(requests.environments, async ({ uri }: EnvironmentsParams, token) => {
    await session.untilSettings();
    return onFile<EnvironmentsResult>("environments", uri, token, null, (snapshot) =>
      snapshot.document.parts.length === 0
        ? null
        : snapshot.environments.map(({ environment }) => environment.name),
    );
  });

  connection.onRequest(new RequestType<QueryParams, QueryResult, void>(requests.query), (params, token) =>
    guarded(requests.query, token, async () => {
      await session.untilSettings();
      return await session.queries.run(params, token);
    }),
  );

  connection.onRequest(requests.queryQuestion, (params: QueryParams, token) =>
    guarded(requests.queryQuestion, token, async () => {
      await session.untilSettings();
      return await session.queries.question(params, token);
    }),
  );

  connection.onNotification(requests.accessChanged, () => session.accessChanged());

  connection.onNotification(requests.consent, ({ accepted }: ConsentParams) => session.consent.set(accepted));

  connection.onRequest(requests.contexts, (token: CancellationToken) =>
    guarded<ContextsResult>("contexts", token, () => listContexts(undefined)),
  );

  connection.onRequest(requests.retry, ({ environment }: RetryParams, token) =>
    guarded("retry", token, async () => {
      await session.retry(environment);
      return null;
    }),
  );

  connection.onRequest(requests.tests, ({ uri }: TestsParams, token) =>
    guarded<TestsResult>("tests", token, () => testsOfFile(session, uri)),
  );

  connection.onRequest(requests.testFiles, (token: CancellationToken) =>
    guarded<TestFilesResult>("test files", token, () => testFiles(session)),
  );

  connection.onRequest(requests.cancelQuery, ({ id }: CancelQueryParams) => {
    session.queries.cancel(id);
    return null;
  });
}
