import { commands, type ExtensionContext, type LogOutputChannel, window, workspace } from "vscode";
import { type LanguageClient, State } from "vscode-languageclient/node";
import {
  editorCommands,
  type MoveRuleParams,
  type RunLensArgument,
  type TestLensArgument,
} from "../../server/src/protocol.ts";
import { giveAccess } from "./access.ts";
import { chooseEnvironment } from "./choose.ts";
import { connect } from "./connect.ts";
import { Consent } from "./consent.ts";
import { Environments, retry } from "./environments.ts";
import { formatPromql } from "./format-commands.ts";
import { askHistory, QueryHistory } from "./history.ts";
import { moveRule } from "./move-rule.ts";
import { grafanaUrl, share } from "./panel-actions.ts";
import type { FromPanel } from "./panel-messages.ts";
import { ResultsView } from "./results-view.ts";
import { QueryRunner } from "./run.ts";
import { createRunCommands } from "./run-commands.ts";
import { Secrets } from "./secrets.ts";
import { createClient } from "./server.ts";
import { signIn, signOut } from "./sign-in.ts";
import { showStatus } from "./status.ts";
import { RuleTests } from "./tests.ts";

let client: LanguageClient | undefined;

/** Registers everything that works without the server first, then starts the server. */
export function activate(context: ExtensionContext): void {
  const output = window.createOutputChannel("Promscope", { log: true });
  const secrets = new Secrets(context.secrets);
  const server = createClient(context, output, (text) => secrets.redact(text));
  client = server;
  const environments = new Environments(context.workspaceState);
  environments.follow(server);
  const consent = new Consent(server, context.globalState);
  const view = new ResultsView(context.extensionUri);
  const history = new QueryHistory(context.workspaceState);
  const runner = new QueryRunner(server, environments, view, history, output);
  const ruleTests = new RuleTests(server);
  const run = createRunCommands(server, environments, view);
  const tellPanel = (): void => {
    const grafana = grafanaUrl() !== "";
    view.post({ type: "environments", environments: environments.all, grafana });
    view.post({ type: "history", entries: history.entries });
  };

  const handlers: Readonly<Record<string, (argument?: RunLensArgument) => unknown>> = {
    "promscope.runQuery": (argument) => run.runQuery(argument),
    "promscope.runSelection": () => run.runSelection(),
    "promscope.runExpressionAtCursor": () => run.runSmallest(),
    "promscope.runEverywhere": () => run.runEverywhere(),
    "promscope.queryHistory": async () => run.restore(await askHistory(history)),
    "promscope.formatFile": () => formatPromql(server, "file"),
    "promscope.formatSelection": () => formatPromql(server, "selection"),
    "promscope.cancelQuery": () => runner.cancel(),
    "promscope.showResults": () => commands.executeCommand("promscope.results.focus"),
    "promscope.chooseEnvironment": () => chooseEnvironment(environments, consent),
    "promscope.connectBackend": () => connect(server, secrets),
    "promscope.signOut": () => signOut(environments, secrets),
    "promscope.reviewProposals": () => consent.review(),
    "promscope.restartServer": () => restart(server, output),
    "promscope.showOutput": () => output.show(true),
  };

  const fromPanel = (message: FromPanel): void => {
    if (message.type === "ready") tellPanel();
    else if (message.type === "run") void runner.run(message.query);
    else if (message.type === "cancel") runner.cancel();
    else if (message.type === "forgetHistory") void history.forget();
    else if (message.type === "openSettings")
      void commands.executeCommand("workbench.action.openSettings", "promscope.environments");
    else void share(message, environments);
  };

  context.subscriptions.push(
    output,
    view,
    view.onMessage(fromPanel),
    environments.onDidChange(tellPanel),
    history.onDidChange(tellPanel),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("promscope.grafanaUrl")) tellPanel();
    }),
    ruleTests,
    commands.registerCommand("promscope.runTests", (argument?: TestLensArgument) => {
      const uri = argument?.uri ?? window.activeTextEditor?.document.uri.toString();
      return uri === undefined ? undefined : ruleTests.run({ ...argument, uri });
    }),
    ...consent.follow(),
    ...giveAccess(server, secrets),
    commands.registerCommand("promscope.signIn", (name?: string) =>
      signIn(server, environments, secrets, name),
    ),
    commands.registerCommand(editorCommands.moveRule, (argument?: MoveRuleParams) =>
      moveRule(server, argument),
    ),
    commands.registerCommand("promscope.retry", (name?: string) => retry(server, environments, name)),
    ...Object.entries(handlers).map(([id, handler]) => commands.registerCommand(id, handler)),
  );
  // Not awaited: the commands work at once, and each says so itself while there is no server.
  void start(server, output);
  context.subscriptions.push(...showStatus(server, environments, consent));
}

/** Stops the server; VS Code waits for it. */
export async function deactivate(): Promise<void> {
  await client?.dispose();
}

/** VS Code hides the errors of an activation, so a start that fails is told here. */
async function start(server: LanguageClient, output: LogOutputChannel): Promise<void> {
  try {
    await server.start();
  } catch (error) {
    output.error(`The language server did not start: ${String(error)}`);
    const show = "Show Output";
    const answer = await window.showErrorMessage("The Promscope language server did not start.", show);
    if (answer === show) output.show(true);
  }
}

async function restart(server: LanguageClient, output: LogOutputChannel): Promise<void> {
  if (server.state === State.Running) await server.stop();
  await start(server, output);
}
