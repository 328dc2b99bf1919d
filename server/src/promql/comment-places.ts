import type { Expr } from "./ast.ts";
import { type Comment, commentsOf } from "./comments.ts";
import { children } from "./walk.ts";

/** Where a comment stands: on lines of its own above or below an expression, or behind it on its last line. */
export interface CommentPlaces {
  readonly above: ReadonlyMap<Expr, readonly string[]>;
  readonly behind: ReadonlyMap<Expr, readonly string[]>;
  readonly below: ReadonlyMap<Expr, readonly string[]>;
  /** Expressions with a comment somewhere inside: they must be broken, or the comment would swallow the rest. */
  readonly holders: ReadonlySet<Expr>;
}

type Side = "above" | "behind" | "below";

/**
 * Hangs every comment of an expression on the part of it that it most likely speaks of: one behind something on that,
 * one on a line of its own on what follows it.
 */
export function placeComments(root: Expr, text: string): CommentPlaces {
  const sides: Record<Side, Map<Expr, string[]>> = { above: new Map(), behind: new Map(), below: new Map() };
  const holders = new Set<Expr>();
  for (const comment of commentsOf(text)) {
    const ancestors: Expr[] = [];
    const { expr, side } = hoisted(placeOf(root, comment, text, ancestors), ancestors);
    for (const ancestor of ancestors) holders.add(ancestor);
    const list = sides[side].get(expr);
    if (list === undefined) sides[side].set(expr, [comment.text]);
    else list.push(comment.text);
  }
  return { ...sides, holders };
}

interface Place {
  readonly expr: Expr;
  readonly side: Side;
}

/** Leaves in `ancestors` what the place lies in, the outermost first. */
function placeOf(root: Expr, comment: Comment, text: string, ancestors: Expr[]): Place {
  const { start } = comment.span;
  const here = comment.alone ? "below" : "behind";
  if (start < root.span.start) return { expr: root, side: "above" };
  if (start >= root.span.end) return { expr: root, side: here };
  let node = root;
  for (;;) {
    // A selector stays on its line, and so does what is no operand: what is said in it is said of it.
    const below = isBreakable(node) ? children(node) : [];
    const before = below.findLast(({ span }) => span.end <= start);
    const after = below.find(({ span }) => span.start > start);
    const inside = below.find(({ span }) => span.start <= start && start < span.end);
    if (inside === undefined) {
      if (
        before === undefined &&
        (after === undefined || !codeOf(text, node.span.start, start).includes("("))
      )
        return { expr: node, side: comment.alone ? "above" : "behind" };
      const isOver = node.kind === "subquery" || codeOf(text, before?.span.end ?? start, start).includes(")");
      if (before !== undefined && after === undefined && isOver) return { expr: node, side: here };
      ancestors.push(node);
      if (before !== undefined && (after === undefined || speaksOf(before, comment, text, node)))
        return { expr: before, side: here };
      return { expr: after ?? node, side: "above" };
    }
    ancestors.push(node);
    node = inside;
  }
}

/** The outermost expression that begins or ends at the same place: between the two there is nothing to stand in. */
function hoisted({ expr, side }: Place, ancestors: Expr[]): Place {
  let found = expr;
  for (let parent = ancestors.at(-1); parent !== undefined; parent = ancestors.at(-1)) {
    const same =
      side === "above"
        ? parent.span.start === found.span.start || parent.kind === "unary"
        : parent.span.end === found.span.end;
    if (!same) break;
    found = parent;
    ancestors.pop();
  }
  return { expr: found, side };
}

/** A part of the text without its comments. */
function codeOf(text: string, start: number, end: number): string {
  return text.slice(start, end).replaceAll(/#[^\r\n]*/g, "");
}

/** Whether a comment comes right behind an expression: before the operator, or on its line with nothing but a comma. */
function speaksOf({ span }: Expr, comment: Comment, text: string, parent: Expr): boolean {
  if (parent.kind === "binary") return codeOf(text, span.end, comment.span.start).trim() === "";
  return /^[ \t]*,?[ \t]*$/.test(text.slice(span.end, comment.span.start));
}

function isBreakable(expr: Expr): boolean {
  switch (expr.kind) {
    case "binary":
    case "call":
    case "aggregate":
    case "paren":
    case "unary":
      return true;
    case "subquery":
      return isBreakable(expr.expr);
    default:
      return false;
  }
}
