import type { InitializeParams } from "vscode-languageserver/node";
import { type ClientExperimental, commands } from "../protocol.ts";

/** What the client said it can do. */
export interface ClientSupport {
  readonly pulls: boolean;
  readonly refreshes: boolean;
  readonly configuration: boolean;
  readonly snippets: boolean;
  readonly codeLensRefresh: boolean;
  readonly watchesFiles: boolean;
  /** The client tells when folders of the workspace come and go. */
  readonly workspaceFolders: boolean;
  /** The command behind a CodeLens: the extension's own, or the server's. */
  readonly runCommand: string;
  /** Our own extension, which knows the commands of VS Code. */
  readonly editorCommands: boolean;
}

export function clientSupport({ capabilities }: InitializeParams): ClientSupport {
  const { workspace, textDocument } = capabilities;
  const experimental = capabilities.experimental as ClientExperimental | null | undefined;
  const own = experimental?.promscope?.runCommand;
  return {
    pulls: textDocument?.diagnostic !== undefined,
    refreshes: workspace?.diagnostics?.refreshSupport === true,
    configuration: workspace?.configuration === true,
    snippets: textDocument?.completion?.completionItem?.snippetSupport === true,
    codeLensRefresh: workspace?.codeLens?.refreshSupport === true,
    watchesFiles: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    workspaceFolders: workspace?.workspaceFolders === true,
    runCommand: typeof own === "string" ? own : commands.query,
    editorCommands: typeof own === "string",
  };
}
