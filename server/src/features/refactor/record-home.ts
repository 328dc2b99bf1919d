import type { TextEdit } from "../../base/text.ts";
import type { SourceDocument } from "../../model/document.ts";
import type { RuleGroupModel } from "../../model/rules.ts";
import { keyOf, stringMap, textOf, valueAt } from "../../yaml/access.ts";
import { newScalar } from "../format/scalar.ts";
import type { RulePlace } from "./expression-place.ts";
import { groupsOf } from "./move.ts";
import { hasAnchors, type ItemLines, indented, itemLines, lineBreakOf } from "./rule-lines.ts";

/** A group other than that of a rule in which what is extracted from it can be recorded. */
export interface RecordHome {
  readonly id: string;
  /** As part of a title. */
  readonly words: string;
  /** The edit that puts a rule there, which is written as deep as `lines`; nothing where it cannot be done. */
  insertion(rule: string, lines: ItemLines): TextEdit | undefined;
}

/** More groups than these are no list to choose from at a cursor. */
const mostGroups = 4;
/** What decides when and how the rules of a group are evaluated, and which labels they set. */
const conditions = ["interval", "query_offset", "partial_response_strategy"];

/**
 * A new group above that of the rule, evaluated like it, and the groups of the file that are evaluated like it: the
 * rule then reads what was recorded up to an interval before.
 */
export function recordHomes(document: SourceDocument, { group }: RulePlace): readonly RecordHome[] {
  if (group.implied === true || hasAnchors(group.node) || /^[ \t]*\{\{/m.test(document.text)) return [];
  const others = groupsOf(document).filter((one) => one.node !== group.node && isAlike(one, group));
  return [
    ...others.slice(0, mostGroups).map((one, at) => ({
      id: `into.${at}`,
      words: `the group ${one.name?.value ?? "without a name"}`,
      insertion: (rule: string, lines: ItemLines) => intoGroup(document, one, rule, lines),
    })),
    {
      id: "new-group",
      words: "a new group",
      insertion: (rule, lines) => intoNewGroup(document, group, rule, lines),
    },
  ];
}

function isAlike(one: RuleGroupModel, other: RuleGroupModel): boolean {
  const labels = ({ node }: RuleGroupModel): string =>
    JSON.stringify([...stringMap(valueAt(node, "labels"))].sort());
  return (
    conditions.every((key) => textOf(valueAt(one.node, key)) === textOf(valueAt(other.node, key))) &&
    labels(one) === labels(other)
  );
}

/** Behind the last rule of the group, as deep as that. */
function intoGroup(
  document: SourceDocument,
  { rules, items }: RuleGroupModel,
  rule: string,
  lines: ItemLines,
): TextEdit | undefined {
  const last = rules.at(-1);
  const place = last === undefined || items.at(-1) !== last.node ? undefined : itemLines(document, last.node);
  const moved = place === undefined ? undefined : shifted(document, rule, place.dash - lines.dash);
  if (place === undefined || moved === undefined) return undefined;
  const { end } = place.span;
  const isOpen = document.text.slice(0, end).endsWith("\n");
  const lineBreak = lineBreakOf(document.text);
  return {
    span: { start: end, end },
    newText: isOpen ? moved : lineBreak + moved.slice(0, -lineBreak.length),
  };
}

/** A group above that of the rule, with what decides how it is evaluated. */
function intoNewGroup(
  document: SourceDocument,
  group: RuleGroupModel,
  rule: string,
  lines: ItemLines,
): TextEdit | undefined {
  const place = itemLines(document, group.node);
  if (place === undefined) return undefined;
  const lineBreak = lineBreakOf(document.text);
  const keys = " ".repeat(place.keys);
  const name = newScalar(nameOf(document, group), place.keys, lineBreak);
  const moved = shifted(document, rule, place.keys + 2 - lines.dash);
  if (name === undefined || moved === undefined) return undefined;
  // What is written of the group is taken as it is, but for its name and rules.
  const kept = group.node.pairs.filter((pair) => [...conditions, "labels"].includes(keyOf(pair) ?? ""));
  const texts = kept.map(
    ({ span }) => `${keys}${document.text.slice(span.start, span.end).trimEnd()}${lineBreak}`,
  );
  const dash = `${" ".repeat(place.dash)}-${" ".repeat(place.keys - place.dash - 1)}`;
  const newText = [`${dash}name: ${name}${lineBreak}`, ...texts, `${keys}rules:${lineBreak}`, moved].join("");
  return { span: { start: place.span.start, end: place.span.start }, newText };
}

function shifted(document: SourceDocument, rule: string, by: number): string | undefined {
  return indented(rule.replaceAll("\r\n", "\n"), by)?.replaceAll("\n", lineBreakOf(document.text));
}

/** The name of the group with an ending, and a number where that is taken. */
function nameOf(document: SourceDocument, { name }: RuleGroupModel): string {
  const taken = new Set(groupsOf(document).map((one) => one.name?.value));
  const stem = `${name?.value ?? "rules"}-records`;
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? stem : `${stem}-${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}
