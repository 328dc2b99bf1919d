import type { ClientCapabilities } from "vscode-languageserver/node";

/** What Helix 25 says it can do, as far as a server may look at it: it can be asked, but registers little. */
export const helixLike: ClientCapabilities = {
  general: { positionEncodings: ["utf-8", "utf-32", "utf-16"] },
  workspace: {
    configuration: true,
    didChangeConfiguration: { dynamicRegistration: false },
    didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: false },
    workspaceFolders: true,
    applyEdit: true,
    workspaceEdit: { documentChanges: true },
  },
  textDocument: {
    completion: {
      completionItem: { snippetSupport: true, resolveSupport: { properties: ["documentation", "detail"] } },
    },
    hover: { contentFormat: ["markdown"] },
    signatureHelp: {
      signatureInformation: {
        documentationFormat: ["markdown"],
        parameterInformation: { labelOffsetSupport: true },
      },
    },
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: ["", "quickfix", "refactor", "source"] } },
    },
    publishDiagnostics: { versionSupport: true },
  },
};

/** What Emacs' eglot says where markdown-mode is not installed, and without a snippet package. */
export const eglotLike: ClientCapabilities = {
  general: { positionEncodings: ["utf-32", "utf-8", "utf-16"] },
  workspace: {
    applyEdit: true,
    executeCommand: { dynamicRegistration: false },
    workspaceEdit: { documentChanges: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
    configuration: true,
    workspaceFolders: true,
  },
  textDocument: {
    completion: {
      dynamicRegistration: false,
      completionItem: { snippetSupport: false, documentationFormat: ["plaintext"] },
    },
    hover: { dynamicRegistration: false, contentFormat: ["plaintext"] },
    signatureHelp: {
      signatureInformation: { documentationFormat: ["plaintext"] },
    },
    publishDiagnostics: { relatedInformation: false },
  },
};

/** A client that says nothing of itself at all. */
export const silentClient: ClientCapabilities = {};
