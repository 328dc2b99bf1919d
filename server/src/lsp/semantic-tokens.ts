import {
  type SemanticTokens,
  SemanticTokensBuilder,
  type SemanticTokensLegend,
} from "vscode-languageserver/node";
import type { LineIndex } from "../base/text.ts";
import type { SemanticToken, SemanticTokenType } from "../features/types.ts";

/** LSP's own types where it has a word for ours, so that every colour theme knows them. */
const lspTypes: Readonly<Record<SemanticTokenType, string>> = {
  metric: "variable",
  function: "function",
  aggregation: "keyword",
  keyword: "keyword",
  label: "property",
  string: "string",
  number: "number",
  operator: "operator",
};

const tokenTypes = [...new Set(Object.values(lspTypes))];

export const semanticTokensLegend: SemanticTokensLegend = { tokenTypes, tokenModifiers: [] };

/** The tokens, which come in the order of the file, in LSP's packed form. */
export function toSemanticTokens(tokens: readonly SemanticToken[], lines: LineIndex): SemanticTokens {
  const builder = new SemanticTokensBuilder();
  for (const { span, type } of tokens) {
    const { line, character } = lines.positionAt(span.start);
    builder.push(line, character, span.end - span.start, tokenTypes.indexOf(lspTypes[type]), 0);
  }
  return builder.build();
}
