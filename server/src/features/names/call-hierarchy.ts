import type { Range } from "../../base/text.ts";
import type { NameIndex } from "../../world/names/index.ts";
import type { FileNames } from "../../world/names/read.ts";
import type { NamedRule, NamePlace, NameUse } from "../../world/names/rule.ts";
import type { Snapshot } from "../../world/snapshot.ts";
import { kindOf, nameAt, ruleAt } from "./name-at.ts";
import { declarations, placeIn } from "./places.ts";

/** A rule, or a file of another kind that uses one; plain data, for it travels to the editor and back. */
export interface HierarchyItem {
  readonly name: string;
  readonly kind: "alert" | "record" | "file";
  readonly detail: string;
  readonly uri: string;
  readonly range: Range;
  readonly nameRange: Range;
}

export interface HierarchyCall {
  readonly item: HierarchyItem;
  /** Where the one that reads names the other, in the file of the one that reads. */
  readonly at: readonly Range[];
}

/** The rules under the cursor: those that its name stands for, else the one around it. */
export function prepareHierarchy(snapshot: Snapshot, offset: number): readonly HierarchyItem[] {
  const { names, document } = snapshot;
  const found = nameAt(snapshot, offset);
  if (names === undefined) return [];
  if (found?.declared !== undefined) return [itemOf(found.declared)];
  if (found !== undefined) return declarations(names, found).map(itemOf);
  const file = names.file(document.uri);
  const around = file === undefined ? undefined : ruleAt(file, offset);
  return around === undefined ? [] : [itemOf(around)];
}

/** What reads the rule: other rules, tests, routes and dashboards. */
export function incomingCalls(names: NameIndex, item: HierarchyItem): readonly HierarchyCall[] {
  const rule = ruleOf(names, item);
  if (rule === undefined) return [];
  const kind = kindOf(rule);
  const calls: HierarchyCall[] = [];
  for (const user of names.users(kind, rule.name)) {
    const isMeant = (use: NameUse): boolean => use.kind === kind && use.name === rule.name;
    const at = user.uses.filter(isMeant).map(({ span }) => user.exprPlace(span).range);
    const inTexts = user.textUses.filter(isMeant).map(({ span }) => user.placeOf(span).range);
    calls.push({ item: itemOf(user), at: [...at, ...inTexts] });
  }
  const files = new Map<FileNames, { by: string; places: NamePlace[] }>();
  for (const use of names.otherUses(kind, rule.name)) {
    if (use.use.declares === true) continue;
    const entry = files.get(use.file) ?? { by: use.use.by, places: [] };
    files.set(use.file, entry);
    entry.places.push(placeIn(use));
  }
  for (const [{ uri, path }, { by, places }] of files) {
    const at = places.map(({ range }) => range);
    const [first] = at;
    if (first === undefined) continue;
    calls.push({ item: { name: path, kind: "file", detail: by, uri, range: first, nameRange: first }, at });
  }
  return calls;
}

/** The rules that the rule reads. */
export function outgoingCalls(names: NameIndex, item: HierarchyItem): readonly HierarchyCall[] {
  const rule = ruleOf(names, item);
  const calls = new Map<NamedRule, Range[]>();
  for (const use of rule?.uses ?? [])
    for (const read of declarations(names, use)) {
      const at = calls.get(read) ?? [];
      calls.set(read, at);
      if (rule !== undefined) at.push(rule.exprPlace(use.span).range);
    }
  for (const use of rule?.textUses ?? [])
    for (const read of declarations(names, use)) {
      const at = calls.get(read) ?? [];
      calls.set(read, at);
      if (rule !== undefined) at.push(rule.placeOf(use.span).range);
    }
  return [...calls].map(([read, at]) => ({ item: itemOf(read), at }));
}

function itemOf(rule: NamedRule): HierarchyItem {
  const { name, kind, uri, group, path } = rule;
  return {
    name,
    kind,
    detail: group.name === "" ? path : `${group.name}, ${path}`,
    uri,
    range: rule.placeOf(rule.span).range,
    nameRange: rule.namePlace.range,
  };
}

/** The rule of an item that was made before: the one at its place, else the first of its file with its name. */
function ruleOf(names: NameIndex, { uri, name, kind, nameRange }: HierarchyItem): NamedRule | undefined {
  const rules = names.file(uri)?.rules.filter((rule) => rule.name === name && rule.kind === kind) ?? [];
  return rules.find((rule) => rule.namePlace.range.start.line === nameRange.start.line) ?? rules[0];
}
