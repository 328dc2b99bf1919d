import type { Labels } from "../../base/labels.ts";
import type { TextEdit } from "../../base/text.ts";
import type { Expr, ParseError } from "../../promql/ast.ts";
import { parseExpr } from "../../promql/parse.ts";
import { type Contradiction, putScope, scopeSelector } from "../../world/scope.ts";

export type Scoped =
  | {
      readonly ok: true;
      readonly text: string;
      /** The tree of the text as it was asked; nothing where it cannot be read and no scope had to be put in. */
      readonly expr: Expr | undefined;
      /** The tree of the text that is sent, scope and all. */
      readonly sent: Expr | undefined;
      readonly edits: readonly TextEdit[];
      readonly contradictions: readonly Contradiction[];
    }
  | { readonly ok: false; readonly errors: readonly ParseError[] };

/** Everything that a backend might accept: its verdict counts, ours only says where the selectors are. */
const allFeatures = { experimentalFunctions: true, fillModifiers: true };

/**
 * An expression with the scope put in. One that we cannot read is sent as it is where there is no scope;
 * with a scope it is refused, because it could see more than it should.
 */
export function scopedExpression(text: string, scope: Labels): Scoped {
  const { expr, errors } = parseExpr(text, allFeatures);
  const readable = errors.length === 0 ? expr : undefined;
  if (Object.keys(scope).length === 0)
    return { ok: true, text, expr: readable, sent: readable, edits: [], contradictions: [] };
  if (readable === undefined) return { ok: false, errors };
  const put = putScope(text, readable, scope);
  return { ok: true, expr: readable, sent: parseExpr(put.text, allFeatures).expr, ...put };
}

/** The selector of an index look-up with the scope put in; nothing selects everything. */
export function scopedSelector(
  selector: string | undefined,
  scope: Labels,
):
  | { readonly ok: true; readonly text: string | undefined; readonly sent: Expr | undefined }
  | { readonly ok: false } {
  if (selector === undefined && Object.keys(scope).length === 0)
    return { ok: true, text: undefined, sent: undefined };
  if (selector !== undefined) return scopedExpression(selector, scope);
  const text = scopeSelector(scope);
  return { ok: true, text, sent: parseExpr(text, allFeatures).expr };
}
