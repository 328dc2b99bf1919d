import { neverCancelled } from "../base/cancellation.ts";
import { isPending, type Known, mapKnown, partial, unavailable } from "../base/known.ts";
import type { Labels } from "../base/labels.ts";
import { Limiter } from "../base/limiter.ts";
import { LruCache } from "../base/lru.ts";
import type { LiveIndex, PresenceTimes, RunResult, SeriesHistory } from "../world/live.ts";
import type {
  Clock,
  MetricHolder,
  MetricPresence,
  Metrics,
  NameList,
  ScrapeIntervals,
} from "../world/ports.ts";
import { matcherText } from "../world/scope.ts";

export interface LiveIndexOptions {
  readonly clock: Clock;
  /** Named by the facts that the index itself makes. */
  readonly source: string;
  /**
   * How long a new question must stand before it is sent, in milliseconds; then it is told as a change, and sent when
   * it is asked again. With 0 everything is sent at once.
   */
  readonly delayMs?: number | undefined;
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

/** A complete answer is believed for this long; one by which something is missing, or a part of one, less long. */
const freshMs = 60_000;
const passingMs = 20_000;
/** So many questions at a time: completions and hovers need the same connections. */
const maxRunning = 2;
/** Values of one label that are asked for. */
const maxValues = 20_000;
/** While more answers are on their way, changes are told no more often than this. */
const tellEveryMs = 1_000;
/** Answers that are asked again in one round of {@link LiveIndex.recheck}. */
const maxRechecked = 10;
const maxBytes = 32_000_000;
/** One answer must not push out all others. */
const maxAnswerBytes = 4_000_000;

interface Cell {
  fact: Known<unknown>;
  /** When the fact came; nothing before. */
  at: number | undefined;
  /** In which round it was first asked. */
  readonly round: number;
  running: boolean;
  /** What has been answered is not asked again. */
  readonly once: boolean;
  readonly load: () => Promise<Known<unknown>>;
  readonly isNothing: (value: unknown) => boolean;
}

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

/** Answers by question. */
class Answers {
  readonly #options: LiveIndexOptions;
  readonly #delayMs: number;
  readonly #cells = new LruCache<string, Cell>(maxBytes);
  readonly #running = new Set<Promise<void>>();
  readonly #listeners = new Set<() => void>();
  readonly #limiter = new Limiter(maxRunning);
  readonly #pending: Known<never>;
  /** How many answers are on their way; two can come in one turn, before either has left `#running`. */
  #awaited = 0;
  #round = 0;
  #isUntold = false;
  #toldAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #disposed = false;

  constructor(options: LiveIndexOptions) {
    this.#options = options;
    this.#delayMs = options.delayMs ?? 0;
    this.#pending = unavailable("pending", `${options.source} is being asked.`, options.source, 0);
  }

  /** With `once` what has been answered is not asked again: somebody asked for it now. */
  of<T>(
    key: string,
    load: () => Promise<Known<T>>,
    isNothing: (value: T) => boolean,
    once = false,
  ): Known<T> {
    let cell = this.#cells.get(key);
    if (cell === undefined) {
      cell = {
        fact: this.#pending,
        at: undefined,
        round: this.#round,
        running: false,
        once,
        load,
        isNothing: isNothing as (value: unknown) => boolean,
      };
      this.#cells.set(key, cell, key.length * 2 + 200);
      this.#wakeLater();
    }
    if (this.#isDue(cell)) this.#start(key, cell);
    return cell.fact as Known<T>;
  }

  known<T>(key: string): Known<T> | undefined {
    const cell = this.#cells.get(key);
    return cell?.at === undefined ? undefined : (cell.fact as Known<T>);
  }

  recheck(): void {
    let left = maxRechecked;
    for (const [key, cell] of this.#cells.entries()) {
      if (left === 0) return;
      if (
        cell.at === undefined ||
        cell.once ||
        cell.running ||
        this.#age(cell) < freshMs ||
        !isDoubtful(cell)
      )
        continue;
      left--;
      this.#start(key, cell);
    }
  }

  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  onChange(listener: () => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  #age({ at }: Cell): number {
    return at === undefined ? Number.POSITIVE_INFINITY : this.#options.clock.now() - at;
  }

  #isDue(cell: Cell): boolean {
    if (cell.running || this.#disposed) return false;
    // A question of this round may be about a text that is still being typed.
    if (cell.at === undefined) return this.#delayMs === 0 || cell.round < this.#round;
    if (cell.once) return false;
    return this.#age(cell) >= (isPassing(cell) ? passingMs : freshMs);
  }

  /** Every new question begins the wait anew: what is asked while someone types is sent when the typing pauses. */
  #wakeLater(): void {
    if (this.#delayMs === 0 || this.#disposed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#round++;
      this.#tell();
    }, this.#delayMs);
  }

  #start(key: string, cell: Cell): void {
    cell.running = true;
    this.#awaited++;
    const run = async (): Promise<void> => {
      const before = cell.fact;
      const answer = await this.#limiter.run(() => this.#load(cell));
      const { source, clock } = this.#options;
      const fact: Known<unknown> =
        weightOf(answer) <= maxAnswerBytes
          ? answer
          : unavailable("limited", `${source} has too many values to keep.`, source, clock.now());
      cell.running = false;
      this.#awaited--;
      cell.at = this.#options.clock.now();
      // The same value is the same object: findings are kept for as long as it is.
      const isSame = sameAnswer(before, fact);
      cell.fact =
        isSame && before.status !== "unavailable" && fact.status !== "unavailable"
          ? { ...fact, value: before.value }
          : fact;
      this.#cells.set(key, cell, key.length * 2 + 200 + weightOf(fact));
      this.#learnt(!isSame);
    };
    const running = run().finally(() => void this.#running.delete(running));
    this.#running.add(running);
  }

  async #load(cell: Cell): Promise<Known<unknown>> {
    try {
      return await cell.load();
    } catch {
      const { source, clock } = this.#options;
      return unavailable("invalid", `${source} gave an answer that cannot be read.`, source, clock.now());
    }
  }

  /** While many answers arrive they are told together: each time everything that rests on them is looked at. */
  #learnt(isNew: boolean): void {
    this.#isUntold ||= isNew;
    const isLast = this.#awaited === 0;
    if (this.#isUntold && (isLast || this.#options.clock.now() - this.#toldAt >= tellEveryMs)) this.#tell();
  }

  #tell(): void {
    this.#isUntold = false;
    this.#toldAt = this.#options.clock.now();
    if (!this.#disposed) for (const listener of [...this.#listeners]) listener();
  }
}

/** Whether another answer is likely soon. */
function isPassing({ fact, isNothing }: Cell): boolean {
  return fact.status !== "ok" || isNothing(fact.value);
}

/** Whether a finding may rest on it, or on there being no answer; lists of values are what values are missing in. */
function isDoubtful(cell: Cell): boolean {
  return (
    isPassing(cell) || (typeof cell.fact === "object" && "value" in cell.fact && isList(cell.fact.value))
  );
}

function isList(value: unknown): boolean {
  return typeof value === "object" && value !== null && "names" in value;
}

function sameAnswer(a: Known<unknown>, b: Known<unknown>): boolean {
  if (a.status !== b.status || isPending(a) !== isPending(b)) return false;
  // Why nothing is known makes no finding.
  if (a.status === "unavailable" || b.status === "unavailable") return true;
  return JSON.stringify(a.value) === JSON.stringify(b.value);
}

function weightOf(fact: Known<unknown>): number {
  if (fact.status === "unavailable") return 200;
  const { value } = fact;
  if (typeof value === "object" && value !== null && "series" in value)
    return JSON.stringify(value).length * 2;
  if (!isList(value)) return 200;
  return (fact.value as NameList).names.reduce((sum, name) => sum + name.length * 2 + 24, 0);
}
