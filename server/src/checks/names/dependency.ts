import type { VectorSelector } from "../../promql/ast.ts";
import { analyseLabels } from "../../promql/labels/analyse.ts";
import { constantOf } from "../../promql/labels/ranges.ts";
import type { Names } from "../../world/names/names.ts";
import type { NamedRule } from "../../world/names/rule.ts";
import type { RuleCheck, RuleContext } from "../check.ts";
import { type Analysed, analysed } from "../flow/analysis.ts";
import { ruleKinds } from "../rule/context.ts";
import { folderOf, inFile, namedRule, relatedTo, surelyTogether, together } from "./related.ts";

/** Circles are followed through so many rules. */
const maxSteps = 200;

/** A metric that a rule reads and recording rules write, where it is read as it is now. */
interface Read {
  /** Whether it reads a range, of which the last sample is but one. */
  readonly isRange: boolean;
  readonly selector: VectorSelector;
  readonly rules: readonly NamedRule[];
}

interface Reading {
  readonly own: NamedRule;
  readonly found: Analysed;
  readonly reads: readonly Read[];
  /** What other files of its folder write, where nothing tells whether one server loads all of them. */
  readonly perhaps: readonly Read[];
}

/** What a rule reads of other rules that are evaluated where it is; each metric once. */
function readingOf(context: RuleContext): Reading | undefined {
  const own = namedRule(context);
  const found = own === undefined ? undefined : analysed(context);
  if (own === undefined || found === undefined) return undefined;
  const reads: Read[] = [];
  const perhaps: Read[] = [];
  const seen = new Set<string>([own.kind === "record" ? own.name : ""]);
  for (const node of found.selectors) {
    if (node.name === undefined || seen.has(node.name)) continue;
    // Who looks back reads what was there long before.
    if (node.offset !== undefined || node.at !== undefined) continue;
    seen.add(node.name);
    const rules = context.names?.records(node.name) ?? [];
    const here = surelyTogether(context.facts, own.path, rules);
    const isRange = found.parents.get(node)?.kind === "matrix";
    if (here.length > 0) reads.push({ isRange, selector: node, rules: here });
    else if (rules.length > 0 && rules.length <= maxNear) {
      const near = rules.filter(
        (rule) =>
          folderOf(rule.path) === folderOf(own.path) && together(context.facts, own.path, rule) === "perhaps",
      );
      if (near.length > 0) perhaps.push({ isRange, selector: node, rules: near });
    }
  }
  return { own, found, reads, perhaps };
}

/** Of a name that more rules have nothing is guessed. */
const maxNear = 50;

/** Groups are evaluated apart, so that a rule sees what one of another group wrote an interval before. */
export const dependencyCrossGroup: RuleCheck = {
  unit: "rule",
  id: "rule.dependency-cross-group",
  severity: "hint",
  kinds: ruleKinds,
  needs: ["promql", "decoded"],
  wants: ["records", "record", "selector"],
  beyondFile: true,
  summary: "A recording rule reads one of another group, which is evaluated at another time.",
  *run(context) {
    const reading = context.rule.kind === "record" ? context.once(readingOf) : undefined;
    for (const { selector, rules } of reading === undefined ? [] : [...reading.reads, ...reading.perhaps]) {
      const [first] = rules;
      if (reading === undefined || first === undefined) continue;
      if (rules.some(({ group, uri }) => uri === reading.own.uri && group.index === reading.own.group.index))
        continue;
      // What is always the same is never old. What they say is asked of the index, which so knows on what this rests.
      context.names?.definitions(first.name);
      if (rules.every(isConstant) || context.facts.policy?.mayLag?.(selector.name ?? "") === true) continue;
      yield {
        check: dependencyCrossGroup.id,
        severity: "hint",
        message:
          "This is recorded in another group, so it can be an interval old: put both rules into one group.",
        span: reading.found.at(selector.nameSpan ?? selector.span),
        related: [relatedTo(first, `recorded in group ${first.group.name}`.slice(0, 120))],
      };
    }
  },
};

/** Whether it writes the same number whatever is stored, or nothing as long as its expression is wrong. */
function isConstant({ tree }: NamedRule): boolean {
  if (tree === undefined) return true;
  const { always, range } = analyseLabels(tree).flow;
  return always && constantOf(range) !== undefined;
}

/** Rules of a group are evaluated in order, so that one sees what a later one wrote an interval before. */
export const dependencyOrder: RuleCheck = {
  unit: "rule",
  id: "rule.dependency-order",
  severity: "warning",
  kinds: ruleKinds,
  needs: ["promql", "decoded"],
  wants: ["records", "selector"],
  beyondFile: true,
  summary: "A rule reads what a later rule of its group records, which is an interval old.",
  *run(context) {
    const reading = context.once(readingOf);
    for (const { isRange, selector, rules } of reading?.reads ?? []) {
      if (reading === undefined || isRange) continue;
      const { own } = reading;
      const inGroup = rules.filter(({ group, uri }) => uri === own.uri && group.index === own.group.index);
      const [first] = inGroup;
      if (first === undefined || inGroup.some(({ at }) => at < own.at)) continue;
      // In a circle there is no right order.
      if (
        context.names !== undefined &&
        own.kind === "record" &&
        circle(own, first, context.names) !== undefined
      )
        continue;
      yield {
        check: dependencyOrder.id,
        severity: "warning",
        message: "A later rule of the group records this, so it is an interval old: move that rule up.",
        span: reading.found.at(selector.nameSpan ?? selector.span),
        related: [relatedTo(first, "recorded here")],
      };
    }
  },
};

/** Recording rules that feed on each other have no first value, or carry one on for ever. */
export const dependencyCycle: RuleCheck = {
  unit: "rule",
  id: "rule.dependency-cycle",
  severity: "warning",
  kinds: ruleKinds,
  needs: ["promql", "decoded"],
  wants: ["records", "record", "selector"],
  beyondFile: true,
  summary: "Recording rules feed on each other in a circle.",
  *run(context) {
    const { names } = context;
    const reading = context.rule.kind === "record" ? context.once(readingOf) : undefined;
    if (names === undefined || reading === undefined) return;
    for (const { selector, rules } of reading.reads)
      for (const rule of rules) {
        const way = circle(reading.own, rule, names);
        if (way === undefined) continue;
        yield {
          check: dependencyCycle.id,
          severity: "warning",
          message:
            "This is made of what the rule itself records: break the circle, or look back with offset.",
          span: reading.found.at(selector.nameSpan ?? selector.span),
          related: way.map((each) => relatedTo(each, "on the way")),
        };
        return;
      }
  },
};

/** The rules through which `from` feeds on `own`. */
function circle(own: NamedRule, from: NamedRule, names: Names): readonly NamedRule[] | undefined {
  const before = new Map<NamedRule, NamedRule | undefined>([[from, undefined]]);
  const queue = [from];
  for (const rule of queue) {
    if (queue.length > maxSteps) return undefined;
    // What it says is asked of the index, which so knows on what this answer rests.
    names.definitions(rule.name);
    for (const { kind, name, past } of rule.uses) {
      if (kind !== "metric" || past === true) continue;
      if (name === own.name) {
        const way: NamedRule[] = [];
        for (let at: NamedRule | undefined = rule; at !== undefined; at = before.get(at)) way.unshift(at);
        return way;
      }
      for (const next of inFile(names.definitions(name), own.path)) {
        if (before.has(next) || next.uri !== own.uri) continue;
        before.set(next, rule);
        queue.push(next);
      }
    }
  }
  return undefined;
}
