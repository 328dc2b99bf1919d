import type { BinaryExpr, Expr } from "../ast.ts";
import { nodesOf } from "../walk.ts";
import { aggregateFlow } from "./aggregate.ts";
import { binaryFlow } from "./binary.ts";
import { callFlow } from "./call.ts";
import {
  bareFlow,
  bareNumber,
  droppingName,
  type FlowContext,
  finished,
  type RawFlow,
  unknownFlow,
} from "./flow.ts";
import { joinFacts } from "./meeting.ts";
import { anyValue, negate } from "./ranges.ts";
import { selectorFlow } from "./selector.ts";
import { subqueryFlow } from "./subquery.ts";
import type { JoinFacts, LabelFlow, LabelOptions } from "./types.ts";

/** What is known of the labels of an expression and of all expressions in it. */
export interface LabelAnalysis {
  readonly expr: Expr;
  /** Of the whole expression. */
  readonly flow: LabelFlow;
  /** Of the expression or one within it; nothing is known of any other. */
  of(expr: Expr): LabelFlow;
  /** How the sides of an operator between vectors meet; nothing for other operators. */
  join(expr: BinaryExpr): JoinFacts | undefined;
}

function flowOf(expr: Expr, context: FlowContext): RawFlow {
  switch (expr.kind) {
    case "number":
      return bareNumber(expr, expr.value);
    case "string":
      return bareFlow(expr, anyValue);
    case "selector":
      return selectorFlow(expr, context.options);
    case "matrix":
      return context.of(expr.selector);
    case "subquery":
      return subqueryFlow(expr, context.of(expr.expr));
    case "paren":
      return context.of(expr.expr);
    case "unary": {
      const inner = context.of(expr.expr);
      if (expr.operator === "+") return inner;
      const range = negate(inner.range);
      if (expr.type === "scalar") return { ...inner, range };
      const span = { start: expr.span.start, end: expr.span.start + 1 };
      return { ...droppingName(inner, expr, span, context.options), range };
    }
    case "aggregate":
      return aggregateFlow(expr, context);
    case "binary":
      return binaryFlow(expr, context);
    case "call":
      return callFlow(expr, context);
  }
}

/** In more expressions than these an expression is not sought by going through them. */
const few = 16;

class Analysis implements LabelAnalysis {
  readonly expr: Expr;
  readonly #nodes: readonly Expr[];
  /** Of each node, at its place in the list of nodes. */
  readonly #flows: RawFlow[];
  readonly #places: ReadonlyMap<Expr, number> | undefined;
  readonly #delayed: boolean;
  #joins: Map<Expr, JoinFacts> | undefined;

  constructor(expr: Expr, options: LabelOptions) {
    this.expr = expr;
    this.#delayed = options.delayedNameRemoval === true;
    const nodes = nodesOf(expr);
    this.#nodes = nodes;
    this.#flows = new Array<RawFlow>(nodes.length);
    this.#places = nodes.length > few ? new Map(nodes.map((node, at) => [node, at])) : undefined;
    const context: FlowContext = { options, of: (node) => this.#flowOf(node) ?? unknownFlow };
    // Operands come behind what they belong to, so that from the end all are there; nothing recurses.
    for (let at = nodes.length - 1; at >= 0; at--) {
      const node = nodes[at];
      if (node !== undefined) this.#flows[at] = flowOf(node, context);
    }
  }

  #flowOf(expr: Expr): RawFlow | undefined {
    const at = this.#places === undefined ? this.#nodes.indexOf(expr) : (this.#places.get(expr) ?? -1);
    return at < 0 ? undefined : this.#flows[at];
  }

  get flow(): LabelFlow {
    return this.of(this.expr);
  }

  of(expr: Expr): LabelFlow {
    const flow = this.#flowOf(expr) ?? unknownFlow;
    return this.#delayed ? finished(flow) : flow;
  }

  join(expr: BinaryExpr): JoinFacts | undefined {
    const { matching } = expr;
    const left = this.#flowOf(expr.left);
    const right = this.#flowOf(expr.right);
    if (matching === undefined || left === undefined || right === undefined) return undefined;
    const known = this.#joins?.get(expr);
    if (known !== undefined) return known;
    const facts = joinFacts(expr, matching, left, right, this.#flowOf(expr));
    this.#joins ??= new Map();
    this.#joins.set(expr, facts);
    return facts;
  }
}

/**
 * Works out what labels the results of an expression, and of every expression in it, can, must or cannot carry, as
 * the engine of Prometheus 3.16 makes them (`promql/engine.go`, `promql/functions.go`). In one pass, without
 * recursion; never throws. An expression that Prometheus refuses has an answer of no meaning.
 */
export function analyseLabels(expr: Expr, options: LabelOptions = {}): LabelAnalysis {
  return new Analysis(expr, options);
}
