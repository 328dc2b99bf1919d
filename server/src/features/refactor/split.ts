import { applyEdits, type TextEdit } from "../../base/text.ts";
import type { Expr } from "../../promql/ast.ts";
import { commentsOf } from "../../promql/comments.ts";
import { selectors } from "../../promql/walk.ts";
import { keyOf } from "../../yaml/access.ts";
import { type ExpressionPlace, rewritten, rulePlaces, textOf } from "./expression-place.ts";
import { laidOut } from "./extract.ts";
import { edited, fileMeaning, meaningOf, printed } from "./proof.ts";
import type { Refactoring } from "./refactoring.ts";
import { hasAnchors, itemLines, lineBreakOf } from "./rule-lines.ts";

/** More alternatives than these are no few alerts any more. */
const most = 8;

/**
 * Makes an alert of each side of an `or`, with the same labels and texts, and the same name or one of its own. With the same name the same alerts fire: an alert has the
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
  const made = (id: string, title: string, endings?: readonly string[]): Refactoring => ({
    id,
    title,
    kind: "refactor.rewrite",
    refused,
    edits: () => (refused === undefined ? split(place, sides, endings) : undefined),
  });
  const endings = endingsOf(place, sides);
  const title = `Split at or into ${sides.length} alerts`;
  return [
    made("split", title),
    ...(endings === undefined ? [] : [made("split.names", `${title} with names of their own`, endings)]),
  ];
}

/** What each alert's name ends with: the metric that its side reads, or a number where they read the same. */
function endingsOf(
  { owner, snapshot }: ExpressionPlace,
  sides: readonly Expr[],
): readonly string[] | undefined {
  const { rule } = owner ?? {};
  const own = rule?.node.pairs.find((pair) => keyOf(pair) === "alert" && pair.value === rule.name);
  const isInLine = rule?.name?.style !== "literal" && rule?.name?.style !== "folded";
  if (own === undefined || rule?.name === undefined || !isInLine) return undefined;
  const metrics = sides.map((side) => pascal(selectors(side)[0]?.name ?? ""));
  const isTelling = new Set(metrics).size === sides.length && !metrics.includes("");
  const endings = isTelling ? metrics : sides.map((_, at) => String(at + 1));
  const { value } = rule.name;
  const taken = new Set(
    [...rulePlaces(snapshot.document)].flatMap(({ rule: one }) =>
      one === rule ? [] : (one.name?.value ?? []),
    ),
  );
  return endings.some((ending) => taken.has(value + ending)) ? undefined : endings;
}

/** `node_load1` as `NodeLoad1`. */
function pascal(name: string): string {
  return name
    .split(/[^a-zA-Z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
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
function split(
  place: ExpressionPlace,
  sides: readonly Expr[],
  endings: readonly string[] | undefined,
): readonly TextEdit[] | undefined {
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
    const { name } = owner.rule;
    const nameEnd = name?.map.spanToSource({ start: 0, end: name.value.length }).end ?? 0;
    const named = { span: { start: nameEnd, end: nameEnd }, newText: endings?.[at] ?? "" };
    const inLines = [named, ...edits].map(({ span, newText }) => ({
      span: { start: span.start - lines.span.start, end: span.end - lines.span.start },
      newText,
    }));
    texts.push(applyEdits(own, inLines).slice(at === 0 ? 0 : start - lines.span.start));
  }
  const joined = texts.join("");
  const newText = lines.text.endsWith("\n") ? joined : joined.slice(0, -lineBreak.length);
  const edits = [{ span: lines.span, newText }];
  return isSplit(place, sides, endings, edits) ? edits : undefined;
}

/** A side with the comment that stands behind it on its line. */
function withComment(place: ExpressionPlace, side: Expr): string {
  const behind = /^[ \t]*#[^\n]*/.exec(place.embedded.text.slice(side.span.end));
  return textOf(place, side) + (behind?.[0] ?? "");
}

/** Whether each side is an alert of its own that else says what the one said, and nothing else has changed. */
function isSplit(
  place: ExpressionPlace,
  sides: readonly Expr[],
  endings: readonly string[] | undefined,
  edits: readonly TextEdit[],
): boolean {
  const { owner, snapshot } = place;
  if (owner === undefined) return false;
  const after = fileMeaning(edited(snapshot.document, edits));
  const whole = meaningOf(owner.rule);
  const made = sides.map((side, at) =>
    JSON.stringify(
      (JSON.parse(whole) as readonly (readonly [key: unknown, value: unknown])[]).map(([key, value]) => {
        if (key === "alert") return [key, `${String(value)}${endings?.[at] ?? ""}`];
        return [key, key === "expr" ? printed(textOf(place, side)) : value];
      }),
    ),
  );
  const expected = snapshot.document.parts
    .flatMap(({ model }) => ("rules" in model ? model.rules.groups : []))
    .map(({ rules }) => rules.flatMap((rule) => (rule.node === owner.rule.node ? made : [meaningOf(rule)])));
  return after.sound && JSON.stringify(after.groups) === JSON.stringify(expected);
}
