import { indexSelector } from "../../world/cost.ts";
import { anyMatches } from "../../world/policy/pattern.ts";
import type { RuleCheck } from "../check.ts";
import { analysed } from "../flow/analysis.ts";
import { countedAlerts } from "../live/alert-count.ts";
import { addressIn, answerIn } from "../live/link-dead.ts";
import { amount, timeText } from "../live/query-cost.ts";
import { counted, countIn, ranRules } from "../live/ran.ts";
import { sourcesOf } from "../live/sources.ts";
import { short } from "../monitor/words.ts";
import { policyCheck, type Said } from "./asked.ts";
import { durationText } from "./durations.ts";

/** What running an expression costs (pint's `query/cost`). */
export const costBounds: RuleCheck = {
  ...policyCheck(
    "policy.cost",
    "An expression gives, reads or takes more than a policy allows; only told with --run.",
    function* ({ context }, { cost }): Iterable<Said> {
      const found = cost === undefined ? undefined : analysed(context);
      if (found === undefined || cost === undefined) return;
      for (const { source, result } of ranRules(context)) {
        if (!result.ok) continue;
        const { totalSamples = 0, peakSamples = 0, seconds = 0 } = result.cost;
        const series = found.expr.type === "vector" ? countIn(result) : 0;
        const over = (value: number, most: number | undefined): most is number =>
          most !== undefined && value > most;
        const words = over(series, cost.series)
          ? `gives ${amount(series)} series in ${source.name}, and ${amount(cost.series)} are allowed`
          : over(totalSamples, cost.totalSamples)
            ? `reads ${amount(totalSamples)} samples in ${source.name}, and ${amount(cost.totalSamples)} are allowed`
            : over(peakSamples, cost.peakSamples)
              ? `keeps ${amount(peakSamples)} samples at a time in ${source.name}, and ${amount(cost.peakSamples)} are allowed`
              : over(seconds, cost.seconds)
                ? `takes ${timeText(seconds)} in ${source.name}, and ${durationText(cost.seconds)} are allowed`
                : undefined;
        if (words !== undefined) yield { words: `This ${words}.`, span: found.at(found.expr.span) };
      }
    },
    ["promql"],
  ),
  beyondFile: true,
};

/** How many series a selector has. */
export const selectorSeries: RuleCheck = {
  ...policyCheck(
    "policy.selector-series",
    "A selector has more series than a policy allows; only told with --run.",
    function* ({ context }, { maxSelectorSeries }): Iterable<Said> {
      const found = maxSelectorSeries === undefined ? undefined : analysed(context);
      if (found === undefined || maxSelectorSeries === undefined) return;
      for (const selector of found.selectors)
        for (const source of sourcesOf(context.facts, selector)) {
          const fact = source.live.run?.(counted(indexSelector(selector)));
          const value = fact === undefined || fact.status === "unavailable" ? undefined : fact.value;
          const series = value?.ok === true ? countIn(value) : 0;
          if (series <= maxSelectorSeries) continue;
          yield {
            words: `This selects ${amount(series)} series in ${source.name}, and ${amount(maxSelectorSeries)} are allowed.`,
            span: found.at(selector.span),
          };
          break;
        }
    },
    ["promql"],
  ),
  beyondFile: true,
};

/** Addresses in annotations that answer (pint's `rule/link`). */
export const linkAnswers: RuleCheck = {
  ...policyCheck(
    "policy.link",
    "An address in an annotation does not answer as a policy asks; only told with --links.",
    function* ({ context, annotations }, demands): Iterable<Said> {
      const { links } = context.facts;
      if (links === undefined || demands.links.length === 0) return;
      for (const { text, value } of annotations) {
        const address = addressIn(text);
        if (address === undefined || value === undefined || !anyMatches(demands.links, address)) continue;
        const answer = answerIn(links.answer(address));
        if (answer !== undefined && answer.status !== 200)
          yield {
            words: `This address does not answer as it should: ${short(answer.words, 60)}.`,
            span: value.span,
          };
      }
    },
  ),
  beyondFile: true,
};

/** How many alerts a rule would have fired (pint's `alerts/count` with `minCount`). */
export const alertCountBound: RuleCheck = {
  ...policyCheck(
    "policy.alert-count",
    "A rule would have fired more alerts than a policy allows; only told with --count-alerts.",
    function* ({ context }, { alertCount }): Iterable<Said> {
      const found = alertCount === undefined ? undefined : analysed(context);
      if (found === undefined || alertCount === undefined) return;
      for (const { source, count } of countedAlerts(context, alertCount.range)) {
        if (count.fired <= alertCount.max) continue;
        const time = alertCount.range === undefined ? "day" : durationText(alertCount.range);
        yield {
          words: `${source.name}: ${count.fired} alerts in the last ${time}, and ${alertCount.max} are allowed.`,
          span: found.at(found.expr.span),
        };
      }
    },
    ["promql", "decoded"],
  ),
  beyondFile: true,
};
