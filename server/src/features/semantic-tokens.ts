import { outline } from "../promql/outline.ts";
import type { Role } from "../promql/sketch.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { embeddedTexts } from "./embedded.ts";
import type { SemanticToken, SemanticTokenType } from "./types.ts";

const types: Readonly<Record<Role, SemanticTokenType | undefined>> = {
  metric: "metric",
  "metric-string": "metric",
  function: "function",
  aggregation: "aggregation",
  keyword: "keyword",
  label: "label",
  grouping: "label",
  value: "string",
  string: "string",
  number: "number",
  duration: "number",
  operator: "operator",
  variable: undefined,
};

/** The words of all PromQL in the file, in order; also in expressions that are unfinished. */
export function semanticTokens(snapshot: Snapshot): readonly SemanticToken[] {
  const { text: source } = snapshot.document;
  const tokens: SemanticToken[] = [];
  for (const { text, map } of embeddedTexts(snapshot)) {
    for (const { token, role } of outline(text, 0).words) {
      const type = types[role];
      const span = map.spanToSource(token.span);
      // A string that is folded over lines has no single place in a line.
      if (type !== undefined && !source.slice(span.start, span.end).includes("\n"))
        tokens.push({ span, type });
    }
  }
  return tokens.sort((a, b) => a.span.start - b.span.start);
}
