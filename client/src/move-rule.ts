import { window } from "vscode";
import { ExecuteCommandRequest, type LanguageClient } from "vscode-languageclient/node";
import { commands, type MoveRuleParams, type MoveRuleResult } from "../../server/src/protocol.ts";

/** Asks for a group of another file and moves the rule there; without an argument the rule at the cursor. */
export async function moveRule(client: LanguageClient, argument?: MoveRuleParams): Promise<void> {
  const from = argument ?? ruleAtCursor(client);
  if (from === undefined || !client.isRunning()) {
    void window.showInformationMessage("Open a rule file and put the cursor into a rule first.");
    return;
  }
  const found = await ask(client, from);
  if (!found.ok) return tell(found);
  if (found.targets.length === 0) {
    void window.showInformationMessage("There is no other rule file in this workspace.");
    return;
  }
  const picked = await window.showQuickPick(
    found.targets.map((target) => ({ label: target.group || "(no name)", description: target.path, target })),
    { title: `Move ${found.rule} to…`, placeHolder: "Group of another file", matchOnDescription: true },
  );
  if (picked !== undefined) tell(await ask(client, { ...from, target: picked.target }));
}

function ruleAtCursor(client: LanguageClient): MoveRuleParams | undefined {
  const editor = window.activeTextEditor;
  if (editor === undefined) return undefined;
  const { asUri, asPosition } = client.code2ProtocolConverter;
  return { uri: asUri(editor.document.uri), position: asPosition(editor.selection.active) };
}

async function ask(client: LanguageClient, params: MoveRuleParams): Promise<MoveRuleResult> {
  try {
    return await client.sendRequest(ExecuteCommandRequest.type, {
      command: commands.moveRule,
      arguments: [params],
    });
  } catch (error) {
    client.debug(`${commands.moveRule}: ${String(error)}`);
    return { ok: false, message: "The language server could not move the rule; see its log." };
  }
}

function tell(result: MoveRuleResult): void {
  if (!result.ok) void window.showInformationMessage(result.message);
}
