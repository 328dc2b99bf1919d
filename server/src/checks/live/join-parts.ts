import type { Labels } from "../../base/labels.ts";
import type { BinaryExpr } from "../../promql/ast.ts";
import { labelFact } from "../../promql/labels/facts.ts";
import type { LabelFlow } from "../../promql/labels/types.ts";
import { isPlainLabelName, quoted } from "../../promql/quote.ts";
import { escapedForYaml } from "../../yaml/escape.ts";
import type { Fix } from "../check.ts";
import type { Analysed } from "../flow/analysis.ts";

export type Side = "left" | "right";

export interface Join {
  readonly node: BinaryExpr;
  readonly matching: NonNullable<BinaryExpr["matching"]>;
}

/** Operators between vectors whose sides must tell their series apart. */
export function oneSidedJoins({ nodes }: Analysed): readonly Join[] {
  return nodes.flatMap((node) =>
    node.kind === "binary" && node.matching !== undefined && node.matching.cardinality !== "many-to-many"
      ? [{ node, matching: node.matching }]
      : [],
  );
}

/** The clause that keeps the labels that an operator compares: `by (a)` for `on (a)`, `without (a)` for `ignoring (a)`. */
export function comparedBy({ matching }: Join): string {
  const names = matching.labels.map(({ name }) => (isPlainLabelName(name) ? name : quoted(name)));
  if (matching.on === true) return `by (${names.join(", ")})`;
  return `without (${["__name__", ...names].join(", ")})`;
}

/** Whether an error about this match may be one of that operator: of the labels that it names none is out of place. */
export function mayBeAbout(
  found: Analysed,
  { node, matching }: Join,
  { side, group, pair }: { readonly side: Side; readonly group: Labels; readonly pair: readonly Labels[] },
): boolean {
  const names = new Set(matching.labels.map(({ name }) => name));
  if (Object.keys(group).some((name) => name === "__name__" || names.has(name) !== (matching.on === true)))
    return false;
  const flow = found.labels.of(side === "left" ? node.left : node.right);
  return pair.every((labels) => mayCarry(flow, labels));
}

function mayCarry(flow: LabelFlow, labels: Labels): boolean {
  for (const name of Object.keys(labels)) if (labelFact(flow, name).presence === "impossible") return false;
  for (const [name, { presence }] of flow.labels)
    if (presence === "guaranteed" && !Object.hasOwn(labels, name)) return false;
  return true;
}

/** The fix that lets a side have several series for each of the other; nothing where the scalar cannot hold it. */
export function groupingFix(
  found: Analysed,
  { node, matching }: Join,
  many: Side,
): readonly Fix[] | undefined {
  if (matching.cardinality !== "one-to-one") return undefined;
  const clause = many === "left" ? "group_left ()" : "group_right ()";
  const { text } = found.text;
  const between = { start: node.operatorSpan.end, end: node.right.span.start };
  const written = text.slice(between.start, between.end);
  // In a comment a bracket closes nothing.
  if (written.includes("#")) return undefined;
  const close =
    matching.on === undefined
      ? undefined
      : text.indexOf(")", matching.labels.at(-1)?.span.end ?? between.start);
  if (close !== undefined && (close < 0 || close >= between.end)) return undefined;
  const bool = /^\s*bool\b/.exec(written)?.[0].length ?? 0;
  const at = close === undefined ? between.start + bool : close + 1;
  const newText = escapedForYaml(
    close === undefined ? ` ignoring () ${clause}` : ` ${clause}`,
    found.text.scalar?.style,
  );
  if (newText === undefined) return undefined;
  return [
    {
      title: `Write ${clause.slice(0, -3)}`,
      safe: false,
      edits: [{ span: found.at({ start: at, end: at }), newText }],
    },
  ];
}
