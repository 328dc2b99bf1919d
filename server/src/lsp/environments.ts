import type { Disposable } from "../base/cancellation.ts";
import type { Connect, Environment, EnvironmentAccess } from "../world/environment.ts";

interface Entry {
  readonly key: string;
  readonly access: ReturnType<Connect>;
  readonly listener?: Disposable;
}

/**
 * The environments of the settings with their ports. An environment whose settings did not change keeps its
 * ports, and with them its caches.
 */
export class EnvironmentPool {
  readonly #connect: Connect;
  readonly #onChange: () => void;
  #entries: readonly Entry[] = [];

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

function close(entry: Entry): void {
  entry.listener?.dispose();
  entry.access.dispose?.();
}
