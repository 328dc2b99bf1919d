import { applyEdits, type Span, type TextEdit, touches } from "../../base/text.ts";
import type { SourceDocument } from "../../model/document.ts";
import { readDocument } from "../../model/read.ts";
import type { RuleModel } from "../../model/rules.ts";
import type { ParserOptions } from "../../promql/ast.ts";
import { commentsOf } from "../../promql/comments.ts";
import { parseExpr } from "../../promql/parse.ts";
import { formatExpr } from "../../promql/pretty.ts";
import { printExpr } from "../../promql/print.ts";
import { keyOf } from "../../yaml/access.ts";
import { writeScalar } from "./scalar.ts";

/** Every experimental construct parses: whether the server has it is not the formatter's to judge. */
const options: ParserOptions = {
  experimentalFunctions: true,
  fillModifiers: true,
  thanosFunctions: true,
};

/**
 * The edits that lay out the PromQL of a document as Prometheus' own formatter does, comments kept; of those that
 * `within` touches, or of all. What does not parse is left alone, and so is every expression whose new text would
 * not mean the same: each edit is proven by reading the result again.
 */
export function formatEdits(document: SourceDocument, within?: Span): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  for (const { model } of document.parts) {
    if (model.kind === "promql") {
      const { text } = model.expression;
      const formatted = layout(text, false);
      if (formatted !== undefined && `${formatted}\n` !== text)
        edits.push({ span: { start: 0, end: text.length }, newText: `${formatted}\n` });
    } else if ("rules" in model)
      for (const group of model.rules.groups)
        for (const rule of group.rules) {
          const edit = editOf(document, rule, within);
          if (edit !== undefined) edits.push(edit);
        }
  }
  return proven(document, edits);
}

function editOf(
  document: SourceDocument,
  { node, expr }: RuleModel,
  within: Span | undefined,
): TextEdit | undefined {
  const scalar = expr?.scalar;
  // What an alias or a merge brings is formatted where it is written.
  const pair = node.pairs.find((candidate) => keyOf(candidate) === "expr" && candidate.value === scalar);
  if (expr === undefined || scalar === undefined || pair === undefined) return undefined;
  if (within !== undefined && !touches(pair.span, within.start) && !touches(within, pair.span.start))
    return undefined;
  const value = node.flow ? inOneLine(expr.text) : layout(expr.text, true);
  if (value === undefined) return undefined;
  const edit = writeScalar(document, pair, scalar, value);
  return edit === undefined || document.text.slice(edit.span.start, edit.span.end) === edit.newText
    ? undefined
    : edit;
}

function layout(text: string, flush: boolean): string | undefined {
  const { expr, errors } = parseExpr(text, options);
  if (expr === undefined || errors.length > 0 || hasControls(text)) return undefined;
  const formatted = formatExpr(expr, text, options, { flush });
  return formatted !== undefined && means(formatted) === means(text) ? formatted : undefined;
}

/** Flow collections hold no blocks. */
function inOneLine(text: string): string | undefined {
  const { expr, errors } = parseExpr(text, options);
  if (expr === undefined || errors.length > 0 || commentsOf(text).length > 0) return undefined;
  return printExpr(expr, options);
}

/** What an expression means: its printed tree, and what its comments say. */
function means(text: string): string | undefined {
  const { expr, errors } = parseExpr(text, options);
  if (expr === undefined || errors.length > 0) return undefined;
  const comments = commentsOf(text).map((comment) => comment.text);
  return [printExpr(expr, options), ...comments.sort()].join("\n");
}

function hasControls(text: string): boolean {
  return /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufeff]/.test(text);
}

/** The edits, if every expression of the edited document means what it meant; else those that do so alone. */
function proven(document: SourceDocument, edits: readonly TextEdit[]): readonly TextEdit[] {
  const before = meanings(document);
  const holds = (some: readonly TextEdit[]): boolean => {
    const text = applyEdits(document.text, some);
    const { uri, path, version } = document;
    const languageId = document.stream === undefined ? "promql" : undefined;
    const after = meanings(readDocument({ uri, path, version, text, languageId }));
    return after.length === before.length && after.every((meaning, i) => meaning === before[i]);
  };
  if (edits.length === 0 || holds(edits)) return edits;
  return edits.filter((edit) => holds([edit]));
}

function meanings({ parts }: SourceDocument): readonly (string | undefined)[] {
  const found: (string | undefined)[] = [];
  for (const { model } of parts) {
    if (model.kind === "promql") found.push(means(model.expression.text));
    else if ("rules" in model)
      for (const group of model.rules.groups)
        for (const { expr, name } of group.rules) found.push(name?.value, means(expr?.text ?? ""));
  }
  return found;
}
