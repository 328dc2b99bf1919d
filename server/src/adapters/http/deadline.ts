import type { CancellationToken, Disposable } from "../../base/cancellation.ts";

/** Why a signal was aborted. */
export type AbortCause = "cancelled" | "total" | "idle";

/**
 * An AbortSignal that fires when `token` is cancelled, when `totalMs` have passed, or when `alive` was not
 * called for `idleMs` after the first call of it. Disposing it leaves no timer behind.
 */
export class RequestDeadline implements Disposable {
  readonly #controller = new AbortController();
  readonly #listener: Disposable;
  readonly #total: NodeJS.Timeout;
  readonly #idleMs: number;
  #idle: NodeJS.Timeout | undefined;
  #cause: AbortCause | undefined;

  constructor(totalMs: number, idleMs: number, token: CancellationToken) {
    this.#idleMs = idleMs;
    this.#total = setTimeout(() => this.#abort("total"), totalMs);
    this.#listener = token.onCancellationRequested(() => this.#abort("cancelled"));
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Nothing while the signal has not fired. */
  get cause(): AbortCause | undefined {
    return this.#cause;
  }

  /** The work, or the signal's reason as soon as it fires; the work itself goes on. */
  async race<T>(work: Promise<T>): Promise<T> {
    const { signal } = this.#controller;
    const { promise, reject } = Promise.withResolvers<never>();
    const fired = (): void => reject(signal.reason);
    if (signal.aborted) fired();
    signal.addEventListener("abort", fired);
    try {
      return await Promise.race([work, promise]);
    } finally {
      signal.removeEventListener("abort", fired);
    }
  }

  /** Something arrived. */
  alive(): void {
    clearTimeout(this.#idle);
    if (this.#cause === undefined) this.#idle = setTimeout(() => this.#abort("idle"), this.#idleMs);
  }

  dispose(): void {
    clearTimeout(this.#total);
    clearTimeout(this.#idle);
    this.#listener?.dispose();
  }

  #abort(cause: AbortCause): void {
    this.#cause ??= cause;
    this.#controller.abort();
  }
}
