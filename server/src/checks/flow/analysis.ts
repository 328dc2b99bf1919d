import type { Span } from "../../base/text.ts";
import type { EmbeddedText } from "../../model/document.ts";
import type { Expr, VectorSelector } from "../../promql/ast.ts";
import { analyseLabels, type LabelAnalysis } from "../../promql/labels/analyse.ts";
import { reasonSentence } from "../../promql/labels/reasons.ts";
import { fromOutside } from "../../promql/labels/recorded.ts";
import type { LabelFlow, Reason, RecordedFlow } from "../../promql/labels/types.ts";
import { children, nodesOf } from "../../promql/walk.ts";
import type { Related, RuleContext } from "../check.ts";
import { expressionOf, type ParsedText, parsedTextOf } from "../promql/syntax.ts";

/** A rule's expression that Prometheus accepts, with what is known of its labels. */
export interface Analysed {
  readonly text: EmbeddedText;
  readonly expr: Expr;
  readonly labels: LabelAnalysis;
  /** All expressions in it, parents before children, in the order of the text. */
  readonly nodes: readonly Expr[];
  /** Those of them that are selectors. */
  readonly selectors: readonly VectorSelector[];
  /** What each expression is an operand of. */
  readonly parents: ReadonlyMap<Expr, Expr>;
  /** The file's span of a span of the expression. */
  at(span: Span): Span;
}

/** The analysis of the rule's expression, made once for all checks; nothing where it has none or does not parse. */
export function analysed(context: RuleContext): Analysed | undefined {
  return context.once(analyse);
}

/** An expression that parses, and all that its text alone decides; shared by rules of the same text. */
class Tree {
  readonly expr: Expr;
  readonly nodes: readonly Expr[];
  readonly selectors: readonly VectorSelector[];
  readonly delayedNameRemoval: boolean;
  #parents: ReadonlyMap<Expr, Expr> | undefined;
  #labels: LabelAnalysis | undefined;

  constructor(expr: Expr, delayedNameRemoval: boolean) {
    this.expr = expr;
    this.delayedNameRemoval = delayedNameRemoval;
    this.nodes = nodesOf(expr);
    const selectors: VectorSelector[] = [];
    for (const node of this.nodes) if (node.kind === "selector") selectors.push(node);
    this.selectors = selectors;
  }

  get parents(): ReadonlyMap<Expr, Expr> {
    this.#parents ??= parentsOf(this.nodes);
    return this.#parents;
  }

  /** Without regard to recording rules. */
  get labels(): LabelAnalysis {
    this.#labels ??= analyseLabels(this.expr, { delayedNameRemoval: this.delayedNameRemoval });
    return this.#labels;
  }
}

/** There are thousands of them, and most are not asked for all. */
class AnalysedRule implements Analysed {
  readonly text: EmbeddedText;
  readonly #tree: Tree;
  readonly #context: RuleContext;
  #labels: LabelAnalysis | undefined;

  constructor(text: EmbeddedText, tree: Tree, context: RuleContext) {
    this.text = text;
    this.#tree = tree;
    this.#context = context;
  }

  get expr(): Expr {
    return this.#tree.expr;
  }

  get nodes(): readonly Expr[] {
    return this.#tree.nodes;
  }

  get selectors(): readonly VectorSelector[] {
    return this.#tree.selectors;
  }

  get parents(): ReadonlyMap<Expr, Expr> {
    return this.#tree.parents;
  }

  get labels(): LabelAnalysis {
    this.#labels ??= this.#analyse();
    return this.#labels;
  }

  readonly at = (span: Span): Span => this.text.map.spanToSource(span);

  #analyse(): LabelAnalysis {
    const { expr, selectors, delayedNameRemoval } = this.#tree;
    const recorded = recordedIn(selectors, this.#context);
    return recorded === undefined ? this.#tree.labels : analyseLabels(expr, { delayedNameRemoval, recorded });
  }
}

function analyse(context: RuleContext): Analysed | undefined {
  const text = expressionOf(context);
  if (text === undefined) return undefined;
  const tree = parsedTextOf(context, text.text).once(treeOf);
  return tree === undefined ? undefined : new AnalysedRule(text, tree, context);
}

function treeOf({ result: { expr, errors }, delayedNameRemoval }: ParsedText): Tree | undefined {
  return expr === undefined || errors.length > 0 ? undefined : new Tree(expr, delayedNameRemoval);
}

function parentsOf(nodes: readonly Expr[]): ReadonlyMap<Expr, Expr> {
  const parents = new Map<Expr, Expr>();
  for (const node of nodes) for (const child of children(node)) parents.set(child, node);
  return parents;
}

/**
 * What recording rules of the workspace write, for the metrics of an expression; nothing where it reads none. Only a
 * name with a colon, which is kept for them, has no other source than rules. Rules that are deployed elsewhere would
 * add to what is known here: those of the same name are taken to be alike. Labels that the environments of the file
 * add from outside may be there.
 */
function recordedIn(
  selectors: readonly VectorSelector[],
  { names, facts }: RuleContext,
): RecordedFlow | undefined {
  if (names === undefined) return undefined;
  let flows: Map<string, LabelFlow> | undefined;
  for (const { name: metric } of selectors) {
    if (metric?.includes(":") !== true || flows?.has(metric) === true) continue;
    const flow = names.recorded(metric);
    if (flow === undefined) continue;
    flows ??= new Map();
    flows.set(metric, fromOutside(flow, outerLabels(facts)));
  }
  const found = flows;
  return found === undefined ? undefined : (metric) => found.get(metric);
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
