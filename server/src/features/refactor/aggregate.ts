import type { Span } from "../../base/text.ts";
import type { AggregateExpr } from "../../promql/ast.ts";
import { analyseLabels } from "../../promql/labels/analyse.ts";
import { labelFact } from "../../promql/labels/facts.ts";
import type { LabelFlow } from "../../promql/labels/types.ts";
import { printLabelName } from "../../promql/print-selector.ts";
import { selectors, walk } from "../../promql/walk.ts";
import { stringMap } from "../../yaml/access.ts";
import { type ExpressionPlace, parserOptions, rewritten, vectorOf } from "./expression-place.ts";
import type { Refactoring } from "./refactoring.ts";
import { insert } from "./wrap.ts";

/** So many labels are offered in one place. */
const most = 3;

/** Puts `sum by (…)` around the selected expression: by the labels that the rule uses, else by the usual ones. */
export function addSum(place: ExpressionPlace): readonly Refactoring[] {
  const { root } = place;
  const selected = vectorOf(place);
  if (selected === undefined || selected.kind === "aggregate" || selected.kind === "paren") return [];
  const flow = analyseLabels(root, {}).of(selected);
  const buckets = selectors(selected).some(({ name }) => name?.endsWith("_bucket") === true) ? ["le"] : [];
  const used = labelsUsed(place).filter((label) => isThere(flow, label));
  const usual = [...used, ...known(flow), "job", "namespace", "instance"].filter(
    (label) => isThere(flow, label) && !buckets.includes(label),
  );
  const common = [[...new Set(usual)].slice(0, 1), []];
  const lists = used.length > 0 ? [used.slice(0, 6), ...common] : common;
  const found = new Map<string, Refactoring>();
  for (const labels of lists) {
    const list = [...new Set([...buckets, ...labels])];
    const head = list.length === 0 ? "sum(" : `sum by (${written(list)}) (`;
    found.set(head, {
      id: `sum.${list.join(",")}`,
      title: `Wrap in ${head}…)`,
      kind: "refactor.rewrite",
      edits: () => rewritten(place, [insert(selected.span.start, head), insert(selected.span.end, ")")]),
    });
  }
  return [...found.values()];
}

function written(labels: readonly string[]): string {
  return labels.map((name) => printLabelName(name, parserOptions)).join(", ");
}

function isThere(flow: LabelFlow, label: string): boolean {
  return label !== "__name__" && labelFact(flow, label).presence !== "impossible";
}

/** Labels of which the analysis knows that results carry them, the certain ones first. */
function known(flow: LabelFlow): readonly string[] {
  const found = [...flow.labels].filter(
    ([name, { presence }]) => presence !== "impossible" && name !== "__name__",
  );
  return found
    .sort((a, b) => Number(b[1].presence === "guaranteed") - Number(a[1].presence === "guaranteed"))
    .map(([name]) => name);
}

/** The labels that the texts of the alert show, and those that the expression groups and joins by. */
function labelsUsed({ owner, root }: ExpressionPlace): readonly string[] {
  const found = new Set<string>();
  for (const map of [owner?.rule.annotations, owner?.rule.labels])
    for (const text of stringMap(map).values())
      for (const [, name] of text.matchAll(/\$labels\.([a-zA-Z_]\w*)/g))
        if (name !== undefined) found.add(name);
  for (const node of walk(root)) {
    if (node.kind === "aggregate" && !node.without)
      for (const { name } of node.grouping ?? []) found.add(name);
    if (node.kind === "binary" && node.matching?.on === true)
      for (const { name } of node.matching.labels) found.add(name);
  }
  return [...found];
}

/** Adds labels to the `by` of an aggregation, or takes the one at the cursor away. */
export function changeGrouping(place: ExpressionPlace): readonly Refactoring[] {
  const { selected, root, at } = place;
  if (selected.kind !== "aggregate" || selected.expr === undefined) return [];
  const word = selected.without ? "without" : "by";
  const { grouping = [] } = selected;
  const under = grouping.findIndex(({ span }) => span.start <= at.start && at.end <= span.end);
  const label = grouping[under];
  const removal: readonly Refactoring[] =
    label === undefined
      ? []
      : [
          {
            id: `ungroup.${label.name}`,
            title: `Remove ${label.name} from ${word} (…)`,
            kind: "refactor.rewrite",
            edits: () => rewritten(place, [{ span: withComma(selected, under), newText: "" }]),
          },
        ];
  const flow = analyseLabels(root, {}).of(selected.expr);
  const candidates = selected.without
    ? known(flow)
    : [...labelsUsed(place).filter((name) => isThere(flow, name)), ...known(flow)];
  const missing = [...new Set(candidates)].filter((name) => grouping.every((one) => one.name !== name));
  return [...removal, ...missing.slice(0, most).map((name) => addition(place, selected, name, word))];
}

function addition(place: ExpressionPlace, node: AggregateExpr, name: string, word: string): Refactoring {
  return {
    id: `group.${name}`,
    title: `Add ${name} to ${word} (…)`,
    kind: "refactor.rewrite",
    edits: () => {
      const { text } = place.embedded;
      const label = written([name]);
      const last = node.grouping?.at(-1);
      if (last !== undefined) return rewritten(place, [insert(last.span.end, `, ${label}`)]);
      const { groupingSpan, operatorSpan } = node;
      if (groupingSpan === undefined)
        return rewritten(place, [
          insert(operatorSpan.end, ` by (${label})${text.charAt(operatorSpan.end) === "(" ? " " : ""}`),
        ]);
      return rewritten(place, [insert(text.indexOf("(", groupingSpan.start) + 1, label)]);
    },
  };
}

/** A label of a list with the comma before it, or behind it where it is the first. */
function withComma({ grouping = [] }: AggregateExpr, index: number): Span {
  const [before, here, after] = [grouping[index - 1], grouping[index], grouping[index + 1]];
  const start = before?.span.end ?? here?.span.start ?? 0;
  const end = before === undefined ? (after?.span.start ?? here?.span.end ?? 0) : (here?.span.end ?? 0);
  return { start, end };
}
