import type { AggregateExpr, Expr } from "../../promql/ast.ts";
import { labelFact } from "../../promql/labels/facts.ts";
import type { Reason } from "../../promql/labels/types.ts";
import type { Fix } from "../check.ts";
import { type Analysed, analysed, becauseOf, unwrapped } from "../flow/analysis.ts";
import { keepLabel } from "../flow/keep-label.ts";
import { short } from "../monitor/words.ts";
import { policyCheck, type Said } from "./asked.ts";

/** They choose among series and leave their labels. */
const choosing: ReadonlySet<string> = new Set(["topk", "bottomk", "limitk", "limit_ratio"]);

/**
 * Labels that aggregations must keep or remove, asked of what the rule results in (pint's `promql/aggregate`). A label
 * that the rule sets itself is not asked for, nor one whose only value every selector names.
 */
export const aggregationLabels = policyCheck(
  "policy.aggregation-labels",
  "An aggregation removes a label that a policy wants kept, or keeps one that it wants removed.",
  function* (asked, demands) {
    const { facts, context } = asked;
    if (demands.keep.length + demands.strip.length === 0) return;
    const found = analysed(context);
    if (found === undefined || found.labels.flow.empty !== undefined) return;
    const results = resultsOf(found.expr);
    for (const label of demands.keep)
      if (!facts.labels.has(label)) for (const result of results) yield* removed(found, result, label);
    for (const label of demands.strip)
      if (!facts.labels.has(label)) for (const result of results) yield* kept(found, result, label);
  },
  ["promql"],
);

/** The operands of `or`, each of which gives results of its own. */
function resultsOf(expr: Expr): readonly Expr[] {
  const results: Expr[] = [];
  const stack = [expr];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const node = unwrapped(next);
    if (node.kind === "binary" && node.operator === "or") stack.push(node.right, node.left);
    else results.push(node);
  }
  return results;
}

function* removed(found: Analysed, result: Expr, label: string): Iterable<Said> {
  const fact = labelFact(found.labels.of(result), label);
  const remover = fact.presence === "impossible" ? removerIn(fact.reason) : undefined;
  if (remover === undefined || found.labels.of(result).empty !== undefined) return;
  // Where every selector names one value, the label would say nothing that is not known.
  const before = remover.expr === undefined ? undefined : labelFact(found.labels.of(remover.expr), label);
  if (before?.presence === "guaranteed" && before.values?.length === 1) return;
  // Where the label is not there to begin with, the aggregation removes nothing.
  if (before?.presence === "impossible") return;
  const edits = keepLabel(found, remover, label, result);
  yield {
    words: `${remover.operator} removes the label ${short(label)}, which must be kept.`,
    span: found.at(groupingOf(remover)),
    related: becauseOf(found, fact.reason).filter(({ span }) => span.start !== found.at(remover.span).start),
    fixes: fixed(`Keep ${short(label)}`, edits ?? withoutName(found, remover, label)),
  };
}

/** The aggregation that a label is lost in. */
function removerIn(reason: Reason | undefined): AggregateExpr | undefined {
  for (let next = reason; next !== undefined; next = next.via)
    if (next.node.kind === "aggregate" && /^(?:aggregation|by|without)$/.test(next.kind)) return next.node;
  return undefined;
}

function* kept(found: Analysed, result: Expr, label: string): Iterable<Said> {
  const fact = labelFact(found.labels.of(result), label);
  const aggregation = fact.presence === "impossible" ? undefined : aggregationOf(found, result, label);
  if (aggregation === undefined) return;
  yield {
    words: `${aggregation.operator} must remove the label ${short(label)}.`,
    span: found.at(groupingOf(aggregation)),
    fixes: fixed(
      `Remove ${short(label)}`,
      aggregation.without ? withName(found, aggregation, label) : withoutName(found, aggregation, label),
    ),
  };
}

/** The outermost aggregation whose labels a result has; none of those that only choose. */
function aggregationOf({ labels }: Analysed, result: Expr, label: string): AggregateExpr | undefined {
  for (let node: Expr | undefined = result; node !== undefined; ) {
    const at: Expr = unwrapped(node);
    if (at.kind === "aggregate" && !choosing.has(at.operator)) return at;
    if (at.kind === "aggregate" || at.kind === "unary" || at.kind === "subquery") node = at.expr;
    else if (at.kind === "binary") {
      const sides: readonly Expr[] =
        at.matching?.cardinality === "one-to-many" ? [at.right, at.left] : [at.left, at.right];
      node = sides.find(
        (side) => side.type === "vector" && labelFact(labels.of(side), label).presence !== "impossible",
      );
    } else
      node =
        at.kind === "call" ? at.args.find(({ type }) => type === "vector" || type === "matrix") : undefined;
  }
  return undefined;
}

/** `by (…)` or `without (…)`; where neither is written the operator. */
function groupingOf({ groupingSpan, operatorSpan }: AggregateExpr): AggregateExpr["operatorSpan"] {
  return groupingSpan === undefined
    ? operatorSpan
    : {
        start: Math.min(operatorSpan.start, groupingSpan.start),
        end:
          groupingSpan.start < operatorSpan.start
            ? operatorSpan.end
            : Math.max(operatorSpan.end, groupingSpan.end),
      };
}

type Edits = Fix["edits"];

/** The label taken out of the list in parentheses, with a comma beside it. */
function withoutName({ at, text }: Analysed, { grouping }: AggregateExpr, label: string): Edits | undefined {
  const index = grouping?.findIndex(({ name }) => name === label) ?? -1;
  const own = grouping?.[index];
  if (own === undefined || grouping === undefined) return undefined;
  const before = grouping[index - 1];
  const after = grouping[index + 1];
  const start = before === undefined ? own.span.start : before.span.end;
  const end = before === undefined ? (after?.span.start ?? own.span.end) : own.span.end;
  if (text.text.slice(start, end).includes("#")) return undefined;
  return [{ span: at({ start, end }), newText: "" }];
}

/** The label put into the list of `without`. */
function withName({ at }: Analysed, { grouping }: AggregateExpr, label: string): Edits | undefined {
  const last = grouping?.at(-1);
  if (last === undefined) return undefined;
  const { end } = at(last.span);
  return [{ span: { start: end, end }, newText: `, ${label}` }];
}

function fixed(title: string, edits: Edits | undefined): readonly Fix[] | undefined {
  return edits === undefined ? undefined : [{ title, safe: false, edits }];
}
