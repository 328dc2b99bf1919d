import type { Expr, LabelMatcher } from "../../promql/ast.ts";

/** Selectors that get the matchers, or the sentence that says why what they keep would not be the same. */
export type Pushed =
  | { readonly ok: true; readonly selectors: readonly Extract<Expr, { kind: "selector" }>[] }
  | { readonly ok: false; readonly why: string };

/** Functions that return each series with the labels that it had, and look at no other series. */
const plain: ReadonlySet<string> = new Set(
  (
    "rate irate increase delta idelta deriv predict_linear changes resets " +
    "avg_over_time min_over_time max_over_time sum_over_time count_over_time quantile_over_time stddev_over_time " +
    "stdvar_over_time last_over_time first_over_time present_over_time double_exponential_smoothing mad_over_time " +
    "abs ceil floor round sqrt exp ln log2 log10 sgn clamp clamp_min clamp_max timestamp sort sort_desc"
  ).split(" "),
);

/** Aggregations that look at the samples of each group alone. */
const grouped: ReadonlySet<string> = new Set(
  "sum min max avg count group stddev stdvar quantile topk bottomk".split(" "),
);

const setOperators: ReadonlySet<string> = new Set(["and", "or", "unless"]);

/**
 * Whether matchers on the results of an expression select the same as matchers on everything that it reads: then each
 * part must keep those labels as they are, group by them and join by them.
 */
export function pushMatchers(expr: Expr, matchers: readonly LabelMatcher[]): Pushed {
  const labels = [...new Set(matchers.map(({ name }) => name))];
  const found: Extract<Expr, { kind: "selector" }>[] = [];
  const stack: Expr[] = [expr];
  const refuse = (label: string, by: string): Pushed => ({
    ok: false,
    why: `The matcher on ${label} cannot be moved into the rule's expression: ${by}.`,
  });
  const [any = ""] = labels;
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    switch (node.kind) {
      case "number":
      case "string":
        break;
      case "selector":
        found.push(node);
        break;
      case "matrix":
        stack.push(node.selector);
        break;
      case "paren":
      case "unary":
      case "subquery":
        stack.push(node.expr);
        break;
      case "call":
        if (!plain.has(node.name)) return refuse(any, `${node.name}() may change labels`);
        for (const arg of node.args) if (arg.type !== "scalar") stack.push(arg);
        break;
      case "aggregate": {
        const names = new Set(node.grouping?.map(({ name }) => name));
        const lost = labels.find((label) => names.has(label) === node.without);
        if (lost !== undefined || !grouped.has(node.operator))
          return refuse(lost ?? any, `${node.operator}() does not keep it`);
        if (node.expr !== undefined) stack.push(node.expr);
        break;
      }
      case "binary": {
        const { left, right, matching, operator } = node;
        if (matching !== undefined) {
          const names = new Set(matching.labels.map(({ name }) => name));
          const free = labels.find((label) => names.has(label) !== (matching.on === true));
          if (free !== undefined) return refuse(free, `${operator} does not join by it`);
          const included = labels.find((label) => matching.include.some(({ name }) => name === label));
          if (included !== undefined) return refuse(included, `${operator} takes it from one side`);
          if (matching.fillLeft !== undefined || matching.fillRight !== undefined)
            return refuse(any, `${operator} fills what is missing`);
        } else if (setOperators.has(operator)) return refuse(any, `${operator} joins what has no labels`);
        for (const side of [left, right]) if (side.type !== "scalar") stack.push(side);
        break;
      }
    }
  }
  // vector(1) and the like have no labels that a matcher could look at.
  return found.length === 0 ? refuse(any, "nothing in it is selected") : { ok: true, selectors: found };
}
