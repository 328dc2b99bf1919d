import type { BinaryExpr, Expr } from "../../promql/ast.ts";
import {
  arithmetic,
  type Comparison,
  compare,
  constantOf,
  flip,
  isComparison,
  type ValueRange,
} from "../../promql/labels/ranges.ts";
import type { Reason } from "../../promql/labels/types.ts";
import type { RawFinding, RuleCheck } from "../check.ts";
import { type Analysed, analysed, becauseOf } from "./analysis.ts";
import { fallbacks, neverPasses } from "./dead-constant.ts";
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
  run(context) {
    const findings: RawFinding[] = [];
    const found = analysed(context);
    if (found === undefined) return findings;
    for (const node of found.nodes) {
      const { empty } = found.labels.of(node);
      const words = empty?.node === node ? neverWords(empty) : undefined;
      if (empty !== undefined && words !== undefined)
        findings.push(finding(found, words, deadSpan(empty), becauseOf(found, empty.via)));
      else if (node.kind === "binary" && empty === undefined && !isFilled(node)) {
        const part = useless(found, node);
        if (part !== undefined) findings.push(part);
        addNeverPassing(findings, found, node);
      }
    }
    addUselessFallbacks(findings, found);
    return findings;
  },
};

/** `sum(up or vector(0)) > 5`: where only the constant is there, it does not pass, so it stands in for nothing. */
function addUselessFallbacks(findings: RawFinding[], found: Analysed): void {
  if (found.labels.flow.empty !== undefined) return;
  for (const node of fallbacks(found)) {
    const span = found.at(node.span);
    if (findings.some((told) => told.span.start <= span.start && span.end <= told.span.end)) continue;
    if (!neverPasses(found, node)) continue;
    findings.push({
      check: deadCode.id,
      severity: "hint",
      message: "Where nothing else is there, this constant does not pass the comparison: is it needed?",
      span,
    });
  }
}

/** What `fill` puts in is compared, too. */
function isFilled({ matching }: BinaryExpr): boolean {
  return matching?.fillLeft !== undefined || matching?.fillRight !== undefined;
}

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
    case "no-range":
      return "The minimum is above the maximum, so clamp() returns nothing: exchange them.";
    case "no-histograms":
      return "This function sees native histograms only, and here are floats, so it returns nothing.";
    case "no-info":
      return "info() finds nothing without the labels job and instance, so this returns nothing: keep one.";
    default:
      return undefined;
  }
}

/** The comparison that never holds; `unless` with what excludes everything. */
function deadSpan({ kind, node, span }: Reason): Reason["span"] {
  if (node.kind !== "binary") return span;
  return kind === "never-true" ? node.span : { start: span.start, end: node.span.end };
}

function useless(found: Analysed, node: BinaryExpr): RawFinding | undefined {
  const left = found.labels.of(node.left);
  const right = found.labels.of(node.right);
  if (node.operator === "or") {
    const facts = found.labels.join(node);
    if (!left.always || facts?.allMatch !== true) return undefined;
    const words = "The left side always returns, so the right side of or is never used: take it out.";
    return finding(found, words, node.right.span);
  }
  if (node.operator === "unless") {
    if (right.empty === undefined) return undefined;
    const words = "The right side never returns anything, so unless excludes nothing: take it out.";
    return finding(found, words, node.right.span);
  }
  if (!isComparison(node.operator) || left.histograms || right.histograms) return undefined;
  if (constantOf(left.range) === undefined || constantOf(right.range) === undefined) return undefined;
  const holds = compare(node.operator, left.range, right.range);
  // Many write `absent(x) == 1` or `group(x) > 0`: it says no more than what is compared, and does no harm.
  if (holds === "always" && !(left.always && right.always) && !node.bool) {
    const words = "What is compared always passes wherever it is there: the comparison may go.";
    return { ...finding(found, words, node.span), severity: "hint" };
  }
  if (holds !== "always" && (holds !== "never" || !node.bool)) return undefined;
  const words = `This comparison of two constants ${holds} holds: compare a metric, or take it out.`;
  return finding(found, words, node.span);
}

/** Constants beside `or` that a comparison around it always takes away: `(a or vector(0)) > 5`. */
function addNeverPassing(
  findings: RawFinding[],
  found: Analysed,
  { operator, bool, left, right }: BinaryExpr,
): void {
  if (!isComparison(operator) || bool) return;
  addNeverPassed(findings, found, left, operator, right);
  addNeverPassed(findings, found, right, flip(operator), left);
}

/** Those among what is compared on one side. */
function addNeverPassed(
  findings: RawFinding[],
  found: Analysed,
  compared: Expr,
  by: Comparison,
  other: Expr,
): void {
  const { range, histograms } = found.labels.of(other);
  for (const one of histograms ? [] : alternativesIn(found, compared, by)) {
    if (constantOf(one.range) === undefined || compare(by, one.range, range) !== "never") continue;
    const words = `This constant never passes the comparison with ${by}, so it has no say: take it out.`;
    findings.push({ ...finding(found, words, one.node.span), severity: "hint" });
  }
}

/** An operand of `or`, and between which numbers its values lie once what stands around it has been calculated. */
interface Alternative {
  readonly node: Expr;
  readonly range: ValueRange;
}

/**
 * The operands of `or` that an expression is made of. An aggregation is looked through where what never passes the
 * comparison changes nothing of the others either: the least of what a maximum is made of, and nothing in a sum. So is
 * what calculates with a number.
 */
function alternativesIn(found: Analysed, expr: Expr, by: Comparison): readonly Alternative[] {
  if (expr.kind === "paren") return alternativesIn(found, expr.expr, by);
  if (expr.kind === "binary") {
    const { operator, left, right } = expr;
    if (operator === "or") return [...alternativesIn(found, left, by), ...alternativesIn(found, right, by)];
    const scalar = [left, right].find(({ type }) => type === "scalar");
    const vector = scalar === left ? right : left;
    if (scalar !== undefined && vector.type === "vector" && !isComparison(operator)) {
      const { range: number } = found.labels.of(scalar);
      return alternativesIn(found, vector, by).map(({ node, range }) => ({
        node,
        range: scalar === left ? arithmetic(operator, number, range) : arithmetic(operator, range, number),
      }));
    }
  }
  const itself = { node: expr, range: found.labels.of(expr).range };
  if (expr.kind !== "aggregate" || expr.expr === undefined) return [itself];
  const inner = alternativesIn(found, expr.expr, by);
  if (expr.operator === "sum") return inner.filter(({ range }) => constantOf(range) === 0);
  const isKept = expr.operator === "max" ? by.startsWith(">") : expr.operator === "min" && by.startsWith("<");
  return isKept ? inner : [itself];
}

function finding(
  { at }: Analysed,
  message: string,
  span: BinaryExpr["span"],
  related?: RawFinding["related"],
): RawFinding {
  return { check: deadCode.id, severity: "warning", message, span: at(span), related };
}
