import { applyEdits, type Span, type TextEdit } from "../../base/text.ts";
import type { SourceDocument } from "../../model/document.ts";
import type { Expr } from "../../promql/ast.ts";
import { commentsOf } from "../../promql/comments.ts";
import { parseExpr } from "../../promql/parse.ts";
import { formatExpr } from "../../promql/pretty.ts";
import { printExpr } from "../../promql/print.ts";
import { walk } from "../../promql/walk.ts";
import type { Snapshot } from "../../world/snapshot.ts";
import { newScalar } from "../format/scalar.ts";
import { writtenExpressions } from "../written.ts";
import {
  type ExpressionPlace,
  parserOptions,
  type RulePlace,
  rewritten,
  rulePlaces,
  standsAt,
  textOf,
  vectorOf,
} from "./expression-place.ts";
import { mentionsName } from "./inline.ts";
import { edited, fileMeaning, printed } from "./proof.ts";
import { type RecordHome, recordHomes } from "./record-home.ts";
import { recordName, uniqueName } from "./record-name.ts";
import type { Refactoring } from "./refactoring.ts";
import { itemLines, lineBreakOf } from "./rule-lines.ts";

/** So many rules are looked through before it is known whether somebody wants that. */
const mostLooked = 200;

/** Makes a recording rule of the selected expression, above its rule, and uses it: here, or wherever it stands. */
export function extractRecord(place: ExpressionPlace): readonly Refactoring[] {
  const { owner, root, snapshot } = place;
  const selected = vectorOf(place);
  if (owner === undefined || selected === undefined || !isWorthwhile(selected)) return [];
  // A rule that records exactly this is the one that would be made.
  if (selected === root && owner.rule.kind === "record") return [];
  // What is recorded has another name than what was computed.
  if ([...walk(root)].some((node) => node.kind !== "selector" && mentionsName(node))) return [];
  const lines = itemLines(snapshot.document, owner.rule.node);
  const group = owner.group.rules;
  if (lines === undefined || group.length === 0) return [];
  const name = uniqueName(recordName(selected), (one) => isTaken(snapshot, one));
  const once: Refactoring = {
    id: "extract",
    title: `Extract to the recording rule ${name}`,
    kind: "refactor.extract",
    edits: () => extraction(place, selected, name, [{ place, nodes: [selected] }]),
  };
  const elsewhere = recordHomes(snapshot.document, owner).map(
    ({ id, words, insertion }): Refactoring => ({
      id: `extract.${id}`,
      title: `Extract to the recording rule ${name} in ${words}`,
      kind: "refactor.extract",
      edits: () => extraction(place, selected, name, [{ place, nodes: [selected] }], insertion),
    }),
  );
  if (countOf(equalPlaces(place, selected, { rules: mostLooked, places: 2 })) < 2)
    return [once, ...elsewhere];
  const all: Refactoring = {
    id: "extract.all",
    title: `Extract to the recording rule ${name} and use it everywhere in the file`,
    kind: "refactor.extract",
    edits: () => extraction(place, selected, name, equalPlaces(place, selected)),
  };
  return [once, all, ...elsewhere];
}

/** Something is computed, or much is selected. */
function isWorthwhile(expr: Expr): boolean {
  let node = expr;
  while (node.kind === "paren") node = node.expr;
  return node.kind !== "selector" && node.kind !== "number";
}

/** Whether the metric may be another already: a rule records it, or something reads it. */
function isTaken({ document, names }: Snapshot, name: string): boolean {
  if (names !== undefined && (names.records(name).length > 0 || names.users("metric", name).length > 0))
    return true;
  return document.text.includes(name);
}

interface Places {
  readonly place: ExpressionPlace;
  readonly nodes: readonly Expr[];
}

/** Where the file has the same expression; one with comments in it stays as it is, but for the selected one. */
function equalPlaces(
  place: ExpressionPlace,
  selected: Expr,
  most: { readonly rules: number; readonly places: number } = { rules: Infinity, places: Infinity },
): readonly Places[] {
  const wanted = printExpr(selected, parserOptions);
  const words = wanted.match(/[a-zA-Z_:][\w:]*/g) ?? [];
  const found: Places[] = [];
  let left = most.rules;
  for (const written of writtenExpressions(place.snapshot.document)) {
    const { rule, expr, scalar } = written;
    const { text } = expr;
    if (!words.every((word) => text.includes(word))) continue;
    if (countOf(found) >= most.places || --left < 0) break;
    const isHere = scalar === place.owner?.scalar;
    const { expr: root, errors } = isHere ? { expr: place.root, errors: [] } : parseExpr(text, parserOptions);
    if (root === undefined || errors.length > 0) continue;
    const nodes = [...walk(root)].filter(
      (node) =>
        node === selected ||
        (node.kind === selected.kind &&
          (node !== root || rule.kind !== "record") &&
          printExpr(node, parserOptions) === wanted &&
          commentsOf(text.slice(node.span.start, node.span.end)).length === 0),
    );
    const outer = nodes.filter(
      (node) => !nodes.some((other) => other !== node && holds(other.span, node.span)),
    );
    if (outer.length === 0) continue;
    const { snapshot, at } = place;
    found.push({
      place: isHere
        ? place
        : { snapshot, embedded: expr, root, selected: root, chain: [root], at, owner: written },
      nodes: outer,
    });
  }
  return found;
}

function countOf(places: readonly Places[]): number {
  return places.reduce((sum, { nodes }) => sum + nodes.length, 0);
}

function holds(outer: Span, inner: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

function extraction(
  place: ExpressionPlace,
  selected: Expr,
  name: string,
  uses: readonly Places[],
  elsewhere?: RecordHome["insertion"],
): readonly TextEdit[] | undefined {
  const { document } = place.snapshot;
  const { owner } = place;
  if (owner === undefined) return undefined;
  const [home] = firstOf(uses, owner, document);
  const lines = home === undefined ? undefined : itemLines(document, home.rule.node);
  if (lines === undefined) return undefined;
  const expr = laidOut(textOf(place, selected));
  const lineBreak = lineBreakOf(document.text);
  const value = newScalar(expr, lines.keys, lineBreak);
  const record = newScalar(name, lines.keys, lineBreak);
  if (value === undefined || record === undefined) return undefined;
  const dash = `${" ".repeat(lines.dash)}-${" ".repeat(lines.keys - lines.dash - 1)}`;
  const written = `${dash}record: ${record}${lineBreak}${" ".repeat(lines.keys)}expr: ${value}${lineBreak}`;
  const insertion =
    elsewhere === undefined
      ? { span: { start: lines.span.start, end: lines.span.start }, newText: written }
      : elsewhere(written, lines);
  if (insertion === undefined) return undefined;
  const edits: TextEdit[] = [insertion];
  for (const { place: where, nodes } of uses) {
    const inText = nodes.map(({ span }) => ({ span, newText: name }));
    if (!allStand(where.embedded.text, inText)) return undefined;
    const moved = withoutLostComments(where, inText);
    const inFile = rewritten(moved, inText);
    if (inFile === undefined) return undefined;
    edits.push(...inFile);
  }
  const result = edited(document, edits);
  const after = fileMeaning(result);
  const before = fileMeaning(document);
  const count = (groups: readonly (readonly string[])[]): number =>
    groups.reduce((sum, one) => sum + one.length, 0);
  const hasRule = [...rulePlaces(result)].some(
    ({ rule }) => rule.name?.value === name && printed(rule.expr?.text ?? "") === printed(expr),
  );
  return after.sound && hasRule && count(after.groups) === count(before.groups) + 1 ? edits : undefined;
}

/** The new rule stands above the first that uses it in the group of the selection. */
function firstOf(uses: readonly Places[], owner: RulePlace, document: SourceDocument): readonly RulePlace[] {
  const rules = new Set(uses.flatMap(({ place }) => (place.owner === undefined ? [] : [place.owner.rule])));
  return [...rulePlaces(document)].filter(
    ({ rule, group }) => group.node === owner.group.node && rules.has(rule),
  );
}

/** Comments of what is taken out go with it, so they are not missed here. */
function withoutLostComments(place: ExpressionPlace, edits: readonly TextEdit[]): ExpressionPlace {
  const gone = new Set(
    edits.flatMap(({ span }) =>
      commentsOf(place.embedded.text.slice(span.start, span.end)).map(({ text }) => text),
    ),
  );
  return { ...place, commentsGone: gone };
}

function allStand(text: string, edits: readonly TextEdit[]): boolean {
  let shift = 0;
  const after = applyEdits(text, edits);
  for (const { span, newText } of edits) {
    const start = span.start + shift;
    if (!standsAt(after, { start, end: start + newText.length })) return false;
    shift += newText.length - (span.end - span.start);
  }
  return true;
}

/** An expression as the formatter would write it, its comments kept. */
export function laidOut(text: string): string {
  const { expr, errors } = parseExpr(text, parserOptions);
  if (expr === undefined || errors.length > 0) return text;
  const formatted = formatExpr(expr, text, parserOptions, { flush: true });
  return formatted !== undefined && printed(formatted) === printed(text) ? formatted : text;
}
