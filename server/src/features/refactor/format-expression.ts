import { formatEdits } from "../format/expressions.ts";
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
