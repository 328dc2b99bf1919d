import * as vscode from "vscode";

export const extensionId = "promscope.promscope-vscode";

const patienceMs = 20_000;

/** Opens a file of the workspace in an editor. */
export async function open(path: string): Promise<vscode.TextDocument> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) throw new Error("there is no workspace");
  const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder.uri, path));
  await vscode.window.showTextDocument(document);
  return document;
}

/** Opens a text that is in no file. */
export async function openText(language: string, content: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument({ language, content });
  await vscode.window.showTextDocument(document);
  return document;
}

/** Waits until the diagnostics of a document are as wanted. */
export async function diagnostics(
  document: vscode.TextDocument,
  wanted: (found: readonly vscode.Diagnostic[]) => boolean,
): Promise<readonly vscode.Diagnostic[]> {
  const read = (): readonly vscode.Diagnostic[] => vscode.languages.getDiagnostics(document.uri);
  return new Promise((resolve, reject) => {
    const listener = vscode.languages.onDidChangeDiagnostics(() => look());
    const late = setTimeout(() => {
      listener.dispose();
      reject(new Error(`the diagnostics are ${JSON.stringify(read())}`));
    }, patienceMs);
    const look = (): void => {
      const found = read();
      if (!wanted(found)) return;
      clearTimeout(late);
      listener.dispose();
      resolve(found);
    };
    look();
  });
}

/** Asks until the answer is there; for what VS Code tells no event of. */
export async function eventually<T>(ask: () => Thenable<T | undefined>, what: string): Promise<T> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`${what} did not come`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The check id of a diagnostic. */
export function codeOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === "object" ? code.value : code);
}

/** The position of a text in a document, moved by `delta` characters. */
export function at(document: vscode.TextDocument, text: string, delta = 0): vscode.Position {
  const offset = document.getText().indexOf(text);
  if (offset < 0) throw new Error(`there is no ${text}`);
  return document.positionAt(offset + delta);
}
