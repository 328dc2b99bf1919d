import { commands, type ExtensionContext, env, type LogOutputChannel, window } from "vscode";
import { type LanguageClient, State } from "vscode-languageclient/node";
import type { RunLensArgument } from "../../server/src/protocol.ts";
import { chooseEnvironment } from "./choose.ts";
import { Environments } from "./environments.ts";
import type { FromPanel } from "./panel-messages.ts";
import { ResultsView } from "./results-view.ts";
import { QueryRunner } from "./run.ts";
import { createRunCommands } from "./run-commands.ts";
import { createClient } from "./server.ts";
import { showStatus } from "./status.ts";

let client: LanguageClient | undefined;

/** Registers everything that works without the server first, then starts the server. */
export function activate(context: ExtensionContext): void {
  const output = window.createOutputChannel("Promscope", { log: true });
  const server = createClient(context, output);
  client = server;
  const environments = new Environments(context.workspaceState);
  environments.follow(server);
  const view = new ResultsView(context.extensionUri);
  const runner = new QueryRunner(server, environments, view, output);
  const run = createRunCommands(server, environments, view);
  const tellPanel = (): void => view.post({ type: "environments", environments: environments.all });

  const handlers: Readonly<Record<string, (argument?: RunLensArgument) => unknown>> = {
    "promscope.runQuery": (argument) => run.runQuery(argument),
    "promscope.runSelection": () => run.runSelection(),
    "promscope.runExpressionAtCursor": () => run.runSmallest(),
    "promscope.cancelQuery": () => runner.cancel(),
    "promscope.showResults": () => commands.executeCommand("promscope.results.focus"),
    "promscope.chooseEnvironment": () => chooseEnvironment(environments),
    "promscope.restartServer": () => restart(server, output),
    "promscope.showOutput": () => output.show(true),
  };

  const fromPanel = (message: FromPanel): void => {
    if (message.type === "ready") tellPanel();
    else if (message.type === "run") void runner.run(message.query);
    else if (message.type === "cancel") runner.cancel();
    else if (message.type === "copy") void env.clipboard.writeText(message.text);
    else void commands.executeCommand("workbench.action.openSettings", "promscope.environments");
  };

  context.subscriptions.push(
    output,
    view,
    view.onMessage(fromPanel),
    environments.onDidChange(tellPanel),
    ...Object.entries(handlers).map(([id, handler]) => commands.registerCommand(id, handler)),
  );
  // Not awaited: the commands work at once, and each says so itself while there is no server.
  void start(server, output);
  context.subscriptions.push(...showStatus(server, environments));
}

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
