import type { DurationExpr, Expr } from "../../promql/ast.ts";
import type { Analysed } from "./analysis.ts";

/** The offset that is written at an expression. */
export function offsetOf(node: Expr): DurationExpr | undefined {
  return node.kind === "selector" || node.kind === "subquery" ? node.offset : undefined;
}

/** How far before the moment of the evaluation a selector reads, in seconds; `@` makes it unknown, which is 0. */
export function lookbackOf({ parents }: Analysed, selector: Expr): number {
  let back = 0;
  for (let at: Expr | undefined = selector; at !== undefined; at = parents.get(at)) {
    if ((at.kind === "selector" || at.kind === "subquery") && at.at !== undefined) return 0;
    if (at.kind === "matrix" || at.kind === "subquery") back += at.range.seconds ?? 0;
    back += offsetOf(at)?.seconds ?? 0;
  }
  return back;
}

/** How far before the moment of the evaluation the newest sample lies that a selector reads; as above. */
export function offsetsOf({ parents }: Analysed, selector: Expr): number {
  let back = 0;
  for (let at: Expr | undefined = selector; at !== undefined; at = parents.get(at)) {
    if ((at.kind === "selector" || at.kind === "subquery") && at.at !== undefined) return 0;
    back += offsetOf(at)?.seconds ?? 0;
  }
  return back;
}
