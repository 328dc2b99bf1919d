import { offsetOfGo } from "../base/go-position.ts";
import type { Span } from "../base/text.ts";
import type { Expr } from "../promql/ast.ts";
import { nodeAt, selectors } from "../promql/walk.ts";
import type { QueryAnswer } from "./query.ts";

/** What a server said of an expression beside its result (`util/annotations/annotations.go`). */
export interface QueryNote {
  readonly severity: "warning" | "info";
  /** The server's own words, without the place. */
  readonly message: string;
  /** What it is about, in the expression; nothing where that is all of it. */
  readonly span: Span | undefined;
}

/** More help nobody: a server sends at most ten of each kind, a Querier any number. */
const maxNotes = 20;

/**
 * The remarks of an answer about the expression itself, at their places in it. Prometheus tells line and column of what
 * it was sent; Thanos tells no place, and puts all of them among the warnings. `before`: so much of what was asked
 * stands before the expression whose tree is `expr`.
 */
export function notesOf(
  answer: Pick<QueryAnswer, "expression" | "warnings" | "infos">,
  expression: string,
  expr: Expr | undefined,
  before = 0,
): readonly QueryNote[] {
  const notes = new Map<string, QueryNote>();
  for (const text of [...answer.warnings, ...answer.infos]) {
    const [, kind, rest = ""] = /^PromQL (warning|info): (.*)$/s.exec(text) ?? [];
    if (kind === undefined || notes.size >= maxNotes) continue;
    const [, words = rest, line, column] = /^(.*?)(?: \((\d+):(\d+)\))?$/s.exec(rest) ?? [];
    // A scope that was put in moves what stands behind it.
    const isAsWritten = answer.expression.trim() === expression.trim();
    const span =
      line !== undefined && column !== undefined && isAsWritten && expr !== undefined
        ? nodeAt(expr, offsetOfGo(expression, Number(line), Number(column)) - before)?.span
        : named(words, expr);
    notes.set(text, { severity: kind === "warning" ? "warning" : "info", message: words, span });
  }
  return [...notes.values()];
}

/** The selector of the metric that a remark names. */
function named(words: string, expr: Expr | undefined): Span | undefined {
  const metric = /"([a-zA-Z_:][\w:]*)"$/.exec(words)?.[1];
  if (metric === undefined || expr === undefined) return undefined;
  const found = selectors(expr).filter(({ name }) => name === metric);
  return found.length === 1 ? found[0]?.span : undefined;
}
