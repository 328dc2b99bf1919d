import { type Known, known, partial, unavailable } from "../../base/known.ts";
import type { Labels } from "../../base/labels.ts";
import type { KubernetesApi } from "./api.ts";
import type { Interner } from "./interner.ts";
import type { Kind } from "./kinds.ts";
import { type Pace, Reflector } from "./reflector.ts";

/** What a store is given by its cluster. */
export interface StoreHost {
  readonly context: string;
  /** For facts: "cluster dev". */
  readonly source: string;
  readonly open: () => Promise<KubernetesApi>;
  readonly now: () => number;
  readonly pace: Pace;
  readonly shared: Interner;
  /** Namespaces that were ever named: where the whole cluster may not be listed, these are. */
  readonly named: Set<string>;
  readonly onChange: () => void;
}

interface Entry<T> {
  readonly reflector: Reflector<T>;
  /** Monotonic milliseconds. */
  askedAt: number;
  warned: boolean;
}

/** More objects of a kind than any cluster should have; what is beyond is not held, and the fact is partial. */
const maxItems = 50_000;
/** Pods of one Service have the same template; these are enough to see every port. */
const maxSelected = 2_000;
/** So many selectors of one namespace are watched one by one; with more, the namespace as a whole is. */
const maxSelectors = 4;
/** Namespaces that are listed one by one where the cluster as a whole may not be. */
const maxNamespaces = 50;

/** All that is asked of one kind: the whole cluster, namespaces, or what a label selector takes in one. */
export class KindStore<T> {
  readonly kind: Kind<T>;
  readonly #host: StoreHost;
  readonly #entries = new Map<string, Entry<T>>();
  readonly #byNamespace = new WeakMap<readonly T[], ReadonlyMap<string, readonly T[]>>();

  constructor(kind: Kind<T>, host: StoreHost) {
    this.kind = kind;
    this.#host = host;
  }

  get reflectors(): readonly Reflector<T>[] {
    return [...this.#entries.values()].map(({ reflector }) => reflector);
  }

  list(namespaces: readonly string[] | "all"): Known<readonly T[]> {
    if (namespaces === "all") return this.#everywhere();
    for (const each of namespaces) this.#host.named.add(each);
    if (this.kind.isLarge && this.#entries.get("?")?.reflector.phase !== "current")
      return this.#together(namespaces, []);
    const all = this.#fact(this.#ask("", ""));
    if (all.status === "unavailable")
      return all.reason === "forbidden" ? this.#together(namespaces, []) : all;
    return { ...all, value: this.#inNamespaces(all.value, namespaces) };
  }

  /** What carries all the labels, in one namespace. */
  select(namespace: string, labels: Labels): Known<readonly T[]> {
    this.#host.named.add(namespace);
    const pairs = Object.entries(labels);
    const covering = ["?", `${namespace}?`].find(
      (key) => this.#entries.get(key)?.reflector.phase === "current",
    );
    const selectors = [...this.#entries.keys()].filter((key) => key.startsWith(`${namespace}?`)).length;
    const selector = pairs
      .map(([key, value]) => `${key}=${value}`)
      .toSorted()
      .join(",");
    const isKnownSelector = this.#entries.has(`${namespace}?${selector}`);
    if (covering === undefined && (isKnownSelector || selectors < maxSelectors))
      return this.#fact(this.#ask(namespace, selector));
    const fact = this.#fact(this.#ask(covering === "?" ? "" : namespace, ""));
    if (fact.status === "unavailable") return fact;
    const value = this.#inNamespaces(fact.value, [namespace]).filter((object) => {
      const { labels: own } = this.kind.placeOf(object);
      return pairs.every(([key, wanted]) => Object.hasOwn(own, key) && own[key] === wanted);
    });
    return { ...fact, value };
  }

  /**
   * Lets go of what nobody has asked for during `leaseMs`, and forgets it after `forgetMs`; true where something is
   * about to be let go of.
   */
  sweep(now: number, leaseMs: number, forgetMs: number): boolean {
    let warns = false;
    for (const [key, entry] of this.#entries) {
      const idle = now - entry.askedAt;
      if (idle > leaseMs && entry.reflector.isRunning) entry.reflector.rest();
      if (idle > forgetMs) this.#entries.delete(key);
      else if (idle > leaseMs * 0.7 && entry.reflector.isRunning && !entry.warned) {
        entry.warned = true;
        warns = true;
      }
    }
    return warns;
  }

  dispose(): void {
    for (const { reflector } of this.#entries.values()) reflector.rest();
    this.#entries.clear();
  }

  #everywhere(): Known<readonly T[]> {
    const all = this.#fact(this.#ask("", ""));
    if (all.status !== "unavailable" || all.reason !== "forbidden" || !this.kind.namespaced) return all;
    const named = [...this.#host.named].filter((each) => each !== "").slice(0, maxNamespaces);
    return named.length === 0 ? all : this.#together(named, ["other namespaces"]);
  }

  #ask(namespace: string, selector: string): Reflector<T> {
    const key = `${namespace}?${selector}`;
    const entry = this.#entries.get(key) ?? this.#make(namespace, selector);
    this.#entries.set(key, entry);
    entry.askedAt = performance.now();
    entry.warned = false;
    entry.reflector.start();
    return entry.reflector;
  }

  #make(namespace: string, selector: string): Entry<T> {
    const { root, plural, noun, reduce, placeOf } = this.kind;
    const { open, now, pace, shared, onChange } = this.#host;
    const place = namespace === "" ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
    const reflector = new Reflector<T>(
      {
        path: `${root}${place}/${plural}`,
        selector,
        what: namespace === "" ? noun : `${noun} in ${namespace}`,
      },
      {
        open,
        now,
        pace,
        onChange,
        maxItems: selector === "" ? maxItems : maxSelected,
        reduce: (item) => reduce(item, shared),
        keyOf: (object) => {
          const { namespace: of, name } = placeOf(object);
          return `${of}/${name}`;
        },
      },
    );
    return { reflector, askedAt: 0, warned: false };
  }

  #fact(reflector: Reflector<T>): Known<readonly T[]> {
    const { source, context, now } = this.#host;
    const { failure, asOf, phase, items, complete } = reflector;
    if (!reflector.isKnown || failure?.reason === "forbidden" || failure?.reason === "unsupported") {
      if (failure === undefined)
        return unavailable("pending", `The cluster ${context} is being asked.`, source, now());
      return unavailable(failure.reason, failure.message, source, now());
    }
    // What was true a while ago proves nothing about what is missing now.
    if (phase !== "current") return partial(items, source, asOf, [`what changed since ${clock(asOf)} UTC`]);
    return complete
      ? known(items, source, asOf)
      : partial(items, source, asOf, ["more objects than are read"]);
  }

  /** Several namespaces as one fact: what cannot be seen is said, and then the whole proves nothing. */
  #together(namespaces: readonly string[], otherwise: readonly string[]): Known<readonly T[]> {
    const parts = namespaces.map((namespace) => ({ namespace, fact: this.#fact(this.#ask(namespace, "")) }));
    const { source, now } = this.#host;
    const seen = parts.flatMap(({ fact }) => (fact.status === "unavailable" ? [] : [fact]));
    const [first] = seen;
    if (first === undefined) {
      const facts = parts.map(({ fact }) => fact);
      const pending = facts.find((fact) => fact.status === "unavailable" && fact.reason === "pending");
      return pending ?? facts[0] ?? known([], source, now());
    }
    const value = seen.length === 1 ? first.value : seen.flatMap((fact) => fact.value);
    const asOf = Math.min(...seen.map((fact) => fact.asOf));
    const missing = parts.flatMap(({ namespace, fact }) =>
      fact.status === "ok" ? [] : fact.status === "partial" ? fact.missing : [`namespace ${namespace}`],
    );
    const all = [...new Set([...missing, ...otherwise])];
    return all.length === 0 ? known(value, source, asOf) : partial(value, source, asOf, all);
  }

  #inNamespaces(items: readonly T[], namespaces: readonly string[]): readonly T[] {
    let index = this.#byNamespace.get(items);
    if (index === undefined) {
      index = Map.groupBy(items, (object) => this.kind.placeOf(object).namespace);
      this.#byNamespace.set(items, index);
    }
    const [only, ...others] = namespaces;
    if (only !== undefined && others.length === 0) return index.get(only) ?? [];
    return [...new Set(namespaces)].flatMap((namespace) => index.get(namespace) ?? []);
  }
}

function clock(asOf: number): string {
  return new Date(asOf).toISOString().slice(11, 19);
}
