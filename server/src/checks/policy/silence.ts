import { silencedChecks } from "../../world/policy/match.ts";
import type { RawFinding, RuleContext } from "../check.ts";
import { factsOf } from "./asked.ts";

/** What is left of what a check says of a rule, where policies may silence it (`silence`). */
export function unsilenced(findings: readonly RawFinding[], context: RuleContext): readonly RawFinding[] {
  const { policy } = context.facts;
  if (policy === undefined || policy.policies.every(({ silence }) => silence.length === 0)) return findings;
  const silenced = context.once(silencedOf);
  return findings.some(({ check }) => silenced.has(check))
    ? findings.filter(({ check }) => !silenced.has(check))
    : findings;
}

function silencedOf(context: RuleContext): ReadonlySet<string> {
  const { policy } = context.facts;
  return policy === undefined ? new Set() : silencedChecks(policy, factsOf(context));
}
