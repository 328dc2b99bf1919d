import type { Span } from "../../base/text.ts";
import type { EmbeddedText } from "../../model/document.ts";
import type { Expr } from "../../promql/ast.ts";
import { analyseLabels, type LabelAnalysis } from "../../promql/labels/analyse.ts";
import { reasonSentence } from "../../promql/labels/reasons.ts";
import type { Reason } from "../../promql/labels/types.ts";
import { parseExpr } from "../../promql/parse.ts";
import { children, walk } from "../../promql/walk.ts";
import type { Related, RuleContext } from "../check.ts";
import { expressionOf, featuresOf, parserOptions } from "../promql/syntax.ts";

/** A rule's expression that Prometheus accepts, with what is known of its labels. */
export interface Analysed {
  readonly text: EmbeddedText;
  readonly expr: Expr;
  readonly labels: LabelAnalysis;
  /** All expressions in it, parents before children, in the order of the text. */
  readonly nodes: readonly Expr[];
  /** What each expression is an operand of. */
  readonly parents: ReadonlyMap<Expr, Expr>;
  /** The file's span of a span of the expression. */
  at(span: Span): Span;
}

/** The analysis of the rule's expression, made once for all checks; nothing where it has none or does not parse. */
export function analysed(context: RuleContext): Analysed | undefined {
  return context.once(analyse);
}

interface Tree extends Pick<Analysed, "expr" | "labels" | "nodes" | "parents"> {}

function analyse(context: RuleContext): Analysed | undefined {
  const text = expressionOf(context);
  if (text === undefined) return undefined;
  const options = parserOptions(featuresOf(context.facts));
  const delayedNameRemoval = featuresOf(context.facts).includes("promql-delayed-name-removal");
  const kind = `labels of PromQL ${JSON.stringify(options)} ${delayedNameRemoval}`;
  const tree = context.recall(kind, text.text, (source): Tree | undefined => {
    const { expr, errors } = parseExpr(source, options);
    if (expr === undefined || errors.length > 0) return undefined;
    const nodes = [...walk(expr)];
    const parents = new Map<Expr, Expr>();
    for (const node of nodes) for (const child of children(node)) parents.set(child, node);
    return { expr, labels: analyseLabels(expr, { delayedNameRemoval }), nodes, parents };
  });
  return tree === undefined ? undefined : { ...tree, text, at: (span) => text.map.spanToSource(span) };
}

/** The place that decides, for `related`; nothing where it lies in another expression. */
export function becauseOf({ at, nodes }: Analysed, reason: Reason | undefined): readonly Related[] {
  const related: Related[] = [];
  for (let next = reason; next !== undefined; next = next.via)
    if (nodes.includes(next.node)) related.push({ message: reasonSentence(next), span: at(next.span) });
  return related;
}

/** The expression without the parentheses around it. */
export function unwrapped(expr: Expr): Expr {
  let node = expr;
  while (node.kind === "paren") node = node.expr;
  return node;
}
