import type { Span } from "../../base/text.ts";
import type { EmbeddedText } from "../../model/document.ts";
import type { Expr } from "../../promql/ast.ts";
import { analyseLabels, type LabelAnalysis } from "../../promql/labels/analyse.ts";
import { reasonSentence } from "../../promql/labels/reasons.ts";
import { fromOutside } from "../../promql/labels/recorded.ts";
import type { LabelFlow, Reason, RecordedFlow } from "../../promql/labels/types.ts";
import { parseExpr } from "../../promql/parse.ts";
import { children, walk } from "../../promql/walk.ts";
import { featuresOf } from "../../world/spoken.ts";
import type { Related, RuleContext } from "../check.ts";
import { expressionOf, parserOptions } from "../promql/syntax.ts";

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

interface Tree extends Pick<Analysed, "expr" | "nodes" | "parents"> {
  /** Without regard to recording rules. */
  readonly labels: () => LabelAnalysis;
  readonly metrics: ReadonlySet<string>;
}

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
    let labels: LabelAnalysis | undefined;
    const alone = (): LabelAnalysis => {
      labels ??= analyseLabels(expr, { delayedNameRemoval });
      return labels;
    };
    return { expr, labels: alone, nodes, parents, metrics: metricsOf(nodes) };
  });
  if (tree === undefined) return undefined;
  const recorded = recordedIn(tree.metrics, context);
  const labels =
    recorded === undefined ? tree.labels() : analyseLabels(tree.expr, { delayedNameRemoval, recorded });
  return { ...tree, labels, text, at: (span) => text.map.spanToSource(span) };
}

function metricsOf(nodes: readonly Expr[]): ReadonlySet<string> {
  const metrics = new Set<string>();
  for (const node of nodes) if (node.kind === "selector" && node.name !== undefined) metrics.add(node.name);
  return metrics;
}

/**
 * What recording rules of the workspace write, for the metrics of an expression; nothing where it reads none. Only a
 * name with a colon, which is kept for them, has no other source than rules. Rules that are deployed elsewhere would
 * add to what is known here: those of the same name are taken to be alike. Labels that the environments of the file
 * add from outside may be there.
 */
function recordedIn(metrics: ReadonlySet<string>, { names, facts }: RuleContext): RecordedFlow | undefined {
  if (names === undefined) return undefined;
  const flows = new Map<string, LabelFlow>();
  for (const metric of metrics) {
    if (!metric.includes(":")) continue;
    const flow = names.recorded(metric);
    if (flow !== undefined) flows.set(metric, fromOutside(flow, outerLabels(facts)));
  }
  return flows.size === 0 ? undefined : (metric) => flows.get(metric);
}

/** Labels by which the environments of a file are told apart, or the replicas in them. */
function outerLabels({ environments }: RuleContext["facts"]): readonly string[] {
  return environments.flatMap(({ environment: { scope, replicaLabels } }) => [
    ...Object.keys(scope),
    ...replicaLabels,
  ]);
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
