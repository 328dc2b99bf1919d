import type { CancellationToken } from "../../base/cancellation.ts";
import { type Known, known, mapKnown, partial } from "../../base/known.ts";
import type { Labels } from "../../base/labels.ts";
import { quoteMeta } from "../../base/re2.ts";
import { isPlainLabelName, quoted } from "../../promql/quote.ts";
import type {
  BackendHealth,
  MetricHolder,
  MetricMetadata,
  Metrics,
  MetricType,
  NameList,
  NameQuery,
  ScrapeIntervals,
} from "../../world/ports.ts";
import type { NameIndex } from "../catalog/catalog.ts";
import { about } from "../http/failures.ts";
import type { ApiReply } from "./api.ts";
import { healthOf } from "./health.ts";
import { externalLabelsBehind, holdersOf } from "./holders.ts";
import { catalogNames, IndexLookup } from "./index-lookup.ts";
import { MetadataCatalog } from "./metadata-catalog.ts";
import { cutNames } from "./names.ts";
import type { BackendSession } from "./session.ts";
import { labels, list, texts } from "./wire.ts";

/** Values of one label that are asked for at once; more of them are searched on the server. */
const maxValues = 20_000;
/** A longer name or value is of no use to who types, and a list of them would stop the editor. */
const maxNameLength = 10_000;

/** An index that is asked anew on each call; `cachedMetrics` stands before it in the product. */
export interface MetricsSource extends Omit<Metrics, "metricNames"> {
  series: NonNullable<Metrics["series"]>;
  /** All names of metrics that the selector selects, streamed. */
  names(selector: string | undefined, token: CancellationToken): Promise<Known<NameIndex>>;
  /** Names that begin with a text, or contain it where the backend can search. */
  search(text: string, limit: number, token: CancellationToken): Promise<Known<NameList>>;
  /** Types by family, as many as can be had at once. */
  types(token: CancellationToken): Promise<ReadonlyMap<string, MetricType>>;
}

/** The index of one backend. */
export class BackendMetrics implements MetricsSource {
  readonly #session: BackendSession;
  readonly #lookup: IndexLookup;
  readonly #metadata: MetadataCatalog;

  constructor(session: BackendSession) {
    this.#session = session;
    this.#lookup = new IndexLookup(session);
    this.#metadata = new MetadataCatalog(session, this.#lookup);
  }

  async names(selector: string | undefined, token: CancellationToken): Promise<Known<NameIndex>> {
    const lookup = { endpoint: "label/__name__/values", selector, catalog: true, limit: catalogNames };
    const fact = await this.#lookup.ask(lookup, token);
    if (fact.status === "unavailable") return fact;
    const { streamed } = fact.value;
    const table = await streamed?.names.finish();
    if (table === undefined)
      return this.#session.unavailable({
        reason: "invalid",
        message: about(this.#session.host, "sent no names."),
      });
    const index: NameIndex = { table, complete: streamed?.cut === false };
    return mapKnown(fact, () => index);
  }

  async search(text: string, limit: number, token: CancellationToken): Promise<Known<NameList>> {
    const told = await this.#lookup.search({ what: "metric_names", text, limit }, token);
    if (told !== undefined) return told;
    const matcher = `__name__=~${quoted(`${quoteMeta(text)}.*`)}`;
    const lookup = { endpoint: "label/__name__/values", selector: `{${matcher}}`, limit };
    return mapKnown(await this.#lookup.ask(lookup, token), (reply) =>
      cutNames(namesIn(reply), undefined, limit),
    );
  }

  types(token: CancellationToken): Promise<ReadonlyMap<string, MetricType>> {
    return this.#metadata.types(token);
  }

  described(
    metrics: readonly string[],
    token: CancellationToken,
  ): Promise<Known<ReadonlyMap<string, MetricMetadata>>> {
    return this.#metadata.described(metrics, token);
  }

  async labelNames(query: NameQuery, token: CancellationToken): Promise<Known<NameList>> {
    const fact = await this.#lookup.ask(
      { endpoint: "labels", selector: query.selector, limit: maxValues },
      token,
    );
    return mapKnown(fact, (reply) => cutNames(namesIn(reply), query.search, query.limit));
  }

  async labelValues(label: string, query: NameQuery, token: CancellationToken): Promise<Known<NameList>> {
    const plain = isPlainLabelName(label);
    if (!plain) {
      const who = await this.#session.recognise(token);
      if (who.ok && !who.backend.has("utf8-path"))
        return this.#session.unavailable({
          reason: "unsupported",
          message: about(this.#session.host, "is too old for label names like this one; upgrade it."),
        });
    }
    const endpoint = `label/${encodeURIComponent(label)}/values`;
    const { search, selector } = query;
    const all = await this.#lookup.ask({ endpoint, selector, limit: maxValues }, token);
    const fact = mapKnown(all, namesIn);
    const cut = fact.status !== "unavailable" && !fact.value.complete;
    if (search === undefined || search === "" || !cut)
      return mapKnown(fact, (found) => cutNames(found, search, query.limit));
    // Too many values to look through here: let the server search.
    const request = { what: "label_values", label, text: search, limit: query.limit, selector } as const;
    const told = await this.#lookup.search(request, token);
    if (told !== undefined) return told;
    const pattern = `(?i).*${quoteMeta(search)}.*`;
    const matcher = `${plain ? label : quoted(label)}=~${quoted(pattern)}`;
    const narrowed = selector === undefined ? `{${matcher}}` : withMatcher(selector, matcher);
    const searched = await this.#lookup.ask({ endpoint, selector: narrowed, limit: maxValues }, token);
    return mapKnown(searched, (reply) => cutNames(namesIn(reply), search, query.limit));
  }

  metadata(metric: string, token: CancellationToken): Promise<Known<MetricMetadata | undefined>> {
    return this.#metadata.of(metric, token);
  }

  async seriesCount(selector: string, limit: number, token: CancellationToken): Promise<Known<number>> {
    const fact = await this.#lookup.ask({ endpoint: "series", selector, limit: limit + 1 }, token);
    if (fact.status === "unavailable") return fact;
    const { length } = list(fact.value.data);
    if (length <= limit) return mapKnown(fact, () => length);
    return partial(limit, fact.source, fact.asOf, [`counted only to ${limit}`]);
  }

  async series(selector: string, limit: number, token: CancellationToken): Promise<Known<readonly Labels[]>> {
    const fact = await this.#lookup.ask({ endpoint: "series", selector, limit: limit + 1 }, token);
    if (fact.status === "unavailable") return fact;
    const all = list(fact.value.data);
    const kept = all.slice(0, limit).map(labels);
    if (all.length <= limit) return mapKnown(fact, () => kept);
    return partial(kept, fact.source, fact.asOf, [`the first ${limit} only`]);
  }

  holders(metric: string, token: CancellationToken): Promise<Known<readonly MetricHolder[]>> {
    return holdersOf(this.#session, this.#lookup, metric, false, token);
  }

  holdersAnywhere(metric: string, token: CancellationToken): Promise<Known<readonly MetricHolder[]>> {
    return holdersOf(this.#session, this.#lookup, metric, true, token);
  }

  async ownLabels(token: CancellationToken): Promise<Known<Labels>> {
    const session = this.#session;
    const who = await session.recognise(token);
    if (!who.ok) return this.#session.unavailable(who.failure);
    const told = who.backend.has("own-config") ? await session.externalLabels(token) : undefined;
    return told === undefined
      ? this.#session.unavailable({
          reason: "unsupported",
          message: about(session.host, "does not tell its external labels."),
        })
      : known(told, session.source, session.clock.now());
  }

  async scrapeIntervals(token: CancellationToken): Promise<Known<ScrapeIntervals>> {
    const session = this.#session;
    const who = await session.recognise(token);
    if (!who.ok) return session.unavailable(who.failure);
    const told = who.backend.has("own-config") ? await session.scrapeIntervals(token) : undefined;
    if (told !== undefined) return known(told, session.source, session.clock.now());
    const message = about(session.host, "does not tell how often it asks its targets.");
    return session.unavailable({ reason: "unsupported", message });
  }

  async retention(token: CancellationToken): Promise<Known<number>> {
    const session = this.#session;
    const who = await session.recognise(token);
    if (!who.ok) return session.unavailable(who.failure);
    const told = who.backend.has("own-config") ? await session.retention(token) : undefined;
    if (told !== undefined) return known(told, session.source, session.clock.now());
    const message = about(session.host, "does not tell how long it keeps samples.");
    return session.unavailable({ reason: "unsupported", message });
  }

  async lookback(token: CancellationToken): Promise<Known<number>> {
    const session = this.#session;
    const who = await session.recognise(token);
    if (!who.ok) return session.unavailable(who.failure);
    const told = who.backend.has("own-config") ? await session.lookback() : undefined;
    if (told !== undefined) return known(told, session.source, session.clock.now());
    const message = about(session.host, "does not tell how old a sample may be.");
    return session.unavailable({ reason: "unsupported", message });
  }

  externalLabels(token: CancellationToken): Promise<Known<readonly Labels[]>> {
    return externalLabelsBehind(this.#session, token);
  }

  health(token: CancellationToken): Promise<Known<BackendHealth>> {
    return healthOf(this.#session, token);
  }
}

/** The names in a reply, but for those that nobody types; a warning says that the server held some back. */
function namesIn(reply: ApiReply): NameList {
  const all = texts(reply.data);
  const names = all.filter((name) => name.length <= maxNameLength);
  const truncated = reply.warnings.some((warning) => /truncated/.test(warning));
  return { names, complete: names.length === all.length && !truncated };
}

/** One more matcher in a single selector; those that are typed in the editor come without a comma at the end. */
function withMatcher(selector: string, matcher: string): string {
  const close = selector.lastIndexOf("}");
  if (close < 0) return `${selector}{${matcher}}`;
  const before = selector.slice(0, close).trimEnd();
  const comma = before.endsWith("{") || before.endsWith(",") ? "" : ",";
  return `${before}${comma}${matcher}}`;
}
