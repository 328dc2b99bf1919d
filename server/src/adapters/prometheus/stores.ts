import type { Labels } from "../../base/labels.ts";
import type { MissingStore } from "../../world/query.ts";
import { type Bag, bag, labels, list, text, timeBound } from "./wire.ts";

/** One endpoint behind a Thanos Querier, as `/api/v1/stores` tells it. */
export interface Store {
  /** Its address, which is what `storeMatch[]` matches as `__address__`. */
  readonly address: string;
  /** `sidecar`, `query`, `store`, `rule`, `receive`. */
  readonly component: string;
  readonly labelSets: readonly Labels[];
  readonly lastError: string | undefined;
  /** Milliseconds since the epoch; infinite where the end is open. */
  readonly minTime: number;
  readonly maxTime: number;
}

/** A store that does not answer, with the time it could tell about. */
export interface AbsentStore extends MissingStore {
  readonly minTime: number;
  readonly maxTime: number;
}

/** Reads the data of `/api/v1/stores`: lists of stores by component. */
export function readStores(data: unknown): readonly Store[] {
  return Object.entries(bag(data)).flatMap(([component, entries]) =>
    list(entries)
      .map(bag)
      .map((entry) => readStore(component, entry)),
  );
}

function readStore(component: string, entry: Bag): Store {
  return {
    address: text(entry["name"]),
    component,
    labelSets: list(entry["labelSets"]).map(labels),
    lastError: errorIn(entry["lastError"]),
    minTime: timeBound(entry["minTime"], Number.NEGATIVE_INFINITY),
    maxTime: timeBound(entry["maxTime"]),
  };
}

/** Nothing for a store without an error; old versions send errors that are no texts. */
function errorIn(value: unknown): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  return typeof value === "string" ? value : "has an error that it does not name";
}

/** A text that is equal for equal label sets. */
export function labelsKey(of: Labels): string {
  return JSON.stringify(Object.entries(of).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** The labels without those named. */
export function withoutLabels(of: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(of).filter(([name]) => !names.includes(name)));
}

/**
 * Remembers which stores were ever there. A Querier forgets a dead store, first in its warnings (after about
 * ten seconds), then in `/stores` (after five minutes); this memory does not, for as long as it lives.
 */
export class StoreMemory {
  readonly #seen = new Map<string, Store>();
  /** Label sets that a store had and has no more (a leaf Querier whose own store died). */
  readonly #had = new Map<string, Map<string, Labels>>();

  /**
   * What is missing now. A store is not missing where another one of its component, at another address, has
   * all its label sets: Pods move.
   */
  update(now: readonly Store[], configured: readonly string[]): readonly AbsentStore[] {
    const healthy = now.filter((store) => store.lastError === undefined);
    const served = new Set(
      healthy.flatMap((store) => store.labelSets.map((set) => `${store.component} ${labelsKey(set)}`)),
    );
    const isServed = (store: Store): boolean =>
      store.labelSets.length > 0 &&
      store.labelSets.every((set) => served.has(`${store.component} ${labelsKey(set)}`));
    const absent: AbsentStore[] = [];
    const addresses = new Set(now.map((store) => store.address));
    for (const store of now) {
      if (store.lastError !== undefined) {
        const last = this.#seen.get(store.address);
        const labelSets = store.labelSets.length > 0 ? store.labelSets : (last?.labelSets ?? []);
        const dead = { ...store, labelSets };
        if (!isServed(dead)) absent.push(absentStore(dead, plainError(store.lastError)));
      } else {
        const lost = this.#lostSets(store).filter(
          (set) => !served.has(`${store.component} ${labelsKey(set)}`),
        );
        if (lost.length > 0)
          absent.push(absentStore({ ...store, labelSets: lost }, "no longer tells about these labels"));
      }
    }
    for (const [address, store] of this.#seen)
      if (!addresses.has(address) && !isServed(store))
        absent.push(absentStore(store, "has vanished from the list of stores"));
    for (const address of configured)
      if (!addresses.has(address) && !this.#seen.has(address))
        absent.push({
          store: address,
          labels: [],
          reason: "is configured, but was never reached",
          minTime: Number.NEGATIVE_INFINITY,
          maxTime: Number.POSITIVE_INFINITY,
        });
    for (const store of healthy) this.#remember(store);
    return absent;
  }

  #remember(store: Store): void {
    this.#seen.set(store.address, store);
    const had = this.#had.get(store.address) ?? new Map<string, Labels>();
    for (const set of store.labelSets) had.set(labelsKey(set), set);
    this.#had.set(store.address, had);
  }

  #lostSets(store: Store): readonly Labels[] {
    // Store gateways and receivers lose label sets in their normal course (retention, tenants).
    if (store.component !== "query") return [];
    const has = new Set(store.labelSets.map(labelsKey));
    return [...(this.#had.get(store.address) ?? [])].filter(([key]) => !has.has(key)).map(([, set]) => set);
  }
}

/** A store of which nothing comes, and why. */
export function absentStore(store: Store, reason: string): AbsentStore {
  return {
    store: store.address,
    labels: store.labelSets,
    reason,
    minTime: store.minTime,
    maxTime: store.maxTime,
  };
}

/** The part of a gRPC error that says something to a person. */
export function plainError(error: string): string {
  const refused = /connect: connection refused/.test(error) ? "connection refused" : undefined;
  const desc = /desc = "?([^"]+)"?$/.exec(error)?.[1];
  return (refused ?? desc ?? error).replace(/\s+/g, " ").slice(0, 160);
}

/** Addresses in the flags `endpoint` and `endpoint-strict` that are plain `host:port`, not looked up anew. */
export function configuredEndpoints(flags: Bag): readonly string[] {
  return ["endpoint", "endpoint-strict", "store"]
    .flatMap((flag) => text(flags[flag]).split(","))
    .map((address) => address.trim())
    .filter((address) => /^[^+\s]+:\d+$/.test(address));
}

/** What `--enable-feature` names, and Thanos' switch for the functions of its own engine. */
export function featuresIn(flags: Bag): readonly string[] {
  const named = text(flags["enable-feature"])
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  return flags["query.enable-x-functions"] === "true" ? [...named, "query.enable-x-functions"] : named;
}

/** Replica labels in the flag `query.replica-label`. */
export function replicaLabelsOf(flags: Bag): readonly string[] {
  return text(flags["query.replica-label"])
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

/** The stores as people know them, each once: by their labels, else by their address. */
export function storeNames(stores: readonly AbsentStore[]): readonly string[] {
  const distinct = new Map(stores.map((store) => [store.store, store]));
  return [...distinct.values()].map(({ store, labels: [first] }) => {
    const values = Object.values(first ?? {});
    return values.length === 0 ? store : `${values.join("/")} (${store})`;
  });
}
