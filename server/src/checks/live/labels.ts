import { isPending } from "../../base/known.ts";
import type { SeriesHistory } from "../../world/live.ts";
import { seriesSelector } from "../../world/series-selector.ts";
import { escapedForYaml } from "../../yaml/escape.ts";
import type { Fix, RuleCheck, RuleContext } from "../check.ts";
import { flowKinds } from "../flow/kinds.ts";
import { sentence, short } from "../monitor/words.ts";
import { rewritten } from "../selector/each.ts";
import { durationWords, isNever, isRecent, isSteady, looked } from "./history-words.ts";
import { havingElsewhere, isRecordedWith } from "./label-elsewhere.ts";
import { type IdleMatcher, idleMatchers } from "./label-verdict.ts";
import { nearName, nearValue } from "./near-value.ts";
import { isIgnoredLabel, minAgeOf } from "./series-options.ts";
import { asOfWords, type LiveSource, namesOf } from "./sources.ts";

const base = {
  unit: "rule",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["environment", "matcher"],
  beyondFile: true,
} as const;
const room = 28;

/** No series of the metric has the label. */
export const labelMissing: RuleCheck = {
  ...base,
  id: "live.label-missing",
  severity: "warning",
  summary: "A matcher asks for a label that no series of the metric has in the environments of the file.",
  *run(context) {
    for (const idle of idleMatchers(context)) {
      const { judged, matcher, lacking } = idle;
      const [first] = lacking;
      if (first === undefined || !isLabelMissing(idle) || isRecorded(context, judged.metric)) continue;
      const { source, fact } = first;
      const own = source.live.externalLabels();
      const names = source.live.labelNames(judged.metric);
      const history = historyOf(idle);
      if (isPending(own) || isPending(names) || history === "pending") continue;
      const label = short(matcher.name, room);
      const metric = short(judged.metric, room);
      const span = judged.found.at(matcher.nameSpan);
      if (own.status !== "unavailable" && own.value.some((labels) => Object.hasOwn(labels, matcher.name))) {
        yield {
          check: labelMissing.id,
          severity: "warning",
          message: sentence(
            `\`${label}\` is an external label of ${source.name}: rules that it evaluates itself never see it.`,
          ),
          span,
        };
        continue;
      }
      if (history !== undefined && (isRecent(history) || (!isNever(history) && !isSteady(history)))) continue;
      const others = havingElsewhere(context, idle);
      if (others === "pending") continue;
      const near =
        names.status === "unavailable" || others.length > 0
          ? undefined
          : nearName(matcher.name, names.value.names);
      const hint = hintOf(near, others) ?? ".";
      const where = namesOf(lacking.map((each) => each.source));
      yield {
        check: labelMissing.id,
        severity: history !== undefined && isNever(history) ? "error" : "warning",
        message: sentence(
          history === undefined
            ? `\`${metric}\` has no label \`${label}\` in ${where}${asOfWords(source, fact)}${hint}`
            : isNever(history)
              ? `\`${metric}\` never had a label \`${label}\` in ${where}, ${looked(history)}${hint}`
              : `\`${metric}\` lost its label \`${label}\` in ${where} ${ago(history)}${hint}`,
        ),
        span,
        fixes: near === undefined ? undefined : renamedLabel(idle, near),
      };
    }
  },
};

/** The label had the value all the time within the last week, and has it no longer. */
export const valueDisappeared: RuleCheck = {
  ...base,
  id: "live.value-disappeared",
  severity: "warning",
  summary:
    "A matcher asks for a value that was there within the last week and is gone; only told with --history.",
  *run(context) {
    for (const idle of idleMatchers(context)) {
      const { judged, matcher, lacking } = idle;
      if (isLabelMissing(idle) || isIgnoredLabel(context, judged.selector, matcher.name)) continue;
      const history = historyOf(idle);
      if (history === undefined || history === "pending" || isNever(history) || !isSteady(history)) continue;
      if (isRecent(history, minAgeOf(context, judged.selector))) continue;
      const written = short(`${matcher.name}${matcher.operator}${JSON.stringify(matcher.value)}`, room + 8);
      const where = namesOf(lacking.map(({ source }) => source));
      yield {
        check: valueDisappeared.id,
        severity: "warning",
        message: sentence(
          `\`${short(judged.metric, room)}\` had ${written} in ${where} until ${ago(history)}, and no series has it now.`,
        ),
        span: judged.found.at(matcher.span),
      };
    }
  },
};

/** The metric has the label, but with other values: a typo, or something that only shows when it happens. */
export const valueMissing: RuleCheck = {
  ...base,
  id: "live.value-missing",
  severity: "warning",
  summary:
    "A matcher asks for a value that the label does not have now; a warning where one is nearly the same.",
  *run(context) {
    for (const idle of idleMatchers(context)) {
      const { judged, matcher, lacking } = idle;
      const [first] = lacking;
      if (first === undefined || isLabelMissing(idle)) continue;
      if (isIgnoredLabel(context, judged.selector, matcher.name)) continue;
      const history = historyOf(idle);
      // What was there is told by the checks of what disappeared and of what comes and goes.
      if (history === "pending" || (history !== undefined && !isNever(history))) continue;
      const others = havingElsewhere(context, idle);
      if (others === "pending" || isRecordedWith(context, idle)) continue;
      // What somebody else has is no typo.
      const near =
        others.length > 0
          ? undefined
          : nearValue(
              matcher,
              lacking.flatMap(({ fact }) => fact.value.names),
            );
      const { source, fact } = first;
      const written = short(`${matcher.name}${matcher.operator}${JSON.stringify(matcher.value)}`, room + 8);
      const metric = short(judged.metric, room);
      const where = namesOf(lacking.map((each) => each.source));
      const hint = hintOf(near, others) ?? (history === undefined ? "; it may just be quiet." : ".");
      yield {
        check: valueMissing.id,
        severity: near === undefined && history === undefined ? "hint" : "warning",
        message: sentence(
          history === undefined
            ? `No \`${metric}\` has ${written} in ${where}${asOfWords(source, fact)}${hint}`
            : `No \`${metric}\` ever had ${written} in ${where}, ${looked(history)}${hint}`,
        ),
        span: judged.found.at(matcher.span),
        fixes:
          near === undefined
            ? undefined
            : rewritten(
                { found: judged.found, selector: judged.selector, matcher },
                matcher.operator,
                near,
                false,
              ),
      };
    }
  },
};

/** How the sentence ends: with what was likely meant, or with who has it. */
function hintOf(near: string | undefined, others: readonly LiveSource[]): string | undefined {
  if (near !== undefined) return `; did you mean \`${short(near, room)}\`?`;
  return others.length > 0 ? `, only in ${namesOf(others)}.` : undefined;
}

/** A rule of the workspace makes it: with other labels than it has now, once it is deployed as it is written now. */
function isRecorded({ names }: RuleContext, metric: string): boolean {
  return (names?.records(metric).length ?? 0) > 0;
}

export function isLabelMissing({ lacking }: IdleMatcher): boolean {
  return lacking.every(({ fact }) => fact.value.names.length === 0);
}

function ago({ last, to }: SeriesHistory): string {
  return `${durationWords(to - (last ?? to))} ago`;
}

/** As in the checks of metrics. */
export function historyOf({ judged, matcher, lacking }: IdleMatcher): SeriesHistory | "pending" | undefined {
  const history = lacking[0]?.source.live.history?.(seriesSelector(judged.metric, [matcher]));
  if (history === undefined) return undefined;
  if (isPending(history)) return "pending";
  return history.status === "ok" ? history.value : undefined;
}

function renamedLabel({ judged, matcher }: IdleMatcher, near: string): readonly Fix[] | undefined {
  // In quotes other rules hold; those are rare.
  if (!/^[a-zA-Z_]\w*$/.test(near) || matcher.name.length !== matcher.nameSpan.end - matcher.nameSpan.start)
    return undefined;
  const newText = escapedForYaml(near, judged.found.text.scalar?.style);
  if (newText === undefined) return undefined;
  return [
    { title: `Write ${near}`, safe: false, edits: [{ span: judged.found.at(matcher.nameSpan), newText }] },
  ];
}
