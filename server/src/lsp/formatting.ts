import {
  type Connection,
  type Disposable,
  DocumentFormattingRequest,
  DocumentRangeFormattingRequest,
  TextEdit as LspTextEdit,
  WillSaveTextDocumentWaitUntilRequest,
} from "vscode-languageserver/node";
import type { Range } from "../base/text.ts";
import { formatEdits } from "../features/format/expressions.ts";
import type { FormatParams, FormatResult } from "../protocol.ts";
import type { Snapshot } from "../world/snapshot.ts";
import type { ClientSupport } from "./client-support.ts";
import { toWorkspaceEdit } from "./convert.ts";

/** Files that are PromQL and nothing else. YAML is never among them: people have a formatter for it. */
const promqlFiles = [{ language: "promql" }, { pattern: "**/*.promql" }];

/** What is formatted on save: the PromQL in YAML, and `.promql` files. */
const savedFiles = [{ language: "yaml" }, { language: "promql" }, { pattern: "**/*.{yaml,yml,promql}" }];

/** The edits that lay out the PromQL of a file, or of those expressions that a range touches. */
export function formattingOf({ document }: Snapshot, range?: Range): LspTextEdit[] {
  const { lines } = document;
  const within = range === undefined ? undefined : lines.span(range);
  return formatEdits(document, within).map(({ span, newText }) =>
    LspTextEdit.replace(lines.range(span), newText),
  );
}

/** Whether a file is PromQL and nothing else. */
export function isPromql({ document }: Snapshot): boolean {
  return document.parts.some(({ model }) => model.kind === "promql");
}

/** Runs `promscope.format`: has the client apply the edits, and says what came of it. */
export async function formatCommand(
  argument: unknown,
  snapshotOf: (uri: string) => Snapshot | undefined,
  connection: Connection,
  support: ClientSupport,
): Promise<FormatResult> {
  const { uri, range } = readParams(argument);
  const snapshot = uri === undefined ? undefined : snapshotOf(uri);
  if (snapshot === undefined || uri === undefined || snapshot.document.parts.length === 0)
    return { applied: false, expressions: 0 };
  const edits = formattingOf(snapshot, range);
  if (edits.length === 0) return { applied: true, expressions: 0 };
  const { version } = snapshot.document;
  const { applied } = await connection.workspace.applyEdit({
    label: "Format PromQL",
    edit: toWorkspaceEdit([{ uri, version, edits }], support.versionedEdits),
  });
  return { applied, expressions: edits.length };
}

function readParams(argument: unknown): Partial<FormatParams> {
  if (typeof argument !== "object" || argument === null) return {};
  const { uri, range } = argument as Readonly<Record<string, unknown>>;
  return {
    ...(typeof uri === "string" ? { uri } : {}),
    ...(isRange(range) ? { range } : {}),
  };
}

function isRange(value: unknown): value is Range {
  const { start, end } = (value ?? {}) as { readonly start?: unknown; readonly end?: unknown };
  return [start, end].every((position) => {
    const { line, character } = (position ?? {}) as { readonly line?: unknown; readonly character?: unknown };
    return typeof line === "number" && typeof character === "number";
  });
}

/** Offers formatting for `.promql` files, to clients that take an offer for some files and not for all. */
export async function offerFormatting(connection: Connection, support: ClientSupport): Promise<void> {
  if (support.registersFormatting)
    await connection.client.register(DocumentFormattingRequest.type, { documentSelector: promqlFiles });
  if (support.registersRangeFormatting)
    await connection.client.register(DocumentRangeFormattingRequest.type, { documentSelector: promqlFiles });
}

/** Asks to be asked before each save, only while somebody wants that: an editor waits for the answer. */
export class FormatOnSave {
  readonly #connection: Connection;
  readonly #registers: boolean;
  #registered: Promise<Disposable> | undefined;

  constructor(connection: Connection, { registersWillSave }: ClientSupport) {
    this.#connection = connection;
    this.#registers = registersWillSave;
  }

  async update(on: boolean): Promise<void> {
    if (!this.#registers || on === (this.#registered !== undefined)) return;
    if (on) {
      const type = WillSaveTextDocumentWaitUntilRequest.type;
      this.#registered = this.#connection.client.register(type, { documentSelector: savedFiles });
      await this.#registered;
      return;
    }
    const before = this.#registered;
    this.#registered = undefined;
    (await before)?.dispose();
  }
}
