import type { TextEdit } from "../../base/text.ts";
import type { SourceDocument } from "../../model/document.ts";
import type { RuleGroupModel, RuleModel } from "../../model/rules.ts";
import { parseExpr } from "../../promql/parse.ts";
import { walk } from "../../promql/walk.ts";
import { parserOptions, type RulePlace } from "./expression-place.ts";
import { edited, fileMeaning, meaningOf } from "./proof.ts";
import type { Refactoring } from "./refactoring.ts";
import { hasAnchors, itemLines, lineBreakOf } from "./rule-lines.ts";

/** Longer groups are not sorted at a cursor. */
const mostRules = 500;

/**
 * Puts the rules of a group so that what one records stands above those that read it; all others stay in their order.
 * Only where a rule reads what a later one records, and where no circle leaves no right order.
 */
export function sortGroup(document: SourceDocument, { group, rule }: RulePlace): readonly Refactoring[] {
  if (group.implied === true || group.rules.length < 2 || group.rules.length > mostRules) return [];
  const feeds = feedsOf(group);
  if (!isMisplaced(rule, group, feeds)) return [];
  const sorted = sortedRules(group, feeds);
  if (sorted === undefined) return [];
  return [
    {
      id: "order",
      title: "Put the rules of the group in the order in which they read each other",
      kind: "quickfix",
      fixes: "rule.dependency-order",
      edits: () => reordered(document, group, sorted),
    },
  ];
}

/** The rules of the group that each rule reads as they are now: not a range of them, not what they were. */
function feedsOf({ rules }: RuleGroupModel): ReadonlyMap<RuleModel, ReadonlySet<RuleModel>> {
  const writers = new Map<string, RuleModel[]>();
  for (const rule of rules)
    if (rule.kind === "record" && rule.name !== undefined)
      writers.set(rule.name.value, [...(writers.get(rule.name.value) ?? []), rule]);
  return new Map(
    rules.map((rule) => {
      const { expr } = parseExpr(rule.expr?.text ?? "", parserOptions);
      const read = new Set<RuleModel>();
      const nodes = expr === undefined ? [] : [...walk(expr)];
      const ranges = new Set(nodes.flatMap((node) => (node.kind === "matrix" ? [node.selector] : [])));
      for (const node of nodes)
        if (
          node.kind === "selector" &&
          !ranges.has(node) &&
          node.offset === undefined &&
          node.at === undefined
        )
          for (const writer of writers.get(node.name ?? "") ?? []) if (writer !== rule) read.add(writer);
      return [rule, read] as const;
    }),
  );
}

/** Whether the rule stands above one that it reads, or below one that reads it. */
function isMisplaced(
  rule: RuleModel,
  { rules }: RuleGroupModel,
  feeds: ReadonlyMap<RuleModel, ReadonlySet<RuleModel>>,
): boolean {
  const at = rules.indexOf(rule);
  return (
    [...(feeds.get(rule) ?? [])].some((one) => rules.indexOf(one) > at) ||
    rules.slice(0, at).some((one) => feeds.get(one)?.has(rule) === true)
  );
}

/** Nothing where rules read each other in a circle. */
function sortedRules(
  { rules }: RuleGroupModel,
  feeds: ReadonlyMap<RuleModel, ReadonlySet<RuleModel>>,
): readonly RuleModel[] | undefined {
  const sorted: RuleModel[] = [];
  const state = new Map<RuleModel, "open" | "done">();
  const visit = (rule: RuleModel): boolean => {
    const known = state.get(rule);
    if (known !== undefined) return known === "done";
    state.set(rule, "open");
    // In the order of the file, so that nothing moves that need not.
    for (const one of rules) if (feeds.get(rule)?.has(one) === true && !visit(one)) return false;
    state.set(rule, "done");
    sorted.push(rule);
    return true;
  };
  return rules.every(visit) ? sorted : undefined;
}

/** Each place of a rule gets the lines of the rule that belongs there, with its comments; proven by reading the result. */
function reordered(
  document: SourceDocument,
  group: RuleGroupModel,
  sorted: readonly RuleModel[],
): readonly TextEdit[] | undefined {
  if (group.items.length !== group.rules.length || /^[ \t]*\{\{/m.test(document.text)) return undefined;
  const lineBreak = lineBreakOf(document.text);
  const edits: TextEdit[] = [];
  for (const [at, rule] of group.rules.entries()) {
    const wanted = sorted[at];
    if (wanted === undefined || wanted === rule) continue;
    const [here, there] = [itemLines(document, rule.node), itemLines(document, wanted.node)];
    if (here === undefined || there === undefined || hasAnchors(rule.node)) return undefined;
    const ends = here.text.endsWith("\n");
    const text = there.text.endsWith("\n") ? there.text : there.text + lineBreak;
    edits.push({ span: here.span, newText: ends ? text : text.slice(0, -lineBreak.length) });
  }
  const after = fileMeaning(edited(document, edits));
  const expected = document.parts
    .flatMap(({ model }) => ("rules" in model ? model.rules.groups : []))
    .map((one) => (one.node === group.node ? sorted : one.rules).map(meaningOf));
  return after.sound && JSON.stringify(after.groups) === JSON.stringify(expected) ? edits : undefined;
}
