import { applyEdits, type TextEdit } from "../../base/text.ts";
import type { Expr } from "../../promql/ast.ts";
import { commentsOf } from "../../promql/comments.ts";
import { type ExpressionPlace, rewritten, textOf } from "./expression-place.ts";
import { laidOut } from "./extract.ts";
import { edited, fileMeaning, meaningOf, printed } from "./proof.ts";
import type { Refactoring } from "./refactoring.ts";
import { hasAnchors, itemLines, lineBreakOf } from "./rule-lines.ts";

/** More alternatives than these are no few alerts any more. */
const most = 8;

/**
 * Makes an alert of each side of an `or`, with the same name, labels and texts. The same alerts fire: an alert has the
 * labels of its series, whichever side that comes from. Where both sides have a series with the same labels, there are
 * two equal alerts, which Alertmanager takes for one.
 */
export function splitAlternatives(place: ExpressionPlace): readonly Refactoring[] {
  const { owner, root } = place;
  if (owner?.rule.kind !== "alert") return [];
  const sides = alternatives(root);
  if (sides.length < 2 || sides.length > most) return [];
  const refused = matchesSome(root)
    ? "The or compares some labels only, so that one side hides series of the other: it cannot be split."
    : undefined;
  return [
    {
      id: "split",
      title: `Split at or into ${sides.length} alerts`,
      kind: "refactor.rewrite",
      refused,
      edits: () => (refused === undefined ? split(place, sides) : undefined),
    },
  ];
}

function alternatives(expr: Expr): readonly Expr[] {
  if (expr.kind === "paren" && isOr(expr.expr)) return alternatives(expr.expr);
  return isOr(expr) ? [...alternatives(expr.left), ...alternatives(expr.right)] : [expr];
}

function isOr(expr: Expr): expr is Extract<Expr, { kind: "binary" }> {
  return expr.kind === "binary" && expr.operator === "or";
}

function matchesSome(expr: Expr): boolean {
  if (expr.kind === "paren") return matchesSome(expr.expr);
  if (!isOr(expr)) return false;
  const { matching } = expr;
  const labels = matching?.labels.length ?? 0;
  const some = matching?.on === true || (matching?.on === false && labels > 0);
  return some || matchesSome(expr.left) || matchesSome(expr.right);
}

/** The lines of the rule once for each side, with its comments above the first. */
function split(place: ExpressionPlace, sides: readonly Expr[]): readonly TextEdit[] | undefined {
  const { owner, snapshot, embedded } = place;
  const { document } = snapshot;
  const lines = owner === undefined ? undefined : itemLines(document, owner.rule.node);
  if (owner === undefined || lines === undefined || hasAnchors(owner.rule.node)) return undefined;
  const comments = commentsOf(embedded.text);
  // A comment between the sides would be lost; the others go with their side.
  if (sides.flatMap((side) => commentsOf(withComment(place, side))).length !== comments.length)
    return undefined;
  const gone = new Set(comments.map(({ text }) => text));
  const lineBreak = lineBreakOf(document.text);
  const own = lines.text.endsWith("\n") ? lines.text : lines.text + lineBreak;
  const start = document.lines.lineStart(document.lines.positionAt(owner.rule.node.span.start).line);
  const whole = { start: 0, end: embedded.text.trimEnd().length };
  const texts: string[] = [];
  for (const [at, side] of sides.entries()) {
    const moved = { ...place, commentsGone: gone };
    const edits = rewritten(moved, [{ span: whole, newText: laidOut(withComment(place, side)) }]);
    if (edits === undefined) return undefined;
    const inLines = edits.map(({ span, newText }) => ({
      span: { start: span.start - lines.span.start, end: span.end - lines.span.start },
      newText,
    }));
    texts.push(applyEdits(own, inLines).slice(at === 0 ? 0 : start - lines.span.start));
  }
  const joined = texts.join("");
  const newText = lines.text.endsWith("\n") ? joined : joined.slice(0, -lineBreak.length);
  const edits = [{ span: lines.span, newText }];
  return isSplit(place, sides, edits) ? edits : undefined;
}

/** A side with the comment that stands behind it on its line. */
function withComment(place: ExpressionPlace, side: Expr): string {
  const behind = /^[ \t]*#[^\n]*/.exec(place.embedded.text.slice(side.span.end));
  return textOf(place, side) + (behind?.[0] ?? "");
}

/** Whether each side is an alert of its own that else says what the one said, and nothing else has changed. */
function isSplit(place: ExpressionPlace, sides: readonly Expr[], edits: readonly TextEdit[]): boolean {
  const { owner, snapshot } = place;
  if (owner === undefined) return false;
  const after = fileMeaning(edited(snapshot.document, edits));
  const whole = meaningOf(owner.rule);
  const isExpr = ([key]: readonly unknown[]): boolean => key === "expr";
  const made = sides.map((side) =>
    JSON.stringify(
      (JSON.parse(whole) as readonly (readonly unknown[])[]).map((entry) =>
        isExpr(entry) ? ["expr", printed(textOf(place, side))] : entry,
      ),
    ),
  );
  const expected = snapshot.document.parts
    .flatMap(({ model }) => ("rules" in model ? model.rules.groups : []))
    .map(({ rules }) => rules.flatMap((rule) => (rule.node === owner.rule.node ? made : [meaningOf(rule)])));
  return after.sound && JSON.stringify(after.groups) === JSON.stringify(expected);
}
