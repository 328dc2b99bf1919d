import type { Span } from "../../base/text.ts";
import type { BinaryExpr, Expr } from "../../promql/ast.ts";
import { type Comparison, constantOf, flip, isComparison } from "../../promql/labels/ranges.ts";
import { textOf, valueAt } from "../../yaml/access.ts";
import type { DocumentCheck, Fix, OfRule, RuleContext } from "../check.ts";
import { type Analysed, analysed, unwrapped } from "../flow/analysis.ts";
import { fieldText, ruleKinds } from "../rule/context.ts";
import { parseDuration } from "../rule/duration.ts";

/** Severities by how bad they are, in the words that people use. */
const ranks: ReadonlyMap<string, number> = new Map([
  ["info", 1],
  ["notice", 1],
  ["low", 1],
  ["warn", 2],
  ["warning", 2],
  ["medium", 2],
  ["critical", 3],
  ["crit", 3],
  ["error", 3],
  ["high", 3],
  ["page", 3],
]);

/** A number that the results are compared with. */
interface Threshold {
  readonly operator: Comparison;
  readonly value: number;
  readonly text: string;
  readonly span: Span;
}

/** A step of a ladder: an alert with a severity, and the thresholds that its expression has. */
interface Step {
  readonly rank: number;
  /** The expression without its thresholds and spaces, and the labels other than the severity. */
  readonly rest: string;
  readonly thresholds: readonly Threshold[];
  /** `for` in milliseconds, in digits. */
  readonly wait: string;
}

/**
 * Two alerts of a group that differ in severity and in one threshold are a ladder, whatever their names are. Where the graver one asks for less
 * and does not wait longer, it fires first, and the other one never fires alone.
 */
export const severityLadder: DocumentCheck = {
  unit: "document",
  id: "rule.severity-ladder",
  severity: "warning",
  kinds: ruleKinds,
  needs: ["promql", "decoded"],
  summary: "Of two alerts that differ in severity and one threshold, the graver one fires earlier.",
  *run(context) {
    const ladders = new Map<string, OfRule<Step>[]>();
    const mixed = mixedGroups(context.rules(rankOf));
    if (mixed.size === 0) return;
    for (const step of context.rules(stepOf)) {
      if (!mixed.has(step.group) || !isStep(step)) continue;
      const key = `${step.group} ${step.value.rest}`;
      const steps = ladders.get(key);
      if (steps === undefined) ladders.set(key, [step]);
      else steps.push(step);
    }
    for (const steps of ladders.values())
      for (const grave of steps) {
        for (const mild of steps) {
          const wrong = wrongStep(grave.value, mild.value);
          if (wrong === undefined) continue;
          const [span, other] = [grave.place(wrong.grave.span), mild.place(wrong.mild.span)];
          yield {
            check: severityLadder.id,
            severity: "warning",
            message:
              "The alert of lower severity asks for more than this, so this one fires first: exchange both.",
            span,
            related: [{ message: "the threshold of the lower severity", span: other }],
            fixes: exchanged(wrong.grave, span, wrong.mild, other),
          };
          break;
        }
      }
  },
};

/** Groups with alerts of several severities: in most there is one, and no ladder. */
function mixedGroups(ranks: readonly OfRule<number>[]): ReadonlySet<number> {
  const first = new Map<number, number>();
  const mixed = new Set<number>();
  for (const { group, value } of ranks) {
    if (value === 0) continue;
    const known = first.get(group);
    if (known === undefined) first.set(group, value);
    else if (known !== value) mixed.add(group);
  }
  return mixed;
}

function isStep(of: OfRule<Step | undefined>): of is OfRule<Step> {
  return of.value !== undefined;
}

/** The thresholds that stand the wrong way round; nothing for a sound ladder, or for none. */
function wrongStep(
  grave: Step,
  mild: Step,
): { readonly grave: Threshold; readonly mild: Threshold } | undefined {
  if (grave.rank <= mild.rank || BigInt(grave.wait) > BigInt(mild.wait)) return undefined;
  const pairs = grave.thresholds.flatMap((own, index) => {
    const other = mild.thresholds[index];
    return other === undefined || other.value === own.value ? [] : [{ grave: own, mild: other }];
  });
  const [only] = pairs;
  if (only === undefined || pairs.length > 1) return undefined;
  const isLower = only.grave.value < only.mild.value;
  return only.grave.operator.startsWith(isLower ? ">" : "<") ? only : undefined;
}

/** How bad an alert is; 0 where nobody knows. Made of each rule, so a function that lives as long as the program. */
function rankOf({ rule }: RuleContext): number {
  if (rule.kind !== "alert") return 0;
  return ranks.get(textOf(valueAt(rule.labels, "severity"))?.toLowerCase() ?? "") ?? 0;
}

/** What an alert is in a ladder; nothing for one without a severity or a threshold. Made of each rule as well. */
function stepOf(context: RuleContext): Step | undefined {
  const { rule } = context;
  const rank = rankOf(context);
  // Without such a sign it has no threshold.
  const found = rank === 0 || !/[<>]/.test(rule.expr?.text ?? "") ? undefined : analysed(context);
  if (found === undefined) return undefined;
  const thresholds = thresholdsOf(found);
  const wait = parseDuration(fieldText(rule, "for") || "0s");
  if (thresholds.length === 0 || !wait.ok) return undefined;
  return {
    rank,
    rest: `${withoutThresholds(found, thresholds)}\n${otherLabels(context)}`,
    thresholds: thresholds.map((threshold) => ({ ...threshold, span: found.at(threshold.span) })),
    wait: String(wait.milliseconds),
  };
}

/**
 * The numbers that decide by themselves whether the alert fires: of comparisons that are the whole expression, or an
 * operand of `and` and `or`, or stand before `unless`.
 */
function thresholdsOf(found: Analysed): readonly Threshold[] {
  const thresholds: Threshold[] = [];
  const stack = [found.expr];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const node = unwrapped(next);
    if (node.kind !== "binary") continue;
    if (node.operator === "and" || node.operator === "or") stack.push(node.right, node.left);
    else if (node.operator === "unless") stack.push(node.left);
    else if (isComparison(node.operator) && !node.bool) {
      const own = ofComparison(found, node, node.operator);
      if (own !== undefined) thresholds.push(own);
    }
  }
  return thresholds;
}

function ofComparison(
  found: Analysed,
  { left, right }: BinaryExpr,
  operator: Comparison,
): Threshold | undefined {
  if (operator === "==" || operator === "!=") return undefined;
  if (left.type === "vector") return thresholdOf(found, right, operator);
  return right.type === "vector" ? thresholdOf(found, left, flip(operator)) : undefined;
}

function thresholdOf({ labels, text }: Analysed, expr: Expr, operator: Comparison): Threshold | undefined {
  const { type, span } = expr;
  const value = type === "scalar" ? constantOf(labels.of(expr).range) : undefined;
  if (value === undefined || Number.isNaN(value)) return undefined;
  return { operator, value, text: text.text.slice(span.start, span.end), span };
}

/** Writes each threshold in the place of the other. */
function exchanged(
  grave: Threshold,
  graveSpan: Span,
  mild: Threshold,
  mildSpan: Span,
): readonly Fix[] | undefined {
  // Numbers and what calculates with them look the same in every style of YAML.
  if (!/^[\w.+*/() -]+$/.test(`${grave.text}${mild.text}`)) return undefined;
  const edits = [
    { span: graveSpan, newText: mild.text },
    { span: mildSpan, newText: grave.text },
  ];
  return [{ title: `Exchange ${grave.text} and ${mild.text}`, safe: false, edits }];
}

function withoutThresholds({ text: { text } }: Analysed, thresholds: readonly Threshold[]): string {
  let rest = "";
  let from = 0;
  for (const { span } of [...thresholds].sort((a, b) => a.span.start - b.span.start)) {
    rest += `${text.slice(from, span.start)}\0`;
    from = span.end;
  }
  return (rest + text.slice(from)).replace(/\s+/g, "");
}

function otherLabels({ rule, group }: RuleContext): string {
  const labels = new Map(group.labels);
  for (const pair of rule.labels?.pairs ?? [])
    if (pair.key.kind === "scalar") labels.set(pair.key.value, textOf(pair.value) ?? "");
  labels.delete("severity");
  return JSON.stringify([...labels].sort(([a], [b]) => (a < b ? -1 : 1)));
}
