import type { Disposable } from "../base/cancellation.ts";
import type { Environment, EnvironmentAccess } from "../world/environment.ts";

/** Opens the ports of an environment; made by `main.ts`, so that tests can hand in their own. */
export type Connect = (environment: Environment) => EnvironmentAccess & Partial<Disposable>;

/**
 * The environments of the settings with their ports. An environment whose settings did not change keeps its
 * ports, and with them its caches.
 */
export class EnvironmentPool {
  readonly #connect: Connect;
  readonly #onChange: () => void;
  #entries: readonly { key: string; access: EnvironmentAccess & Partial<Disposable>; listener?: Disposable }[] = [];

  constructor(connect: Connect, onChange: () => void) {
    this.#connect = connect;
    this.#onChange = onChange;
  }

  get all(): readonly EnvironmentAccess[] {
    return this.#entries.map((entry) => entry.access);
  }

  update(environments: readonly Environment[]): void {
    const old = new Map(this.#entries.map((entry) => [entry.key, entry]));
    this.#entries = environments.map((environment) => {
      const key = JSON.stringify(environment);
      const kept = old.get(key);
      if (kept !== undefined) {
        old.delete(key);
        return kept;
      }
      const access = this.#connect(environment);
      const listener = access.cluster?.onChange(this.#onChange);
      return listener === undefined ? { key, access } : { key, access, listener };
    });
    for (const entry of old.values()) close(entry);
  }

  dispose(): void {
    for (const entry of this.#entries) close(entry);
    this.#entries = [];
  }
}

function close(entry: { access: Partial<Disposable>; listener?: Disposable }): void {
  entry.listener?.dispose();
  entry.access.dispose?.();
}
