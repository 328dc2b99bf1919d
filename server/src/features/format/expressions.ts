import { applyEdits, type Span, type TextEdit, touches } from "../../base/text.ts";
import type { SourceDocument } from "../../model/document.ts";
import { readDocument } from "../../model/read.ts";
import type { ParserOptions } from "../../promql/ast.ts";
import { commentsOf } from "../../promql/comments.ts";
import { parseExpr } from "../../promql/parse.ts";
import { formatExpr } from "../../promql/pretty.ts";
import { printExpr } from "../../promql/print.ts";
import { type WrittenExpression, writtenExpressions } from "../written.ts";
import { type AtomText, atomText } from "./chart-atoms.ts";
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
 * not mean the same: each edit is proven by reading the result again. In a template of a chart what Helm prints is a
 * word that stays as it is; expressions in which it could be anything are left alone.
 */
export function formatEdits(document: SourceDocument, within?: Span): readonly TextEdit[] {
  const atoms = document.chart === undefined ? undefined : atomText(document.text);
  if (atoms === undefined) return proven(document, editsOf(document, within));
  const shown = shownWith(document, atoms);
  const edits = proven(shown, editsOf(shown, within, atoms)).flatMap((edit) => atoms.restored(edit) ?? []);
  return edits.filter(({ span, newText }) => document.text.slice(span.start, span.end) !== newText);
}

/** The document with words for what Helm prints, at the same offsets. */
function shownWith({ uri, path, version }: SourceDocument, { text }: AtomText): SourceDocument {
  return readDocument({ uri, path, version, text });
}

/** Where expressions stand that no formatter can lay out, for they are not PromQL. */
export function unreadable(document: SourceDocument): readonly Span[] {
  const isBroken = (text: string): boolean => parseExpr(text, options).errors.length > 0;
  const files = document.parts.flatMap(({ model }) =>
    model.kind === "promql" && isBroken(model.expression.text) ? [{ start: 0, end: 0 }] : [],
  );
  const written = [...writtenExpressions(document)].flatMap(({ expr, scalar }) =>
    isBroken(expr.text) ? [scalar.span] : [],
  );
  return [...files, ...written];
}

/** Where in a template of a chart the expression is written that an offset touches, of which Helm prints a part. */
export function expressionOfHelm(document: SourceDocument, offset: number): Span | undefined {
  const { chart } = document;
  const atoms = chart === undefined ? undefined : atomText(document.text);
  if (chart === undefined || atoms === undefined) return undefined;
  for (const { pair, scalar } of writtenExpressions(shownWith(document, atoms)))
    if (touches(scalar.span, offset) && chart.actions.meets(scalar.span)) return pair.span;
  return undefined;
}

function editsOf(document: SourceDocument, within: Span | undefined, atoms?: AtomText): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  for (const { model } of document.parts)
    if (model.kind === "promql") {
      const { text } = model.expression;
      const formatted = layout(text, false);
      if (formatted !== undefined && `${formatted}\n` !== text)
        edits.push({ span: { start: 0, end: text.length }, newText: `${formatted}\n` });
    }
  for (const written of writtenExpressions(document)) {
    const { span } = written.pair;
    if (within !== undefined && !touches(span, within.start) && !touches(within, span.start)) continue;
    const edit = editOf(document, written, atoms);
    if (edit !== undefined) edits.push(edit);
  }
  return edits;
}

function editOf(
  document: SourceDocument,
  { rule: { node }, expr, pair, scalar }: WrittenExpression,
  atoms: AtomText | undefined,
): TextEdit | undefined {
  const value = node.flow ? inOneLine(expr.text) : layout(expr.text, true);
  if (value === undefined || atoms?.keeps(expr.text, value) === false) return undefined;
  const edit = writeScalar(document, pair, scalar, value);
  if (edit === undefined || document.text.slice(edit.span.start, edit.span.end) === edit.newText)
    return undefined;
  // What Helm prints means something else in another style: escapes, quotes, a `#`.
  if (atoms !== undefined && atoms.restored({ span: scalar.span, newText: "" }) === undefined) {
    const [was, is] = [document.text.charAt(scalar.span.start), edit.newText.charAt(0)];
    const isUnfolded = was === ">" && is === "|" && !atoms.inStrings(expr.text);
    if (styleOf(was) !== styleOf(is) && !isUnfolded) return undefined;
  }
  return edit;
}

/** The first character of a scalar tells its style; that of a plain one is any other. */
function styleOf(first: string): string {
  return /["'|>]/.test(first) ? first : "";
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
    const { uri, path, version, forced } = document;
    const languageId = document.stream === undefined ? "promql" : undefined;
    const after = meanings(readDocument({ uri, path, version, text, languageId, forced }));
    return after.length === before.length && after.every((meaning, i) => meaning === before[i]);
  };
  if (edits.length === 0 || holds(edits)) return edits;
  return edits.filter((edit) => holds([edit]));
}

function meanings({ parts, chart }: SourceDocument): readonly (string | undefined)[] {
  const found: (string | undefined)[] = [];
  for (const { model } of [...parts, ...(chart?.parts ?? [])]) {
    if (model.kind === "promql") found.push(means(model.expression.text));
    else if ("rules" in model)
      for (const group of model.rules.groups)
        for (const { expr, name } of group.rules) found.push(name?.value, means(expr?.text ?? ""));
  }
  return found;
}
