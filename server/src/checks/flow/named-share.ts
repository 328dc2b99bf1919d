import type { BinaryExpr, Expr } from "../../promql/ast.ts";
import { unwrapped } from "./analysis.ts";

const parts: ReadonlySet<string> = new Set(["avail", "available", "free", "used"]);
const wholes: ReadonlySet<string> = new Set(["total", "size", "max", "limit", "capacity"]);

/** Whether the names of a division say that it is a share: `x_free_bytes / x_size_bytes`, or sums of these. */
export function isNamedShare({ operator, left, right }: BinaryExpr): boolean {
  if (operator !== "/") return false;
  const [part, whole] = [unwrapped(left), unwrapped(right)];
  if (part.kind === "aggregate" && whole.kind === "aggregate") {
    const isSame = part.operator === whole.operator && part.parameter === undefined;
    return isSame && isNamed(part.expr, whole.expr);
  }
  return isNamed(part, whole);
}

function isNamed(left: Expr | undefined, right: Expr | undefined): boolean {
  const part = wordsOf(left);
  const whole = wordsOf(right);
  if (part === undefined || part.length !== whole?.length) return false;
  const differing = [...part.keys()].filter((index) => part[index] !== whole[index]);
  const [index = -1] = differing;
  return differing.length === 1 && parts.has(part[index] ?? "") && wholes.has(whole[index] ?? "");
}

/** The words of the name of a metric: `node_memory_MemFree_bytes` has `mem` and `free`. */
function wordsOf(expr: Expr | undefined): readonly string[] | undefined {
  const node = expr === undefined ? undefined : unwrapped(expr);
  if (node?.kind !== "selector" || node.name === undefined) return undefined;
  return node.name
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split("_");
}
