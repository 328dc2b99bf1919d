import type { Span } from "../../base/text.ts";
import { parseDuration } from "../../promql/literals.ts";
import { selectors } from "../../promql/walk.ts";
import { type ActivePolicy, activePolicies, type RuleFacts } from "../../world/policy/match.ts";
import { anyMatches } from "../../world/policy/pattern.ts";
import type { Bounds, FilePolicy, GroupDemands, Match } from "../../world/policy/types.ts";
import { asScalar, asSeq, pairOf, textOf, valueAt } from "../../yaml/access.ts";
import type { YamlMap, YamlScalar } from "../../yaml/node.ts";
import type { CheckContext, DocumentCheck, Finding, RuleContext } from "../check.ts";
import { analysed } from "../flow/analysis.ts";
import { short } from "../monitor/words.ts";
import { keySpan, ruleFileOf, ruleKinds } from "../rule/context.ts";
import { askedOf, findingOf, type Said } from "./asked.ts";
import { boundsFault, durationText } from "./durations.ts";
import { nameFault } from "./names.ts";

/** What a policy asks of a group, and the metrics that its rules read. */
interface AskedOfGroup {
  readonly node: YamlMap;
  readonly head: Span;
  readonly active: readonly ActivePolicy[];
  readonly metrics: ReadonlySet<string>;
  readonly rules: number;
}

/** Of one rule: which policies that ask something of groups are about it, and what it reads. */
interface OfGroup {
  readonly policies: readonly number[];
  readonly metrics: readonly string[];
}

/** Made of each rule, so a function that lives as long as the program. */
function ofGroup(context: RuleContext): OfGroup | undefined {
  const active = (askedOf(context)?.active ?? []).filter(({ policy }) => policy.demands?.group !== undefined);
  if (active.length === 0) return undefined;
  const wantsMetrics = active.some(({ policy }) => (policy.demands?.group?.tenants.length ?? 0) > 0);
  const found = wantsMetrics ? analysed(context) : undefined;
  const metrics = found === undefined ? [] : selectors(found.expr).flatMap(({ name }) => name ?? []);
  return { policies: active.map(({ policy }) => policy.index), metrics };
}

function groupsAsked(context: CheckContext): readonly AskedOfGroup[] {
  const { policy } = context.snapshot;
  if (policy?.policies.some(({ demands }) => demands?.group !== undefined) !== true) return [];
  const groups = ruleFileOf(context)?.groups ?? [];
  const rules = context.rules(ofGroup);
  return groups.flatMap((group) => {
    if (group.implied === true) return [];
    const own = rules.filter(({ group: index }) => index === group.index);
    const indexes = new Set(own.flatMap(({ value }) => value?.policies ?? []));
    const name = group.name?.value;
    return {
      node: group.node,
      head: group.name?.span ?? keySpan(group.node.pairs, ["name", "rules"], group.node.span),
      active: activeOf(policy, name).filter(
        ({ policy: each }) => indexes.has(each.index) || (own.length === 0 && !each.match.some(readsRules)),
      ),
      metrics: new Set(own.flatMap(({ value }) => value?.metrics ?? [])),
      rules: own.length,
    };
  });
}

/** All policies for groups of that name, whatever they say of rules. */
function activeOf({ path, policies }: FilePolicy, name: string | undefined): readonly ActivePolicy[] {
  const facts: RuleFacts = {
    kind: "unknown",
    name: undefined,
    group: name,
    labels: new Map(),
    annotations: new Map(),
    for: undefined,
    keepFiringFor: undefined,
  };
  const widened = policies.map((policy) =>
    policy.demands === undefined ? policy : { ...policy, match: policy.match.map(withoutRules) },
  );
  return activePolicies({ path, policies: widened }, facts);
}

function withoutRules(match: Match): Match {
  const none = {
    kinds: [],
    names: [],
    labels: [],
    annotations: [],
    for: undefined,
    keepFiringFor: undefined,
  };
  return { ...match, ...none, not: match.not.filter((not) => !readsRules(not)) };
}

/** Whether it is about some of the rules, and not about whole groups. */
function readsRules({ kinds, names, labels, annotations, ...match }: Match): boolean {
  const lists = kinds.length + names.length + labels.length + annotations.length;
  return lists > 0 || match.for !== undefined || match.keepFiringFor !== undefined;
}

/** A check of groups. A policy that is about some rules asks it of the groups of these. */
function groupCheck(
  id: string,
  summary: string,
  say: (asked: AskedOfGroup, demands: GroupDemands) => Iterable<Said>,
): DocumentCheck {
  return {
    unit: "document",
    id,
    severity: "warning",
    kinds: ruleKinds,
    summary,
    *run(context) {
      for (const asked of context.once(groupsAsked))
        for (const active of asked.active) {
          const demands = active.policy.demands?.group;
          if (demands !== undefined)
            for (const said of say(asked, demands)) yield findingOf(id, active, said);
        }
    },
  };
}

export const groupName = groupCheck(
  "policy.group-name",
  "The name of a group is not as a policy wants it.",
  function* ({ node }, { name: demand }) {
    const name = asScalar(valueAt(node, "name"));
    const fault = name === undefined || demand === undefined ? undefined : nameFault(name.value, demand);
    if (name !== undefined && fault !== undefined)
      yield { words: `The name ${short(name.value, 30)} ${fault}.`, span: name.span };
  },
);

function* bounded({ node, head }: AskedOfGroup, key: string, bounds: Bounds | undefined): Iterable<Said> {
  if (bounds === undefined) return;
  const scalar = asScalar(valueAt(node, key));
  if (scalar === undefined || scalar.type === "null") {
    if (bounds.required) yield { words: `This group must have ${key}.`, span: head };
    return;
  }
  const { value, error } = parseDuration(scalar.value);
  const fault = error === undefined ? boundsFault(value, bounds) : undefined;
  if (fault === undefined) return;
  const near = durationText(value < (bounds.min ?? 0) ? (bounds.min ?? 0) : (bounds.max ?? value));
  yield {
    words: `This ${key} ${fault}, which is not allowed.`,
    span: scalar.span,
    fixes: written(scalar, near),
  };
}

function written({ span }: YamlScalar, newText: string): Finding["fixes"] {
  return [{ title: `Write ${newText}`, safe: false, edits: [{ span, newText }] }];
}

export const intervalBounds = groupCheck(
  "policy.interval",
  "The interval of a group is missing, too short or too long.",
  (asked, { interval }) => bounded(asked, "interval", interval),
);

export const queryOffsetBounds = groupCheck(
  "policy.query-offset",
  "The query_offset of a group is missing, too short or too long.",
  (asked, { queryOffset }) => bounded(asked, "query_offset", queryOffset),
);

export const limitBounds = groupCheck(
  "policy.limit",
  "The limit of a group is missing or too great.",
  function* ({ node, head }, { limit }) {
    if (limit === undefined) return;
    const { max, required } = limit;
    const scalar = asScalar(valueAt(node, "limit"));
    if (scalar === undefined || scalar.type === "null") {
      if (required) yield { words: "This group must have a limit.", span: head };
      return;
    }
    const value = Number(scalar.value);
    if (max === undefined || !Number.isInteger(value) || (value > 0 && value <= max)) return;
    const words = value === 0 ? "0 is no limit" : `This limit is greater than ${max}`;
    yield {
      words: `${words}, which is not allowed.`,
      span: scalar.span,
      fixes: written(scalar, String(max)),
    };
  },
);

export const groupSize = groupCheck(
  "policy.group-size",
  "A group has more rules than a policy allows.",
  function* ({ head, rules }, { maxRules }) {
    if (maxRules !== undefined && rules > maxRules)
      yield { words: `This group has ${rules} rules and may have ${maxRules}: split it.`, span: head };
  },
);

export const sourceTenants = groupCheck(
  "policy.source-tenants",
  "The source_tenants of a group lack a tenant that its metrics need, or have one that is not allowed.",
  function* ({ node, head, metrics }, { allowedTenants, tenants }) {
    const pair = pairOf(node, "source_tenants");
    const items = asSeq(pair?.value)?.items ?? [];
    for (const item of items) {
      const tenant = textOf(item);
      if (tenant !== undefined && !anyMatches(allowedTenants, tenant))
        yield { words: `The tenant ${short(tenant)} is not allowed here.`, span: item.span };
    }
    const named = new Set(items.map(textOf));
    for (const { tenant, metrics: patterns } of tenants) {
      if (named.has(tenant)) continue;
      const metric = [...metrics].find((each) => anyMatches(patterns, each));
      if (metric !== undefined)
        yield {
          words: `${short(metric)} is a metric of the tenant ${short(tenant)}: add it to source_tenants.`,
          span: pair?.key.span ?? head,
        };
    }
  },
);
