import type { Span } from "../base/text.ts";
import type { Expr } from "../promql/ast.ts";
import { enclosing } from "../promql/walk.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { embeddedAt, parseWith } from "./embedded.ts";

export interface ExpressionAt {
  /** Decoded PromQL, ready to be sent. */
  readonly expr: string;
  /** Where it stands in the file. */
  readonly span: Span;
}

/**
 * The expression to run for a cursor or a selection in the file: the whole one, or the smallest part of it that
 * holds the span and gives series or numbers of its own. Nothing where Prometheus would refuse the expression.
 */
export function expressionAt(
  snapshot: Snapshot,
  at: Span,
  which: "whole" | "smallest",
): ExpressionAt | undefined {
  const cursor = embeddedAt(snapshot, at.start);
  const end = at.end === at.start ? cursor : embeddedAt(snapshot, at.end);
  if (cursor === undefined || end === undefined || cursor.rule !== end.rule) return undefined;
  const { expr, errors } = parseWith(snapshot, cursor.text);
  if (expr === undefined || errors.length > 0) return undefined;
  const selected = trimmed(cursor.text, { start: cursor.offset, end: end.offset });
  const chain = which === "whole" ? [expr] : enclosing(expr, selected);
  const chosen = chain.findLast((node) => isRunnable(node)) ?? expr;
  const { start, end: stop } = chosen.span;
  return { expr: cursor.text.slice(start, stop), span: cursor.toFile(chosen.span) };
}

/** Literals say nothing that is not there to read. */
function isRunnable(node: Expr): boolean {
  return node.type !== "string" && node.kind !== "number";
}

/** A selection without the blanks at its ends. */
function trimmed(text: string, { start, end }: Span): Span {
  const selected = text.slice(start, end);
  if (selected.trim() === "") return { start, end: start };
  const lead = selected.length - selected.trimStart().length;
  return { start: start + lead, end: start + lead + selected.trim().length };
}
