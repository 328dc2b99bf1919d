import type { Span } from "../base/text.ts";
import type { EmbeddedText } from "../model/document.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { parseWith, rulesOf } from "./embedded.ts";
import type { CodeLens } from "./types.ts";

/**
 * One line above each rule whose expression Prometheus would accept: run it on the first environment that
 * can, and, where there are several, choose another. A `.promql` file has its line at the top.
 */
export function codeLenses(snapshot: Snapshot): readonly CodeLens[] {
  const names = snapshot.environments.flatMap(({ environment, queries }) =>
    queries === undefined ? [] : [environment.name],
  );
  const [first] = names;
  if (first === undefined) return [];
  const lenses: CodeLens[] = [];
  const add = (embedded: EmbeddedText, start: number): void => {
    if (embedded.text.trim() === "" || parseWith(snapshot, embedded.text).errors.length > 0) return;
    const shared = {
      span: lineOf(snapshot, start),
      expr: embedded.text.trim(),
      exprSpan: embedded.map.spanToSource({ start: 0, end: embedded.text.length }),
      environment: first,
    };
    lenses.push({ ...shared, kind: "run", title: `▶ Run on ${first}` });
    if (names.length > 1) lenses.push({ ...shared, kind: "run-on", title: "Run on…" });
  };
  for (const { model } of snapshot.document.parts) if (model.kind === "promql") add(model.expression, 0);
  for (const { node, expr } of rulesOf(snapshot)) if (expr !== undefined) add(expr, node.span.start);
  return lenses;
}

function lineOf({ document }: Snapshot, start: number): Span {
  const { line } = document.lines.positionAt(start);
  return {
    start,
    end: Math.max(start, document.lines.lineStart(line) + document.lines.lineText(line).length),
  };
}
