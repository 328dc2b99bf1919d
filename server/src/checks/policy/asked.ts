import type { Span } from "../../base/text.ts";
import { oneLine } from "../../base/visible.ts";
import { parseDuration } from "../../promql/literals.ts";
import { type ActivePolicy, activePolicies, type RuleFacts } from "../../world/policy/match.ts";
import type { Demands } from "../../world/policy/types.ts";
import { asMap, asScalar, keyOf, stringMap, valueAt } from "../../yaml/access.ts";
import { effectivePairs } from "../../yaml/merge.ts";
import type { YamlMap, YamlScalar } from "../../yaml/node.ts";
import type { CheckContext, Fix, RawFinding, Related, RuleCheck, RuleContext } from "../check.ts";
import { sentence } from "../monitor/words.ts";
import { ruleFileOf, ruleKinds } from "../rule/context.ts";

/** One label or annotation as it is written. */
export interface WrittenPair {
  readonly name: string;
  readonly keySpan: Span;
  /** Nothing for what is no text. */
  readonly value: YamlScalar | undefined;
  readonly text: string;
}

/** What policies ask of a rule, and what they look at. */
export interface Asked {
  readonly context: RuleContext;
  readonly facts: RuleFacts;
  readonly active: readonly ActivePolicy[];
  readonly labels: readonly WrittenPair[];
  readonly annotations: readonly WrittenPair[];
  /** The rule's name, or what else stands first in it. */
  readonly head: Span;
}

/** What policies ask of the rule, worked out once for all checks; nothing where none does. */
export function askedOf(context: RuleContext): Asked | undefined {
  return context.facts.policy === undefined ? undefined : context.once(ask);
}

function ask(context: RuleContext): Asked | undefined {
  const { policy } = context.facts;
  const { rule } = context;
  if (policy === undefined || rule.kind === "unknown") return undefined;
  const facts = factsOf(context);
  const active = activePolicies(policy, facts);
  if (active.length === 0) return undefined;
  return {
    context,
    facts,
    active,
    labels: pairsIn(rule.labels),
    annotations: pairsIn(rule.annotations),
    head: rule.name?.span ?? rule.node.pairs[0]?.key.span ?? rule.node.span,
  };
}

/** What a match of a policy may look at. */
export function factsOf({ rule, group }: RuleContext): RuleFacts {
  return {
    kind: rule.kind,
    name: rule.name?.value,
    group: group.fields.get("name"),
    labels: new Map([...group.labels, ...stringMap(rule.labels)]),
    annotations: stringMap(rule.annotations),
    for: secondsOf(asScalar(valueAt(rule.node, "for"))),
    keepFiringFor: secondsOf(asScalar(valueAt(rule.node, "keep_firing_for"))),
  };
}

function secondsOf(scalar: YamlScalar | undefined): number | undefined {
  if (scalar === undefined || scalar.type === "null") return 0;
  const { value, error } = parseDuration(scalar.value);
  return error === undefined ? value : undefined;
}

function pairsIn(map: YamlMap | undefined): readonly WrittenPair[] {
  const pairs: WrittenPair[] = [];
  for (const pair of map === undefined ? [] : effectivePairs(map)) {
    const name = keyOf(pair);
    const value = asScalar(pair.value);
    if (name === undefined) continue;
    const text = value === undefined || value.type === "null" ? "" : value.value;
    pairs.push({ name, keySpan: pair.key.span, value, text });
  }
  return pairs;
}

/** What a check says on behalf of a policy. */
export interface Said {
  /** One sentence with its full stop. */
  readonly words: string;
  readonly span: Span;
  readonly related?: readonly Related[] | undefined;
  readonly fixes?: readonly Fix[] | undefined;
}

/** A label of a group, of which some rules that a policy is about take it over. */
export interface GroupLabel {
  readonly pair: WrittenPair;
  readonly active: ActivePolicy;
}

/** The labels that groups give to rules of policies. */
export function* groupLabels(context: CheckContext): Iterable<GroupLabel> {
  if (context.snapshot.policy === undefined) return;
  const groups = (ruleFileOf(context)?.groups ?? []).flatMap((group) => {
    const pairs = pairsIn(asMap(valueAt(group.node, "labels")));
    return pairs.length === 0 ? [] : [{ index: group.index, pairs }];
  });
  if (groups.length === 0) return;
  const rules = context.rules(takenOver);
  for (const { index, pairs } of groups)
    for (const pair of pairs) {
      const told = new Set<number>();
      for (const { group, value } of rules) {
        if (group !== index || value === undefined || value.own.has(pair.name)) continue;
        for (const active of value.active) {
          if (told.has(active.policy.index)) continue;
          told.add(active.policy.index);
          yield { pair, active };
        }
      }
    }
}

/** The policies of a rule whose group has labels, and the labels that it sets itself. */
function takenOver(
  context: RuleContext,
): { readonly active: readonly ActivePolicy[]; readonly own: ReadonlySet<string> } | undefined {
  if (context.group.labels.size === 0) return undefined;
  const asked = askedOf(context);
  return asked && { active: asked.active, own: new Set(asked.labels.map(({ name }) => name)) };
}

/** A check that asks of each rule what the policies of its file want, and of what `ofGroup` looks at in its group. */
export function policyCheck(
  id: string,
  summary: string,
  say: (asked: Asked, demands: Demands) => Iterable<Said>,
  needs: RuleCheck["needs"] = undefined,
  ofGroup: ((pair: WrittenPair, demands: Demands) => Iterable<Said>) | undefined = undefined,
  beyondFile = false,
): RuleCheck {
  const outside: Pick<RuleCheck, "outside"> =
    ofGroup === undefined
      ? {}
      : {
          *outside(context) {
            for (const { pair, active } of groupLabels(context))
              for (const said of active.policy.demands === undefined
                ? []
                : ofGroup(pair, active.policy.demands))
                yield findingOf(id, active, said);
          },
        };
  return {
    unit: "rule",
    id,
    severity: "warning",
    kinds: ruleKinds,
    ...(needs === undefined ? {} : { needs }),
    ...(beyondFile ? { beyondFile } : {}),
    wants: ["policy"],
    summary,
    ...outside,
    *run(context) {
      const asked = askedOf(context);
      for (const active of asked?.active ?? []) {
        const { demands } = active.policy;
        if (asked === undefined || demands === undefined) continue;
        for (const said of say(asked, demands)) yield findingOf(id, active, said);
      }
    },
  };
}

/** The finding of a policy: with its severity, its name, and what its author adds. */
export function findingOf(id: string, active: ActivePolicy, { words, ...place }: Said): RawFinding {
  const { policy, severity, message, link } = active;
  const named =
    policy.name === undefined ? words : `${words.slice(0, -1)} (${oneLine(policy.name)})${words.slice(-1)}`;
  const told = named.length <= 120 ? named : sentence(words);
  return {
    check: id,
    severity,
    // The author's own words come behind ours, at whatever length they have.
    message: message === undefined ? told : `${told} ${oneLine(message)}`,
    ...place,
    ...(link === undefined ? {} : { link }),
    ...(policy.locked ? { locked: true } : {}),
  };
}
