import { applyEdits, type TextEdit } from "../../base/text.ts";
import type { Expr } from "../../promql/ast.ts";
import { analyseLabels, type LabelAnalysis } from "../../promql/labels/analyse.ts";
import { labelFact } from "../../promql/labels/facts.ts";
import type { Reason } from "../../promql/labels/types.ts";
import { parseExpr } from "../../promql/parse.ts";
import { nodesOf } from "../../promql/walk.ts";
import type { Analysed } from "./analysis.ts";

/** More aggregations than these are not changed at once. */
const most = 6;

/**
 * The edits that make the results of an expression (`of`) keep a label which an aggregation takes away: there, in the
 * aggregations within it, and on the other side of joins, which compare it from then on. Nothing where that is not
 * enough: each is proven by looking at what is written.
 */
export function keepLabel(
  found: Analysed,
  node: Expr,
  label: string,
  of = found.expr,
): readonly TextEdit[] | undefined {
  const { text } = found.text;
  const lacking = new Set(joinsLacking(found.labels, found.nodes, label).map(({ at }) => at));
  const chosen: number[] = [];
  let next = found.nodes.indexOf(node);
  while (chosen.length < most) {
    const aggregation = found.nodes[next];
    const edit = aggregation === undefined ? undefined : edited(text, aggregation, label);
    if (edit === undefined || chosen.includes(next)) return undefined;
    chosen.push(next);
    const edits = chosen.flatMap((at) => edited(text, found.nodes[at] ?? node, label) ?? []);
    const { expr, errors } = parseExpr(applyEdits(text, edits), options);
    // What is grouped by has no nodes of its own: the others stay in their order.
    const nodes = expr === undefined ? [] : nodesOf(expr);
    if (expr === undefined || errors.length > 0 || nodes.length !== found.nodes.length) return undefined;
    const labels = analyseLabels(expr);
    const fact = labelFact(labels.of(nodes[found.nodes.indexOf(of)] ?? expr), label);
    const reason =
      fact.presence === "impossible"
        ? fact.reason
        : joinsLacking(labels, nodes, label).find(({ at }) => !lacking.has(at))?.reason;
    const isDone = fact.presence !== "impossible" && reason === undefined;
    if (isDone) return edits.map(({ span, newText }) => ({ span: fileSpan(found, span.start), newText }));
    const remover = aggregationIn(reason);
    next = remover === undefined ? -1 : nodes.indexOf(remover);
  }
  return undefined;
}

const options = { experimentalFunctions: true, fillModifiers: true, thanosFunctions: true } as const;

/** The aggregation that takes the label away, of one side of a join as well. */
function aggregationIn(reason: Reason | undefined): Expr | undefined {
  for (let next = reason; next !== undefined; next = next.via)
    if (next.node.kind === "aggregate") return next.node;
  return undefined;
}

/** The joins of which no sides meet because one lacks the label, and what takes it away there. */
function joinsLacking(
  labels: LabelAnalysis,
  nodes: readonly Expr[],
  label: string,
): readonly { readonly at: number; readonly reason: Reason | undefined }[] {
  return nodes.flatMap((node, at) => {
    const met = node.kind === "binary" ? labels.join(node)?.noMatch : undefined;
    if (met?.label !== label) return [];
    const side = met.right?.presence === "impossible" ? met.right : met.left;
    return [{ at, reason: side?.reason }];
  });
}

/** An empty span stands where the character before it ends. */
function fileSpan({ at }: Analysed, offset: number): TextEdit["span"] {
  const { end } = at({ start: offset - 1, end: offset });
  return { start: end, end };
}

/** The edit of the text that makes an aggregation keep a label; nothing for other expressions. */
function edited(text: string, node: Expr, label: string): TextEdit | undefined {
  if (node.kind !== "aggregate") return undefined;
  const { grouping, groupingSpan, without, operatorSpan } = node;
  const insertion = (at: number, newText: string): TextEdit => ({ span: { start: at, end: at }, newText });
  if (grouping === undefined || groupingSpan === undefined)
    return insertion(operatorSpan.end, text[operatorSpan.end] === "(" ? ` by (${label}) ` : ` by (${label})`);
  if (without) return undefined;
  const last = grouping.at(-1);
  if (last !== undefined) return insertion(last.span.end, `, ${label}`);
  return insertion(groupingSpan.start + text.slice(groupingSpan.start).indexOf("(") + 1, label);
}
