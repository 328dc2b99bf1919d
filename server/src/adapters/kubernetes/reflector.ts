import { setImmediate } from "node:timers/promises";
import type { KubernetesApi } from "./api.ts";
import { ApiError, type Failure, failureOf } from "./failures.ts";
import { type Collection, listAll } from "./list.ts";
import { type Change, watch } from "./watch.ts";

/** How long things take; all in milliseconds. */
export interface Pace {
  /** One page of a list. */
  readonly pageMs: number;
  /** A silence within a page. */
  readonly pageIdleMs: number;
  /** A silence of a watch. */
  readonly watchIdleMs: number;
  /** The first and the longest wait after failures. */
  readonly firstRetryMs: number;
  readonly lastRetryMs: number;
  /** What may be listed but not watched is listed again after this. */
  readonly pollMs: number;
  /** Between 0 and 1, as `Math.random`: many editors must not come back at the same moment. */
  readonly random: () => number;
}

export const usualPace: Pace = {
  pageMs: 15_000,
  pageIdleMs: 10_000,
  watchIdleMs: 90_000,
  firstRetryMs: 1_000,
  lastRetryMs: 60_000,
  pollMs: 30_000,
  random: Math.random,
};

/** How a reflector stands. */
export type Phase =
  /** Nothing was learnt yet. */
  | "starting"
  /** What is held is what is there. */
  | "current"
  /** What is held was true at `asOf`; the cluster is being asked again. */
  | "stale"
  /** Nobody watches; what is held was true at `asOf`. */
  | "resting";

export interface ReflectorHost<T> {
  readonly open: () => Promise<KubernetesApi>;
  readonly reduce: (object: unknown) => T | undefined;
  readonly keyOf: (object: T) => string;
  readonly now: () => number;
  readonly pace: Pace;
  readonly maxItems: number;
  /** What is held, or how it stands, has changed. */
  readonly onChange: () => void;
}

/** Closed at once without a word: some proxies say so that a version is too old. */
const suspiciousMs = 2_000;
const catchUpMs = 300;
/** The server would end a watch only after half an hour to an hour; changes of its network are noticed sooner so. */
const watchSeconds = 240;

/**
 * Holds what a collection contains: lists it, then watches it, and does so again when the server forgets, restarts or
 * goes away, with pauses that grow. Never throws: what fails stands in `failure`, what was held before stays.
 */
export class Reflector<T> {
  readonly collection: Collection;
  readonly #host: ReflectorHost<T>;
  #items = new Map<string, T>();
  #list: readonly T[] | undefined;
  #resourceVersion = "";
  #stop: AbortController | undefined;
  #hurry: (() => void) | undefined;
  #attempted = Promise.withResolvers<void>();
  /** Whether it was started and has neither learnt anything nor failed since. */
  isAttempting = false;
  phase: Phase = "starting";
  failure: Failure | undefined;
  /** When the server was last heard; 0 before the first time. */
  asOf = 0;
  /** False where there are more objects than are held. */
  complete = true;

  constructor(collection: Collection, host: ReflectorHost<T>) {
    this.collection = collection;
    this.#host = host;
  }

  /** What is held; the same array as long as nothing changes. */
  get items(): readonly T[] {
    this.#list ??= [...this.#items.values()];
    return this.#list;
  }

  get isRunning(): boolean {
    return this.#stop !== undefined;
  }

  /** Whether anything was ever learnt. */
  get isKnown(): boolean {
    return this.asOf > 0;
  }

  /** Resolves when the attempt under way has ended, well or not. */
  attempted(): Promise<void> {
    return this.#attempted.promise;
  }

  start(): void {
    if (this.#stop !== undefined) return;
    const stop = new AbortController();
    this.#stop = stop;
    if (this.phase === "resting") this.phase = this.isKnown ? "stale" : "starting";
    this.#attempted = Promise.withResolvers();
    this.isAttempting = true;
    void this.#run(stop.signal);
  }

  /** Ends the pause after a failure. */
  hurry(): void {
    this.#hurry?.();
  }

  /** Ends watching; what is held stays, and grows old. */
  rest(): void {
    this.#stop?.abort();
    this.#stop = undefined;
    this.#settle();
    this.phase = "resting";
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { pace, now } = this.#host;
    let failures = 0;
    while (!signal.aborted) {
      const startedAt = now();
      let wait = 0;
      try {
        const watchable = await this.#round(signal);
        failures = 0;
        if (!watchable) wait = pace.pollMs;
      } catch (error) {
        if (signal.aborted) return;
        const failure = await this.#explain(error);
        if (signal.aborted) return;
        // A list or watch that lived for a while began anew: it is no longer in a row of failures.
        if (now() - startedAt > pace.lastRetryMs) failures = 0;
        const step = Math.min(pace.lastRetryMs, pace.firstRetryMs * 2 ** failures++);
        wait = Math.max(failure.retryAfterMs ?? 0, step * (0.5 + pace.random()));
        this.#fail(failure);
      }
      if (wait > 0) await this.#pause(wait, signal);
    }
  }

  /** One list where one is needed, and one watch; false where it may not be watched. */
  async #round(signal: AbortSignal): Promise<boolean> {
    const api = await this.#host.open();
    // Reading the kubeconfig and opening the first connection are work enough for a turn each.
    await setImmediate();
    const isNew = this.#resourceVersion === "";
    if (isNew) await this.#listOnce(api, signal);
    const openedAt = this.#host.now();
    let heard = false;
    let catchingUp: NodeJS.Timeout | undefined;
    try {
      await watch(api, this.collection, {
        signal,
        resourceVersion: this.#resourceVersion,
        timeoutSeconds: Math.round(watchSeconds * (1 + this.#host.pace.random())),
        idleMs: this.#host.pace.watchIdleMs,
        openMs: this.#host.pace.pageMs,
        onOpen: () => {
          // What happened meanwhile comes first; until it is there, what is held may lack something.
          catchingUp = setTimeout(() => this.#heard(), this.phase === "current" ? 0 : catchUpMs);
        },
        onVersion: (version) => {
          heard = true;
          this.#resourceVersion = version;
          this.#heard();
        },
        onChange: (change, object) => this.#take(change, object),
      });
    } catch (error) {
      if (error instanceof ApiError && error.status === 410) {
        this.#resourceVersion = "";
        // A version that is too old as soon as it is told would have us list without end.
        if (isNew && this.#host.now() - openedAt < suspiciousMs) throw error;
        return true;
      }
      if (error instanceof ApiError && (error.status === 403 || error.status === 405)) {
        // It may be listed only: the next round lists again.
        this.#resourceVersion = "";
        return false;
      }
      throw error;
    } finally {
      clearTimeout(catchingUp);
    }
    if (!heard && this.#host.now() - openedAt < suspiciousMs) {
      this.#resourceVersion = "";
      throw new ApiError({
        reason: "offline",
        message: `The cluster ${api.context} ends every watch at once; it is asked again after a pause.`,
      });
    }
    return true;
  }

  async #listOnce(api: KubernetesApi, signal: AbortSignal): Promise<void> {
    const { pace, reduce, keyOf, maxItems } = this.#host;
    let items = new Map<string, T>();
    const { resourceVersion, complete } = await listAll(api, this.collection, {
      signal,
      deadlineMs: pace.pageMs,
      idleMs: pace.pageIdleMs,
      maxItems,
      restart: () => {
        items = new Map();
      },
      onItem: (object) => {
        const reduced = reduce(object);
        if (reduced !== undefined) items.set(keyOf(reduced), reduced);
      },
    });
    this.#items = items;
    this.#list = undefined;
    this.complete = complete;
    this.#resourceVersion = resourceVersion;
    this.#heard(true);
  }

  #take(change: Change, object: unknown): void {
    const { reduce, keyOf, maxItems, onChange } = this.#host;
    const reduced = reduce(object);
    if (reduced === undefined) return;
    const key = keyOf(reduced);
    if (change === "deleted") this.#items.delete(key);
    else if (this.#items.has(key) || this.#items.size < maxItems) {
      // Most changes of a Pod are of its status, which nobody here looks at.
      if (sameObject(this.#items.get(key), reduced)) return;
      this.#items.set(key, reduced);
    } else this.complete = false;
    this.#list = undefined;
    onChange();
  }

  #heard(changed = false): void {
    this.asOf = this.#host.now();
    const told = changed || this.phase !== "current" || this.failure !== undefined;
    this.phase = "current";
    this.failure = undefined;
    this.#settle();
    if (told) this.#host.onChange();
  }

  #fail(failure: Failure): void {
    const told = this.failure?.message !== failure.message || this.phase === "current";
    this.failure = failure;
    if (this.phase === "current") this.phase = "stale";
    this.#settle();
    if (told) this.#host.onChange();
  }

  #pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        this.#hurry = undefined;
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener("abort", end, { once: true });
      this.#hurry = end;
    });
  }

  #settle(): void {
    this.isAttempting = false;
    this.#attempted.resolve();
  }

  async #explain(error: unknown): Promise<Failure> {
    try {
      const { context, server } = await this.#host.open();
      return failureOf(context, server, error);
    } catch (reason) {
      const message = reason instanceof Error ? reason.message : "The kubeconfig cannot be read.";
      return { reason: "not-configured", message };
    }
  }
}

function sameObject(a: unknown, b: unknown): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b);
}
