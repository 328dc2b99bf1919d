import { neverCancelled } from "../../base/cancellation.ts";
import { type Known, known, partial, type UnavailableReason, unavailable } from "../../base/known.ts";
import type { PresenceTimes, RunCost, RunResult, Stretch } from "../../world/live.ts";
import type { Clock, Queries } from "../../world/ports.ts";
import type { QueryAnswer, QueryFailure, QueryOutcome, QueryRequest, Sample } from "../../world/query.ts";
import { queryErrorOf } from "../../world/query-errors.ts";
import { bag } from "./wire.ts";

const deadlineMs = 15_000;
const rangeDeadlineMs = 60_000;
/** What a check compares; how many there are it is told all the same. */
const keepSeries = 2_000;
/** So many queries are run for one backend, and no more. */
const mostQueries = 10_000;
/** So many that follow each other without an answer, and no more is asked. */
const mostFailures = 4;
/** Samples of one range query are cut to pieces of this length where the whole is too long to be read. */
const pieceSeconds = 3 * 3_600;

/** Runs queries for checks, each because somebody asked for a check that runs them. */
export interface LiveQueries {
  /** An instant query. */
  run(expression: string): Promise<Known<RunResult>>;
  /** A range query that ends now, by the times at which each series was there. */
  times(expression: string, seconds: number, step: number): Promise<Known<PresenceTimes>>;
  /** Why no more are run, as the end of a sentence; nothing while they are. */
  ended(): string | undefined;
}

/** So many queries, and none any more once a backend has shown that it does not answer. */
class Patience {
  #left = mostQueries;
  #failures = 0;

  /** Why no more is asked; nothing while it is. */
  get end(): string | undefined {
    if (this.#failures >= mostFailures) return "did not answer several queries, so no more were run.";
    return this.#left <= 0 ? `was asked ${mostQueries} queries; the rest was not run.` : undefined;
  }

  asked(): void {
    this.#left--;
  }

  /** What a server refuses is an answer. */
  answered(outcome: QueryOutcome): void {
    const isAnswer = outcome.ok || refusalIn(outcome.failure) !== undefined;
    this.#failures = isAnswer ? 0 : this.#failures + 1;
  }
}

/**
 * Queries of one backend; see {@link LiveQueries}. Never throws. Series that differ in `replicaLabels` alone are one,
 * where the backend does not make them one itself.
 */
export function liveQueries(
  queries: Pick<Queries, "run">,
  source: string,
  clock: Clock,
  replicaLabels: readonly string[] = [],
): LiveQueries {
  const patience = new Patience();
  const send = async (request: QueryRequest): Promise<QueryOutcome | string> => {
    const { end } = patience;
    if (end !== undefined) return end;
    patience.asked();
    const outcome = await queries.run({ ...request, strict: true }, neverCancelled);
    patience.answered(outcome);
    return outcome;
  };
  const silent = (reason: UnavailableReason, message: string): Known<never> =>
    unavailable(reason, message, source, clock.now());
  const failed = (outcome: QueryFailure | string): Known<never> =>
    typeof outcome === "string"
      ? silent("limited", `${source} ${outcome}`)
      : silent(reasonOf(outcome), outcome.message);
  const away = new Map<string, Promise<readonly Sample[] | undefined>>();

  const pieces = async (expression: string, from: number, to: number, step: number) => {
    const whole = await send({
      expression,
      range: { start: from, end: to, step },
      deadlineMs: rangeDeadlineMs,
    });
    if (typeof whole === "string" || whole.ok || !isTooMuch(whole.failure)) return [whole];
    const parts: (QueryOutcome | string)[] = [];
    for (let start = from; start <= to; start += pieceSeconds) {
      const end = Math.min(to, start + pieceSeconds - step);
      const part = await send({ expression, range: { start, end, step }, deadlineMs: rangeDeadlineMs });
      parts.push(part);
      if (typeof part === "string" || !part.ok) break;
    }
    return parts;
  };

  return {
    ended: () => patience.end,
    async run(expression) {
      const outcome = await send({ expression, deadlineMs, keepSeries });
      if (typeof outcome === "string") return failed(outcome);
      if (!outcome.ok) {
        const error = refusalIn(outcome.failure);
        return error === undefined
          ? failed(outcome.failure)
          : known<RunResult>({ ok: false, error }, source, clock.now());
      }
      return factOf<RunResult>(outcome.answer, answerOf(outcome.answer), source, clock.now());
    },
    async times(expression, seconds, step) {
      const to = Math.floor(clock.now() / 1000 / step) * step;
      const from = to - Math.ceil(seconds / step) * step;
      const key = JSON.stringify([from, to, step]);
      if (!away.has(key))
        away.set(
          key,
          send({
            expression: "count(up)",
            range: { start: from, end: to, step },
            deadlineMs: rangeDeadlineMs,
          }).then((up) => (typeof up === "string" || !up.ok ? undefined : up.answer.series[0]?.values)),
        );
      const [up, parts] = await Promise.all([away.get(key), pieces(expression, from, to, step)]);
      const series = new Map<string, number[]>();
      for (const part of parts) {
        if (typeof part === "string") return failed(part);
        if (!part.ok) return failed(part.failure);
        const { answer } = part;
        // A part of them is no count.
        if (answer.truncated !== undefined || answer.completeness.status === "partial")
          return silent("limited", `${source} has too many series for this, or does not answer whole.`);
        for (const { labels, values, histograms = [] } of answer.series) {
          const own = Object.entries(labels).filter(([label]) => !replicaLabels.includes(label));
          const name = JSON.stringify(own.sort(([a], [b]) => (a < b ? -1 : 1)));
          const times = series.get(name) ?? [];
          for (const [at] of values) times.push(at);
          for (const [at] of histograms) times.push(at);
          series.set(name, times);
        }
      }
      const there = up === undefined ? undefined : new Set(up.map(([at]) => at));
      const stretches = [...series.values()].map((times) =>
        stretchesOf(
          times.sort((a, b) => a - b),
          step,
          there,
        ),
      );
      return known<PresenceTimes>({ from, to, step, series: stretches }, source, clock.now());
    },
  };
}

/** The times without the gaps that are the backend's own: at which it has not even an `up`. */
export function stretchesOf(
  times: readonly number[],
  step: number,
  there: ReadonlySet<number> | undefined,
): readonly Stretch[] {
  const stretches: [number, number][] = [];
  for (const at of times) {
    const last = stretches.at(-1);
    if (last !== undefined && isNoGap(last[1], at, step, there)) last[1] = at;
    else stretches.push([at, at]);
  }
  return stretches;
}

function isNoGap(from: number, to: number, step: number, there: ReadonlySet<number> | undefined): boolean {
  for (let at = from + step; at < to - step / 2; at += step) if (there?.has(at) !== false) return false;
  return true;
}

/** Whether less at a time would do: the answer is too long for us, or reads more than the server allows. */
function isTooMuch(failure: QueryFailure): boolean {
  return failure.reason === "limited" && (failure.error === undefined || refusalIn(failure) !== undefined);
}

/** The server's words, where it says something of the query and not that it is asked too much. */
function refusalIn({ reason, error }: QueryFailure): string | undefined {
  if (reason === "bad_data" || reason === "execution") return error;
  return reason === "limited" && error !== undefined && queryErrorOf(error)?.kind === "limit"
    ? error
    : undefined;
}

function reasonOf({ reason }: QueryFailure): UnavailableReason {
  return reason === "bad_data" || reason === "execution" ? "invalid" : reason;
}

function factOf<T>({ completeness }: QueryAnswer, value: T, source: string, asOf: number): Known<T> {
  // Who does not tell whether the answer is whole may have left something out.
  if (completeness.status === "complete") return known(value, source, asOf);
  const missing = completeness.missing.map(({ store }) => store);
  return partial(
    value,
    source,
    asOf,
    missing.length === 0 ? ["it does not say whether it is whole"] : missing,
  );
}

function answerOf({ series, truncated, expression, warnings, infos, stats }: QueryAnswer): RunResult {
  return {
    ok: true,
    series: series.map(({ labels, values }) => ({ labels, value: Number(values[0]?.[1] ?? Number.NaN) })),
    total: truncated?.total ?? series.length,
    cost: costIn(stats),
    expression,
    warnings,
    infos,
  };
}

/** What `stats=true` gives (`util/stats/query_stats.go`). */
function costIn(stats: QueryAnswer["stats"]): RunCost {
  const samples = bag(bag(stats)["samples"]);
  const timings = bag(bag(stats)["timings"]);
  const number = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);
  return {
    totalSamples: number(samples["totalQueryableSamples"]),
    peakSamples: number(samples["peakSamples"]),
    seconds: number(timings["evalTotalTime"]),
  };
}
