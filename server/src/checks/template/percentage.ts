import type { BinaryExpr, Expr } from "../../promql/ast.ts";
import { isComparison } from "../../promql/labels/ranges.ts";
import { selectors } from "../../promql/walk.ts";
import type { Pipeline, TemplateList, TemplateTree } from "../../template/ast.ts";
import type { RawFinding, RuleCheck, Severity } from "../check.ts";
import { analysed, unwrapped } from "../flow/analysis.ts";
import { ruleKinds } from "../rule/context.ts";
import { isValue, pipelines, templatesIn } from "./each.ts";

/** `humanizePercentage` multiplies by 100 and writes the sign itself. */
export const templatePercentage: RuleCheck = {
  unit: "rule",
  id: "template.percentage",
  severity: "warning",
  kinds: ruleKinds,
  needs: ["promql", "decoded"],
  wants: ["templates"],
  summary: "A text shows a share as if it were percent, or multiplies by 100 what is percent already.",
  run(context) {
    const findings: RawFinding[] = [];
    const places = templatesIn(context).filter(({ what }) => what === "annotation");
    const found = places.length === 0 ? undefined : analysed(context);
    const unit = found === undefined ? undefined : unitOf(found.expr);
    for (const { scalar, once } of places) {
      if (unit === undefined && !scalar.value.includes("humanizePercentage")) continue;
      const signed = once(beforeSigns);
      for (const { pipe, printed, isRoot } of once(pipelines)) {
        const shown = printed ? shownAs(pipe, isRoot) : undefined;
        const told = shown === undefined ? undefined : verdict(shown, unit, signed.has(pipe));
        if (told === undefined) continue;
        const [severity, message] = told;
        const span = scalar.map.spanToSource(pipe.span);
        findings.push({ check: templatePercentage.id, severity, message, span });
      }
    }
    return findings;
  },
};

type Shown = "number" | "percentage" | "signed";
type Unit = "percent" | "share" | undefined;

function verdict(
  shown: Shown,
  unit: Unit,
  hasSign: boolean,
): readonly [severity: Severity, message: string] | undefined {
  if (shown === "percentage") {
    if (unit === "percent")
      return [
        "warning",
        "The value is in percent already, and humanizePercentage multiplies by 100: use humanize.",
      ];
    return hasSign
      ? ["info", "humanizePercentage writes the percent sign itself: leave one out."]
      : undefined;
  }
  if (unit !== "share" || (shown === "number" && !hasSign)) return undefined;
  return [
    "warning",
    "The value is a share, so 0.05 is shown as 0.05%: use humanizePercentage, without the sign.",
  ];
}

/** How a pipeline prints the value of the alert: as it is, with a percent sign behind it, or multiplied by 100. */
function shownAs({ commands }: Pipeline, isRoot: boolean): Shown | undefined {
  const names: string[] = [];
  let isOfValue = false;
  for (const { operands } of commands) {
    const [first, ...rest] = operands;
    isOfValue ||= operands.some((operand) => isValue(operand, isRoot));
    if (first?.kind === "identifier") names.push(first.name);
    else if (rest.length > 0) return undefined;
  }
  if (!isOfValue) return undefined;
  if (names.length === 1 && names[0] === "humanizePercentage") return "percentage";
  if (!names.every((name) => name === "humanize" || name === "printf")) return undefined;
  const formats = commands.flatMap(({ operands }) => operands.filter(({ kind }) => kind === "string"));
  return formats.some((operand) => operand.kind === "string" && /%%$/.test(operand.value))
    ? "signed"
    : "number";
}

/** The pipelines whose output stands right before a percent sign. */
function beforeSigns({ root }: TemplateTree): ReadonlySet<Pipeline> {
  const found = new Set<Pipeline>();
  inList(root, found);
  return found;
}

function inList({ nodes }: TemplateList, found: Set<Pipeline>): void {
  for (const [index, node] of nodes.entries()) {
    const next = nodes[index + 1];
    if (node.kind === "action" && next?.kind === "text" && /^\s?%(?!\d|[a-zA-Z]{2})/.test(next.text))
      found.add(node.pipe);
    if (node.kind !== "if" && node.kind !== "with" && node.kind !== "range") continue;
    inList(node.body, found);
    if (node.otherwise !== undefined) inList(node.otherwise, found);
  }
}

/** Whether the value of an alert is a number of percent or a share of 1, where its arithmetic tells. */
function unitOf(expr: Expr): Unit {
  const node = unwrapped(expr);
  if (node.kind !== "binary") return undefined;
  if (node.operator === "and" || node.operator === "unless") return unitOf(node.left);
  if (node.operator === "or") {
    const unit = unitOf(node.left);
    return unit === unitOf(node.right) ? unit : undefined;
  }
  if (!isComparison(node.operator) || node.bool) return undefined;
  const [value, limit] =
    unwrapped(node.left).type === "scalar" ? [node.right, node.left] : [node.left, node.right];
  const inner = unwrapped(value);
  // `0 < x / y < 5`: what is compared is compared again.
  if (inner.kind === "binary" && isComparison(inner.operator)) return unitOf(inner);
  if (isPercent(value)) return "percent";
  const number = unwrapped(limit);
  const isBelowOne = number.kind === "number" && number.value > 0 && number.value < 1;
  return isBelowOne && isRatio(value) ? "share" : undefined;
}

/** `x * 100`, `100 * x / y`, `100 - x * 100`. */
function isPercent(expr: Expr): boolean {
  const node = unwrapped(expr);
  if (node.kind !== "binary") return false;
  const { operator, left, right } = node;
  if (operator === "*") return isHundred(left) || isHundred(right);
  if (operator === "/") return right.type === "vector" && isHundredOf(left);
  return operator === "-" && isHundred(left) && isPercent(right);
}

/** `100 * x` */
function isHundredOf(expr: Expr): boolean {
  const node = unwrapped(expr);
  return node.kind === "binary" && node.operator === "*" && (isHundred(node.left) || isHundred(node.right));
}

/** One metric divided by another, with no numbers that would make percent of it; or what is left beside that. */
function isRatio(expr: Expr): boolean {
  const node = unwrapped(expr);
  if (node.kind !== "binary") return false;
  if (node.operator === "-" && isOne(node.left)) return isRatio(node.right);
  return node.operator === "/" && isVectors(node) && !selectors(node).some(({ name }) => inPercent(name));
}

function isVectors({ left, right }: BinaryExpr): boolean {
  return left.type === "vector" && right.type === "vector" && !hasNumbers(left) && !hasNumbers(right);
}

/** Whether numbers have a part in it that may change its unit. */
function hasNumbers(expr: Expr): boolean {
  const node = unwrapped(expr);
  if (node.kind === "aggregate") return node.expr === undefined || hasNumbers(node.expr);
  if (node.kind !== "binary") return false;
  if (node.left.type === "scalar" || node.right.type === "scalar") return true;
  return hasNumbers(node.left) || hasNumbers(node.right);
}

function inPercent(name: string | undefined): boolean {
  return name === undefined || /percent|pct|ratio|perc(?:_|$)/i.test(name);
}

function isHundred(expr: Expr): boolean {
  const node = unwrapped(expr);
  return node.kind === "number" && node.value === 100;
}

function isOne(expr: Expr): boolean {
  const node = unwrapped(expr);
  return node.kind === "number" && node.value === 1;
}
