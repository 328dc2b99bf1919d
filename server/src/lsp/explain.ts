import { ErrorCodes, ResponseError } from "vscode-languageserver/node";
import type { Position } from "../base/text.ts";
import { explainAt, explainText } from "../features/explain.ts";
import type { ExplainAnswer } from "../protocol.ts";
import type { Snapshot } from "../world/snapshot.ts";

function isPosition(value: unknown): value is Position {
  if (typeof value !== "object" || value === null) return false;
  const { line, character } = value as Record<string, unknown>;
  return Number.isInteger(line) && Number.isInteger(character);
}

/** `promscope.explain`: what is known of the labels of an expression, or of the one at a position of a file; null where there is none. */
export function explainCommand(
  argument: unknown,
  snapshotOf: (uri: string) => Snapshot | undefined,
  features: readonly string[],
): ExplainAnswer | null {
  const params = (typeof argument === "object" && argument !== null ? argument : {}) as Record<
    string,
    unknown
  >;
  const { expr, uri, position } = params;
  if (typeof expr === "string") return explainText(expr, new Set(features));
  if (typeof uri !== "string" || !isPosition(position))
    throw new ResponseError(
      ErrorCodes.InvalidParams,
      "promscope.explain takes one argument: {expr}, or {uri, position} of an expression in a file.",
    );
  const snapshot = snapshotOf(uri);
  if (snapshot === undefined) return null;
  return explainAt(snapshot, snapshot.document.lines.offsetAt(position)) ?? null;
}
