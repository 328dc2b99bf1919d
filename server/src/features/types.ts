import type { Span, TextEdit } from "../base/text.ts";
import type { MarkupText } from "./markdown.ts";

/** What an item is; the shell maps each to a `CompletionItemKind`. */
export type CompletionKind =
  | "metric"
  | "recording-rule"
  | "function"
  | "aggregation"
  | "keyword"
  | "operator"
  | "label"
  | "value"
  | "duration"
  | "number"
  | "snippet"
  | "key"
  | "port"
  | "text";

/** What `resolveCompletion` needs to document an item later; plain data, for it travels to the editor and back. */
export type CompletionData =
  | { readonly kind: "metric"; readonly name: string; readonly environment: string }
  | { readonly kind: "function"; readonly name: string }
  | { readonly kind: "recording-rule"; readonly name: string; readonly expr: string; readonly path: string };

/** One suggestion; spans are offsets of the file. */
export interface CompletionItem {
  readonly label: string;
  readonly kind: CompletionKind;
  /** Short text beside the label: a type, a signature, a source. */
  readonly detail?: string | undefined;
  readonly documentation?: MarkupText | undefined;
  /** Default: the label. Already escaped for the scalar style it goes into. */
  readonly insertText?: string | undefined;
  readonly filterText?: string | undefined;
  readonly sortText?: string | undefined;
  /** What the item replaces. */
  readonly span: Span;
  /** Whether `insertText` is a snippet with `$1` and `$0`. */
  readonly snippet?: boolean | undefined;
  readonly commitCharacters?: readonly string[] | undefined;
  /** Whether the editor asks again after it was inserted, for what comes next. */
  readonly retrigger?: "suggest" | "signature" | undefined;
  readonly data?: CompletionData | undefined;
}

export interface CompletionList {
  /** At most 200, in the order they should be shown. */
  readonly items: readonly CompletionItem[];
  /** Whether more exist, so that the editor asks again when more is typed. */
  readonly isIncomplete: boolean;
}

export interface Hover {
  readonly contents: MarkupText;
  readonly span: Span;
}

/** A lens of the kind `run` starts the expression in the environment; `run-on` asks which environment. */
export interface CodeLens {
  readonly span: Span;
  readonly title: string;
  readonly kind: "run" | "run-on";
  readonly expr: string;
  /** The expression's source in the file. */
  readonly exprSpan: Span;
  readonly environment: string;
}

export interface SignatureParameter {
  /** Where the parameter stands in the signature's label. */
  readonly label: readonly [start: number, end: number];
  readonly documentation?: MarkupText | undefined;
}

export interface SignatureHelp {
  readonly label: string;
  readonly documentation: MarkupText;
  readonly parameters: readonly SignatureParameter[];
  /** Nothing where the cursor stands behind the last argument that there can be. */
  readonly activeParameter: number | undefined;
}

export type SymbolKind = "group" | "alert" | "record";

export interface DocumentSymbol {
  readonly name: string;
  readonly detail: string;
  readonly kind: SymbolKind;
  readonly span: Span;
  readonly nameSpan: Span;
  readonly children: readonly DocumentSymbol[];
}

/** Zero-based lines, both included. */
export interface FoldingRange {
  readonly startLine: number;
  readonly endLine: number;
}

/** A change of the file; the shell makes a `WorkspaceEdit` of it. */
export interface CodeAction {
  readonly title: string;
  readonly kind: "quickfix" | "source.fixAll" | "source.formatPromql";
  /** Check ids of the findings it resolves. */
  readonly checks: readonly string[];
  readonly preferred: boolean;
  readonly edits: readonly TextEdit[];
}

export type SemanticTokenType =
  | "metric"
  | "function"
  | "aggregation"
  | "keyword"
  | "label"
  | "string"
  | "number"
  | "operator";

/** A word of PromQL in the file; it never spans a line break. */
export interface SemanticToken {
  readonly span: Span;
  readonly type: SemanticTokenType;
}
