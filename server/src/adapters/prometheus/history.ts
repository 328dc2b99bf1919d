import { neverCancelled } from "../../base/cancellation.ts";
import { type Known, known, partial, unavailable } from "../../base/known.ts";
import type { SeriesHistory } from "../../world/live.ts";
import type { Clock, Queries } from "../../world/ports.ts";
import type { QueryOutcome } from "../../world/query.ts";
import { stretchesOf } from "./live-queries.ts";

/** How far back is looked, and how often, in seconds: what comes and goes in less than five minutes is not seen. */
const window = 7 * 86_400;
const step = 600;
const deadlineMs = 60_000;
/** When the backend had anything at all is asked anew after this long. */
const uptimeTtlMs = 600_000;

/**
 * Looks when a selector returned something in the last week: one range query of a single series, beside one that
 * says when the backend was there (`count(up)`), which all selectors share.
 */
export function historyOf(
  queries: Pick<Queries, "run">,
  source: string,
  clock: Clock,
): (selector: string) => Promise<Known<SeriesHistory>> {
  let uptime: { readonly at: number; readonly times: Promise<QueryOutcome> } | undefined;
  const count = (selector: string, to: number): Promise<QueryOutcome> =>
    queries.run(
      {
        expression: `count(${selector})`,
        range: { start: to - window, end: to, step },
        deadlineMs,
        strict: true,
      },
      neverCancelled,
    );
  return async (selector) => {
    const now = clock.now();
    // The same times for all, so that they can be compared.
    if (uptime === undefined || now - uptime.at > uptimeTtlMs)
      uptime = { at: now, times: count("up", Math.floor(now / 1000 / step) * step) };
    const { at, times } = uptime;
    const to = Math.floor(at / 1000 / step) * step;
    const [up, found] = await Promise.all([times, count(selector, to)]);
    if (!up.ok) uptime = undefined;
    for (const outcome of [up, found])
      if (!outcome.ok) {
        const reason = outcome.failure.reason === "forbidden" ? "forbidden" : "offline";
        return unavailable<SeriesHistory>(reason, outcome.failure.message, source, now);
      }
    const there = timesOf(up);
    const hits = timesOf(found);
    const [firstHit, lastHit] = [hits[0], hits.at(-1)];
    const history: SeriesHistory = {
      from: to - window,
      to,
      step,
      looks: there.length,
      hits: hits.length,
      first: there[0],
      last: lastHit,
      between: there.filter((at) => at >= (firstHit ?? to) && at <= (lastHit ?? 0)).length,
      stretches: stretchesOf(hits, step, new Set(there)).length,
    };
    const missing = [up, found].flatMap((outcome) =>
      outcome.ok && outcome.answer.completeness.status === "partial"
        ? outcome.answer.completeness.missing.map(({ store }) => store)
        : [],
    );
    if (there.length === 0) missing.push("it has no `up` to tell when it was there");
    return missing.length === 0 ? known(history, source, now) : partial(history, source, now, missing);
  };
}

function timesOf(outcome: QueryOutcome): readonly number[] {
  return outcome.ok ? (outcome.answer.series[0]?.values ?? []).map(([seconds]) => seconds) : [];
}
