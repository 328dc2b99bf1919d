import type { Labels } from "../base/labels.ts";
import { applyEdits, type Span, span, type TextEdit } from "../base/text.ts";
import type { Expr, VectorSelector } from "../promql/ast.ts";
import { isPlainLabelName, quoted } from "../promql/quote.ts";
import { matcherAccepts, selectorsIn } from "./relevance.ts";

/** A matcher of the expression that no series within the scope can satisfy. */
export interface Contradiction {
  readonly label: string;
  /** What the scope says. */
  readonly scope: string;
  /** The matcher as it is written. */
  readonly written: string;
  readonly span: Span;
}

export interface ScopedExpression {
  readonly text: string;
  readonly edits: readonly TextEdit[];
  readonly contradictions: readonly Contradiction[];
}

/**
 * The expression narrowed to a scope: each selector gets `label="value"` for each label of the scope that it
 * does not pin to that value already. All else stays as it is written. `expr` is the tree of `text`.
 */
export function putScope(text: string, expr: Expr, scope: Labels): ScopedExpression {
  const edits: TextEdit[] = [];
  const contradictions: Contradiction[] = [];
  for (const selector of selectorsIn(expr)) {
    const missing: string[] = [];
    for (const [label, value] of Object.entries(scope)) {
      const own = selector.matchers.filter((matcher) => matcher.name === label);
      for (const matcher of own)
        if (!matcherAccepts(matcher, value))
          contradictions.push({
            label,
            scope: value,
            written: text.slice(matcher.span.start, matcher.span.end),
            span: matcher.span,
          });
      if (!own.some((matcher) => matcher.operator === "=" && matcher.value === value))
        missing.push(matcherText(label, value));
    }
    if (missing.length > 0) edits.push(insertion(selector, missing.join(",")));
  }
  return { text: applyEdits(text, edits), edits, contradictions };
}

/** The selector of all series within a scope. */
export function scopeSelector(scope: Labels): string {
  return `{${Object.entries(scope)
    .map(([label, value]) => matcherText(label, value))
    .join(",")}}`;
}

/** `label="value"`, with the label quoted where it must be. */
export function matcherText(label: string, value: string): string {
  return `${isPlainLabelName(label) ? label : quoted(label)}=${quoted(value)}`;
}

/** Behind the last matcher, within empty braces, or as new braces behind a bare name. */
function insertion(selector: VectorSelector, matchers: string): TextEdit {
  const { bracesSpan, nameSpan } = selector;
  if (bracesSpan === undefined) {
    const at = nameSpan?.end ?? selector.span.start;
    return { span: span(at, at), newText: `{${matchers}}` };
  }
  const last = selector.matchers.reduce((end, matcher) => Math.max(end, matcher.span.end), -1);
  if (last < 0) return { span: span(bracesSpan.start + 1, bracesSpan.start + 1), newText: matchers };
  // A comma after the last matcher may stand there already; then ours follows the matcher all the same.
  return { span: span(last, last), newText: `,${matchers}` };
}

/** Where an offset of the scoped text lies in the original; within added text, where it was added. */
export function originalOffset(edits: readonly TextEdit[], offset: number): number {
  let added = 0;
  for (const edit of [...edits].sort((a, b) => a.span.start - b.span.start)) {
    const at = edit.span.start + added;
    if (offset <= at) break;
    if (offset < at + edit.newText.length) return edit.span.start;
    added += edit.newText.length;
  }
  return offset - added;
}
