import { CancellationSource, type CancellationToken } from "../base/cancellation.ts";
import { type Known, type UnavailableReason, unavailable } from "../base/known.ts";
import { Limiter } from "../base/limiter.ts";
import { LruCache } from "../base/lru.ts";
import type { Clock } from "../world/ports.ts";

export interface FactCacheOptions {
  readonly clock: Clock;
  /** Named by the facts that the cache itself makes (cancelled, circuit open). */
  readonly source: string;
  readonly maxBytes?: number | undefined;
  readonly concurrency?: number | undefined;
}

export interface Policy<T> {
  /** Milliseconds for which a complete fact is fresh; ten times as long it may stand in while a new one is fetched. */
  readonly ttlMs: number;
  /** Whether a value says that there is nothing; that is believed for a shorter time, for things come up. */
  readonly isNothing?: (value: T) => boolean;
  /** Estimate of what a value weighs. */
  readonly bytes: (value: T) => number;
  /** Tells whether the backend is well: never stale, and asked even while the circuit is open. */
  readonly probes?: boolean;
}

const staleFactor = 10;
/** For facts that are likely to change soon: partial ones, and that there is nothing. */
const passingTtlMs = 15_000;
/** What was forbidden or is no API stays so for a while; what did not answer may answer soon. */
const refusedTtlMs = 30_000;
const failedTtlMs = 5_000;
const failuresToOpen = 3;
const openMs = 60_000;

interface Entry {
  readonly fact: Known<unknown>;
  readonly at: number;
  readonly ttlMs: number;
}

interface Flight {
  readonly result: Promise<Known<unknown>>;
  readonly source: CancellationSource;
  waiters: number;
  /** Nobody waits for it, but its fact will be used. */
  readonly background: boolean;
}

const isFailure = (reason: UnavailableReason): boolean => reason === "offline" || reason === "timeout";

/**
 * Keeps facts of one backend: fresh ones are answered at once, stale ones too while a new one is fetched, requests
 * for the same fact are joined, few run at a time, and after three failures in a row nothing is asked for a minute.
 */
export class FactCache {
  readonly #clock: Clock;
  readonly #source: string;
  readonly #entries: LruCache<string, Entry>;
  readonly #flights = new Map<string, Flight>();
  readonly #limiter: Limiter;
  #failures = 0;
  #openUntil = 0;
  #lastFailure: Known<never> | undefined;

  constructor(options: FactCacheOptions) {
    this.#clock = options.clock;
    this.#source = options.source;
    this.#entries = new LruCache(options.maxBytes ?? 64_000_000);
    this.#limiter = new Limiter(options.concurrency ?? 4);
  }

  async ask<T>(
    key: string,
    policy: Policy<T>,
    load: (token: CancellationToken) => Promise<Known<T>>,
    token: CancellationToken,
  ): Promise<Known<T>> {
    const entry = this.#entries.get(key);
    const now = this.#clock.now();
    const age = entry === undefined ? Number.POSITIVE_INFINITY : now - entry.at;
    if (entry !== undefined && age < entry.ttlMs) return entry.fact as Known<T>;
    const usable =
      policy.probes !== true &&
      entry !== undefined &&
      entry.fact.status !== "unavailable" &&
      age < entry.ttlMs * staleFactor;
    if (this.#lastFailure !== undefined && now < this.#openUntil && policy.probes !== true)
      return usable ? (entry.fact as Known<T>) : this.#lastFailure;
    if (usable) {
      if (!this.#flights.has(key)) this.#start(key, policy, load, true);
      return entry.fact as Known<T>;
    }
    if (token.isCancellationRequested) return this.#cancelled();
    const flight = this.#flights.get(key) ?? this.#start(key, policy, load, false);
    return (await this.#wait(key, flight, token)) as Known<T>;
  }

  #start<T>(
    key: string,
    policy: Policy<T>,
    load: (token: CancellationToken) => Promise<Known<T>>,
    background: boolean,
  ): Flight {
    const source = new CancellationSource();
    const run = async (): Promise<Known<unknown>> => {
      try {
        const fact = await this.#limiter.run(async () =>
          source.token.isCancellationRequested ? this.#cancelled() : await load(source.token),
        );
        this.#learn(key, policy, fact);
        return fact;
      } finally {
        if (this.#flights.get(key) === flight) this.#flights.delete(key);
      }
    };
    const flight: Flight = { result: Promise.resolve().then(run), source, waiters: 0, background };
    // Nobody may be waiting for it; those who do see the error themselves.
    flight.result.catch(() => undefined);
    this.#flights.set(key, flight);
    return flight;
  }

  #learn<T>(key: string, policy: Policy<T>, fact: Known<T>): void {
    const at = this.#clock.now();
    if (fact.status !== "unavailable") {
      this.#failures = 0;
      this.#openUntil = 0;
      const passing = fact.status === "partial" || policy.isNothing?.(fact.value) === true;
      const ttlMs = passing ? Math.min(passingTtlMs, policy.ttlMs) : policy.ttlMs;
      this.#entries.set(key, { fact, at, ttlMs }, policy.bytes(fact.value) + key.length * 2);
      return;
    }
    if (fact.reason === "cancelled" || fact.reason === "pending") return;
    if (isFailure(fact.reason)) {
      this.#lastFailure = fact;
      if (++this.#failures >= failuresToOpen) this.#openUntil = at + openMs;
    } else this.#failures = 0;
    // An older value is worth more than the news that there is none now.
    if (this.#entries.get(key)?.fact.status === "ok") return;
    const ttlMs = isFailure(fact.reason) ? failedTtlMs : refusedTtlMs;
    this.#entries.set(key, { fact, at, ttlMs: Math.min(ttlMs, policy.ttlMs) }, 200 + key.length * 2);
  }

  /** The request goes on as long as one of those who wait for it does. */
  #wait(key: string, flight: Flight, token: CancellationToken): Promise<Known<unknown>> {
    flight.waiters++;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        flight.waiters--;
        if (flight.waiters === 0 && !flight.background) {
          if (this.#flights.get(key) === flight) this.#flights.delete(key);
          flight.source.cancel();
        }
        resolve(this.#cancelled());
      };
      const listener = token.onCancellationRequested(leave);
      flight.result.then(resolve, reject).finally(() => listener.dispose());
    });
  }

  #cancelled(): Known<never> {
    return unavailable("cancelled", "The request was cancelled.", this.#source, this.#clock.now());
  }
}
