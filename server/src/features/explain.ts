import { type ExplainAnswer, explainExpr } from "../promql/labels/explain.ts";
import type { LabelOptions } from "../promql/labels/types.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { embeddedAt, featuresOf } from "./embedded.ts";

/** What features that are on change about labels. */
export function labelOptions(features: ReadonlySet<string>): LabelOptions {
  return { delayedNameRemoval: features.has("promql-delayed-name-removal") };
}

/** Says of an expression and its parts which labels their results can, must or cannot carry. */
export function explainText(text: string, features: ReadonlySet<string>): ExplainAnswer {
  return explainExpr(
    text,
    {
      experimentalFunctions: features.has("promql-experimental-functions"),
      fillModifiers: features.has("promql-binop-fill-modifiers"),
    },
    labelOptions(features),
  );
}

/** The same for the expression at an offset of a file; nothing where there is none. */
export function explainAt(snapshot: Snapshot, offset: number): ExplainAnswer | undefined {
  const cursor = embeddedAt(snapshot, offset);
  return cursor === undefined ? undefined : explainText(cursor.text, featuresOf(snapshot));
}
