import { neverCancelled } from "../base/cancellation.ts";
import { type Known, mapKnown, partial, unavailable } from "../base/known.ts";
import type { Labels } from "../base/labels.ts";
import type { LiveIndex, PresenceTimes, RunResult, SeriesHistory } from "../world/live.ts";
import type { MetricHolder, MetricPresence, Metrics, NameList, ScrapeIntervals } from "../world/ports.ts";
import { matcherText } from "../world/scope.ts";
import { Answers, type AnswersOptions } from "./live-answers.ts";

export interface LiveIndexOptions extends AnswersOptions {
  /** Looks back; only where somebody asked for it. */
  readonly history?: ((selector: string) => Promise<Known<SeriesHistory>>) | undefined;
  /** Run queries; only where somebody asked for it. */
  readonly run?: ((expression: string) => Promise<Known<RunResult>>) | undefined;
  readonly times?:
    | ((expression: string, seconds: number, step: number) => Promise<Known<PresenceTimes>>)
    | undefined;
  /** Why no more of them are run. */
  readonly ended?: (() => string | undefined) | undefined;
}

/** Values of one label that are asked for. */
const maxValues = 20_000;

/** Makes the answers of an index known to who cannot wait; see {@link LiveIndex}. */
export function createLiveIndex(
  metrics: Metrics,
  options: LiveIndexOptions,
): LiveIndex & { dispose(): void } {
  const answers = new Answers(options);
  const named = (metric: string): string => `{${matcherText("__name__", metric)}}`;
  const valuesKey = (metric: string, label: string): string => JSON.stringify(["values", metric, label]);
  const { history, run, times } = options;
  return {
    now: () => options.clock.now(),
    presence: (metric) =>
      answers.of(
        JSON.stringify(["presence", metric]),
        () => presenceIn(metrics, metric, named(metric)),
        ({ exists }) => !exists,
      ),
    metadata: (metric) =>
      answers.of(
        JSON.stringify(["metadata", metric]),
        () => metrics.metadata(metric, neverCancelled),
        (found) => found === undefined,
      ),
    labelNames: (metric) =>
      answers.of(
        JSON.stringify(["labels", metric]),
        async () =>
          whole(await metrics.labelNames({ selector: named(metric), limit: maxValues }, neverCancelled)),
        ({ names }) => names.length === 0,
      ),
    labelValues: (metric, label) =>
      answers.of(
        valuesKey(metric, label),
        async () =>
          whole(
            await metrics.labelValues(label, { selector: named(metric), limit: maxValues }, neverCancelled),
          ),
        ({ names }) => names.length === 0,
      ),
    knownValues: (metric, label) => answers.known<NameList>(valuesKey(metric, label)),
    selects: (selector, label) =>
      answers.of(
        JSON.stringify(["selects", selector]),
        async () => {
          const values = await metrics.labelValues(label, { selector, limit: 1 }, neverCancelled);
          return mapKnown(values, ({ names }) => names.length > 0);
        },
        (selects) => !selects,
      ),
    elsewhere: (metric) =>
      answers.of(
        JSON.stringify(["elsewhere", metric]),
        async (): Promise<Known<readonly MetricHolder[]>> =>
          await (metrics.holdersAnywhere ?? metrics.holders).call(metrics, metric, neverCancelled),
        (all) => all.length === 0,
      ),
    externalLabels: () =>
      answers.of(
        "external",
        () => externalLabelsOf(metrics),
        () => false,
      ),
    scrapeIntervals: () =>
      answers.of(
        "intervals",
        () => scrapeIntervalsOf(metrics, options),
        () => false,
      ),
    retention: () =>
      answers.of(
        "retention",
        () => retentionOf(metrics, options),
        () => false,
      ),
    history:
      history === undefined
        ? undefined
        : (selector) =>
            answers.of(
              JSON.stringify(["history", selector]),
              () => history(selector),
              () => false,
              true,
            ),
    run:
      run === undefined
        ? undefined
        : (expression) =>
            answers.of(
              JSON.stringify(["run", expression]),
              () => run(expression),
              () => false,
              true,
            ),
    times:
      times === undefined
        ? undefined
        : (expression, seconds, step) =>
            answers.of(
              JSON.stringify(["times", expression, seconds, step]),
              () => times(expression, seconds, step),
              () => false,
              true,
            ),
    ended: options.ended,
    lookback: () =>
      answers.of(
        "lookback",
        () => lookbackOf(metrics, options),
        () => false,
      ),
    recheck: () => answers.recheck(),
    settled: () => answers.settled(),
    onChange: (listener) => answers.onChange(listener),
    dispose: () => answers.dispose(),
  };
}

/** The catalog's word; a backend without a catalog is asked for the one name. */
async function presenceIn(
  metrics: Metrics,
  metric: string,
  selector: string,
): Promise<Known<MetricPresence>> {
  if (metrics.presence !== undefined) return await metrics.presence(metric, neverCancelled);
  const found = await metrics.labelValues("__name__", { selector, limit: 1 }, neverCancelled);
  return mapKnown(found, ({ names }) => ({ exists: names.length > 0, near: undefined }));
}

/** A Prometheus tells its own; behind a Querier stand those of its stores. */
async function externalLabelsOf(metrics: Metrics): Promise<Known<readonly Labels[]>> {
  const behind = await metrics.externalLabels(neverCancelled);
  if (behind.status !== "ok" || behind.value.length > 0 || metrics.ownLabels === undefined) return behind;
  const own = await metrics.ownLabels(neverCancelled);
  if (own.status === "unavailable" && own.reason === "unsupported") return behind;
  return mapKnown(own, (labels) => (Object.keys(labels).length === 0 ? [] : [labels]));
}

async function scrapeIntervalsOf(
  metrics: Metrics,
  { source, clock }: LiveIndexOptions,
): Promise<Known<ScrapeIntervals>> {
  const told = await metrics.scrapeIntervals?.(neverCancelled);
  return told ?? unavailable("unsupported", `${source} does not tell its intervals.`, source, clock.now());
}

async function retentionOf(metrics: Metrics, { source, clock }: LiveIndexOptions): Promise<Known<number>> {
  const told = await metrics.retention?.(neverCancelled);
  return told ?? unavailable("unsupported", `${source} does not tell its retention.`, source, clock.now());
}

async function lookbackOf(metrics: Metrics, { source, clock }: LiveIndexOptions): Promise<Known<number>> {
  const told = await metrics.lookback?.(neverCancelled);
  return told ?? unavailable("unsupported", `${source} does not tell its lookback.`, source, clock.now());
}

/** A list that is cut proves no absence. */
function whole(fact: Known<NameList>): Known<NameList> {
  if (fact.status !== "ok" || fact.value.complete) return fact;
  return partial(fact.value, fact.source, fact.asOf, ["values that were left out"]);
}
