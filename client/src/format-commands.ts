import { type TextEditor, window } from "vscode";
import { ExecuteCommandRequest, type LanguageClient } from "vscode-languageclient/node";
import { commands, type FormatParams, type FormatResult } from "../../server/src/protocol.ts";

/** Lays out the PromQL of the open file, or of what is selected in it; the YAML around it stays as it is. */
export async function formatPromql(client: LanguageClient, what: "file" | "selection"): Promise<void> {
  const editor = window.activeTextEditor;
  if (editor === undefined || !client.isRunning()) {
    tell("Open a rule file or a .promql file first, then format its PromQL.");
    return;
  }
  const result = await ask(client, editor, what);
  if (result === undefined || !result.applied) tell("The PromQL of this file could not be formatted now.");
  else if (result.expressions === 0) tell("There is no PromQL here that would be laid out differently.");
}

async function ask(
  client: LanguageClient,
  editor: TextEditor,
  what: "file" | "selection",
): Promise<FormatResult | undefined> {
  const { asUri, asRange } = client.code2ProtocolConverter;
  const params: FormatParams = {
    uri: asUri(editor.document.uri),
    ...(what === "selection" ? { range: asRange(editor.selection) } : {}),
  };
  try {
    return await client.sendRequest(ExecuteCommandRequest.type, {
      command: commands.format,
      arguments: [params],
    });
  } catch (error) {
    client.debug(`${commands.format}: ${String(error)}`);
    return undefined;
  }
}

function tell(message: string): void {
  void window.showInformationMessage(message);
}
