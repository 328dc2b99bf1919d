import type { TextEdit } from "../../base/text.ts";
import type { SourceDocument } from "../../model/document.ts";
import type { RuleGroupModel } from "../../model/rules.ts";
import { asSeq, pairOf } from "../../yaml/access.ts";
import { type RulePlace, rulePlaces } from "./expression-place.ts";
import { edited, fileMeaning, meaningOf } from "./proof.ts";
import type { Refactoring } from "./refactoring.ts";
import { hasAnchors, type ItemLines, indented, itemLines, lineBreakOf } from "./rule-lines.ts";

/** More groups than this are no list to choose from at a cursor. */
const mostGroups = 8;

/** Moves the rule to another group of its file, with its comments. */
export function moveToGroup(document: SourceDocument, from: RulePlace): readonly Refactoring[] {
  if (from.group.implied === true || itemLines(document, from.rule.node) === undefined) return [];
  const groups = groupsOf(document).filter(({ node }) => node !== from.group.node);
  return groups.slice(0, mostGroups).map((to, index) => ({
    id: `move.${index}.${to.name?.value ?? ""}`,
    title: `Move the rule to the group ${to.name?.value ?? "without a name"}`,
    kind: "refactor.move",
    edits: () => {
      const moved = movedWithin(document, from, to);
      return moved !== undefined && isMoved(document, document, from, to, moved, moved) ? moved : undefined;
    },
  }));
}

/** The groups of a document that are written as such. */
export function groupsOf({ parts }: SourceDocument): readonly RuleGroupModel[] {
  return parts.flatMap(({ model }) =>
    "rules" in model ? model.rules.groups.filter(({ implied }) => implied !== true) : [],
  );
}

/** The edits of both files, or nothing where the rule cannot be moved as it is. */
export interface MovedBetween {
  readonly from: readonly TextEdit[];
  readonly to: readonly TextEdit[];
}

/** Moves a rule to a group of another file; both results are read again before they are handed out. */
export function moveBetween(
  source: SourceDocument,
  from: RulePlace,
  target: SourceDocument,
  to: RuleGroupModel,
): MovedBetween | undefined {
  const lines = movable(source, from);
  const insertion = lines === undefined ? undefined : insertionOf(source, lines, target, to);
  if (lines === undefined || insertion === undefined) return undefined;
  const removal = [removalOf(source, from, lines)];
  return isMoved(source, target, from, to, removal, [insertion])
    ? { from: removal, to: [insertion] }
    : undefined;
}

function movedWithin(
  document: SourceDocument,
  from: RulePlace,
  to: RuleGroupModel,
): readonly TextEdit[] | undefined {
  const lines = movable(document, from);
  const insertion = lines === undefined ? undefined : insertionOf(document, lines, document, to);
  return lines === undefined || insertion === undefined
    ? undefined
    : [removalOf(document, from, lines), insertion];
}

/** The lines of a rule that means the same elsewhere: it uses no anchor, and no chart decides whether it is there. */
function movable(document: SourceDocument, { rule, group }: RulePlace): ItemLines | undefined {
  const isOwn = asSeq(pairOf(group.node, "rules")?.value)?.items.includes(rule.node) === true;
  if (!isOwn || hasAnchors(rule.node) || /^[ \t]*\{\{/m.test(document.text)) return undefined;
  return itemLines(document, rule.node);
}

/** Takes the lines out; of the last rule of a group an empty list stays. */
function removalOf({ text }: SourceDocument, { group }: RulePlace, lines: ItemLines): TextEdit {
  if (group.items.length > 1) return { span: lines.span, newText: "" };
  const colon = text.indexOf(":", pairOf(group.node, "rules")?.key.span.end ?? lines.span.start);
  return { span: { start: colon + 1, end: lines.span.end }, newText: ` []${lineBreakOf(text)}` };
}

/** Puts the lines behind the last rule of a group, as deep as that stands; nothing where it has none to stand behind. */
function insertionOf(
  source: SourceDocument,
  lines: ItemLines,
  target: SourceDocument,
  to: RuleGroupModel,
): TextEdit | undefined {
  const last = to.rules.at(-1);
  const place =
    last === undefined || to.items.at(-1) !== last.node ? undefined : itemLines(target, last.node);
  if (/^[ \t]*\{\{/m.test(target.text)) return undefined;
  const lineBreak = lineBreakOf(target.text);
  const ours = source.text.slice(lines.span.start, lines.span.end).replaceAll("\r\n", "\n").trimEnd();
  const list = pairOf(to.node, "rules");
  const isEmptyList = list !== undefined && asSeq(list.value)?.items.length === 0;
  const dash =
    place?.dash ?? (isEmptyList ? target.lines.positionAt(list.key.span.start).character : undefined);
  if (dash === undefined) return undefined;
  const moved = indented(ours, dash - lines.dash)?.replaceAll("\n", lineBreak);
  if (moved === undefined) return undefined;
  if (place === undefined && list !== undefined) {
    const colon = target.text.indexOf(":", list.key.span.end) + 1;
    return { span: { start: colon, end: list.value.span.end }, newText: `${lineBreak}${moved}` };
  }
  const end = place?.span.end ?? 0;
  const isOpen = target.text.slice(0, end).endsWith("\n");
  return { span: { start: end, end }, newText: isOpen ? moved + lineBreak : lineBreak + moved };
}

/** Whether after the edits each group says what it said, but for the rule, which is the last of its new group. */
function isMoved(
  source: SourceDocument,
  target: SourceDocument,
  from: RulePlace,
  to: RuleGroupModel,
  sourceEdits: readonly TextEdit[],
  targetEdits: readonly TextEdit[],
): boolean {
  const meaning = meaningOf(from.rule);
  const expected = (document: SourceDocument): readonly (readonly string[])[] => {
    const all = document.parts.flatMap(({ model }) => ("rules" in model ? model.rules.groups : []));
    return all.map((group) => {
      const rules = group.rules.filter(({ node }) => node !== from.rule.node).map(meaningOf);
      return document === target && group.node === to.node ? [...rules, meaning] : rules;
    });
  };
  const holds = (document: SourceDocument, edits: readonly TextEdit[]): boolean => {
    const after = fileMeaning(edited(document, edits));
    return after.sound && JSON.stringify(after.groups) === JSON.stringify(expected(document));
  };
  return holds(source, sourceEdits) && (source === target || holds(target, targetEdits));
}

/** The rule that an offset lies in: in its lines, its comments above it not counted. */
export function ruleAt(document: SourceDocument, offset: number): RulePlace | undefined {
  for (const place of rulePlaces(document)) {
    const { span } = place.rule.node;
    const { line } = document.lines.positionAt(span.start);
    if (offset >= document.lines.lineStart(line) && offset <= span.end) return place;
  }
  return undefined;
}
