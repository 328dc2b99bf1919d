import type { GroupingLabel } from "../../promql/ast.ts";
import type { Fix } from "../check.ts";
import type { Analysed } from "./analysis.ts";

/** Takes a label out of a list of labels, with the comma before it, or behind it where it is the first. */
export function takeOutLabel(
  { at }: Analysed,
  labels: readonly GroupingLabel[],
  label: GroupingLabel,
): readonly Fix[] | undefined {
  const index = labels.indexOf(label);
  if (index < 0) return undefined;
  const [before, after] = [labels[index - 1], labels[index + 1]];
  const start = before?.span.end ?? label.span.start;
  const end = before === undefined ? (after?.span.start ?? label.span.end) : label.span.end;
  return [
    { title: `Take ${label.name} out`, safe: false, edits: [{ span: at({ start, end }), newText: "" }] },
  ];
}
