import { isPending, type Known, unavailable } from "../base/known.ts";
import { Limiter } from "../base/limiter.ts";
import { LruCache } from "../base/lru.ts";
import type { Clock, NameList } from "../world/ports.ts";

export interface AnswersOptions {
  readonly clock: Clock;
  /** Named by the facts that are made here. */
  readonly source: string;
  /**
   * How long a new question must stand before it is sent, in milliseconds; then it is told as a change, and sent when
   * it is asked again. With 0 everything is sent at once.
   */
  readonly delayMs?: number | undefined;
}

/** A complete answer is believed for this long; one by which something is missing, or a part of one, less long. */
const freshMs = 60_000;
const passingMs = 20_000;
/** So many questions at a time: completions and hovers need the same connections. */
const maxRunning = 2;
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

/**
 * Answers by question, for who cannot wait: each is what is known now, and is asked for behind it where that is nothing
 * yet, or old. What comes is told as a change.
 */
export class Answers {
  readonly #options: AnswersOptions;
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

  constructor(options: AnswersOptions) {
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

  /** What has been answered, without asking. */
  known<T>(key: string): Known<T> | undefined {
    const cell = this.#cells.get(key);
    return cell?.at === undefined ? undefined : (cell.fact as Known<T>);
  }

  /** See {@link LiveIndex.recheck}. */
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

  /** When nothing is on its way any more. */
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
