import type { Expr } from "../../promql/ast.ts";
import type { Fix } from "../check.ts";
import type { Analysed } from "./analysis.ts";

/** The edit that makes an aggregation keep a label; nothing for other expressions. */
export function keepLabel(
  { at, text }: Analysed,
  node: Expr,
  label: string,
): Fix["edits"][number] | undefined {
  if (node.kind !== "aggregate") return undefined;
  const { grouping, groupingSpan, without, operatorSpan } = node;
  if (grouping === undefined || groupingSpan === undefined) {
    const { end } = at(operatorSpan);
    return {
      span: { start: end, end },
      newText: text.text[operatorSpan.end] === "(" ? ` by (${label}) ` : ` by (${label})`,
    };
  }
  if (without) return undefined;
  const last = grouping.at(-1);
  if (last !== undefined) {
    const { end } = at(last.span);
    return { span: { start: end, end }, newText: `, ${label}` };
  }
  const open = groupingSpan.start + text.text.slice(groupingSpan.start).indexOf("(") + 1;
  const { start } = at({ start: open, end: open });
  return { span: { start, end: start }, newText: label };
}
