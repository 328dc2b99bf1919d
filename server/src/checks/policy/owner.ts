import { nearest } from "../../base/nearest.ts";
import type { Span } from "../../base/text.ts";
import { type ActivePolicy, activePolicies, type RuleFacts } from "../../world/policy/match.ts";
import { anyMatches } from "../../world/policy/pattern.ts";
import { asSeq, valueAt } from "../../yaml/access.ts";
import type { CheckContext, DocumentCheck, OfRule, RawFinding, RuleContext } from "../check.ts";
import { short } from "../monitor/words.ts";
import { ruleFileOf, ruleKinds } from "../rule/context.ts";
import { askedOf, findingOf } from "./asked.ts";

/** Who a comment says owns something. */
interface Owner {
  readonly name: string;
  readonly span: Span;
}

/** What one rule says of owners: its own, and the one that stands behind it, above the next rule. */
interface RuleOwners {
  /** The policies that ask for an owner, with what others have made of them. */
  readonly asking: readonly (Pick<ActivePolicy, "severity" | "message" | "link"> & {
    readonly index: number;
  })[];
  readonly head: Span;
  readonly own: Owner | undefined;
  readonly next: Owner | undefined;
  readonly ofFile: Owner | undefined;
}

const comment = /#[ \t]*(?:pint[ \t]+(rule|file)\/owner|promscope[ \t]+owner(-file)?)[ \t]+(\S[^\r\n]*)/g;

function ownersIn(text: string, offset: number): readonly (Owner & { readonly ofFile: boolean })[] {
  if (!text.includes("owner")) return [];
  return [...text.matchAll(comment)].map(({ index, 0: whole, 1: pint, 2: own, 3: rest = "" }) => {
    const name = rest.trim();
    const start = offset + index + whole.length - rest.length;
    return { name, span: { start, end: start + name.length }, ofFile: pint === "file" || own !== undefined };
  });
}

/** Made of each rule, so a function that lives as long as the program. */
function ownersOf(context: RuleContext): RuleOwners | undefined {
  const { item, lines, rule } = context;
  const { start, end } = item.span;
  const inside = ownersIn(lines.text.slice(start, end), start);
  const behind = ownersIn(commentsFrom(lines.text, end), end);
  const asked = askedOf(context);
  const asking = (asked?.active ?? []).filter(({ policy }) => policy.demands?.owner !== undefined);
  if (asking.length === 0 && inside.length + behind.length === 0) return undefined;
  const isRule = ({ ofFile }: { readonly ofFile: boolean }): boolean => !ofFile;
  return {
    asking: asking.map(({ policy, severity, message, link }) => ({
      index: policy.index,
      severity,
      message,
      link,
    })),
    head: asked?.head ?? rule.node.span,
    own: inside.find(isRule),
    next: behind.find(isRule),
    ofFile: [...inside, ...behind].find(({ ofFile }) => ofFile),
  };
}

/** The comments that stand behind an offset, up to the first line that is no comment. */
function commentsFrom(text: string, offset: number): string {
  let end = lineEnd(text, offset);
  for (let at = end + 1; at < text.length; at = end + 1) {
    const next = lineEnd(text, at);
    if (!/^[ \t]*(?:#|\r?$)/.test(text.slice(at, next))) break;
    end = next;
  }
  return text.slice(offset, end);
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end;
}

/** The comments right above an offset. */
function commentsAbove(text: string, offset: number): { readonly text: string; readonly offset: number } {
  const end = text.lastIndexOf("\n", offset - 1) + 1;
  let start = end;
  while (start > 0) {
    const above = text.lastIndexOf("\n", start - 2) + 1;
    if (!/^[ \t]*(?:#|\r?$)/.test(text.slice(above, start - 1))) break;
    start = above;
  }
  return { text: text.slice(start, end), offset: start };
}

/** A comment must say who owns a rule (pint's `rule/owner`). */
export const owner: DocumentCheck = {
  unit: "document",
  id: "policy.owner",
  severity: "warning",
  kinds: ruleKinds,
  summary: "No comment says who owns a rule, or it names somebody that a policy does not know.",
  *run(context) {
    const policies = context.snapshot.policy?.policies ?? [];
    if (!policies.some(({ demands }) => demands?.owner !== undefined)) return;
    const { text } = context.snapshot.document;
    const rules = context.rules(ownersOf);
    const ofFile = fileOwner(text, rules);
    const strangers = new Set<number>();
    let group = -1;
    let above: Owner | undefined;
    for (const rule of rules) {
      const { value, group: index } = rule;
      if (index !== group) {
        group = index;
        above = ofFirst(context, index);
      }
      const found = value?.own ?? above ?? ofFile;
      for (const { index: asking, ...told } of value?.asking ?? []) {
        const policy = policies.find((each) => each.index === asking);
        if (value === undefined || policy === undefined) continue;
        // Who owns the file is told where that is written, once for all its rules.
        if (found === ofFile && found !== undefined) {
          if (strangers.has(asking)) continue;
          strangers.add(asking);
        }
        const span =
          found === ofFile && found !== undefined ? found.span : rule.place(value.own?.span ?? value.head);
        yield* judged({ policy, ...told }, found, span);
      }
      const next = value?.next;
      above = next === undefined ? undefined : { name: next.name, span: rule.place(next.span) };
    }
    if (ofFile === undefined) return;
    for (const active of activePolicies(
      { path: context.snapshot.policy?.path ?? "", policies },
      factsOfNothing,
    ))
      if (active.policy.demands?.owner !== undefined && rules.length === 0)
        yield* judged(active, ofFile, ofFile.span);
  },
};

/** A file without rules is about no rule. */
const factsOfNothing: RuleFacts = {
  kind: "unknown",
  name: undefined,
  group: undefined,
  labels: new Map(),
  annotations: new Map(),
  for: undefined,
  keepFiringFor: undefined,
};

/** The owner that a comment anywhere in the file names for all of it. */
function fileOwner(text: string, rules: readonly OfRule<RuleOwners | undefined>[]): Owner | undefined {
  // Around the rules, and for a small file in them, too.
  const around = ownersIn(text, 0).find((each) => each.ofFile);
  if (around !== undefined) return around;
  const rule = rules.find(({ value }) => value?.ofFile !== undefined);
  const own = rule?.value?.ofFile;
  return rule === undefined || own === undefined ? undefined : { name: own.name, span: rule.place(own.span) };
}

function* judged(active: ActivePolicy, found: Owner | undefined, span: Span): Iterable<RawFinding> {
  const allowed = active.policy.demands?.owner ?? [];
  if (found === undefined) {
    const words = "Nobody is named as the owner of this rule: add a comment, # promscope owner NAME.";
    yield findingOf(owner.id, active, { words, span });
    return;
  }
  if (anyMatches(allowed, found.name)) return;
  const names = allowed.flatMap(({ literals }) => literals ?? []);
  const meant = nearest(found.name, names);
  const hint =
    meant === undefined
      ? "is none of the owners that are allowed"
      : `is unknown: did you mean ${short(meant)}`;
  yield findingOf(owner.id, active, {
    words: `The owner ${short(found.name)} ${hint}${meant === undefined ? "." : "?"}`,
    span,
  });
}

/** The owner named above the first rule of a group. */
function ofFirst(context: CheckContext, index: number): Owner | undefined {
  const group = ruleFileOf(context)?.groups.find((each) => each.index === index);
  const list = asSeq(group === undefined ? undefined : valueAt(group.node, "rules"));
  if (list === undefined) return undefined;
  const above = commentsAbove(context.snapshot.document.text, list.span.start);
  return ownersIn(above.text, above.offset).find(({ ofFile }) => !ofFile);
}
