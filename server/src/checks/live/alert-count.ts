import { isOpaque } from "../../base/opaque.ts";
import { parseDuration } from "../../promql/literals.ts";
import { type AlertCount, type AlertDelays, alertCountOf } from "../../world/alert-count.ts";
import type { PresenceTimes } from "../../world/live.ts";
import type { RuleCheck, RuleContext } from "../check.ts";
import { type Analysed, analysed } from "../flow/analysis.ts";
import { sentence } from "../monitor/words.ts";
import { fieldText, ruleKinds } from "../rule/context.ts";
import { durationWords } from "./history-words.ts";
import { type LiveSource, sourcesOf } from "./sources.ts";

const day = 86_400;
/** What is looked at more often than once a minute costs more than it tells. */
const leastStep = 60;
/** A server gives at most 11,000 points of a series. */
const mostSteps = 10_000;

/** Alerts whose `for` is nearly the same are looked at over the same time, so that its gaps are asked for once. */
const piece = 6 * 3_600;

/** The alerts of a rule in one environment. */
export interface CountedAlerts {
  readonly source: LiveSource;
  readonly count: AlertCount;
}

/** The durations of an alert as they are written, and the interval of its group. */
export interface AlertTexts {
  readonly for: string | undefined;
  readonly keepFiringFor: string | undefined;
  readonly interval: string | undefined;
}

/** What has to be looked at to count the alerts of a time. */
export interface AlertLook extends AlertDelays {
  /** How far back, and how often. */
  readonly seconds: number;
  readonly step: number;
}

/** How the alerts of the last `range` seconds are looked at; nothing where a duration is none. */
export function alertLookOf(texts: AlertTexts, range = day): AlertLook | undefined {
  const hold = secondsOf(texts.for);
  const keep = secondsOf(texts.keepFiringFor);
  if (hold === undefined || keep === undefined) return undefined;
  // What fired a while ago began before that.
  const before = Math.min(hold, range) + Math.min(keep, range);
  const seconds = range + Math.ceil(before / piece) * piece;
  const interval = secondsOf(texts.interval) ?? 0;
  const step = Math.max(leastStep, interval, Math.ceil(seconds / mostSteps / leastStep) * leastStep);
  return { hold, keep, seconds, step };
}

/** The alerts of a rule in what was seen by a look. */
export function countIn(times: PresenceTimes, look: AlertLook, range = day): AlertCount {
  return alertCountOf(times, times.to - range, look);
}

/** The alerts that a rule would have fired in the last `range` seconds, where somebody asked for that. */
export function countedAlerts(context: RuleContext, range = day): readonly CountedAlerts[] {
  if (context.rule.kind !== "alert" || !context.facts.environments.some(({ live }) => live?.times)) return [];
  const found = analysed(context);
  const look = alertLookOf(
    {
      for: fieldText(context.rule, "for"),
      keepFiringFor: fieldText(context.rule, "keep_firing_for"),
      interval: context.group.fields.get("interval"),
    },
    range,
  );
  if (found === undefined || look === undefined || !isCountable(found)) return [];
  return sourcesOf(context.facts).flatMap((source): readonly CountedAlerts[] => {
    const fact = source.live.times?.(found.text.text, look.seconds, look.step);
    return fact?.status === "ok" ? [{ source, count: countIn(fact.value, look, range) }] : [];
  });
}

function isCountable({ text, expr }: Analysed): boolean {
  return expr.type === "vector" && !isOpaque(text.text);
}

/** Nothing for what is no duration. */
function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return 0;
  const { value, error } = parseDuration(text);
  return error === undefined ? value : undefined;
}

/** In words: "12 alerts in the last day, the longest for 3 hours; 2 fire now". */
export function alertWords({ fired, firing, longest, onlyPending }: AlertCount): string {
  if (fired > 0) {
    const some = fired === 1 ? "1 alert" : `${fired} alerts`;
    const now = firing === 0 ? "" : firing === 1 ? "; 1 fires now" : `; ${firing} fire now`;
    return `${some} in the last day, ${fired === 1 ? "" : "the longest "}for ${durationWords(longest)}${now}`;
  }
  const waited = onlyPending === 1 ? "one waited for it" : `${onlyPending} waited for it`;
  return onlyPending === 0
    ? "no alert in the last day"
    : `no alert in the last day: \`for\` was not reached, ${waited}`;
}

/** What an alert would have done in the last day, before it is deployed. */
export const alertCount: RuleCheck = {
  unit: "rule",
  id: "live.alert-count",
  severity: "info",
  kinds: ruleKinds,
  needs: ["promql", "decoded"],
  wants: ["environment", "alert", "expression"],
  beyondFile: true,
  summary: "How many alerts the rule would have fired in the last day; only told with --count-alerts.",
  *run(context) {
    const found = analysed(context);
    for (const { source, count } of found === undefined ? [] : countedAlerts(context)) {
      if (found === undefined) continue;
      yield {
        check: alertCount.id,
        severity: "info",
        message: sentence(`${source.name}: ${alertWords(count)}.`),
        span: found.at(found.expr.span),
      };
    }
  },
};
