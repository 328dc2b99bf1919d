import type { SeriesHistory } from "../../world/live.ts";
import type { RuleCheck } from "../check.ts";
import { flowKinds } from "../flow/kinds.ts";
import { sentence, short } from "../monitor/words.ts";
import { comings, durationWords, isNever, isRecent, isSteady } from "./history-words.ts";
import { idleMatchers } from "./label-verdict.ts";
import { historyOf as historyOfMatcher, isLabelMissing } from "./labels.ts";
import { historyOf as historyOfMetric, nowhere } from "./metrics.ts";
import { isIgnoredLabel, minAgeOf } from "./series-options.ts";

const room = 32;

/** A metric, label or value that is away now and was there now and then: nothing is broken, and the rule may sleep. */
export const intermittent: RuleCheck = {
  unit: "rule",
  id: "live.intermittent",
  severity: "hint",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["environment", "selector"],
  beyondFile: true,
  summary: "What a rule reads comes and goes, and is not there now; only told with --history.",
  *run(context) {
    for (const missing of nowhere(context)) {
      const { judged, lacking } = missing;
      const history = historyOfMetric(missing);
      if (!comesAndGoes(history, minAgeOf(context, judged.selector))) continue;
      yield {
        check: intermittent.id,
        severity: "hint",
        message: words(`\`${short(judged.metric, room)}\``, lacking[0]?.source.name ?? "", history),
        span: judged.found.at(judged.nameSpan),
      };
    }
    for (const idle of idleMatchers(context)) {
      const { judged, matcher, lacking } = idle;
      const isLabel = isLabelMissing(idle);
      if (!isLabel && isIgnoredLabel(context, judged.selector, matcher.name)) continue;
      const history = historyOfMatcher(idle);
      if (!comesAndGoes(history, minAgeOf(context, judged.selector))) continue;
      const written = `${matcher.name}${matcher.operator}${JSON.stringify(matcher.value)}`;
      yield {
        check: intermittent.id,
        severity: "hint",
        message: words(short(written, room), lacking[0]?.source.name ?? "", history),
        span: judged.found.at(isLabel ? matcher.nameSpan : matcher.span),
      };
    }
  },
};

function comesAndGoes(
  history: SeriesHistory | "pending" | undefined,
  minAge: number,
): history is SeriesHistory {
  if (history === undefined || history === "pending" || isNever(history)) return false;
  return !isRecent(history, minAge) && !isSteady(history);
}

function words(what: string, where: string, history: SeriesHistory): string {
  const looked = durationWords(history.to - Math.max(history.from, history.first ?? history.from));
  return sentence(`${what} comes and goes in ${where}: in ${looked} it was there ${comings(history)}.`);
}
