import type { BinaryExpr, Call, Expr, VectorSelector } from "../../promql/ast.ts";
import { analyseLabels, type LabelAnalysis } from "../../promql/labels/analyse.ts";
import { children } from "../../promql/walk.ts";
import type { Names } from "../../world/names/names.ts";
import type { RawFinding, RuleCheck } from "../check.ts";
import { fieldText } from "../rule/context.ts";
import { analysed, unwrapped } from "./analysis.ts";
import { flowKinds } from "./kinds.ts";

/** One NaN makes the whole aggregation NaN. */
const poisoned: ReadonlySet<string> = new Set(["sum", "avg", "stddev", "stdvar"]);

/** 0/0 is NaN: one idle series with a zero below the line spoils the sum or average of all. */
export const nanDivision: RuleCheck = {
  unit: "rule",
  id: "promql.nan-division",
  severity: "hint",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["aggregate"],
  beyondFile: true,
  summary: "An aggregation over a division is NaN as soon as one divisor is zero.",
  run(context) {
    const findings: RawFinding[] = [];
    const found = analysed(context);
    // Series of the rule's own name come from elsewhere, too.
    const own = new Set([fieldText(context.rule, "record") ?? ""]);
    for (const node of found?.nodes ?? []) {
      if (found === undefined || node.kind !== "aggregate" || node.expr === undefined) continue;
      if (!poisoned.has(node.operator)) continue;
      const unsafe = unsafeIn(() => found.labels, node.expr, context.names, own);
      if (unsafe === undefined) continue;
      const because = { message: `${node.operator} of everything below`, span: found.at(node.operatorSpan) };
      const { division, recorded } = unsafe;
      if (recorded !== undefined) {
        findings.push({
          check: nanDivision.id,
          severity: "hint",
          message: `The recording rule of this may write NaN, and with it the whole ${node.operator} is NaN: mend it there.`,
          span: found.at(recorded.span),
          related: [because],
        });
        continue;
      }
      const divisor = found.at(division.right.span);
      findings.push({
        check: nanDivision.id,
        severity: "hint",
        message: `A divisor of 0 makes this NaN, and with it the whole ${node.operator}: keep only divisors that are > 0.`,
        span: divisor,
        related: [because],
        fixes: [
          {
            title: "Keep only divisors > 0",
            safe: false,
            edits: [
              { span: { start: divisor.start, end: divisor.start }, newText: "(" },
              { span: { start: divisor.end, end: divisor.end }, newText: " > 0)" },
            ],
          },
        ],
      });
    }
    return findings;
  },
};

/** What may be NaN below an aggregation: a division, or the series of a recording rule that divides so. */
interface Unsafe {
  readonly division: BinaryExpr;
  /** The selector of what is recorded; the division is in the rule then. */
  readonly recorded?: VectorSelector;
}

/** The first of these below, not behind another aggregation. */
function unsafeIn(
  labels: () => LabelAnalysis,
  under: Expr,
  names: Names | undefined,
  followed: ReadonlySet<string>,
): Unsafe | undefined {
  const stack = [under];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const node = unwrapped(next);
    if (node.kind === "aggregate") continue;
    if (node.kind === "selector") {
      const division = recordedDivision(node, names, followed);
      if (division !== undefined) return { division, recorded: node };
    }
    if (node.kind === "binary") {
      // A comparison lets no NaN through, but for `!=`.
      if (/^(?:[<>=]=?|==)$/.test(node.operator) && !node.bool) continue;
      if ((node.operator === "/" || node.operator === "%") && canBeZero(labels(), node))
        return { division: node };
      if (node.operator === "and" || node.operator === "unless") {
        stack.push(node.left);
        continue;
      }
    }
    for (const child of [...children(node)].reverse()) if (child.type === "vector") stack.push(child);
  }
  return undefined;
}

/** How many recording rules of one name are looked at. */
const mostRules = 4;

/** The division that may make what a recording rule of the workspace writes NaN. */
function recordedDivision(
  { name }: VectorSelector,
  names: Names | undefined,
  followed: ReadonlySet<string>,
): BinaryExpr | undefined {
  if (name === undefined || names?.hasRecords !== true || followed.has(name)) return undefined;
  const deeper = new Set(followed).add(name);
  for (const { tree } of names.definitions(name).slice(0, mostRules)) {
    const found = tree && unsafeIn(() => analyseLabels(tree, {}), tree, names, deeper);
    if (found !== undefined) return found.division;
  }
  return undefined;
}

function canBeZero(labels: LabelAnalysis, { right }: BinaryExpr): boolean {
  const { min, max } = labels.of(right).range;
  return min <= 0 && max >= 0 && !excludesZero(right);
}

/** Aggregations that make no zero of numbers that are all above it. */
const keepingSign: ReadonlySet<string> = new Set(["sum", "min", "max", "avg", "quantile", "topk", "bottomk"]);

/** `x > 0`, `x != 0`, `clamp_min(x, 1)`; the bounds that they give are no more than "at least" to the analysis. */
function excludesZero(expr: Expr): boolean {
  const node = unwrapped(expr);
  if (node.kind === "aggregate")
    return node.expr !== undefined && keepingSign.has(node.operator) && excludesZero(node.expr);
  if (node.kind === "call") return isClamped(node);
  if (node.kind !== "binary" || node.bool) return false;
  const { operator, left } = node;
  if (operator === "and" || operator === "unless") return excludesZero(left);
  const bound = constant(node.right);
  if (bound === undefined) return false;
  if (operator === "*" || operator === "/") return bound !== 0 && excludesZero(left);
  if (operator === "==") return bound !== 0;
  if (operator === "!=") return bound === 0;
  if (operator === ">") return bound >= 0;
  if (operator === ">=") return bound > 0;
  if (operator === "<") return bound <= 0;
  return operator === "<=" && bound < 0;
}

function isClamped({ name, args }: Call): boolean {
  const [, first, second] = args.map(constant);
  if (name === "clamp_min") return first !== undefined && first > 0;
  if (name === "clamp_max") return first !== undefined && first < 0;
  return name === "clamp" && ((first !== undefined && first > 0) || (second !== undefined && second < 0));
}

function constant(expr: Expr): number | undefined {
  const node = unwrapped(expr);
  if (node.kind === "unary") {
    const value = constant(node.expr);
    return value === undefined || node.operator === "+" ? value : -value;
  }
  return node.kind === "number" ? node.value : undefined;
}
