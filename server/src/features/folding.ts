import type { Span } from "../base/text.ts";
import type { Snapshot } from "../world/snapshot.ts";
import type { FoldingRange } from "./types.ts";

/** One fold for each group and each rule; blank lines at their ends stay visible. */
export function foldingRanges({ document }: Snapshot): readonly FoldingRange[] {
  const { lines, text, parts } = document;
  const fold = ({ start, end }: Span): FoldingRange[] => {
    const last = start + text.slice(start, end).trimEnd().length;
    const startLine = lines.positionAt(start).line;
    const endLine = lines.positionAt(last).line;
    return endLine > startLine ? [{ startLine, endLine }] : [];
  };
  return parts.flatMap(({ model }) =>
    model.kind === "rules" || model.kind === "PrometheusRule"
      ? model.rules.groups.flatMap((group) => [
          ...fold(group.node.span),
          ...group.rules.flatMap((rule) => fold(rule.node.span)),
        ])
      : [],
  );
}
