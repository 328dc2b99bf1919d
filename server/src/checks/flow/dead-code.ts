import type { BinaryExpr } from "../../promql/ast.ts";
import { compare, constantOf, isComparison } from "../../promql/labels/ranges.ts";
import type { Reason } from "../../promql/labels/types.ts";
import type { RawFinding, RuleCheck } from "../check.ts";
import { type Analysed, analysed, becauseOf } from "./analysis.ts";
import { flowKinds } from "./kinds.ts";

/** Parts of an expression that change nothing, or that keep it from ever returning anything. */
export const deadCode: RuleCheck = {
  unit: "rule",
  id: "promql.dead-code",
  severity: "warning",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["expression"],
  summary:
    "A part of the expression never has a say: a comparison that never or always holds, an `or` or `unless` without use.",
  *run(context) {
    const found = analysed(context);
    if (found === undefined) return;
    for (const node of found.nodes) {
      const { empty } = found.labels.of(node);
      const words = empty?.node === node ? neverWords(empty) : undefined;
      if (empty !== undefined && words !== undefined)
        yield finding(found, words, empty.span, becauseOf(found, empty.via));
      else if (node.kind === "binary" && empty === undefined) yield* useless(found, node);
    }
  },
};

/** What an author must hear who wrote something that never returns; other checks say it of joins and matchers. */
function neverWords({ kind, node }: Reason): string | undefined {
  const name = node.kind === "binary" ? node.operator : "";
  switch (kind) {
    case "never-true":
      return `The left side is never ${name} the right, so this returns nothing: change the comparison.`;
    case "always-excluded":
      return "unless excludes everything here, so this returns nothing: change its right side.";
    case "no-elements":
      return "This asks for no elements and returns nothing: ask for one or more.";
    default:
      return undefined;
  }
}

function* useless(found: Analysed, node: BinaryExpr): Iterable<RawFinding> {
  const [left, right] = [found.labels.of(node.left), found.labels.of(node.right)];
  if (node.operator === "or") {
    const facts = found.labels.join(node);
    if (left.always && facts?.allMatch === true)
      yield finding(
        found,
        "The left side always returns, so the right side of or is never used: take it out.",
        node.right.span,
      );
    return;
  }
  if (node.operator === "unless") {
    if (right.empty !== undefined)
      yield finding(
        found,
        "The right side never returns anything, so unless excludes nothing: take it out.",
        node.right.span,
      );
    return;
  }
  if (!isComparison(node.operator)) return;
  const [a, b] = [constantOf(left.range), constantOf(right.range)];
  if (a === undefined || b === undefined || left.histograms || right.histograms) return;
  if (compare(node.operator, left.range, right.range) === "always")
    yield finding(
      found,
      "This comparison of two constants always holds: compare a metric, or take it out.",
      node.span,
    );
}

function finding(
  { at }: Analysed,
  message: string,
  span: BinaryExpr["span"],
  related?: RawFinding["related"],
): RawFinding {
  return { check: deadCode.id, severity: "warning", message, span: at(span), related };
}
