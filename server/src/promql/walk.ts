import type { Span } from "../base/text.ts";
import { touches } from "../base/text.ts";
import type { Expr, VectorSelector } from "./ast.ts";

const none: readonly Expr[] = [];

/** The direct operands of an expression in the order of the text. */
export function children(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case "number":
    case "string":
    case "selector":
      return none;
    case "matrix":
      return [expr.selector];
    case "aggregate":
      if (expr.expr === undefined) return expr.parameter === undefined ? none : [expr.parameter];
      return expr.parameter === undefined ? [expr.expr] : [expr.parameter, expr.expr];
    case "call":
      return expr.args;
    case "binary":
      return [expr.left, expr.right];
    case "subquery":
    case "unary":
    case "paren":
      return [expr.expr];
  }
}

/** Puts the direct operands on a stack, the first one on top; nothing is walked more often, so without a list. */
function pushChildren(stack: Expr[], expr: Expr): void {
  switch (expr.kind) {
    case "number":
    case "string":
    case "selector":
      return;
    case "matrix":
      stack.push(expr.selector);
      return;
    case "aggregate":
      if (expr.expr !== undefined) stack.push(expr.expr);
      if (expr.parameter !== undefined) stack.push(expr.parameter);
      return;
    case "call":
      for (let i = expr.args.length - 1; i >= 0; i--) {
        const arg = expr.args[i];
        if (arg !== undefined) stack.push(arg);
      }
      return;
    case "binary":
      stack.push(expr.right, expr.left);
      return;
    case "subquery":
    case "unary":
    case "paren":
      stack.push(expr.expr);
  }
}

/** The expression and all below it, parents before children, in the order of the text. Does not recurse. */
export function* walk(expr: Expr): Generator<Expr> {
  const stack: Expr[] = [expr];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    yield node;
    pushChildren(stack, node);
  }
}

/** The same as a list, which is faster to make than to walk. */
export function nodesOf(expr: Expr): readonly Expr[] {
  const nodes: Expr[] = [];
  const stack: Expr[] = [expr];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    nodes.push(node);
    pushChildren(stack, node);
  }
  return nodes;
}

/** All vector selectors of an expression, those of ranges included, in the order of the text. */
export function selectors(expr: Expr): VectorSelector[] {
  const found: VectorSelector[] = [];
  for (const node of nodesOf(expr)) if (node.kind === "selector") found.push(node);
  return found;
}

/** The chain of expressions that hold all of `span`, the outermost first; empty where none does. */
export function enclosing(expr: Expr, span: Span): Expr[] {
  const chain: Expr[] = [];
  const holds = (node: Expr): boolean => node.span.start <= span.start && span.end <= node.span.end;
  for (let node: Expr | undefined = holds(expr) ? expr : undefined; node !== undefined; ) {
    chain.push(node);
    node = children(node).find(holds);
  }
  return chain;
}

/**
 * The innermost expression at an offset. A cursor behind the last character of an expression still touches it;
 * between two that it touches, the one that begins there wins.
 */
export function nodeAt(expr: Expr, offset: number): Expr | undefined {
  let found: Expr | undefined;
  for (let node: Expr | undefined = touches(expr.span, offset) ? expr : undefined; node !== undefined; ) {
    found = node;
    node = children(node).findLast((child) => touches(child.span, offset));
  }
  return found;
}
