import { type TextEditor, window } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import {
  type ExpressionAtParams,
  type ExpressionAtResult,
  type RunLensArgument,
  requests,
} from "../../server/src/protocol.ts";
import { askWhereToRun } from "./choose.ts";
import type { Environments } from "./environments.ts";
import type { PanelQuery } from "./panel-messages.ts";
import type { ResultsView } from "./results-view.ts";

export interface RunCommands {
  /** From a lens with its argument; from a key or the palette: the whole expression at the cursor. */
  runQuery(argument?: RunLensArgument): Promise<void>;
  /** The smallest expression that can be run and holds the selection or the cursor. */
  runSmallest(): Promise<void>;
  /** Exactly the selected text where the server knows no expression there, else what runSmallest does. */
  runSelection(): Promise<void>;
  /** The whole expression at the cursor, on all environments of its file side by side. */
  runEverywhere(): Promise<void>;
  /** Runs a query of the history again; nothing for none. */
  restore(query: PanelQuery | undefined): Promise<void>;
}

/** The commands that bring an expression of the editor into the results panel and run it at once. */
export function createRunCommands(
  client: LanguageClient,
  environments: Environments,
  view: ResultsView,
): RunCommands {
  const open = async (expr: string, environment: string, compare: readonly string[] = []): Promise<void> => {
    view.post({ type: "open", expr, environment, compare });
    await view.reveal();
  };

  const runAt = async (editor: TextEditor, which: ExpressionAtParams["which"]): Promise<boolean> => {
    const found = await expressionAt(client, editor, which);
    if (found === null) return false;
    await open(found.expr, environments.pick(found.environments));
    return true;
  };

  const runCommand = async (which: ExpressionAtParams["which"]): Promise<void> => {
    const editor = window.activeTextEditor;
    if (editor === undefined) return tellNoEditor();
    if (!(await runAt(editor, which))) tellNoExpression();
  };

  return {
    async runQuery(argument) {
      if (argument === undefined) return runCommand("whole");
      const names = environments.all.map(({ name }) => name);
      const where = argument.choose ? await askWhereToRun(environments, names) : [argument.environment];
      const [first, ...others] = where ?? [];
      if (first !== undefined) await open(argument.expr, first, others.length > 0 ? where : []);
    },
    runSmallest: () => runCommand("smallest"),
    async runSelection() {
      const editor = window.activeTextEditor;
      if (editor === undefined) return tellNoEditor();
      if (await runAt(editor, "smallest")) return;
      const text = editor.document.getText(editor.selection).trim();
      if (text === "") void window.showInformationMessage("Select an expression first, then run it.");
      else await open(text, environments.pick([]));
    },
    async runEverywhere() {
      const editor = window.activeTextEditor;
      if (editor === undefined) return tellNoEditor();
      const found = await expressionAt(client, editor, "whole");
      if (found === null) return tellNoExpression();
      const withBackend = found.environments.filter((name) => environments.find(name)?.backend !== null);
      await open(found.expr, environments.pick(found.environments), withBackend);
    },
    async restore(query) {
      if (query === undefined) return;
      view.post({ type: "restore", query });
      await view.reveal();
    },
  };
}

function tellNoEditor(): void {
  void window.showInformationMessage(
    "Open a rule file or a .promql file first, then run an expression of it.",
  );
}

function tellNoExpression(): void {
  void window.showInformationMessage("There is no PromQL expression here: put the cursor into one.");
}

async function expressionAt(
  client: LanguageClient,
  editor: TextEditor,
  which: ExpressionAtParams["which"],
): Promise<ExpressionAtResult | null> {
  if (!client.isRunning()) return null;
  const params: ExpressionAtParams = {
    uri: client.code2ProtocolConverter.asUri(editor.document.uri),
    range: client.code2ProtocolConverter.asRange(editor.selection),
    which,
  };
  try {
    return await client.sendRequest<ExpressionAtResult | null>(requests.expressionAt, params);
  } catch (error) {
    client.debug(`${requests.expressionAt}: ${String(error)}`);
    return null;
  }
}
