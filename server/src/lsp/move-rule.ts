import { readFile } from "node:fs/promises";
import { type CodeAction, type Connection, TextEdit as LspTextEdit } from "vscode-languageserver/node";
import type { Position, Span, TextEdit } from "../base/text.ts";
import { asksFor } from "../features/code-actions.ts";
import { groupsOf, moveBetween, ruleAt } from "../features/refactor/move.ts";
import type { SourceDocument } from "../model/document.ts";
import { readDocument } from "../model/read.ts";
import { editorCommands, type MoveRuleParams, type MoveRuleResult } from "../protocol.ts";
import type { Snapshot } from "../world/snapshot.ts";
import type { ClientSupport } from "./client-support.ts";
import { type FileEdits, toWorkspaceEdit } from "./convert.ts";
import { filePathOf } from "./paths.ts";

/** The action behind which our own client asks where the rule should go. */
export function moveAction(
  { document, names }: Snapshot,
  at: Span,
  only: readonly string[] | undefined,
  support: ClientSupport,
): readonly CodeAction[] {
  if (!support.editorCommands || names === undefined || !asksFor(only, "refactor.move")) return [];
  if (ruleAt(document, at.start) === undefined) return [];
  const title = "Move the rule to another file…";
  const params: MoveRuleParams = { uri: document.uri, position: document.lines.positionAt(at.start) };
  return [
    {
      title,
      kind: "refactor.move",
      command: { title, command: editorCommands.moveRule, arguments: [params] },
    },
  ];
}

/** What the command needs of a session. */
export interface MoveHost {
  readonly connection: Connection;
  readonly support: ClientSupport;
  snapshot(uri: string): Snapshot | undefined;
}

const noRule: MoveRuleResult = { ok: false, message: "There is no rule here: put the cursor into one." };

/**
 * Runs `promscope.moveRule`: without a target it tells the groups of other files that a rule may go to, with one it
 * has the client change both files at once.
 */
export async function moveRuleCommand(argument: unknown, host: MoveHost): Promise<MoveRuleResult> {
  const params = readParams(argument);
  const snapshot = params === undefined ? undefined : host.snapshot(params.uri);
  if (params === undefined || snapshot === undefined) return noRule;
  const { document, names } = snapshot;
  const place = ruleAt(document, document.lines.offsetAt(params.position));
  if (place === undefined) return noRule;
  const { target } = params;
  if (target === undefined)
    return { ok: true, rule: place.rule.name?.value ?? "", targets: targetsOf(snapshot) };
  // Only files of the workspace are written, which the index knows.
  if (names?.file(target.uri) === undefined || target.uri === document.uri)
    return { ok: false, message: "That file is no rule file of this workspace." };
  const open = host.snapshot(target.uri)?.document;
  const other = open ?? (await readTarget(target.uri));
  const group = other && groupsOf(other).find(({ name }) => (name?.value ?? "") === target.group);
  const moved = other && group && moveBetween(document, place, other, group);
  if (other === undefined || moved === undefined)
    return { ok: false, message: "The rule cannot be moved there without changing what the files say." };
  const files = [
    changes(other, open === undefined ? null : other.version, moved.to),
    changes(document, document.version, moved.from),
  ];
  const { applied } = await host.connection.workspace.applyEdit({
    label: "Move rule",
    edit: toWorkspaceEdit(files, host.support.versionedEdits),
  });
  return applied
    ? { ok: true, rule: place.rule.name?.value ?? "", targets: [] }
    : { ok: false, message: "The editor did not take the change; a file may have changed meanwhile." };
}

function changes(
  { uri, lines }: SourceDocument,
  version: number | null,
  edits: readonly TextEdit[],
): FileEdits {
  return {
    uri,
    version,
    edits: edits.map(({ span, newText }) => LspTextEdit.replace(lines.range(span), newText)),
  };
}

/** The groups of the other files, those of one file in a row. */
function targetsOf({ document, names }: Snapshot): Extract<MoveRuleResult, { ok: true }>["targets"] {
  const files = [...(names?.files() ?? [])].filter(({ uri }) => uri !== document.uri);
  return files.flatMap(({ uri, path, groups }) => groups.map(({ name }) => ({ uri, path, group: name })));
}

async function readTarget(uri: string): Promise<SourceDocument | undefined> {
  const path = filePathOf(uri);
  const bytes = path === undefined ? undefined : await readFile(path).catch(() => undefined);
  if (path === undefined || bytes === undefined) return undefined;
  return readDocument({ uri, path, version: 0, text: bytes.toString("utf8") });
}

function readParams(argument: unknown): MoveRuleParams | undefined {
  const { uri, position, target } = (argument ?? {}) as Readonly<Record<string, unknown>>;
  const { line, character } = (position ?? {}) as Partial<Position>;
  if (typeof uri !== "string" || typeof line !== "number" || typeof character !== "number") return undefined;
  const { uri: to, group } = (target ?? {}) as Readonly<Record<string, unknown>>;
  const at = { uri, position: { line, character } };
  return typeof to === "string" && typeof group === "string" ? { ...at, target: { uri: to, group } } : at;
}
