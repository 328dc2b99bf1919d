import type { TextEdit } from "../../base/text.ts";
import { applyEdits } from "../../base/text.ts";
import type { BinaryExpr } from "../../promql/ast.ts";
import { type ExpressionPlace, rewritten, standsAt, textOf } from "./expression-place.ts";
import type { Refactoring } from "./refactoring.ts";

/** What an operator becomes when its sides change places. */
const mirrored: ReadonlyMap<string, string> = new Map([
  ["+", "+"],
  ["*", "*"],
  ["==", "=="],
  ["!=", "!="],
  ["<", ">"],
  [">", "<"],
  ["<=", ">="],
  [">=", "<="],
]);

/** Exchanges the operands of an operator that gives the same either way. */
export function swapOperands(place: ExpressionPlace): readonly Refactoring[] {
  const { selected } = place;
  if (selected.kind !== "binary" || !isSymmetric(selected)) return [];
  return [
    {
      id: "swap",
      title: `Swap the operands of ${selected.operator}`,
      kind: "refactor.rewrite",
      edits: () => swapped(place, selected),
    },
  ];
}

/** Between two vectors a comparison returns the left one's samples with its name, so only sums and products are. */
function isSymmetric({ operator, left, right, matching, bool }: BinaryExpr): boolean {
  if (!mirrored.has(operator)) return false;
  if (left.type === "scalar" || right.type === "scalar") return true;
  if (matching?.fillLeft !== undefined || matching?.fillRight !== undefined) return false;
  return (operator === "+" || operator === "*" || bool) && matching?.cardinality === "one-to-one";
}

function swapped(place: ExpressionPlace, node: BinaryExpr): readonly TextEdit[] | undefined {
  const { left, right, operator, operatorSpan } = node;
  const [first, second] = [textOf(place, right), textOf(place, left)];
  const between = mirrored.get(operator) ?? operator;
  for (const [a, b] of [
    [first, second],
    [first, `(${second})`],
    [`(${first})`, second],
    [`(${first})`, `(${second})`],
  ] as const) {
    const edits: readonly TextEdit[] = [
      { span: left.span, newText: a },
      { span: operatorSpan, newText: between },
      { span: right.span, newText: b },
    ].filter(({ span, newText }) => place.embedded.text.slice(span.start, span.end) !== newText);
    const after = applyEdits(place.embedded.text, edits);
    const end = node.span.end + (a.length + b.length - first.length - second.length);
    const atLeft = { start: left.span.start, end: left.span.start + a.length };
    const atRight = { start: end - b.length, end };
    if (
      standsAt(after, atLeft) &&
      standsAt(after, atRight) &&
      standsAt(after, { start: node.span.start, end })
    )
      return rewritten(place, edits);
  }
  return undefined;
}
