import type { Range, Span } from "../../base/text.ts";
import type { Names, UseIn } from "../../world/names/names.ts";
import type { NamedRule, NamePlace } from "../../world/names/rule.ts";
import type { Snapshot } from "../../world/snapshot.ts";
import { type NameAt, nameAt } from "./name-at.ts";

/** A place where a name is written. */
export interface NameOccurrence extends NamePlace {
  readonly isDeclaration: boolean;
  /** Whether it is surely this name; what a dashboard says may hold variables. */
  readonly certain: boolean;
  /** What uses it there, for people. */
  readonly by: string;
}

/** The rules that are called so. */
export function declarations(
  names: Names,
  { kind, name }: Pick<NameAt, "kind" | "name">,
): readonly NamedRule[] {
  return kind === "metric" ? names.records(name) : names.alerts(name);
}

/** Every place where a metric or an alert is named: first the rules that declare it, then what reads them. */
export function* occurrences(
  names: Names,
  { kind, name }: Pick<NameAt, "kind" | "name">,
): Iterable<NameOccurrence> {
  for (const rule of declarations(names, { kind, name }))
    yield { ...rule.namePlace, isDeclaration: true, certain: true, by: "rule" };
  for (const rule of names.users(kind, name))
    for (const use of rule.uses)
      if (use.kind === kind && use.name === name)
        yield { ...rule.exprPlace(use.span), isDeclaration: false, certain: true, by: "rule" };
  for (const rule of names.users(kind, name))
    for (const use of rule.textUses)
      if (use.kind === kind && use.name === name)
        yield { ...rule.placeOf(use.span), isDeclaration: false, certain: true, by: "template" };
  for (const { file, use } of names.otherUses(kind, name))
    yield {
      ...placeIn({ file, use }),
      isDeclaration: use.declares === true,
      certain: use.certain,
      by: use.by,
    };
}

/** The place of a use that stands in no rule. */
export function placeIn({ file: { uri, path, lines }, use: { span } }: UseIn): NamePlace {
  return { uri, path, span, range: lines.range(span) };
}

/** Where the rules are that the name under the cursor stands for. */
export function definitions(snapshot: Snapshot, offset: number): readonly NamePlace[] {
  const found = nameAt(snapshot, offset);
  if (found === undefined || snapshot.names === undefined) return [];
  return declaringPlaces(snapshot.names, found);
}

/** Where the rules are that are called so, those in templates of charts last. */
export function declaringPlaces(names: Names, found: Pick<NameAt, "kind" | "name">): readonly NamePlace[] {
  const inCharts = names.otherUses(found.kind, found.name).filter(({ use }) => use.declares === true);
  return [...declarations(names, found).map((rule) => rule.namePlace), ...inCharts.map(placeIn)];
}

/** Where the name under the cursor is used; with its declarations where these are asked for. */
export function references(
  snapshot: Snapshot,
  offset: number,
  withDeclarations: boolean,
): readonly NameOccurrence[] {
  const found = nameAt(snapshot, offset);
  if (found === undefined || snapshot.names === undefined) return [];
  return [...occurrences(snapshot.names, found)].filter(
    ({ isDeclaration }) => withDeclarations || !isDeclaration,
  );
}

export interface Highlight {
  readonly range: Range;
  readonly span: Span;
  readonly kind: "read" | "write";
}

/** The places of the file at which the name under the cursor stands. */
export function highlights(snapshot: Snapshot, offset: number): readonly Highlight[] {
  const { uri } = snapshot.document;
  return references(snapshot, offset, true)
    .filter((place) => place.uri === uri)
    .map(({ range, span, isDeclaration }) => ({ range, span, kind: isDeclaration ? "write" : "read" }));
}
