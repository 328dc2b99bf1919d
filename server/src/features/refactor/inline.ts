import { quoteGo } from "../../base/go-text.ts";
import { applyEdits, type TextEdit } from "../../base/text.ts";
import type { Expr, LabelMatcher, MatrixSelector, VectorSelector } from "../../promql/ast.ts";
import { commentsOf } from "../../promql/comments.ts";
import { parseExpr } from "../../promql/parse.ts";
import { printExpr } from "../../promql/print.ts";
import { selectors, walk } from "../../promql/walk.ts";
import type { Snapshot } from "../../world/snapshot.ts";
import { stringMap, textOf, valueAt } from "../../yaml/access.ts";
import { type ExpressionPlace, parentOf, parserOptions, replaced, rulePlaces } from "./expression-place.ts";
import { asSubquery, movedInTime, ofSelector } from "./inline-time.ts";
import { pushMatchers } from "./push-matchers.ts";
import type { Refactoring } from "./refactoring.ts";

/** What a rule records. */
interface Definition {
  readonly expr: string;
  readonly labels: ReadonlyMap<string, string>;
  /** That of its group; nothing where it writes none, so that the server's counts. */
  readonly interval: string | undefined;
}

/** Puts the expression of a recording rule in the place of its name. */
export function inlineRecord(place: ExpressionPlace): readonly Refactoring[] {
  const { selected } = place;
  const inner = selected.kind === "matrix" ? selected.selector : selected;
  if (inner.kind !== "selector" || inner.name === undefined || inner.nameSpan === undefined) return [];
  const { name } = inner;
  const definitions = definitionsOf(place.snapshot, name);
  const [definition, ...others] = definitions;
  if (definition === undefined) return [];
  const outcome =
    others.length > 0
      ? `The workspace has ${definitions.length} rules that record ${name}: which one is meant cannot be told.`
      : inlined(place, inner, definition);
  return [
    {
      id: "inline",
      title: `Inline the recording rule ${name}`,
      kind: "refactor.inline",
      refused: typeof outcome === "string" ? outcome : undefined,
      edits: () =>
        typeof outcome === "string"
          ? undefined
          : replaced(place, matrixOf(place, inner) ?? inner, outcome.text),
    },
  ];
}

/** The rules that record a metric: those of this file as it is being typed, then those of the workspace. */
function definitionsOf({ document, names }: Snapshot, name: string): readonly Definition[] {
  const found: Definition[] = [];
  for (const { rule, group } of rulePlaces(document)) {
    if (rule.kind !== "record" || rule.name?.value !== name) continue;
    const labels = new Map([...stringMap(valueAt(group.node, "labels")), ...stringMap(rule.labels)]);
    const interval = textOf(valueAt(group.node, "interval"));
    found.push({ expr: rule.expr?.text ?? "", labels, interval });
  }
  for (const { uri, expr, labels, group } of names?.definitions(name) ?? [])
    if (uri !== document.uri) found.push({ expr: expr?.text ?? "", labels, interval: group.interval });
  return found;
}

/** The range that a selector is read over. */
function matrixOf(place: ExpressionPlace, use: VectorSelector): MatrixSelector | undefined {
  const around = place.selected.kind === "matrix" ? place.selected : parentOf(place, use);
  return around?.kind === "matrix" ? around : undefined;
}

/** The text that stands for the use, or the sentence that says why there is none. */
function inlined(
  place: ExpressionPlace,
  use: VectorSelector,
  { expr: source, labels, interval }: Definition,
): { readonly text: string } | string {
  const matrix = matrixOf(place, use);
  const parent = parentOf(place, matrix ?? use);
  const { expr, errors } = parseExpr(source, parserOptions);
  if (expr === undefined || errors.length > 0)
    return "The expression of the recording rule is not valid PromQL.";
  if (expr.type !== "vector")
    return "The recording rule computes a number without labels, which cannot be inlined.";
  if (parent?.kind === "call" && ofSelector.has(parent.name) && !isAbsentOfNothing(parent.name, use, expr))
    return `${parent.name} looks at the selector itself, so what the rule records cannot be inlined there.`;
  if ([...walk(place.root), ...walk(expr)].some(mentionsName))
    return "The expression looks at metric names, which would be others after inlining.";
  if (selectors(expr).some(({ name }) => name === use.name))
    return "The recording rule reads its own metric, which cannot be inlined.";
  const onLabels = use.matchers.find(({ name }) => labels.has(name));
  if (onLabels !== undefined)
    return `The matcher on ${onLabels.name} cannot be moved: the recording rule itself sets that label.`;
  const pushed = pushedText(source, expr, use.matchers);
  if (typeof pushed === "string") return pushed;
  const text = withLabels(oneLine(pushed.text), labels);
  if (matrix !== undefined) return asSubquery(text, use, matrix.range, interval);
  return use.offset === undefined && use.at === undefined ? { text } : movedInTime(text, use);
}

/** `absent` takes labels from the matchers of a selector alone: where there are none before and after, it gives the same. */
function isAbsentOfNothing(call: string, { matchers }: VectorSelector, definition: Expr): boolean {
  let node = definition;
  while (node.kind === "paren") node = node.expr;
  return call === "absent" && matchers.length === 0 && node.kind !== "selector";
}

/** Whether a part of an expression looks at the metric's name, which is another one once something is recorded. */
export function mentionsName(node: Expr): boolean {
  if (node.kind === "aggregate") return node.grouping?.some(({ name }) => name === "__name__") === true;
  if (node.kind === "selector") return node.matchers.some(({ name }) => name === "__name__");
  if (node.kind === "binary") return node.matching?.labels.some(({ name }) => name === "__name__") === true;
  return node.kind === "string" && node.value === "__name__";
}

function pushedText(
  source: string,
  expr: Expr,
  matchers: readonly LabelMatcher[],
): { readonly text: string } | string {
  if (matchers.length === 0) return { text: source.trim() };
  const pushed = pushMatchers(expr, matchers);
  if (!pushed.ok) return pushed.why;
  const written = matchers.map(({ name, operator, value }) => `${name}${operator}${quoteGo(value)}`);
  const edits: TextEdit[] = pushed.selectors.map((selector) => withMatchers(source, selector, written));
  return { text: applyEdits(source, edits).trim() };
}

function withMatchers(
  source: string,
  { bracesSpan, nameSpan, matchers, span }: VectorSelector,
  added: readonly string[],
): TextEdit {
  if (bracesSpan === undefined) {
    const at = nameSpan?.end ?? span.end;
    return { span: { start: at, end: at }, newText: `{${added.join(",")}}` };
  }
  const last = matchers.at(-1);
  const at = last?.span.end ?? source.indexOf("{", bracesSpan.start) + 1;
  return { span: { start: at, end: at }, newText: `${last === undefined ? "" : ","}${added.join(",")}` };
}

/** On one line, unless comments need theirs. */
function oneLine(text: string): string {
  if (!text.includes("\n") || commentsOf(text).length > 0) return text;
  const { expr } = parseExpr(text, parserOptions);
  return expr === undefined ? text : printExpr(expr, parserOptions);
}

/** What the recording rule adds to its results. */
function withLabels(text: string, labels: ReadonlyMap<string, string>): string {
  let result = text;
  for (const [name, value] of labels)
    result = `label_replace(${result}, ${quoteGo(name)}, ${quoteGo(value.replaceAll("$", "$$$$"))}, "", "")`;
  return result;
}
