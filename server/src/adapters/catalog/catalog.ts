import { CancellationSource, type CancellationToken } from "../../base/cancellation.ts";
import { type Known, known, partial, unavailable } from "../../base/known.ts";
import type { Clock, MetricPresence, MetricType, NameList, NameQuery } from "../../world/ports.ts";
import { Breather } from "../breather.ts";
import { seriesNames } from "../prometheus/metadata.ts";
import type { CatalogStore } from "./name-file.ts";
import { nearestName } from "./name-near.ts";
import { searchNames } from "./name-search.ts";
import type { NameTable } from "./name-table.ts";

/** All names that a backend told. */
export interface NameIndex {
  readonly table: NameTable;
  /** Whether there are no more. */
  readonly complete: boolean;
}

/** What the catalog asks of its backend. */
export interface CatalogSource {
  /** All names, streamed. */
  names(token: CancellationToken): Promise<Known<NameIndex>>;
  /** A few names that begin with or contain a text, for what the catalog does not know. */
  search(text: string, limit: number, token: CancellationToken): Promise<Known<NameList>>;
  /** Types by metric or family, as many as can be had at once. */
  types(token: CancellationToken): Promise<ReadonlyMap<string, MetricType>>;
}

export interface CatalogOptions {
  readonly clock: Clock;
  /** Named by facts. */
  readonly source: string;
  readonly store?: CatalogStore | undefined;
}

/** A list of n names is fetched anew after this many milliseconds: a long one costs the server more. */
const refreshAfterMs = (size: number): number => 60_000 + size;
/** Short lists are fetched often; the disk need not follow each time. */
const saveEveryMs = 600_000;
/** What did not answer is left alone for this long. */
const retryMs = 20_000;
/** A name that the backend did not have either is not asked for again so soon. */
const unknownTtlMs = 60_000;
/** Fewer letters say too little to ask the backend for them. */
const minAsked = 3;
const maxRemembered = 1_000;
const askedLimit = 200;

interface Held extends NameIndex {
  readonly asOf: number;
  /** What the backend's answer was without. */
  readonly missing: readonly string[];
  /** Whether it is of an earlier session. */
  readonly stored: boolean;
}

/**
 * The names of one backend: what an earlier session left on disk at once, then what the backend tells, fetched
 * again in the background. A name that it does not know is asked for once.
 */
export class Catalog {
  readonly #options: CatalogOptions;
  readonly #from: CatalogSource;
  readonly #ended = new CancellationSource();
  #held: Held | undefined;
  #restored: Promise<void> | undefined;
  #loading: Promise<void> | undefined;
  #saveFrom = 0;
  #failure: { readonly fact: Known<never>; readonly at: number } | undefined;
  /** When a text was asked for, and which names came that the table does not hold. */
  readonly #asked = new Map<string, { readonly at: number; readonly names: readonly string[] }>();
  #asking: { readonly text: string; readonly answer: Promise<readonly string[]> } | undefined;

  constructor(from: CatalogSource, options: CatalogOptions) {
    this.#from = from;
    this.#options = options;
  }

  /** Bytes that the names take. */
  get weight(): number {
    return this.#held?.table.weight ?? 0;
  }

  /** Names that match, best first, at most `limit`; waits only while nothing is known at all. */
  async search(query: NameQuery, token: CancellationToken): Promise<Known<NameList>> {
    this.#restored ??= this.#restore();
    if (this.#held === undefined) await whileWanted(this.#restored, token);
    this.#refresh();
    const { search = "" } = query;
    if (this.#held === undefined && this.#loading !== undefined) {
      const asked = search.length < minAsked ? undefined : this.#ask(search, token);
      const some = asked === undefined ? this.#loading : Promise.race([this.#loading, asked.then(whenSome)]);
      await whileWanted(some, token);
    }
    const held = this.#held;
    if (held === undefined) return this.#withoutTable(search, query.limit, token);
    const found = searchNames(held.table, query);
    const wanted = search.length >= minAsked && !beginsSome(found.names, search);
    let { names } = found;
    if (wanted) {
      const asked = this.#ask(search, token);
      // Who sees something need not wait for more; it is there with the next letter.
      if (names.length === 0) await whileWanted(asked, token);
      const more = this.#remembered(search).filter((name) => !held.table.has(name));
      names = [...more, ...names].slice(0, query.limit);
    }
    const pending = wanted && this.#asking?.text === search;
    const list = { names, complete: found.complete && held.complete && !pending };
    return this.#fact(held, list);
  }

  /**
   * Whether a name is there. A list that is old proves no absence: then the next one is waited for, so that any
   * number of names costs one request.
   */
  async presence(name: string, token: CancellationToken): Promise<Known<MetricPresence>> {
    this.#restored ??= this.#restore();
    if (this.#held === undefined) await whileWanted(this.#restored, token);
    this.#refresh();
    const lacking = (): boolean => this.#held?.table.has(name) !== true;
    if (lacking() && this.#loading !== undefined) await whileWanted(this.#loading, token);
    const held = this.#held;
    if (held === undefined) {
      const none = this.#withoutTable("", 0, token);
      return none.status === "unavailable"
        ? none
        : unavailable("pending", "The names are being fetched.", none.source, none.asOf);
    }
    if (!lacking()) return known({ exists: true, near: undefined }, this.#options.source, held.asOf);
    if (this.#remembered(name).includes(name))
      return known({ exists: true, near: undefined }, this.#options.source, this.#options.clock.now());
    const complete = held.complete && this.#options.clock.now() - held.asOf < refreshAfterMs(held.table.size);
    const fact = this.#fact(held, { names: [], complete });
    const presence = { exists: false, near: nearestName(held.table, name) };
    if (fact.status === "unavailable") return fact;
    if (fact.status === "ok" && complete) return { ...fact, value: presence };
    const missing = fact.status === "partial" ? fact.missing : ["names that were left out"];
    return partial(presence, fact.source, fact.asOf, missing);
  }

  dispose(): void {
    this.#ended.cancel();
  }

  #fact(held: Held, list: NameList): Known<NameList> {
    const { source } = this.#options;
    const missing = [
      ...held.missing,
      ...(held.stored ? ["names that are newer than the list kept on disk"] : []),
      ...(this.#failure?.fact.status === "unavailable" ? [this.#failure.fact.message] : []),
    ];
    return missing.length === 0
      ? known(list, source, held.asOf)
      : partial(list, source, held.asOf, [...new Set(missing)]);
  }

  /** No table yet: what was asked for, else why there is none. */
  #withoutTable(search: string, limit: number, token: CancellationToken): Known<NameList> {
    const { source, clock } = this.#options;
    const names = this.#remembered(search).slice(0, limit);
    if (names.length > 0)
      return partial({ names, complete: false }, source, clock.now(), ["names that are still being fetched"]);
    if (token.isCancellationRequested)
      return unavailable("cancelled", "The request was cancelled.", source, clock.now());
    return (
      this.#failure?.fact ?? unavailable("pending", `${source} is telling its names.`, source, clock.now())
    );
  }

  async #restore(): Promise<void> {
    const stored = await this.#options.store?.load();
    if (stored === undefined || this.#held !== undefined) return;
    this.#held = { ...stored, missing: [], stored: true };
  }

  /** Fetches the names in the background where those at hand are old. */
  #refresh(): void {
    const now = this.#options.clock.now();
    const held = this.#held;
    const fresh = held !== undefined && !held.stored && now - held.asOf < refreshAfterMs(held.table.size);
    const failed = this.#failure !== undefined && now - this.#failure.at < retryMs;
    if (fresh || failed || this.#loading !== undefined || this.#ended.token.isCancellationRequested) return;
    this.#loading = this.#load().finally(() => {
      this.#loading = undefined;
    });
  }

  async #load(): Promise<void> {
    const { clock, store } = this.#options;
    const { token } = this.#ended;
    const fact = await this.#from.names(token);
    if (token.isCancellationRequested) return;
    if (fact.status === "unavailable") {
      this.#failure = { fact, at: clock.now() };
      return;
    }
    this.#failure = undefined;
    const { table, complete } = fact.value;
    const missing = fact.status === "partial" ? fact.missing : [];
    this.#held = { table, complete, missing, asOf: fact.asOf, stored: false };
    this.#asked.clear();
    void this.#complete(table, token)
      .then(async () => {
        if (clock.now() < this.#saveFrom) return;
        this.#saveFrom = clock.now() + saveEveryMs;
        await store?.save({ table, complete: complete && missing.length === 0, asOf: fact.asOf });
      })
      .catch(() => undefined);
  }

  /** Adds the types that can be had at once to the names. */
  async #complete(table: NameTable, token: CancellationToken): Promise<void> {
    const types = await this.#from.types(token);
    const breather = new Breather();
    for (const [family, type] of types) {
      for (const name of seriesNames(family, type))
        if (name === family || !types.has(name)) table.learnType(name, type);
      if (breather.due) await breather.rest();
    }
  }

  /** Asks the backend for a text, unless it was asked for it or for its beginning a moment ago. */
  async #ask(text: string, token: CancellationToken): Promise<readonly string[]> {
    if (this.#asking?.text === text) return await this.#asking.answer;
    const now = this.#options.clock.now();
    for (let length = minAsked; length <= text.length; length++) {
      const before = this.#asked.get(text.slice(0, length));
      if (before !== undefined && now - before.at < unknownTtlMs) return before.names;
    }
    const answer = this.#from.search(text, askedLimit, token).then((fact) => {
      if (fact.status === "unavailable") return [];
      // A list that is cut says nothing of what begins with more letters.
      if (fact.value.complete || fact.value.names.length === 0) this.#remember(text, fact.value.names);
      else this.#remember(`${text}\0`, fact.value.names);
      return fact.value.names;
    });
    const asking = { text, answer };
    this.#asking = asking;
    try {
      return await answer;
    } finally {
      if (this.#asking === asking) this.#asking = undefined;
    }
  }

  #remember(text: string, names: readonly string[]): void {
    if (this.#asked.size >= maxRemembered) this.#asked.clear();
    this.#asked.set(text, { at: this.#options.clock.now(), names });
  }

  /** Names that came for this text or for beginnings of it. */
  #remembered(text: string): readonly string[] {
    const names = new Set<string>();
    const wanted = text.toLowerCase();
    for (const [asked, { names: found }] of this.#asked)
      if (wanted.startsWith(asked.replace("\0", "").toLowerCase()))
        for (const name of found) if (name.toLowerCase().includes(wanted)) names.add(name);
    return [...names];
  }
}

function beginsSome(names: readonly string[], search: string): boolean {
  const wanted = search.toLowerCase();
  return names.some((name) => name.toLowerCase().startsWith(wanted));
}

/** Waits for ever where nothing came, so that it loses a race. */
function whenSome(names: readonly string[]): Promise<void> {
  return names.length > 0 ? Promise.resolve() : new Promise(() => undefined);
}

/** Waits for the work, or until the token is cancelled. */
function whileWanted(work: Promise<unknown>, token: CancellationToken): Promise<void> {
  if (token.isCancellationRequested) return Promise.resolve();
  return new Promise((resolve) => {
    const listener = token.onCancellationRequested(() => resolve());
    work
      .then(
        () => resolve(),
        () => resolve(),
      )
      .finally(() => listener.dispose());
  });
}
