import type { Disposable } from "../base/cancellation.ts";
import { type Connect, type EnvironmentAccess, environmentsOf } from "../world/environment.ts";
import type { UsableEnvironment } from "../world/project-environments.ts";

interface Entry {
  readonly key: string;
  readonly usable: UsableEnvironment;
  readonly access: ReturnType<Connect>;
  readonly listeners: readonly Disposable[];
}

/** The `promscope.yaml` of a file, and the file's path as seen from its folder. */
export interface InProject {
  readonly project: string;
  readonly path: string;
}

/** Opens the ports of an environment that may be used. */
export type Open = (usable: UsableEnvironment) => ReturnType<Connect>;

/**
 * The environments that may be used with their ports. An environment that did not change keeps its ports, and with
 * them its caches.
 */
export class EnvironmentPool {
  readonly #open: Open;
  readonly #onChange: () => void;
  readonly #onLiveChange: () => void;
  #entries: readonly Entry[] = [];

  /** `onLiveChange` is told when the index of a backend answers otherwise, `onChange` when anything else does. */
  constructor(open: Open, onChange: () => void, onLiveChange: () => void = onChange) {
    this.#open = open;
    this.#onChange = onChange;
    this.#onLiveChange = onLiveChange;
  }

  get all(): readonly EnvironmentAccess[] {
    return this.#entries.map((entry) => entry.access);
  }

  /**
   * Those that a file belongs to, in order; of projects only those of its own, the nearest `promscope.yaml`, whose
   * globs count from its folder. `path` is relative to the workspace folder.
   */
  of(path: string, project: InProject | undefined): readonly EnvironmentAccess[] {
    return this.#near(project).flatMap(({ usable, access }) =>
      environmentsOf(usable.project === undefined ? path : (project?.path ?? path), [access]),
    );
  }

  /** Those that a file could have belonged to and does not. */
  others(path: string, project: InProject | undefined): readonly EnvironmentAccess[] {
    const own = new Set(this.of(path, project));
    return this.#near(project).flatMap(({ access }) => (own.has(access) ? [] : [access]));
  }

  #near(project: InProject | undefined): readonly Entry[] {
    return this.#entries.filter(
      ({ usable }) => usable.project === undefined || usable.project === project?.project,
    );
  }

  /** Whether it comes from a `promscope.yaml`. */
  isProposed(name: string): boolean {
    const entry = this.#entries.find(({ usable }) => usable.environment.name === name);
    return entry?.usable.project !== undefined;
  }

  update(usable: readonly UsableEnvironment[]): void {
    const old = new Map(this.#entries.map((entry) => [entry.key, entry]));
    this.#entries = usable.map((one) => {
      const key = JSON.stringify(one);
      const kept = old.get(key);
      if (kept === undefined) return this.#enter(key, one);
      old.delete(key);
      return kept;
    });
    for (const entry of old.values()) close(entry);
  }

  /** Opens all anew, or the one of this name: what was known of failures is forgotten. */
  reconnect(name?: string): void {
    this.#entries = this.#entries.map((entry) => {
      if (name !== undefined && entry.usable.environment.name !== name) return entry;
      close(entry);
      return this.#enter(entry.key, entry.usable);
    });
  }

  dispose(): void {
    for (const entry of this.#entries) close(entry);
    this.#entries = [];
  }

  #enter(key: string, usable: UsableEnvironment): Entry {
    const access = this.#open(usable);
    const listeners = [access.cluster, access.identity].flatMap((port) =>
      port === undefined ? [] : [port.onChange(this.#onChange)],
    );
    if (access.live !== undefined) listeners.push(access.live.onChange(this.#onLiveChange));
    return { key, usable, access, listeners };
  }
}

function close(entry: Entry): void {
  for (const listener of entry.listeners) listener.dispose();
  entry.access.dispose?.();
}
