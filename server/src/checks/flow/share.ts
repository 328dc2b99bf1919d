import type {
  AggregateExpr,
  BinaryExpr,
  Call,
  Expr,
  LabelMatcher,
  VectorSelector,
} from "../../promql/ast.ts";
import { unwrapped } from "./analysis.ts";

/** What a division of something by its own superset gives, and the labels that only one of the sides selects by. */
export interface Share {
  /** `itself`: each series is divided by itself; `part`: a sum is divided by the sum that it is a part of. */
  readonly kind: "itself" | "part";
  readonly labels: readonly string[];
}

/** How one operand of a division is made of the other. */
interface Relation {
  /** Labels by which the left side selects and the right does not, or the other way round. */
  readonly labels: readonly string[];
  /** Which of the two selects fewer series. */
  readonly fewer: "left" | "right" | undefined;
  /** Whether the sides still have a result for each of the same series. */
  readonly isEach: boolean;
  /** Whether what is added up cannot be negative. */
  readonly isCount: boolean;
}

/** Their results of a counter are never negative. */
const ofCounters: ReadonlySet<string> = new Set(["rate", "increase", "irate"]);

/**
 * Whether a division is of a metric by itself, with matchers on one side only: `rate(x{code="500"}[5m]) / rate(x[5m])`.
 * Each series finds itself on the other side, and no other; only sums are a part of a whole.
 */
export function shareOf({ operator, left, right, matching }: BinaryExpr): Share | undefined {
  if (operator !== "/" || matching === undefined) return undefined;
  if (matching.on !== undefined || matching.fillLeft !== undefined || matching.fillRight !== undefined)
    return undefined;
  const relation = relate(left, right);
  if (relation === undefined || relation.labels.length === 0) return undefined;
  if (relation.isEach) return { kind: "itself", labels: relation.labels };
  return relation.fewer === "left" && relation.isCount
    ? { kind: "part", labels: relation.labels }
    : undefined;
}

function relate(one: Expr, other: Expr): Relation | undefined {
  const [left, right] = [unwrapped(one), unwrapped(other)];
  if (left.kind === "selector" && right.kind === "selector") return ofSelectors(left, right);
  if (left.kind === "matrix" && right.kind === "matrix")
    return left.range.text === right.range.text ? ofSelectors(left.selector, right.selector) : undefined;
  if (left.kind === "call" && right.kind === "call") return ofCalls(left, right);
  if (left.kind === "aggregate" && right.kind === "aggregate") return ofAggregates(left, right);
  return undefined;
}

function ofSelectors(left: VectorSelector, right: VectorSelector): Relation | undefined {
  if (left.name === undefined || left.name !== right.name || timeOf(left) !== timeOf(right)) return undefined;
  const onlyLeft = without(left.matchers, right.matchers);
  const onlyRight = without(right.matchers, left.matchers);
  if (onlyLeft.length > 0 && onlyRight.length > 0) return undefined;
  const more = onlyLeft.length > 0 ? onlyLeft : onlyRight;
  const fewer = more.length === 0 ? undefined : more === onlyLeft ? "left" : "right";
  return { labels: more.map(({ name }) => name), fewer, isEach: true, isCount: false };
}

/** The modifiers that move a selector in time. */
function timeOf({ offset, at, rangeModifier }: VectorSelector): string {
  return `${offset?.text} ${at?.kind} ${at?.timestamp} ${rangeModifier}`;
}

function without(
  matchers: readonly LabelMatcher[],
  others: readonly LabelMatcher[],
): readonly LabelMatcher[] {
  return matchers.filter(
    ({ name, operator, value }) =>
      !others.some((other) => other.name === name && other.operator === operator && other.value === value),
  );
}

/** The same function of what is related, with the same numbers beside it. */
function ofCalls(left: Call, right: Call): Relation | undefined {
  if (left.name !== right.name || left.args.length !== right.args.length) return undefined;
  if (/^(?:absent|label_|info$|scalar$|sort)/.test(left.name)) return undefined;
  let relation: Relation | undefined;
  for (const [index, arg] of left.args.entries()) {
    const other = right.args[index];
    if (other === undefined) return undefined;
    if (arg.type !== "vector" && arg.type !== "matrix") {
      if (arg.kind !== "number" || other.kind !== "number" || arg.value !== other.value) return undefined;
      continue;
    }
    if (relation !== undefined) return undefined;
    relation = relate(arg, other);
    if (relation === undefined) return undefined;
  }
  if (relation === undefined || !relation.isEach) return undefined;
  return { ...relation, isCount: ofCounters.has(left.name) };
}

function ofAggregates(left: AggregateExpr, right: AggregateExpr): Relation | undefined {
  if (left.operator !== right.operator || left.without !== right.without) return undefined;
  if (left.parameter !== undefined || left.expr === undefined || right.expr === undefined) return undefined;
  const names = groupingOf(left);
  const others = groupingOf(right);
  if (names.length !== others.length || names.some((name) => !others.includes(name))) return undefined;
  const inner = relate(left.expr, right.expr);
  if (inner === undefined) return undefined;
  const keeps = inner.labels.every((name) => names.includes(name) !== left.without);
  if (inner.isEach && keeps) return { ...inner, isCount: false };
  if (left.operator === "sum" && inner.isCount) return { ...inner, isEach: false };
  return left.operator === "count" && inner.isEach ? { ...inner, isEach: false, isCount: true } : undefined;
}

function groupingOf({ grouping = [] }: AggregateExpr): readonly string[] {
  return [...new Set(grouping.map(({ name }) => name))];
}
