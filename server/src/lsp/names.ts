import {
  AnnotatedTextEdit,
  type CallHierarchyItem,
  type CancellationToken,
  type ChangeAnnotation,
  DocumentHighlightKind,
  LSPErrorCodes,
  ResponseError,
  SymbolKind,
  type TextDocumentPositionParams,
  type TextEdit,
  type WorkspaceEdit,
} from "vscode-languageserver/node";
import {
  type HierarchyCall,
  type HierarchyItem,
  incomingCalls,
  outgoingCalls,
  prepareHierarchy,
} from "../features/names/call-hierarchy.ts";
import { definitions, highlights, references } from "../features/names/places.ts";
import { prepareRename, type RenameEdit, rename } from "../features/names/rename.ts";
import { workspaceSymbols } from "../features/names/workspace-symbols.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { budgetOf } from "./budget.ts";
import type { ClientSupport } from "./client-support.ts";
import type { Session } from "./session.ts";

/** What the server says it can do with names. */
export const nameCapabilities = {
  definitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  renameProvider: { prepareProvider: true },
  workspaceSymbolProvider: true,
  callHierarchyProvider: true,
} as const;

/** How long a question waits for the first reading of the workspace, in milliseconds. */
const scanWaitMs = 10_000;

const symbolKinds = {
  alert: SymbolKind.Event,
  record: SymbolKind.Variable,
  group: SymbolKind.Namespace,
  file: SymbolKind.File,
} as const;

type Guarded = <T>(name: string, token: CancellationToken, work: () => T | Promise<T>) => Promise<T>;

/** Registers the handlers of what is asked about names of rules; all wait until the files have been read once. */
export function registerNameHandlers(session: Session, support: ClientSupport, guarded: Guarded): void {
  const { connection } = session;

  function onNames<T>(name: string, token: CancellationToken, work: () => T): Promise<T> {
    return guarded(name, token, async () => {
      const patience = budgetOf(scanWaitMs);
      await patience(session.files.ready).finally(patience.end);
      return work();
    });
  }

  function at<T>(
    name: string,
    { textDocument, position }: TextDocumentPositionParams,
    token: CancellationToken,
    otherwise: T,
    work: (snapshot: Snapshot, offset: number) => T,
  ): Promise<T> {
    return onNames(name, token, () => {
      const snapshot = session.snapshot(textDocument.uri);
      return snapshot === undefined ? otherwise : work(snapshot, snapshot.document.lines.offsetAt(position));
    });
  }

  connection.onDefinition((params, token) =>
    at("definition", params, token, null, (snapshot, offset) =>
      definitions(snapshot, offset).map(({ uri, range }) => ({ uri, range })),
    ),
  );

  connection.onReferences((params, token) =>
    at("references", params, token, null, (snapshot, offset) =>
      references(snapshot, offset, params.context.includeDeclaration).map(({ uri, range }) => ({
        uri,
        range,
      })),
    ),
  );

  connection.onDocumentHighlight((params, token) =>
    at("highlights", params, token, null, (snapshot, offset) =>
      highlights(snapshot, offset).map(({ range, kind }) => ({
        range,
        kind: kind === "write" ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
      })),
    ),
  );

  connection.onPrepareRename((params, token) =>
    at("rename", params, token, null, (snapshot, offset) => {
      const found = prepareRename(snapshot, offset);
      if ("refused" in found) throw refusal(found.refused);
      return { range: snapshot.document.lines.range(found.span), placeholder: found.name };
    }),
  );

  connection.onRenameRequest((params, token) =>
    at<WorkspaceEdit | null>("rename", params, token, null, (snapshot, offset) => {
      const edits = rename(snapshot, offset, params.newName);
      if ("refused" in edits) throw refusal(edits.refused);
      return renameEdit(edits, (uri) => session.documents.get(uri)?.version ?? null, support);
    }),
  );

  connection.onWorkspaceSymbol(({ query }, token) =>
    onNames("workspace symbols", token, () =>
      workspaceSymbols(session.files.names, query).map(
        ({ name, kind, container, place: { uri, range } }) => ({
          name,
          kind: symbolKinds[kind],
          containerName: container,
          location: { uri, range },
        }),
      ),
    ),
  );

  connection.languages.callHierarchy.onPrepare((params, token) =>
    at("call hierarchy", params, token, null, (snapshot, offset) =>
      prepareHierarchy(snapshot, offset).map(toHierarchyItem),
    ),
  );

  connection.languages.callHierarchy.onIncomingCalls(({ item }, token) =>
    onNames("callers", token, () =>
      callsOf(item, (found) => incomingCalls(session.files.names, found)).map(
        ({ item: from, at: fromRanges }) => ({
          from: toHierarchyItem(from),
          fromRanges: [...fromRanges],
        }),
      ),
    ),
  );

  connection.languages.callHierarchy.onOutgoingCalls(({ item }, token) =>
    onNames("callees", token, () =>
      callsOf(item, (found) => outgoingCalls(session.files.names, found)).map(
        ({ item: to, at: fromRanges }) => ({
          to: toHierarchyItem(to),
          fromRanges: [...fromRanges],
        }),
      ),
    ),
  );
}

function refusal(message: string): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.RequestFailed, message);
}

function toHierarchyItem({ name, kind, detail, uri, range, nameRange }: HierarchyItem): CallHierarchyItem {
  return { name, kind: symbolKinds[kind], detail, uri, range, selectionRange: nameRange };
}

function callsOf(
  { name, kind, detail, uri, range, selectionRange }: CallHierarchyItem,
  find: (item: HierarchyItem) => readonly HierarchyCall[],
): readonly HierarchyCall[] {
  const isAlert = kind === SymbolKind.Event;
  if (!isAlert && kind !== SymbolKind.Variable) return [];
  const item = { name, detail: detail ?? "", uri, range, nameRange: selectionRange };
  return find({ ...item, kind: isAlert ? "alert" : "record" });
}

/** Versioned edits of all files, those to be looked at first behind a confirmation of their own. */
function renameEdit(
  edits: readonly RenameEdit[],
  versionOf: (uri: string) => number | null,
  { versionedEdits, changeAnnotations }: ClientSupport,
): WorkspaceEdit {
  const byUri = new Map<string, TextEdit[]>();
  const annotations: Record<string, ChangeAnnotation> = {};
  for (const { uri, range, newText, needsConfirmation, what } of edits) {
    const list = byUri.get(uri) ?? [];
    byUri.set(uri, list);
    const id = `${what}${needsConfirmation ? " (to be confirmed)" : ""}`;
    if (changeAnnotations) annotations[id] = { label: what, needsConfirmation };
    list.push(changeAnnotations ? AnnotatedTextEdit.replace(range, newText, id) : { range, newText });
  }
  const documentChanges = [...byUri].map(([uri, list]) => ({
    textDocument: { uri, version: versionOf(uri) },
    edits: list,
  }));
  return {
    documentChanges,
    ...(changeAnnotations ? { changeAnnotations: annotations } : {}),
    ...(versionedEdits ? {} : { changes: Object.fromEntries(byUri) }),
  };
}
