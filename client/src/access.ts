import { type Disposable, workspace } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { type Access, type AccessParams, type AccessResult, requests } from "../../server/src/protocol.ts";
import type { Secrets } from "./secrets.ts";

/** Tells the server how to reach backends: credentials of the secret storage and VS Code's proxy. */
export function giveAccess(client: LanguageClient, secrets: Secrets): Disposable[] {
  client.onRequest(
    requests.access,
    async ({ address, environment }: AccessParams): Promise<AccessResult> => ({
      credentials: await secrets.get(address, environment),
      proxy: proxy(),
    }),
  );
  const changed = (): void => {
    if (client.isRunning()) void client.sendNotification(requests.accessChanged);
  };
  return [
    secrets.follow(),
    secrets.onDidChange(changed),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("http")) changed();
    }),
  ];
}

/** The proxy of VS Code's own settings; nothing leaves it to the environment variables. */
function proxy(): Access["proxy"] {
  const http = workspace.getConfiguration("http");
  const url = http.get<string>("proxy", "");
  if (url === "" || http.get<string>("proxySupport") === "off") return undefined;
  return { url, noProxy: http.get<readonly string[]>("noProxy", []).join(",") };
}
