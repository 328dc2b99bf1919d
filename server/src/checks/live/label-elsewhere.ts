import { isPending } from "../../base/known.ts";
import { labelFact } from "../../promql/labels/facts.ts";
import { matcherTest } from "../../world/relevance.ts";
import type { RuleContext } from "../check.ts";
import type { IdleMatcher } from "./label-verdict.ts";
import { type LiveSource, liveSources } from "./sources.ts";

/** Each is asked for the one label; more of them would be many questions for one selector. */
const maxAsked = 4;

/**
 * The environments that the file does not belong to in which the matcher takes something; `pending` while that is
 * asked. It is asked only of what the file's own environments are sure to lack.
 */
export function havingElsewhere(
  { facts }: RuleContext,
  { judged, matcher }: IdleMatcher,
): readonly LiveSource[] | "pending" {
  const test = matcherTest(matcher);
  const having: LiveSource[] = [];
  let waits = false;
  for (const source of liveSources(facts.otherEnvironments).slice(0, maxAsked)) {
    const presence = source.live.presence(judged.metric);
    if (isPending(presence)) waits = true;
    if (presence.status === "unavailable" || !presence.value.exists) continue;
    const values = source.live.labelValues(judged.metric, matcher.name);
    if (isPending(values)) waits = true;
    if (values.status !== "unavailable" && values.value.names.some(test)) having.push(source);
  }
  return having.length === 0 && waits ? "pending" : having;
}

/** Whether a rule of the workspace writes what the matcher takes: it may not be deployed yet. */
export function isRecordedWith({ names }: RuleContext, { judged, matcher }: IdleMatcher): boolean {
  const flow = names?.recorded(judged.metric);
  const values = flow === undefined ? undefined : labelFact(flow, matcher.name).values;
  return values?.some(matcherTest(matcher)) === true;
}
