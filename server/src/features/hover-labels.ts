import { type Span, touches } from "../base/text.ts";
import type { Expr } from "../promql/ast.ts";
import { analyseLabels, type LabelAnalysis } from "../promql/labels/analyse.ts";
import { mentionedLabels } from "../promql/labels/explain.ts";
import { isOpen, labelFact } from "../promql/labels/facts.ts";
import { reasonClause } from "../promql/labels/reasons.ts";
import type { LabelFlow, ReasonKind } from "../promql/labels/types.ts";
import { walk } from "../promql/walk.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { featuresOf, parseWith } from "./embedded.ts";
import { labelOptions } from "./explain.ts";
import { code, joined, type MarkupText, markup, paragraphs, plain } from "./markdown.ts";

/** More names than these say no more to a reader. */
const most = 12;

/** The word of an expression that stands for what it does to labels; nothing for those that do nothing to them. */
function wordOf(expr: Expr): Span | undefined {
  if (expr.kind === "aggregate" || expr.kind === "binary") return expr.operatorSpan;
  return expr.kind === "call" ? expr.nameSpan : undefined;
}

/** The operands whose labels go in: of a join the one whose series are kept. */
function operands(expr: Expr): readonly Expr[] {
  const isVector = ({ type }: Expr): boolean => type === "vector" || type === "matrix";
  if (expr.kind === "aggregate") return expr.expr === undefined ? [] : [expr.expr];
  if (expr.kind === "call") return expr.args.filter(isVector).slice(0, 1);
  if (expr.kind !== "binary") return [];
  const { left, right, matching, operator } = expr;
  if (operator === "or") return [left, right];
  if (matching !== undefined) return [matching.cardinality === "one-to-many" ? right : left];
  return [left, right].filter(isVector);
}

function named(names: readonly string[], others: string | undefined): MarkupText {
  const list = names.slice(0, most).map(code);
  if (names.length > most) list.push(plain("…"));
  if (others !== undefined) list.push(plain(others));
  return joined(list, ", ");
}

interface Change {
  readonly keeps: readonly string[];
  readonly sets: readonly string[];
  readonly removes: readonly string[];
  readonly keepsOthers: boolean;
  readonly removesOthers: boolean;
}

/** Reasons of labels that get their value here. */
const setting: ReadonlySet<ReasonKind> = new Set([
  "label_replace",
  "label_join",
  "count_values",
  "quantiles",
  "included",
]);

function changeOf(expr: Expr, flow: LabelFlow, labels: LabelAnalysis): Change {
  const before = operands(expr).map((operand) => labels.of(operand));
  const had = (name: string): boolean =>
    before.some((side) => labelFact(side, name).presence !== "impossible");
  const has = (name: string): boolean => labelFact(flow, name).presence !== "impossible";
  const isSet = (name: string): boolean => {
    const { reason } = labelFact(flow, name);
    return has(name) && (!had(name) || (reason?.node === expr && setting.has(reason.kind)));
  };
  const names = [...mentionedLabels(labels.expr)].sort();
  const open = before.some(isOpen);
  return {
    keeps: names.filter((name) => had(name) && has(name) && !isSet(name)),
    sets: names.filter(isSet),
    removes: names.filter((name) => had(name) && !has(name)),
    keepsOthers: open && isOpen(flow),
    removesOthers: open && !isOpen(flow),
  };
}

/**
 * One line on what the function, aggregation or operator at an offset of an expression does to labels, such as
 * "keeps: cluster, job; removes: instance, all others", and one more where it can return nothing. Nothing where no
 * such word stands there or the expression has errors.
 */
export function labelChange(snapshot: Snapshot, text: string, offset: number): MarkupText | undefined {
  const { expr, errors } = parseWith(snapshot, text);
  if (expr === undefined || errors.length > 0) return undefined;
  let found: Expr | undefined;
  for (const node of walk(expr)) {
    const word = wordOf(node);
    if (word !== undefined && touches(word, offset)) found = node;
  }
  if (found === undefined || found.type !== "vector") return undefined;
  const labels = analyseLabels(expr, labelOptions(featuresOf(snapshot)));
  const flow = labels.of(found);
  const change = changeOf(found, flow, labels);
  const only = change.keeps.length + change.sets.length + change.removes.length === 0;
  const others = only ? "all labels" : "all others";
  const parts = [
    said("keeps:", change.keeps, change.keepsOthers ? others : undefined),
    said("sets:", change.sets, undefined),
    said("removes:", change.removes, change.removesOthers ? others : undefined),
  ].filter((part) => part !== undefined);
  const line = parts.reduce<MarkupText | undefined>(
    (all, part) => (all === undefined ? part : markup`${all}; ${part}`),
    undefined,
  );
  const { empty } = flow;
  const nothing = empty && plain(`It can never return anything: ${reasonClause(empty)}.`);
  return line === undefined && nothing === undefined ? undefined : paragraphs([line, nothing]);
}

function said(verb: string, names: readonly string[], others: string | undefined): MarkupText | undefined {
  if (names.length === 0 && others === undefined) return undefined;
  return markup`${plain(verb)} ${named(names, others)}`;
}
