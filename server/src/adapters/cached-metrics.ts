import type { CancellationToken } from "../base/cancellation.ts";
import { mapKnown, unavailable } from "../base/known.ts";
import type { Labels } from "../base/labels.ts";
import type { Metrics, NameList, NameQuery, ScrapeIntervals } from "../world/ports.ts";
import { Catalog, type NameIndex } from "./catalog/catalog.ts";
import type { CatalogStore } from "./catalog/name-file.ts";
import { searchNames } from "./catalog/name-search.ts";
import { FactCache, type FactCacheOptions, type Policy } from "./fact-cache.ts";
import type { MetricsSource } from "./prometheus/metrics.ts";
import { cutNames } from "./prometheus/names.ts";

const namesBytes = ({ names }: NameList): number =>
  names.reduce((sum, name) => sum + name.length * 2 + 24, 64);
const flat = (): number => 300;

const noNames = (list: NameList): boolean => list.names.length === 0;
const names: Policy<NameList> = { ttlMs: 60_000, bytes: namesBytes, isNothing: noNames };
const scopedNames: Policy<NameList> = { ttlMs: 30_000, bytes: namesBytes, isNothing: noNames };
const metadata: Policy<unknown> = {
  ttlMs: 300_000,
  bytes: flat,
  isNothing: (value) => value === undefined,
};
const counts: Policy<number> = { ttlMs: 60_000, bytes: flat, isNothing: (value) => value === 0 };
const series: Policy<readonly Labels[]> = {
  ttlMs: 60_000,
  bytes: (all) => 100 + all.length * 500,
  isNothing: (all) => all.length === 0,
};
const holders: Policy<readonly unknown[]> = {
  ttlMs: 300_000,
  bytes: (all) => 100 + all.length * 200,
  isNothing: (all) => all.length === 0,
};
const ownLabels: Policy<Labels> = { ttlMs: 300_000, bytes: flat };
const retention: Policy<number> = { ttlMs: 300_000, bytes: flat };
const intervals: Policy<ScrapeIntervals> = { ttlMs: 300_000, bytes: flat };
const health: Policy<unknown> = { ttlMs: 10_000, bytes: flat, probes: true };

/** Names of metrics with some matchers; many of them cost the server more. */
const indexes: Policy<NameIndex> = {
  ttlMs: 60_000,
  bytes: ({ table }) => table.weight,
  isNothing: ({ table }) => table.size === 0,
};
const manyValues = 20_000;

export interface CachedMetricsOptions extends FactCacheOptions {
  /** Where the catalog of names is kept from one session to the next. */
  readonly store?: CatalogStore | undefined;
}

/** An index with a memory: see {@link FactCache} and {@link Catalog}. Searches and limits are answered from whole lists. */
export function cachedMetrics(
  inner: MetricsSource,
  options: CachedMetricsOptions,
): Metrics & { dispose(): void } {
  const cache = new FactCache(options);
  const catalog = new Catalog(
    {
      names: (token) => inner.names(undefined, token),
      search: (text, limit, token) => inner.search(text, limit, token),
      types: (token) => inner.types(token),
    },
    options,
  );
  // Metadata cannot be asked around a store that hangs: its failures must not close the rest of the index.
  const described = new FactCache(options);
  const key = (...parts: readonly (string | number | undefined)[]): string => JSON.stringify(parts);

  const list = async (
    what: readonly string[],
    query: NameQuery,
    whole: number,
    token: CancellationToken,
    ask: (query: NameQuery, token: CancellationToken) => ReturnType<Metrics["labelNames"]>,
  ) => {
    const { selector, search, limit } = query;
    const policy = selector === undefined ? names : scopedNames;
    const all = await cache.ask(
      key(...what, selector),
      policy,
      (inside) => ask({ selector, limit: whole }, inside),
      token,
    );
    if (search === undefined || search === "" || all.status === "unavailable" || all.value.complete)
      return mapKnown(all, (found) => cutNames(found, search, limit));
    // The list is cut: what is searched may be in the part that we do not have.
    const searched = await cache.ask(
      key(...what, selector, search),
      policy,
      (inside) => ask({ selector, search, limit: whole }, inside),
      token,
    );
    return mapKnown(searched, (found) => cutNames(found, search, limit));
  };

  return {
    async metricNames(query, token) {
      const { selector } = query;
      if (selector === undefined) return await catalog.search(query, token);
      const index = await cache.ask(
        key("names", selector),
        indexes,
        (inside) => inner.names(selector, inside),
        token,
      );
      return mapKnown(index, ({ table, complete }) => {
        const found = searchNames(table, query);
        return { names: found.names, complete: found.complete && complete };
      });
    },
    labelNames: (query, token) =>
      list(["labels"], query, manyValues, token, (whole, inside) => inner.labelNames(whole, inside)),
    labelValues: (label, query, token) =>
      list(["values", label], query, manyValues, token, (whole, inside) =>
        inner.labelValues(label, whole, inside),
      ),
    metadata: (metric, token) =>
      described.ask(key("metadata", metric), metadata, (inside) => inner.metadata(metric, inside), token),
    presence: (metric, token) => catalog.presence(metric, token),
    // The index holds what it tells; only the names asked for differ.
    described: (metrics, token) => inner.described(metrics, token),
    seriesCount: (selector, limit, token) =>
      cache.ask(
        key("count", selector, limit),
        counts,
        (inside) => inner.seriesCount(selector, limit, inside),
        token,
      ),
    series: (selector, limit, token) =>
      cache.ask(
        key("series", selector, limit),
        series,
        (inside) => inner.series(selector, limit, inside),
        token,
      ),
    holders: (metric, token) =>
      cache.ask(key("holders", metric), holders, (inside) => inner.holders(metric, inside), token),
    holdersAnywhere: (metric, token) =>
      cache.ask(
        key("anywhere", metric),
        holders,
        (inside) => (inner.holdersAnywhere ?? inner.holders).call(inner, metric, inside),
        token,
      ),
    ownLabels: (token) =>
      cache.ask(
        key("own"),
        ownLabels,
        async (inside) =>
          (await inner.ownLabels?.(inside)) ??
          unavailable("unsupported", "It does not tell its labels.", options.source, options.clock.now()),
        token,
      ),
    scrapeIntervals: (token) =>
      cache.ask(
        key("intervals"),
        intervals,
        async (inside) =>
          (await inner.scrapeIntervals?.(inside)) ??
          unavailable("unsupported", "It does not tell its intervals.", options.source, options.clock.now()),
        token,
      ),
    retention: (token) =>
      cache.ask(
        key("retention"),
        retention,
        async (inside) =>
          (await inner.retention?.(inside)) ??
          unavailable("unsupported", "It does not tell its retention.", options.source, options.clock.now()),
        token,
      ),
    lookback: (token) =>
      cache.ask(
        key("lookback"),
        retention,
        async (inside) =>
          (await inner.lookback?.(inside)) ??
          unavailable("unsupported", "It does not tell its lookback.", options.source, options.clock.now()),
        token,
      ),
    externalLabels: (token) =>
      cache.ask(key("external"), holders, (inside) => inner.externalLabels(inside), token),
    health: (token) => cache.ask(key("health"), health, (inside) => inner.health(inside), token),
    dispose: () => catalog.dispose(),
  };
}
