import { applyEdits, type Span, type TextEdit, touches } from "../../base/text.ts";
import type { EmbeddedText, SourceDocument } from "../../model/document.ts";
import type { RuleGroupModel, RuleModel } from "../../model/rules.ts";
import type { Expr, ParserOptions } from "../../promql/ast.ts";
import { commentsOf } from "../../promql/comments.ts";
import { parseExpr } from "../../promql/parse.ts";
import { children, walk } from "../../promql/walk.ts";
import type { Snapshot } from "../../world/snapshot.ts";
import { asScalar } from "../../yaml/access.ts";
import { escapedForYaml } from "../../yaml/escape.ts";
import type { YamlPair, YamlScalar } from "../../yaml/node.ts";
import { parseYaml } from "../../yaml/parse.ts";
import { writeScalar } from "../format/scalar.ts";
import { type WrittenExpression, writtenExpressions } from "../written.ts";

/** Every experimental construct parses: whether the server has it is not a refactoring's to judge. */
export const parserOptions: ParserOptions = {
  experimentalFunctions: true,
  fillModifiers: true,
  thanosFunctions: true,
};

/** A rule of a file with the group that it stands in. */
export interface RulePlace {
  readonly rule: RuleModel;
  readonly group: RuleGroupModel;
}

/** An expression that Prometheus accepts, and what of it is selected. */
export interface ExpressionPlace {
  readonly snapshot: Snapshot;
  readonly embedded: EmbeddedText;
  readonly root: Expr;
  /** The smallest expression that holds the cursor or the selection. */
  readonly selected: Expr;
  /** What the selected expression stands in, the outermost first, itself last. */
  readonly chain: readonly Expr[];
  /** The cursor or the selection in the text of the expression. */
  readonly at: Span;
  /** Comments that go elsewhere with what is taken out of the expression. */
  readonly commentsGone?: ReadonlySet<string> | undefined;
  /** Nothing for a `.promql` file. */
  readonly owner: WrittenExpression | undefined;
}

/** All rules of a document with their groups. */
export function* rulePlaces({ parts }: SourceDocument): Generator<RulePlace> {
  for (const { model } of parts)
    if ("rules" in model)
      for (const group of model.rules.groups) for (const rule of group.rules) yield { rule, group };
}

/** The expression at a cursor or selection in the file; nothing where none stands that Prometheus accepts. */
export function expressionPlace(snapshot: Snapshot, at: Span): ExpressionPlace | undefined {
  for (const { model } of snapshot.document.parts)
    if (model.kind === "promql") return placeIn(snapshot, model.expression, at, undefined);
  for (const written of writtenExpressions(snapshot.document)) {
    const { span } = written.scalar;
    if (!touches(span, at.start) || !touches(span, at.end)) continue;
    const found = placeIn(snapshot, written.expr, at, written);
    if (found !== undefined) return found;
  }
  return undefined;
}

function placeIn(
  snapshot: Snapshot,
  embedded: EmbeddedText,
  { start, end }: Span,
  owner: ExpressionPlace["owner"],
): ExpressionPlace | undefined {
  const { text, map } = embedded;
  const [from, to] = [map.toValue(start), map.toValue(end)];
  const { expr: root, errors } = parseExpr(text, parserOptions);
  if (from === undefined || to === undefined || root === undefined || errors.length > 0) return undefined;
  const at = trimmed(text, { start: from, end: to });
  const chain = chainTo(root, at);
  const selected = chain.at(-1);
  return selected === undefined ? undefined : { snapshot, embedded, root, selected, chain, at, owner };
}

/** A selection without the blanks at its ends. */
function trimmed(text: string, { start, end }: Span): Span {
  const selected = text.slice(start, end);
  if (selected.trim() === "") return { start, end: start };
  const lead = selected.length - selected.trimStart().length;
  return { start: start + lead, end: start + lead + selected.trim().length };
}

/** The expressions that hold a span, the outermost first; of two that a cursor touches the one that begins there. */
function chainTo(root: Expr, at: Span): readonly Expr[] {
  const holds = ({ span }: Expr): boolean => span.start <= at.start && at.end <= span.end;
  const chain: Expr[] = [];
  for (let node = holds(root) ? root : undefined; node !== undefined; ) {
    chain.push(node);
    // Where a whole expression is selected, the operand that fills it is not what was meant.
    const isWhole = at.start < at.end && node.span.start === at.start && node.span.end === at.end;
    node = isWhole ? undefined : children(node).findLast(holds);
  }
  return chain;
}

/** What an expression stands directly in. */
export function parentOf({ chain }: ExpressionPlace, of: Expr): Expr | undefined {
  return chain[chain.indexOf(of) - 1];
}

/** The smallest expression around the selection that gives a vector by itself: not the selector of a range. */
export function vectorOf(place: ExpressionPlace): Expr | undefined {
  const { chain } = place;
  return chain.findLast((node) => node.type === "vector" && parentOf(place, node)?.kind !== "matrix");
}

/** Whether an expression would fall apart, or take more in, beside an operator or in front of a bracket. */
export function isLoose(expr: Expr): boolean {
  return expr.kind === "binary" || expr.kind === "unary";
}

/** The text of an expression within the place's. */
export function textOf({ embedded }: ExpressionPlace, { span }: Expr): string {
  return embedded.text.slice(span.start, span.end);
}

/**
 * Edits of the expression's text as edits of the file, in the style that its scalar is written in; where that style
 * cannot hold the new text, the scalar is written anew. Proven by reading what is written: nothing where it would not
 * be a sound expression with all its comments.
 */
export function rewritten(
  { snapshot, embedded, owner, commentsGone }: ExpressionPlace,
  edits: readonly TextEdit[],
): readonly TextEdit[] | undefined {
  const value = applyEdits(embedded.text, edits);
  if (value === embedded.text || parseExpr(value, parserOptions).errors.length > 0) return undefined;
  if (!keepsComments(embedded.text, value, commentsGone)) return undefined;
  if (owner === undefined) return edits;
  const { pair, scalar, rule } = owner;
  const isSound = (some: readonly TextEdit[]): boolean =>
    valueWritten(snapshot.document, pair, rule.node.flow, some) === value;
  const direct = directEdits(embedded, scalar, edits);
  if (direct !== undefined && isSound(direct)) return direct;
  const anew =
    rule.node.flow && value.includes("\n") ? undefined : writeScalar(snapshot.document, pair, scalar, value);
  return anew !== undefined && isSound([anew]) ? [anew] : undefined;
}

function directEdits(
  embedded: EmbeddedText,
  { style }: YamlScalar,
  edits: readonly TextEdit[],
): readonly TextEdit[] | undefined {
  const written: TextEdit[] = [];
  for (const { span, newText } of edits) {
    const escaped = escapedForYaml(newText, style);
    if (escaped === undefined || newText.includes("\n")) return undefined;
    written.push({ span: fileSpan(embedded, span), newText: escaped });
  }
  return written;
}

/** Where a span of a scalar's value is written; an empty one stands at the word that it touches. */
function fileSpan({ map, text }: EmbeddedText, of: Span): Span {
  if (of.start !== of.end) return map.spanToSource(of);
  const isAtWord = of.start === 0 || /\S/.test(text.charAt(of.start));
  const at = isAtWord ? map.toSource(of.start) : map.spanToSource({ start: of.start - 1, end: of.start }).end;
  return { start: at, end: at };
}

/** The value that a pair has after edits that all lie in it; blanks at its end do not count. */
export function valueWritten(
  { text, lines }: SourceDocument,
  pair: YamlPair,
  flow: boolean,
  edits: readonly TextEdit[],
): string | undefined {
  const start = pair.key.span.start;
  const last = Math.max(pair.span.end, ...edits.map(({ span }) => span.end));
  // What follows on its line may become a part of it.
  const rest = /^[ \t]+#[^\r\n]*/.exec(text.slice(last, last + 10_000))?.[0] ?? "";
  const end = flow ? last : last + rest.length;
  if (edits.some(({ span }) => span.start < start)) return undefined;
  const moved = edits.map(({ span, newText }) => ({
    span: { start: span.start - start, end: span.end - start },
    newText,
  }));
  const written = applyEdits(text.slice(start, end), moved);
  const indent = " ".repeat(lines.positionAt(start).character);
  const { documents } = parseYaml(flow ? `{${written}}\n` : `${indent}${written}\n`);
  const root = documents[0]?.root;
  const isSound = documents.length === 1 && documents[0]?.problems.every(({ fatal }) => !fatal) === true;
  const first = root?.kind === "map" && root.pairs.length === 1 ? root.pairs[0] : undefined;
  const scalar = asScalar(first?.value);
  return !isSound || scalar === undefined ? undefined : withoutEnd(scalar.value, pair);
}

/** How many line breaks end a block depends on what follows it in the file; to PromQL they are nothing. */
function withoutEnd(value: string, { value: before }: YamlPair): string {
  const was = before.kind === "scalar" ? before.value : "";
  return value.trimEnd() + was.slice(was.trimEnd().length);
}

function keepsComments(before: string, after: string, gone: ReadonlySet<string> = new Set()): boolean {
  const left = commentsOf(after).map(({ text }) => text);
  return commentsOf(before).every(({ text }) => left.includes(text) || gone.has(text));
}

/** The expression of a text that is exactly at a span: proof that what was put there holds together. */
export function standsAt(text: string, at: Span): boolean {
  const { expr, errors } = parseExpr(text, parserOptions);
  if (expr === undefined || errors.length > 0) return false;
  for (const node of walk(expr)) if (node.span.start === at.start && node.span.end === at.end) return true;
  return false;
}

/** Puts a text in the place of an expression, in parentheses where it would fall apart without; proven. */
export function replaced(place: ExpressionPlace, of: Expr, newText: string): readonly TextEdit[] | undefined {
  // What ends with a comment needs the rest on another line.
  for (const text of [newText, `(${newText})`, `(${newText}\n)`]) {
    const edit = { span: of.span, newText: text };
    const at = { start: of.span.start, end: of.span.start + text.length };
    if (standsAt(applyEdits(place.embedded.text, [edit]), at)) return rewritten(place, [edit]);
  }
  return undefined;
}
