import type { Labels } from "../base/labels.ts";
import { compileAnchored } from "../base/re2.ts";
import type { Expr, LabelMatcher, VectorSelector } from "../promql/ast.ts";

/** Every selector in the expression, also within subqueries. */
export function selectorsIn(expr: Expr): readonly VectorSelector[] {
  switch (expr.kind) {
    case "selector":
      return [expr];
    case "matrix":
      return [expr.selector];
    case "subquery":
    case "paren":
    case "unary":
      return selectorsIn(expr.expr);
    case "call":
      return expr.args.flatMap(selectorsIn);
    case "binary":
      return [...selectorsIn(expr.left), ...selectorsIn(expr.right)];
    case "aggregate":
      return [expr.parameter, expr.expr].flatMap((part) => (part === undefined ? [] : selectorsIn(part)));
    case "number":
    case "string":
      return [];
  }
}

/** Whether a label of this value passes the matcher; a regex that cannot be compiled passes everything. */
export function matcherAccepts(matcher: LabelMatcher, value: string): boolean {
  return matcherTest(matcher)(value);
}

/** The same for many values. */
export function matcherTest({ operator, value }: LabelMatcher): (value: string) => boolean {
  if (operator === "=") return (other) => other === value;
  if (operator === "!=") return (other) => other !== value;
  const compiled = compileAnchored(value);
  if (!compiled.ok) return () => true;
  return (other) => compiled.regex.matches(other) === (operator === "=~");
}

/**
 * Whether series behind these external labels could match one of the selectors: no matcher of it contradicts
 * them. Labels that are not among them may have any value.
 */
export function couldMatch(selectors: readonly VectorSelector[], external: Labels): boolean {
  return selectors.some((selector) =>
    selector.matchers.every((matcher) => {
      const value = Object.hasOwn(external, matcher.name) ? external[matcher.name] : undefined;
      return value === undefined || matcherAccepts(matcher, value);
    }),
  );
}
