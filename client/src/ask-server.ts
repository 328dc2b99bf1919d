import { CancellationError, window } from "vscode";
import { ExecuteCommandRequest, type LanguageClient } from "vscode-languageclient/node";
import {
  type ConnectOutcome,
  type ConnectRequest,
  type ContextsResult,
  commands,
  requests,
} from "../../server/src/protocol.ts";

/** Asks the server what answers at an address; a server that cannot be asked is a failure like any other. */
export async function askWhoAnswers(
  client: LanguageClient,
  request: ConnectRequest,
): Promise<ConnectOutcome> {
  if (!client.isRunning())
    return { status: "failed", reason: "offline", message: "The Promscope language server is not running." };
  try {
    return await client.sendRequest(ExecuteCommandRequest.type, {
      command: commands.connect,
      arguments: [request],
    });
  } catch (error) {
    // Not logged with its request: that may hold credentials.
    const message =
      error instanceof CancellationError ? "Cancelled." : "The language server could not ask; see its log.";
    return { status: "failed", reason: "cancelled", message };
  }
}

/** Lets the user pick a context of the kubeconfig; undefined if they leave, empty for none. */
export async function askContext(
  client: LanguageClient,
  title: string,
  placeHolder: string,
): Promise<string | undefined> {
  const contexts = client.isRunning() ? await client.sendRequest<ContextsResult>(requests.contexts) : [];
  if (contexts.length === 0) return "";
  const [first, ...rest] = contexts.toSorted((a, b) => Number(b.current) - Number(a.current));
  if (first === undefined || rest.length === 0) return first?.name ?? "";
  const picked = await window.showQuickPick(
    [first, ...rest].map(({ name, server, current }) => ({
      label: name,
      description: current ? "current" : "",
      detail: server,
    })),
    { title, placeHolder, matchOnDetail: true, ignoreFocusOut: true },
  );
  return picked?.label;
}
