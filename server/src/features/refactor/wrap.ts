import { applyEdits, type TextEdit } from "../../base/text.ts";
import type { Expr, VectorSelector } from "../../promql/ast.ts";
import { parseExpr } from "../../promql/parse.ts";
import { walk } from "../../promql/walk.ts";
import { type ExpressionPlace, isLoose, parentOf, parserOptions, rewritten } from "./expression-place.ts";
import type { Refactoring } from "./refactoring.ts";

/** Wraps a selector in `rate` or `increase`, with the range that the expression has elsewhere. */
export function wrapInRate(place: ExpressionPlace): readonly Refactoring[] {
  const { selected } = place;
  if (selected.kind !== "selector" || parentOf(place, selected)?.kind === "matrix") return [];
  // Recording rules hold what was computed, and names of gauges say so.
  if (selected.name === undefined || /:|_(?:info|ratio|percent|celsius|timestamp)$/.test(selected.name))
    return [];
  const range = rangeElsewhere(place) ?? "5m";
  return ["rate", "increase"].map((name) => ({
    id: `wrap.${name}`,
    title: `Wrap in ${name}(…[${range}])`,
    kind: "refactor.rewrite",
    edits: () => rewritten(place, withRange(selected, name, range)),
  }));
}

function withRange(selector: VectorSelector, name: string, range: string): readonly TextEdit[] {
  const { start, end } = selector.span;
  const behind = selector.bracesSpan?.end ?? selector.nameSpan?.end ?? end;
  const [open, length] = [insert(start, `${name}(`), insert(behind, `[${range}]`)];
  if (behind === end) return [open, insert(end, `[${range}])`)];
  return [open, length, insert(end, ")")];
}

/** The edit that puts a text at an offset. */
export function insert(at: number, newText: string): TextEdit {
  return { span: { start: at, end: at }, newText };
}

/** The range that most selectors of the expression have. */
function rangeElsewhere({ root }: ExpressionPlace): string | undefined {
  const counts = new Map<string, number>();
  for (const node of walk(root))
    if (node.kind === "matrix") counts.set(node.range.text, (counts.get(node.range.text) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/** Takes a function or an aggregation away from around its operand. */
export function unwrap(place: ExpressionPlace): readonly Refactoring[] {
  const target = wrapperOf(place);
  if (target === undefined) return [];
  const { node, operand, name } = target;
  const changes = withoutWrapper(place, node, operand);
  // The operand alone may be of another type than what it stands in needs.
  const { errors } = parseExpr(applyEdits(place.embedded.text, changes), parserOptions);
  if (errors.length > 0) return [];
  return [
    {
      id: "unwrap",
      title: `Remove ${name}(…) from around its operand`,
      kind: "refactor.rewrite",
      edits: () => rewritten(place, changes),
    },
  ];
}

interface Wrapper {
  readonly node: Expr;
  readonly operand: Expr;
  readonly name: string;
}

function wrapperOf({ selected, chain, at }: ExpressionPlace): Wrapper | undefined {
  const outer = chain.at(-2);
  const isRange = selected.kind === "matrix" && outer?.kind === "call" && at.start === at.end;
  const node = isRange ? outer : selected;
  if (node.kind === "aggregate") {
    const { expr, parameter, operator } = node;
    return expr === undefined || parameter !== undefined
      ? undefined
      : { node, operand: expr, name: operator };
  }
  const [operand, ...others] = node.kind === "call" ? node.args : [];
  if (node.kind !== "call" || operand === undefined || others.length > 0) return undefined;
  if (operand.kind === "matrix" ? operand.selector.rangeModifier !== undefined : operand.type !== "vector")
    return undefined;
  return { node, operand, name: node.name };
}

function withoutWrapper(place: ExpressionPlace, node: Expr, operand: Expr): readonly TextEdit[] {
  const { text } = place.embedded;
  const open = text.lastIndexOf("(", operand.span.start - 1);
  const parent = parentOf(place, node);
  const keeps = isLoose(operand) && parent !== undefined && (isLoose(parent) || parent.kind === "subquery");
  const edits: TextEdit[] = [
    { span: { start: node.span.start, end: keeps ? open : blanksBehind(text, open + 1) }, newText: "" },
  ];
  if (operand.kind === "matrix") {
    const { selector, range } = operand;
    const from = selector.bracesSpan?.end ?? selector.nameSpan?.end ?? range.span.start - 1;
    const to = text.indexOf("]", range.span.end) + 1;
    edits.push({ span: { start: text.indexOf("[", from), end: to }, newText: "" });
  }
  const end = closing(text, node, operand);
  const hasComment = text.slice(operand.span.end, end).includes("#");
  edits.push({
    span: { start: keeps ? end + 1 : hasComment ? end : operand.span.end, end: node.span.end },
    newText: "",
  });
  return edits.filter(({ span }) => span.start < span.end);
}

/** Lines that would be left empty go, too. */
function blanksBehind(text: string, at: number): number {
  return at + (/^\s*/.exec(text.slice(at))?.[0].length ?? 0);
}

/** Where the closing parenthesis stands; `by (…)` may follow it. */
function closing(text: string, node: Expr, operand: Expr): number {
  let at = operand.span.end;
  for (; at < node.span.end && text.charAt(at) !== ")"; at++)
    if (text.charAt(at) === "#") while (at < node.span.end && text.charAt(at) !== "\n") at++;
  return at;
}
