import {
  type CodeAction,
  type CodeActionContext,
  CodeActionTriggerKind,
  LSPErrorCodes,
  ResponseError,
} from "vscode-languageserver/node";
import type { Span } from "../base/text.ts";
import { asksFor } from "../features/code-actions.ts";
import { refactorings } from "../features/refactor/index.ts";
import type { Refactoring } from "../features/refactor/refactoring.ts";
import type { Snapshot } from "../world/snapshot.ts";
import type { ClientSupport } from "./client-support.ts";
import { toWorkspaceEdit } from "./convert.ts";

/** So long a file is read as a whole in a few tens of milliseconds. */
const largeLength = 500_000;

/** What a client hands back when an action was chosen. */
interface ActionData {
  readonly uri: string;
  readonly version: number;
  readonly at: Span;
  readonly id: string;
}

/** A large file is read as a whole only for somebody who asks, not for a light bulb that follows the cursor. */
export function isLeftAlone({ document }: Snapshot, triggerKind: CodeActionTriggerKind | undefined): boolean {
  return (
    (document.sliced?.lines.length ?? 0) > largeLength && triggerKind === CodeActionTriggerKind.Automatic
  );
}

/** The refactorings at a span; their edits are worked out now only for clients that would not ask again. */
export function refactorActions(
  snapshot: Snapshot,
  at: Span,
  { only, triggerKind, diagnostics = [] }: Partial<CodeActionContext>,
  support: ClientSupport,
): readonly CodeAction[] {
  if (isLeftAlone(snapshot, triggerKind)) return [];
  if (only?.every((kind) => !/^(?:$|refactor|quickfix)/.test(kind)) === true) return [];
  const { uri, version } = snapshot.document;
  return refactorings(snapshot, at).flatMap((one): readonly CodeAction[] => {
    const { id, title, kind, refused } = one;
    if (!asksFor(only, kind)) return [];
    if (refused !== undefined)
      return support.disabledActions ? [{ title, kind, disabled: { reason: refused } }] : [];
    const data: ActionData = { uri, version, at, id };
    const fixed = one.fixes === undefined ? [] : diagnostics.filter(({ code }) => code === one.fixes);
    const action = fixed.length === 0 ? { title, kind } : { title, kind, diagnostics: fixed };
    if (support.resolvesActions) return [{ ...action, data }];
    const edit = editOf(snapshot, one, support);
    return edit === undefined ? [] : [{ ...action, edit }];
  });
}

/** The action with its edits; an error that people can read where the file is another now, or it cannot be done. */
export function resolveAction(
  action: CodeAction,
  snapshotOf: (uri: string) => Snapshot | undefined,
  support: ClientSupport,
): CodeAction {
  const data = action.data as ActionData | undefined;
  if (data === undefined) return action;
  const snapshot = snapshotOf(data.uri);
  if (snapshot === undefined || snapshot.document.version !== data.version)
    throw new ResponseError(
      LSPErrorCodes.ContentModified,
      "The file has changed since; ask for the action again.",
    );
  const one = refactorings(snapshot, data.at).find(({ id }) => id === data.id);
  const edit = one === undefined ? undefined : editOf(snapshot, one, support);
  if (edit === undefined)
    throw new ResponseError(
      LSPErrorCodes.RequestFailed,
      "This cannot be done here without changing what the file says elsewhere.",
    );
  return { ...action, edit };
}

function editOf(
  { document }: Snapshot,
  { edits }: Refactoring,
  { versionedEdits }: ClientSupport,
): CodeAction["edit"] {
  const found = edits();
  if (found === undefined) return undefined;
  const { uri, version, lines } = document;
  const converted = found.map(({ span, newText }) => ({ range: lines.range(span), newText }));
  return toWorkspaceEdit([{ uri, version, edits: converted }], versionedEdits);
}
