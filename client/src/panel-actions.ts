import { env, Uri, window, workspace } from "vscode";
import type { QueryParams } from "../../server/src/protocol.ts";
import type { Environments } from "./environments.ts";
import type { FromPanel, ShareTarget } from "./panel-messages.ts";
import { backendPage, curlCommand, grafanaPage, type SharedBackend } from "./share.ts";

/** The address of a Grafana in the settings; empty where there is none. */
export function grafanaUrl(): string {
  return workspace.getConfiguration("promscope").get<string>("grafanaUrl", "");
}

/** Takes a result out of the panel: to the clipboard, into a file, to another program's page. */
export async function share(message: FromPanel, environments: Environments): Promise<void> {
  switch (message.type) {
    case "copy":
      return await env.clipboard.writeText(message.text);
    case "save":
      return await save(message.name, message.text);
    case "copyCurl": {
      const backend = backendOf(message.params, environments);
      if (backend === undefined) return tellNoBackend();
      await env.clipboard.writeText(curlCommand(backend, message.params, message.expression));
      void window.setStatusBarMessage("The command is in the clipboard; it holds no credentials.", 5000);
      return;
    }
    case "openIn":
      return await openIn(message.target, message.params, message.expression, environments);
    default:
  }
}

async function openIn(
  target: ShareTarget,
  params: QueryParams,
  expression: string,
  environments: Environments,
): Promise<void> {
  const backend = backendOf(params, environments);
  const dataSource = workspace.getConfiguration("promscope").get<string>("grafanaDataSource", "");
  const page =
    target === "grafana"
      ? grafanaPage(grafanaUrl(), dataSource, params, expression)
      : backend === undefined
        ? undefined
        : backendPage(backend, params, expression);
  if (page === undefined) {
    void window.showInformationMessage(
      target === "grafana"
        ? "Set promscope.grafanaUrl to the address of your Grafana first."
        : "This backend has no page of its own that could be opened.",
    );
    return;
  }
  // What comes from settings may name any program; only pages are opened.
  if (!/^https?:\/\//i.test(page)) return;
  // A Uri would write the signs of the query part in its own way; VS Code takes the text as well, and keeps it.
  await env.openExternal(page as unknown as Uri);
}

function backendOf(params: QueryParams, environments: Environments): SharedBackend | undefined {
  const status =
    environments.find(params.environment) ?? environments.all.find(({ backend }) => backend !== null);
  if (status === undefined || status.backend === null) return undefined;
  return { backend: status.backend, version: status.version, context: status.cluster };
}

function tellNoBackend(): void {
  void window.showInformationMessage("This environment has no backend: set one in promscope.environments.");
}

async function save(name: string, text: string): Promise<void> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const chosen = await window.showSaveDialog({
    title: "Save Query Result",
    ...(folder === undefined ? {} : { defaultUri: Uri.joinPath(folder, name) }),
  });
  if (chosen === undefined) return;
  try {
    await workspace.fs.writeFile(chosen, new TextEncoder().encode(text));
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    void window.showErrorMessage(`The result could not be saved: ${words}`);
  }
}
