import { quoteGo } from "../base/go-text.ts";
import { checkRegex } from "../base/re2.ts";
import type { Call, Expr, GroupingLabel, LabelMatcher, ValueType } from "./ast.ts";
import { type BuiltAggregate, type BuiltBinary, type Node, upstreamEnd } from "./build.ts";
import { documentedType, type FunctionData, functionNamed } from "./functions.ts";
import type { Machine } from "./machine.ts";

const maxErrors = 10_000;
const comparisons: ReadonlySet<string> = new Set(["==", "!=", "<=", "<", ">=", ">"]);
const setOperators: ReadonlySet<string> = new Set(["and", "or", "unless"]);

/** A node whose children are checked one after the other; `step` counts what has been done of it. */
interface Frame {
  node: Node;
  step: number;
}

/**
 * The type check of Prometheus (`checkAST` in `promql/parser/parse.go`), in the order of its messages, with a
 * stack of its own. It also settles what upstream settles there: the cardinality of set operators, and that
 * nothing is matched where one side is a scalar.
 */
class TypeCheck {
  readonly #machine: Machine;
  /** The first `#depth` are in use, the others are left from nodes that are done. */
  readonly #stack: Frame[] = [];
  #depth = 0;
  /** Selectors that may select everything, as the second argument of `info()`. */
  #unlimited: Set<Expr> | undefined;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  run(expr: Expr): void {
    this.#enter(expr);
    while (this.#depth > 0) {
      const at = this.#depth - 1;
      const frame = this.#stack[at];
      if (frame === undefined || !this.#advance(frame.node, frame.step++)) this.#depth = at;
    }
  }

  /** Has a child checked before the next step of its parent. */
  #enter(expr: Expr): boolean {
    if (expr.kind === "number" || expr.kind === "string") return true;
    const frame = this.#stack[this.#depth++];
    if (frame === undefined) this.#stack.push({ node: expr as Node, step: 0 });
    else {
      frame.node = expr as Node;
      frame.step = 0;
    }
    return true;
  }

  #fail(at: Expr, message: string): void {
    this.#machine.fail(message, at.span.start, upstreamEnd(at));
  }

  #expect(expr: Expr, wanted: ValueType, context: string): void {
    if (expr.type === wanted) return;
    this.#fail(
      expr,
      `expected type ${documentedType(wanted)} in ${context}, got ${documentedType(expr.type)}`,
    );
  }

  /** Does one step of a node and says whether there is another. */
  #advance(node: Node, step: number): boolean {
    switch (node.kind) {
      case "aggregate":
        return this.#aggregate(node, step);
      case "binary":
        if (step === 0) return this.#enter(node.left);
        if (step === 1) return this.#enter(node.right);
        this.#binary(node);
        return false;
      case "call":
        return this.#call(node, step);
      case "paren":
        return step === 0 && this.#enter(node.expr);
      case "unary":
        if (step === 0) return this.#enter(node.expr);
        if (node.expr.type !== "scalar" && node.expr.type !== "vector")
          this.#fail(
            node,
            `unary expression only allowed on expressions of type scalar or instant vector, got ${quoteGo(documentedType(node.expr.type))}`,
          );
        return false;
      case "subquery":
        if (step === 0) return this.#enter(node.expr);
        if (node.expr.type !== "vector")
          this.#fail(node, `subquery is only allowed on instant vector, got ${node.expr.type} instead`);
        return false;
      case "matrix":
        return step === 0 && this.#enter(node.selector);
      case "selector":
        this.#selector(node);
        return false;
      default:
        return false;
    }
  }

  #aggregate(node: BuiltAggregate, step: number): boolean {
    const { expr, parameter } = node;
    if (step === 0 && expr !== undefined) return this.#enter(expr);
    if (step === 1 && expr !== undefined) {
      this.#expect(expr, "vector", "aggregation expression");
      if (parameter !== undefined) return this.#enter(parameter);
    }
    if (step === 2 && parameter !== undefined)
      this.#expect(
        parameter,
        node.operator === "count_values" ? "string" : "scalar",
        "aggregation parameter",
      );
    return false;
  }

  #binary(node: BuiltBinary): void {
    const { left, right, operator, bool, matching } = node;
    const isSet = setOperators.has(operator);
    if (bool && !comparisons.has(operator))
      this.#failAtOperator(node, "bool modifier can only be used on comparison operators");
    if (comparisons.has(operator) && !bool && node.type === "scalar")
      this.#failAtOperator(node, "comparisons between scalars must use BOOL modifier");
    if (matching === undefined) return;
    if (isSet && matching.cardinality === "one-to-one")
      node.matching = { ...matching, cardinality: "many-to-many" };
    const { cardinality, labels, include, on, fillLeft, fillRight } = node.matching ?? matching;
    if (on === true) this.#sharedLabels(node, labels, include);
    const scalars = "binary expression must contain only scalar and instant vector types";
    if (left.type !== "scalar" && left.type !== "vector") this.#fail(left, scalars);
    if (right.type !== "scalar" && right.type !== "vector") this.#fail(right, scalars);
    const fills = fillLeft !== undefined || fillRight !== undefined;
    if (left.type !== "vector" || right.type !== "vector") {
      if (labels.length > 0) this.#fail(node, "vector matching only allowed between instant vectors");
      if (fills) this.#fail(node, "filling in missing series only allowed between instant vectors");
      node.matching = undefined;
    } else if (isSet) {
      if (cardinality === "one-to-many" || cardinality === "many-to-one")
        this.#fail(node, `no grouping allowed for ${quoteGo(operator)} operation`);
      if (cardinality !== "many-to-many") this.#fail(node, "set operations must always be many-to-many");
      if (fills) this.#fail(node, "filling in missing series not allowed for set operators");
    }
    if ((left.type === "scalar" || right.type === "scalar") && isSet)
      this.#fail(node, `set operator ${quoteGo(operator)} not allowed in binary scalar expression`);
  }

  /** One error for each pair of equal labels, as upstream; how many are enough is ours, lest hostile text has millions. */
  #sharedLabels(
    node: BuiltBinary,
    labels: readonly GroupingLabel[],
    include: readonly GroupingLabel[],
  ): void {
    if (include.length === 0) return;
    const counts = new Map<string, number>();
    for (const { name } of include) counts.set(name, (counts.get(name) ?? 0) + 1);
    for (const { name } of labels) {
      for (let times = counts.get(name) ?? 0; times > 0; times--) {
        if (this.#machine.errors.length >= maxErrors) return;
        this.#failAtOperator(node, `label ${quoteGo(name)} must not occur in ON and GROUP clause at once`);
      }
    }
  }

  /** Upstream looks for the operator behind the end of its left side, wherever it believes that to be. */
  #failAtOperator(node: BuiltBinary, message: string): void {
    const { input } = this.#machine;
    let start = upstreamEnd(node.left);
    while (start < input.length && " \t\n\r".includes(input.charAt(start))) start++;
    this.#machine.fail(message, start, Math.max(node.operatorSpan.end, start));
  }

  #call(node: Call & Node, step: number): boolean {
    const known = functionNamed(node.name, this.#machine.options);
    if (known === undefined) return false;
    if (step === 0) this.#callArity(node, known);
    else {
      const checked = node.args[step - 1];
      const wanted = parameterType(known, step - 1);
      if (checked !== undefined && wanted !== undefined && checked.type !== wanted)
        this.#expect(checked, wanted, `call to function ${quoteGo(node.name)}`);
    }
    const next = node.args[step];
    return next !== undefined && parameterType(known, step) !== undefined && this.#enter(next);
  }

  #callArity(node: Call & Node, { name, parameters, variadic }: FunctionData): void {
    const { args } = node;
    const least = variadic === 0 ? parameters.length : parameters.length - 1;
    const most = variadic < 0 ? Number.POSITIVE_INFINITY : least + variadic;
    if (args.length < least || args.length > most) {
      const bound = variadic === 0 ? "" : args.length < least ? "at least " : "at most ";
      const number = args.length < least ? least : most;
      this.#fail(
        node,
        `expected ${bound}${number} argument(s) in call to ${quoteGo(name)}, got ${args.length}`,
      );
    }
    const selector = args[1];
    if (name !== "info" || selector === undefined) return;
    if (selector.type !== "vector")
      this.#fail(
        node,
        `expected type instant vector in call to function "info", got ${documentedType(selector.type)}`,
      );
    if (selector.kind !== "selector") this.#fail(selector, "expected label selectors only");
    else if (selector.nameSpan !== undefined)
      this.#fail(selector, "expected label selectors only, got vector selector instead");
    else {
      this.#unlimited ??= new Set();
      this.#unlimited.add(selector);
    }
  }

  #selector(node: Node & { readonly kind: "selector" }): void {
    if (node.nameSpan !== undefined) {
      for (const { name, value } of node.matchers) {
        if (name === "__name__")
          this.#fail(
            node,
            `metric name must not be set twice: ${quoteGo(node.name ?? "")} or ${quoteGo(value)}`,
          );
      }
    } else if (this.#unlimited?.has(node) !== true && node.matchers.every(matchesEmpty))
      this.#fail(node, "vector selector must contain at least one non-empty matcher");
  }
}

/** The type of an argument; nothing for one too many, which upstream leaves unchecked. */
function parameterType({ parameters, variadic }: FunctionData, index: number): ValueType | undefined {
  if (index >= parameters.length && variadic === 0) return undefined;
  return parameters[Math.min(index, parameters.length - 1)]?.type;
}

/** Whether a matcher accepts a series that lacks the label. */
function matchesEmpty({ operator, value }: LabelMatcher): boolean {
  if (operator === "=") return value === "";
  if (operator === "!=") return value !== "";
  const regex = checkRegex(value);
  return regex.ok && regex.matchesEmpty === (operator === "=~");
}

/** Checks the types of a tree and adds what is wrong to the errors of the machine. */
export function checkTypes(machine: Machine, expr: Expr): void {
  new TypeCheck(machine).run(expr);
}
