import type { InitializeParams, MarkupKind } from "vscode-languageserver/node";
import { type ClientExperimental, commands } from "../protocol.ts";

/** What the client said it can do. */
export interface ClientSupport {
  readonly pulls: boolean;
  readonly refreshes: boolean;
  /** The client can be asked for its settings. */
  readonly configuration: boolean;
  /** The client takes the registration for changes of its settings. */
  readonly registersConfiguration: boolean;
  readonly snippets: boolean;
  /** Edits may name the version of the file that they are for. */
  readonly versionedEdits: boolean;
  /** Edits of code actions may be worked out when one is chosen; actions may be shown that cannot be done, with the reason. */
  readonly resolvesActions: boolean;
  readonly disabledActions: boolean;
  /** The client asks before a save; whether it takes the registration for that, or wants it from the start. */
  readonly registersWillSave: boolean;
  readonly asksBeforeSave: boolean;
  /** Formatting may be offered for some files only. */
  readonly registersFormatting: boolean;
  readonly registersRangeFormatting: boolean;
  /** Edits may say what they change, and ask for a confirmation. */
  readonly changeAnnotations: boolean;
  /** Parameters of a signature may be told by their offsets in its label. */
  readonly labelOffsets: boolean;
  /** Where the client renders markdown; it gets plain text elsewhere. */
  readonly markdown: { readonly hover: boolean; readonly completion: boolean; readonly signature: boolean };
  readonly codeLensRefresh: boolean;
  /** The client opens a file when it is asked to. */
  readonly showsDocuments: boolean;
  /** The client shows that something takes long, and lets people stop it. */
  readonly showsProgress: boolean;
  readonly watchesFiles: boolean;
  /** The client tells when folders of the workspace come and go. */
  readonly workspaceFolders: boolean;
  /** The command behind a CodeLens: the extension's own, or the server's. */
  readonly runCommand: string;
  /** The same for tests. */
  readonly testCommand: string;
  /** Our own extension, which knows the commands of VS Code. */
  readonly editorCommands: boolean;
  /** The client keeps credentials and can be asked for them. */
  readonly access: boolean;
  /** The client asks people about what `promscope.yaml` names. */
  readonly consent: boolean;
}

/** A client that does not say what it renders is taken to render markdown, as nearly all do. */
const rendersMarkdown = (formats: readonly MarkupKind[] | undefined): boolean =>
  !Array.isArray(formats) || formats.length === 0 || formats.includes("markdown");

/** What the client says it can do, with what it leaves out as no. */
export function clientSupport({ capabilities }: InitializeParams): ClientSupport {
  const { workspace, textDocument } = capabilities;
  const action = textDocument?.codeAction;
  const sync = textDocument?.synchronization;
  const signature = textDocument?.signatureHelp?.signatureInformation;
  const experimental = capabilities.experimental as ClientExperimental | null | undefined;
  const { runCommand: own, testCommand, access, consent } = experimental?.promscope ?? {};
  return {
    pulls: textDocument?.diagnostic !== undefined,
    refreshes: workspace?.diagnostics?.refreshSupport === true,
    configuration: workspace?.configuration === true,
    registersConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    snippets: textDocument?.completion?.completionItem?.snippetSupport === true,
    versionedEdits: workspace?.workspaceEdit?.documentChanges === true,
    resolvesActions:
      action?.dataSupport === true && action.resolveSupport?.properties.includes("edit") === true,
    disabledActions: action?.disabledSupport === true,
    registersWillSave: sync?.dynamicRegistration === true && sync.willSaveWaitUntil === true,
    asksBeforeSave: sync?.willSaveWaitUntil === true,
    registersFormatting: textDocument?.formatting?.dynamicRegistration === true,
    registersRangeFormatting: textDocument?.rangeFormatting?.dynamicRegistration === true,
    changeAnnotations:
      workspace?.workspaceEdit?.documentChanges === true &&
      workspace.workspaceEdit.changeAnnotationSupport !== undefined,
    labelOffsets: signature?.parameterInformation?.labelOffsetSupport === true,
    markdown: {
      hover: rendersMarkdown(textDocument?.hover?.contentFormat),
      completion: rendersMarkdown(textDocument?.completion?.completionItem?.documentationFormat),
      signature: rendersMarkdown(signature?.documentationFormat),
    },
    codeLensRefresh: workspace?.codeLens?.refreshSupport === true,
    showsProgress: capabilities.window?.workDoneProgress === true,
    showsDocuments: capabilities.window?.showDocument?.support === true,
    watchesFiles: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    workspaceFolders: workspace?.workspaceFolders === true,
    runCommand: typeof own === "string" ? own : commands.query,
    testCommand: typeof testCommand === "string" ? testCommand : commands.test,
    editorCommands: typeof own === "string",
    access: access === true,
    consent: consent === true,
  };
}
