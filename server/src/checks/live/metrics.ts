import { isPending } from "../../base/known.ts";
import { quoted } from "../../promql/quote.ts";
import type { SeriesHistory } from "../../world/live.ts";
import { escapedForYaml } from "../../yaml/escape.ts";
import type { Fix, RuleCheck, RuleContext } from "../check.ts";
import { flowKinds } from "../flow/kinds.ts";
import { sentence, short } from "../monitor/words.ts";
import { relatedTo } from "../names/related.ts";
import { durationWords, isNever, isRecent, isSteady, looked } from "./history-words.ts";
import { type MissingMetric, missingMetrics } from "./metric-verdict.ts";
import { minAgeOf } from "./series-options.ts";
import { asOfWords, namesOf } from "./sources.ts";

const base = {
  unit: "rule",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["environment", "selector"],
  beyondFile: true,
} as const;

/** Room for a name in a message. */
const room = 40;

/** No environment of the file has the metric, and nobody else is known to have it. */
export const metricMissing: RuleCheck = {
  ...base,
  id: "live.metric-missing",
  severity: "warning",
  summary:
    "A metric that a rule reads is not in the environments of the file, nor in any other that is known.",
  *run(context) {
    for (const missing of nowhere(context)) {
      const { judged, lacking, silent } = missing;
      const [first] = lacking;
      if (first === undefined) continue;
      const history = historyOf(missing);
      if (history === "pending") continue;
      if (history !== undefined && !isNever(history)) continue;
      const near = first.fact.value.near;
      const name = short(judged.metric, room);
      const where = namesOf(lacking.map(({ source }) => source));
      const has = lacking.length > 1 ? "have" : "has";
      const hint = near === undefined ? "" : `; did you mean \`${short(near, room)}\``;
      yield {
        check: metricMissing.id,
        severity: history !== undefined ? "error" : silent > 0 ? "info" : "warning",
        message: sentence(
          history === undefined
            ? `${where} ${has} no metric \`${name}\`${asOfWords(first.source, first.fact)}${hint}${hint === "" ? "." : "?"}`
            : `\`${name}\` was never in ${where}, ${looked(history)}${hint}${hint === "" ? "." : "?"}`,
        ),
        span: judged.found.at(judged.nameSpan),
        fixes: near === undefined ? undefined : renamed(missing, near),
      };
    }
  },
};

/** The metric was there all the time within the last week, and is no longer. */
export const metricDisappeared: RuleCheck = {
  ...base,
  id: "live.metric-disappeared",
  severity: "error",
  summary: "A metric that a rule reads was there within the last week and is gone; only told with --history.",
  *run(context) {
    for (const missing of nowhere(context)) {
      const [first] = missing.lacking;
      const history = historyOf(missing);
      if (first === undefined || history === undefined || history === "pending") continue;
      const { selector } = missing.judged;
      if (isNever(history) || isRecent(history, minAgeOf(context, selector))) continue;
      if (history.last === undefined || !isSteady(history)) continue;
      const name = short(missing.judged.metric, room);
      const gone = durationWords(history.to - history.last);
      yield {
        check: metricDisappeared.id,
        severity: "error",
        message: sentence(
          `\`${name}\` disappeared from ${first.source.name} ${gone} ago; what exported it is gone or renamed it.`,
        ),
        span: missing.judged.found.at(missing.judged.nameSpan),
      };
    }
  },
};

/** The metric is not there, and a rule of the workspace makes it: that rule may not be deployed yet. */
export const metricProducedByRule: RuleCheck = {
  ...base,
  id: "live.metric-produced-by-rule",
  severity: "info",
  summary: "A metric that a rule reads is not there yet; a recording rule of the workspace makes it.",
  *run(context) {
    for (const { judged, lacking, having, recorded } of missingMetrics(context)) {
      const [first] = lacking;
      if (recorded === undefined || first === undefined || having.length > 0) continue;
      const where = namesOf(lacking.map(({ source }) => source));
      yield {
        check: metricProducedByRule.id,
        severity: "info",
        message: sentence(
          `Not in ${where}${asOfWords(first.source, first.fact)}: a rule in ${short(recorded.path, 50)} records it.`,
        ),
        span: judged.found.at(judged.nameSpan),
        related: [relatedTo(recorded, "recorded here")],
      };
    }
  },
};

/** The metric is in some environments and not in others, or only where this file is not deployed. */
export const metricElsewhere: RuleCheck = {
  ...base,
  id: "live.metric-elsewhere",
  severity: "warning",
  summary: "A metric that a rule reads is only in another environment, or behind another Prometheus.",
  *run(context) {
    for (const missing of missingMetrics(context)) {
      const { judged, lacking, having, others, behind, recorded } = missing;
      if (recorded !== undefined) continue;
      const where = namesOf(lacking.map(({ source }) => source));
      const name = short(judged.metric, room);
      const span = judged.found.at(judged.nameSpan);
      const [first] = lacking;
      if (first === undefined) continue;
      const when = asOfWords(first.source, first.fact);
      if (having.length > 0) {
        yield {
          check: metricElsewhere.id,
          severity: "hint",
          message: sentence(`\`${name}\` is in ${namesOf(having)}, not in ${where}${when}.`),
          span,
        };
        continue;
      }
      const holders = [...new Set(behind.flatMap((each) => each.holders))];
      const places = others.length > 0 ? others : holders.map((holder) => ({ name: short(holder, 24) }));
      if (places.length === 0) continue;
      yield {
        check: metricElsewhere.id,
        severity: "warning",
        message: sentence(`\`${name}\` is not in ${where}${when}, only in ${namesOf(places)}.`),
        span,
      };
    }
  },
};

/** Metrics that no environment of the file has, and nobody else, as far as all of them have answered. */
export function nowhere(context: RuleContext): readonly MissingMetric[] {
  return missingMetrics(context).filter(
    ({ having, recorded, others, behind, settled }) =>
      having.length === 0 && recorded === undefined && others.length + behind.length === 0 && settled,
  );
}

/** What the first environment's history says; nothing where nobody asked for it, or it cannot be told. */
export function historyOf({ judged, lacking }: MissingMetric): SeriesHistory | "pending" | undefined {
  const history = lacking[0]?.source.live.history?.(`{__name__=${quoted(judged.metric)}}`);
  if (history === undefined) return undefined;
  if (isPending(history)) return "pending";
  return history.status === "ok" ? history.value : undefined;
}

function renamed({ judged }: MissingMetric, near: string): readonly Fix[] | undefined {
  const { found, nameSpan, selector } = judged;
  const text = selector.nameSpan === undefined ? quoted(near) : near;
  const newText = escapedForYaml(text, found.text.scalar?.style);
  if (newText === undefined) return undefined;
  return [{ title: `Write ${near}`, safe: false, edits: [{ span: found.at(nameSpan), newText }] }];
}
