import type { Expr } from "../../promql/ast.ts";
import { selectors } from "../../promql/walk.ts";

/** Functions that give what a counter grows by: the name of what they make goes without `_total`. */
const growth: ReadonlySet<string> = new Set(["rate", "irate", "increase"]);

const operations: ReadonlyMap<string, string> = new Map([
  ["/", "ratio"],
  ["+", "sum"],
  ["-", "difference"],
  ["*", "product"],
]);

/**
 * A name for what an expression gives as the Prometheus documentation recommends: `level:metric:operations`. The level
 * is the labels that the outermost aggregation keeps, the operations stand with the last one first, and `sum` goes
 * without saying where there is another.
 */
export function recordName(expr: Expr): string {
  const found: string[] = [];
  let level: string | undefined;
  let node: Expr | undefined = expr;
  let isRatio = false;
  while (node !== undefined) {
    const at: Expr = node;
    node = undefined;
    if (at.kind === "paren" || at.kind === "unary") node = at.expr;
    else if (at.kind === "aggregate") {
      level ??= levelOf(
        at.without,
        (at.grouping ?? []).map(({ name }) => name),
      );
      found.push(at.operator);
      node = at.expr;
    } else if (at.kind === "call") {
      const inner: Expr | undefined =
        at.args.find(({ type }) => type === "matrix") ?? at.args.find(({ type }) => type === "vector");
      found.push(at.name + rangeOf(inner));
      node = inner;
    } else if (at.kind === "matrix") node = at.selector;
    else if (at.kind === "subquery") node = at.expr;
    else if (at.kind === "binary") {
      isRatio ||= at.operator === "/";
      if (at.left.type === "vector" && at.right.type === "vector")
        found.push(operations.get(at.operator) ?? at.operator);
      node = at.left.type === "vector" ? at.left : at.right;
    }
  }
  return named(expr, level, found, isRatio);
}

function named(expr: Expr, level: string | undefined, found: readonly string[], isRatio: boolean): string {
  const metrics = [...new Set(selectors(expr).map(({ name }) => name ?? "series"))];
  const [first = "series", second] = metrics;
  const own = first.split(":");
  const grows = found.some((one) => growth.has(one.replace(/\d.*$/, "")));
  const metric = (name: string): string => {
    const base = name.split(":").find((part, i, all) => part !== "" && (all.length < 2 || i > 0)) ?? name;
    return grows ? base.replace(/_total$/, "") : base;
  };
  const middle = isRatio && second !== undefined ? `${metric(first)}_per_${metric(second)}` : metric(first);
  const before = own.length > 2 ? own.slice(2).join("_") : "";
  const others = found.filter((one) => one !== "sum");
  const all = [
    ...(others.length === 0 && before === "" ? found : others),
    ...(before === "" ? [] : [before]),
  ];
  const words = [...new Set(all)].join("_") || "value";
  const whole = `${level ?? (own.length > 1 && own[0] !== "" ? own[0] : "instance")}:${middle}:${words}`;
  return whole.replace(/[^a-zA-Z0-9_:]/g, "_");
}

function levelOf(without: boolean, labels: readonly string[]): string {
  if (without) return labels.includes("instance") || labels.includes("pod") ? "job" : "instance";
  return labels.filter((name) => name !== "le").join("_") || "global";
}

/** The length of the range that a function looks at, as part of its name. */
function rangeOf(of: Expr | undefined): string {
  if (of?.kind !== "matrix" && of?.kind !== "subquery") return "";
  return of.range.text.replace(/[^a-zA-Z0-9]/g, "");
}

/** The name, or with a number behind it the first that is not taken. */
export function uniqueName(name: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(name)) return name;
  for (let i = 2; ; i++) if (!isTaken(`${name}_${i}`)) return `${name}_${i}`;
}
