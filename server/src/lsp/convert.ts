import {
  CompletionItemKind,
  type Diagnostic,
  DiagnosticSeverity,
  InsertTextFormat,
  type CodeAction as LspCodeAction,
  type CodeLens as LspCodeLens,
  type CompletionItem as LspCompletionItem,
  type DocumentSymbol as LspDocumentSymbol,
  type Hover as LspHover,
  type SignatureHelp as LspSignatureHelp,
  SymbolKind as LspSymbolKind,
  type TextEdit as LspTextEdit,
  type MarkupContent,
  MarkupKind,
  type WorkspaceEdit,
} from "vscode-languageserver/node";
import type { LineIndex, Span } from "../base/text.ts";
import { cutText, oneLine } from "../base/visible.ts";
import type { Finding, Severity } from "../checks/check.ts";
import { type MarkupText, unformatted } from "../features/markdown.ts";
import type { TestLens } from "../features/tests/lenses.ts";
import type {
  CodeAction,
  CodeLens,
  CompletionItem,
  CompletionKind,
  DocumentSymbol,
  Hover,
  SignatureHelp,
  SymbolKind,
} from "../features/types.ts";
import type { RunLensArgument, TestLensArgument } from "../protocol.ts";

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

const completionKinds: Readonly<Record<CompletionKind, CompletionItemKind>> = {
  metric: CompletionItemKind.Variable,
  "recording-rule": CompletionItemKind.Constant,
  function: CompletionItemKind.Function,
  aggregation: CompletionItemKind.Method,
  keyword: CompletionItemKind.Keyword,
  operator: CompletionItemKind.Operator,
  label: CompletionItemKind.Field,
  value: CompletionItemKind.Value,
  duration: CompletionItemKind.Unit,
  number: CompletionItemKind.Value,
  snippet: CompletionItemKind.Snippet,
  key: CompletionItemKind.Property,
  port: CompletionItemKind.EnumMember,
  text: CompletionItemKind.Text,
};

const symbolKinds: Readonly<Record<SymbolKind, LspSymbolKind>> = {
  group: LspSymbolKind.Namespace,
  alert: LspSymbolKind.Event,
  record: LspSymbolKind.Variable,
};

/** The text as markdown, or as plain text for a client that does not render it. */
export function markup(text: MarkupText, rendered: boolean): MarkupContent {
  return rendered
    ? { kind: MarkupKind.Markdown, value: text }
    : { kind: MarkupKind.PlainText, value: unformatted(text) };
}

/**
 * Where a finding is drawn. An error at the very end of a block scalar lies on the next line, under a key that has
 * nothing to do with it; editors draw it under the last visible character instead.
 */
function drawn({ start, end }: Span, lines: LineIndex): Span {
  if (start !== end) return { start, end };
  const before = lines.slice(Math.max(0, start - 1000), start);
  const visible = before.trimEnd();
  if (visible === "" || !before.slice(visible.length).includes("\n")) return { start, end };
  const last = start - (before.length - visible.length);
  return { start: last - 1, end: last };
}

/** `docsUrl` makes the link behind the check id. */
export function toDiagnostic(
  finding: Finding,
  uri: string,
  lines: LineIndex,
  linesOf: (uri: string) => LineIndex | undefined,
  docsUrl: (check: string) => string,
): Diagnostic {
  const related = (finding.related ?? []).flatMap((entry) => {
    const target = entry.uri ?? uri;
    const index = target === uri ? lines : linesOf(target);
    const start = { line: 0, character: 0 };
    const range = index?.range(entry.span) ?? { start, end: start };
    return { location: { uri: target, range }, message: entry.message };
  });
  return {
    range: lines.range(drawn(finding.span, lines)),
    severity: severities[finding.severity],
    code: finding.check,
    codeDescription: { href: finding.link ?? docsUrl(finding.check) },
    source: "promscope",
    message: finding.message,
    ...(related.length > 0 ? { relatedInformation: related } : {}),
  };
}

/** `rendered`: whether the client shows markdown. */
export function toHover(hover: Hover, lines: LineIndex, rendered: boolean): LspHover {
  return { contents: markup(hover.contents, rendered), range: lines.range(hover.span) };
}

const retriggerCommands = {
  suggest: { title: "Suggest", command: "editor.action.triggerSuggest" },
  signature: { title: "Signature help", command: "editor.action.triggerParameterHints" },
} as const;

/** A longer label or detail says nothing more in a list. */
const maxLabelLength = 300;

/** Which of the optional parts of a completion item the client understands. */
export interface CompletionSupport {
  readonly snippets: boolean;
  readonly markdown: { readonly completion: boolean };
  /** The client is our own extension, which knows the commands of VS Code. */
  readonly editorCommands: boolean;
}

/** A snippet as plain text: placeholders give their default, stops nothing. */
function withoutPlaceholders(snippet: string): string {
  return snippet
    .replace(/\$\{\d+:([^}]*)\}/g, "$1")
    .replace(/\$\{?\d+\}?/g, "")
    .replace(/\\([$}\\])/g, "$1");
}

/** `index` is its place in the list, which the client keeps. */
export function toCompletionItem(
  item: CompletionItem,
  lines: LineIndex,
  support: CompletionSupport,
  index: number,
): LspCompletionItem {
  const text = item.insertText ?? item.label;
  // Names and values come from anywhere; what is inserted is the value itself.
  const label = cutText(oneLine(item.label), maxLabelLength);
  const snippet = item.snippet === true && support.snippets;
  return {
    label,
    kind: completionKinds[item.kind],
    // The order of the list is ours; editors would sort by label.
    sortText: item.sortText ?? String(index).padStart(5, "0"),
    textEdit: {
      range: lines.range(item.span),
      newText: item.snippet === true && !snippet ? withoutPlaceholders(text) : text,
    },
    ...(snippet ? { insertTextFormat: InsertTextFormat.Snippet } : {}),
    ...(item.detail === undefined ? {} : { detail: cutText(oneLine(item.detail), maxLabelLength) }),
    ...(item.filterText !== undefined
      ? { filterText: item.filterText }
      : label === item.label
        ? {}
        : { filterText: item.label }),
    ...(item.documentation === undefined
      ? {}
      : { documentation: markup(item.documentation, support.markdown.completion) }),
    ...(item.commitCharacters === undefined ? {} : { commitCharacters: [...item.commitCharacters] }),
    ...(item.retrigger === undefined || !support.editorCommands
      ? {}
      : { command: retriggerCommands[item.retrigger] }),
    ...(item.data === undefined ? {} : { data: item.data }),
  };
}

/** Which of the optional parts of signature help the client understands. */
export interface SignatureSupport {
  readonly labelOffsets: boolean;
  readonly markdown: { readonly signature: boolean };
}

/** The signature with its parameters, as the client can show them. */
export function toSignatureHelp(help: SignatureHelp, support: SignatureSupport): LspSignatureHelp {
  const { signature: rendered } = support.markdown;
  return {
    signatures: [
      {
        label: help.label,
        documentation: markup(help.documentation, rendered),
        parameters: help.parameters.map((parameter) => ({
          label: support.labelOffsets
            ? [parameter.label[0], parameter.label[1]]
            : help.label.slice(...parameter.label),
          ...(parameter.documentation === undefined
            ? {}
            : { documentation: markup(parameter.documentation, rendered) }),
        })),
      },
    ],
    activeSignature: 0,
    ...(help.activeParameter === undefined ? {} : { activeParameter: help.activeParameter }),
  };
}

/** `command` is the client's own run command, or `promscope.query` for clients without one. */
export function toCodeLens(lens: CodeLens, uri: string, lines: LineIndex, command: string): LspCodeLens {
  const argument: RunLensArgument = {
    uri,
    expr: lens.expr,
    range: lines.range(lens.exprSpan),
    environment: lens.environment,
    choose: lens.kind === "run-on",
  };
  return { range: lines.range(lens.span), command: { title: lens.title, command, arguments: [argument] } };
}

/** The line above a test, or above all tests of the file. */
export function toTestLens(lens: TestLens, uri: string, lines: LineIndex, command: string): LspCodeLens {
  const argument: TestLensArgument = lens.test === undefined ? { uri } : { uri, test: lens.test };
  return { range: lines.range(lens.span), command: { title: lens.title, command, arguments: [argument] } };
}

/** A symbol with those below it. */
export function toSymbol(symbol: DocumentSymbol, lines: LineIndex): LspDocumentSymbol {
  return {
    name: symbol.name === "" ? "(unnamed)" : symbol.name,
    detail: symbol.detail,
    kind: symbolKinds[symbol.kind],
    range: lines.range(symbol.span),
    selectionRange: lines.range(symbol.nameSpan),
    children: symbol.children.map((child) => toSymbol(child, lines)),
  };
}

/** The edits of one file, for that version of it; null for a file that is not open. */
export interface FileEdits {
  readonly uri: string;
  readonly version: number | null;
  readonly edits: readonly LspTextEdit[];
}

/**
 * A versioned edit, so that the editor refuses it once the file has changed; a client that does not say it takes
 * those finds the bare one beside it, and takes what it knows.
 */
export function toWorkspaceEdit(files: readonly FileEdits[], versionedEdits: boolean): WorkspaceEdit {
  return {
    documentChanges: files.map(({ uri, version, edits }) => ({
      textDocument: { uri, version },
      edits: [...edits],
    })),
    ...(versionedEdits
      ? {}
      : { changes: Object.fromEntries(files.map(({ uri, edits }) => [uri, [...edits]])) }),
  };
}

/** `diagnostics` are those of the request: the client shows the action beside the one that it mends. */
export function toCodeAction(
  action: CodeAction,
  uri: string,
  version: number,
  lines: LineIndex,
  diagnostics: readonly Diagnostic[],
  versionedEdits: boolean,
): LspCodeAction {
  const edits = action.edits.map((edit) => ({ range: lines.range(edit.span), newText: edit.newText }));
  return {
    title: action.title,
    kind: action.kind,
    isPreferred: action.preferred,
    diagnostics: diagnostics.filter((d) => action.checks.includes(String(d.code))),
    edit: toWorkspaceEdit([{ uri, version, edits }], versionedEdits),
  };
}
