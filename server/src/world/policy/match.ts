import { anyMatches } from "./pattern.ts";
import type { Bounds, FilePolicy, Match, NamedValue, Policy, PolicySeverity } from "./types.ts";

/** What policies look at to know whether a rule is theirs. */
export interface RuleFacts {
  readonly kind: "alert" | "record" | "unknown";
  readonly name: string | undefined;
  readonly group: string | undefined;
  /** With those of its group. */
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
  /** In seconds; 0 where they are not written, nothing where they cannot be read. */
  readonly for: number | undefined;
  readonly keepFiringFor: number | undefined;
}

/** A policy that counts for a rule, with what later ones have made of it. */
export interface ActivePolicy {
  readonly policy: Policy;
  readonly severity: PolicySeverity;
  readonly message: string | undefined;
  readonly link: string | undefined;
}

/** It holds for every rule. */
export const noMatch: Match = {
  files: undefined,
  kinds: [],
  groups: [],
  names: [],
  labels: [],
  annotations: [],
  for: undefined,
  keepFiringFor: undefined,
  not: [],
};

/** The policies that ask something of a rule, in order. */
export function activePolicies({ path, policies }: FilePolicy, rule: RuleFacts): readonly ActivePolicy[] {
  const active: ActivePolicy[] = [];
  const own = policies.filter(
    ({ match }) => match.length === 0 || match.some((each) => matches(each, path, rule)),
  );
  for (const policy of own) {
    if (policy.demands === undefined) continue;
    let { severity, message, link } = policy;
    for (const { index, name, overrides, ...later } of own) {
      if (index <= policy.index || policy.name === undefined || !overrides.includes(policy.name)) continue;
      severity = later.severity ?? severity;
      message = later.message ?? message;
      link = later.link ?? link;
    }
    if (severity !== "off") active.push({ policy, severity: severity ?? "warning", message, link });
  }
  return active;
}

/** The checks that policies silence for a rule. */
export function silencedChecks({ path, policies }: FilePolicy, rule: RuleFacts): ReadonlySet<string> {
  const silenced = new Set<string>();
  for (const { match, severity, silence } of policies)
    if (
      silence.length > 0 &&
      severity !== "off" &&
      (match.length === 0 || match.some((each) => matches(each, path, rule)))
    )
      for (const id of silence) silenced.add(id);
  return silenced;
}

function matches(match: Match, path: string, rule: RuleFacts): boolean {
  return (
    match.files?.(path) !== false &&
    (match.kinds.length === 0 || match.kinds.some((kind) => kind === rule.kind)) &&
    (match.groups.length === 0 || anyMatches(match.groups, rule.group ?? "")) &&
    (match.names.length === 0 || anyMatches(match.names, rule.name ?? "")) &&
    match.labels.every((wanted) => hasPair(rule.labels, wanted)) &&
    match.annotations.every((wanted) => hasPair(rule.annotations, wanted)) &&
    lies(rule.for, match.for) &&
    lies(rule.keepFiringFor, match.keepFiringFor) &&
    !match.not.some((not) => matches(not, path, rule))
  );
}

function hasPair(pairs: ReadonlyMap<string, string>, { name, value }: NamedValue): boolean {
  for (const [key, text] of pairs)
    if (name?.regex.matches(key) !== false && value?.regex.matches(text) !== false) return true;
  return false;
}

function lies(seconds: number | undefined, bounds: Bounds | undefined): boolean {
  if (bounds === undefined) return true;
  if (seconds === undefined) return false;
  return seconds >= (bounds.min ?? 0) && seconds <= (bounds.max ?? Number.POSITIVE_INFINITY);
}
