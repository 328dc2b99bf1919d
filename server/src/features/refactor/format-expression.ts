import type { SourceDocument } from "../../model/document.ts";
import { expressionOfHelm, formatEdits } from "../format/expressions.ts";
import type { ExpressionPlace } from "./expression-place.ts";
import type { Refactoring } from "./refactoring.ts";

/** Lays out the expression at the cursor. */
export function formatExpression({ snapshot, owner }: ExpressionPlace): readonly Refactoring[] {
  const within = owner?.pair.span;
  return [
    {
      id: "format",
      title: "Format this expression",
      kind: "refactor.rewrite",
      edits: () => formatEdits(snapshot.document, within),
    },
  ];
}

/** The same for an expression of a chart of which Helm prints a part; with the reason where that cannot be done. */
export function formatInChart(document: SourceDocument, offset: number): readonly Refactoring[] {
  const within = expressionOfHelm(document, offset);
  if (within === undefined) return [];
  const edits = formatEdits(document, within);
  return [
    {
      id: "format",
      title: "Format this expression",
      kind: "refactor.rewrite",
      refused:
        edits.length > 0
          ? undefined
          : "It is laid out already, or Helm may print something there that a new layout would change.",
      edits: () => edits,
    },
  ];
}
