export interface Disposable {
  dispose(): void;
}

/** Same shape as LSP's token, so that the shell can hand its own down to the pure floors. */
export interface CancellationToken {
  readonly isCancellationRequested: boolean;
  onCancellationRequested(listener: () => void): Disposable;
}

/** A token that is never cancelled. */
export const neverCancelled: CancellationToken = {
  isCancellationRequested: false,
  onCancellationRequested: () => ({ dispose() {} }),
};

/** Makes a token and cancels it. Listeners run once; one that is added after the fact runs at once. */
export class CancellationSource {
  #cancelled = false;
  readonly #listeners = new Set<() => void>();
  readonly token: CancellationToken;

  constructor() {
    const isCancelled = (): boolean => this.#cancelled;
    const listeners = this.#listeners;
    this.token = {
      get isCancellationRequested() {
        return isCancelled();
      },
      onCancellationRequested(listener) {
        if (isCancelled()) listener();
        else listeners.add(listener);
        return { dispose: () => void listeners.delete(listener) };
      },
    };
  }

  cancel(): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    for (const listener of [...this.#listeners]) listener();
    this.#listeners.clear();
  }
}

/** The value, or what `fallback` gives as soon as the token is cancelled; the work itself goes on for others. */
export function orCancelled<T>(work: Promise<T>, token: CancellationToken, fallback: () => T): Promise<T> {
  if (token.isCancellationRequested) return Promise.resolve(fallback());
  return new Promise((resolve, reject) => {
    const listener = token.onCancellationRequested(() => resolve(fallback()));
    work.then(resolve, reject).finally(() => listener.dispose());
  });
}
