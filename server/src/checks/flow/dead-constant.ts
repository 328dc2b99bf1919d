import type { Call, Expr } from "../../promql/ast.ts";
import {
  arithmetic,
  compare,
  constantOf,
  constantRange,
  isComparison,
  type ValueRange,
} from "../../promql/labels/ranges.ts";
import { children } from "../../promql/walk.ts";
import type { Analysed } from "./analysis.ts";

/** Of one number these give the number itself. */
const same: ReadonlySet<string> = new Set(["sum", "avg", "min", "max", "quantile", "topk", "bottomk"]);
const sameCalls: ReadonlySet<string> = new Set([
  "label_join",
  "label_replace",
  "sort",
  "sort_by_label",
  "sort_by_label_desc",
  "sort_desc",
]);
const calculated: ReadonlyMap<string, (value: number) => number> = new Map([
  ["abs", Math.abs],
  ["ceil", Math.ceil],
  ["floor", Math.floor],
  ["round", (value) => Math.floor(value + 0.5)],
]);

/**
 * Whether a constant beside `or`, taken alone, is stopped by a comparison around it: of
 * `sum by (job) (x or vector(1)) == 0` an alert without a job is not to be expected. A series of the metric that has
 * no job either could change the sum, so nothing is proven by it.
 */
export function neverPasses(found: Analysed, constant: Expr): boolean {
  let value: ValueRange | undefined = found.labels.of(constant).range;
  let inner = constant;
  for (const outer of pathTo(found.expr, constant)) {
    if (value === undefined || constantOf(value) === undefined) return false;
    if (outer.kind === "binary") {
      const isLeft = outer.left === inner;
      const { operator, bool } = outer;
      const { range } = found.labels.of(isLeft ? outer.right : outer.left);
      if (isComparison(operator)) {
        if (!bool && compare(operator, isLeft ? value : range, isLeft ? range : value) === "never")
          return true;
        if (bool || !isLeft) value = undefined;
      } else if (operator !== "or" && !(isLeft && (operator === "and" || operator === "unless")))
        value = arithmetic(operator, isLeft ? value : range, isLeft ? range : value);
    } else if (outer.kind === "aggregate") value = same.has(outer.operator) ? value : undefined;
    else if (outer.kind === "call") value = ofCall(outer, value);
    else if (outer.kind !== "paren") value = undefined;
    inner = outer;
  }
  return false;
}

function ofCall({ name, args }: Call, value: ValueRange): ValueRange | undefined {
  if (sameCalls.has(name)) return value;
  const calculate = args.length === 1 ? calculated.get(name) : undefined;
  const constant = constantOf(value);
  return calculate === undefined || constant === undefined ? undefined : constantRange(calculate(constant));
}

/** The constants that stand beside `or`, for where nothing else is there. */
export function fallbacks(found: Analysed): readonly Expr[] {
  return found.nodes.filter((node) => {
    if (node.kind !== "call" || node.name !== "vector") return false;
    const outer = pathTo(found.expr, node).find(({ kind }) => kind !== "paren");
    return outer?.kind === "binary" && outer.operator === "or";
  });
}

/** The expressions around one, the innermost first. */
function pathTo(root: Expr, inner: Expr): readonly Expr[] {
  const path: Expr[] = [];
  const { start, end } = inner.span;
  let node: Expr | undefined = root;
  while (node !== undefined && node !== inner) {
    path.push(node);
    const within: readonly Expr[] = children(node);
    node = within.find(({ span }) => span.start <= start && end <= span.end);
  }
  return path.toReversed();
}
