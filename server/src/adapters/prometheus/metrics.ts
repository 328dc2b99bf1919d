import { type CancellationToken, neverCancelled } from "../../base/cancellation.ts";
import { type Known, known, mapKnown, partial, unavailable } from "../../base/known.ts";
import type { Labels } from "../../base/labels.ts";
import { isPlainLabelName, quoted } from "../../promql/quote.ts";
import type {
  BackendHealth,
  MetricHolder,
  MetricMetadata,
  Metrics,
  MetricType,
  NameList,
  NameQuery,
} from "../../world/ports.ts";
import { couldMatch, selectorsIn } from "../../world/relevance.ts";
import { matcherText } from "../../world/scope.ts";
import type { NameIndex } from "../catalog/catalog.ts";
import { about } from "../http/failures.ts";
import { isPartialWarning } from "./annotations.ts";
import type { ApiFailure, ApiReply } from "./api.ts";
import { type Attempt, type Send, sendAround } from "./around.ts";
import type { Recognised } from "./capabilities.ts";
import { holdersOf, logicalHolders } from "./holders.ts";
import { metadataIn, metadataNames, typesIn } from "./metadata.ts";
import { cutNames } from "./names.ts";
import { scopedSelector } from "./scoped.ts";
import { SearchSwitch, searchLines } from "./search.ts";
import { type BackendSession, orCancelled } from "./session.ts";
import { isShaped } from "./shapes.ts";
import type { AbsentStore } from "./stores.ts";
import { bag, list, texts } from "./wire.ts";

/** How far back the index is asked, in seconds: what is in a Prometheus' head block. */
const windowSeconds = 3 * 3_600;
const metadataDeadlineMs = 5_000;
const lookupDeadlineMs = 8_000;
const catalogDeadlineMs = 60_000;
const catalogBytes = 50_000_000;
const catalogNames = 1_000_000;
/** Families whose metadata is asked for at once: more would stop everything else while they are read. */
const maxFamilies = 5_000;
/** Values of one label that are asked for at once; more of them are searched on the server. */
const maxValues = 20_000;
const nothingAtAll = "it shows no metrics at all; check its scope, tenant and clock";
/** A longer name or value is of no use to who types, and a list of them would stop the editor. */
const maxNameLength = 10_000;
const storesAgeMs = 10_000;
const metadataTtlMs = 300_000;

interface Lookup {
  readonly endpoint: string;
  readonly selector?: string | undefined;
  readonly limit?: number | undefined;
  readonly params?: Readonly<Record<string, string>>;
  /** The catalog of all names, which may be long. */
  readonly catalog?: boolean;
  /** Also outside of the scope. */
  readonly anywhere?: boolean;
}

/** An index that is asked anew on each call; `cachedMetrics` stands before it in the product. */
export interface MetricsSource extends Omit<Metrics, "metricNames"> {
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
  readonly #searching: SearchSwitch;
  #catalog: { readonly at: number; readonly fact: Promise<Known<ApiReply>> } | undefined;

  constructor(session: BackendSession) {
    this.#session = session;
    this.#searching = new SearchSwitch(session);
  }

  async names(selector: string | undefined, token: CancellationToken): Promise<Known<NameIndex>> {
    const lookup = { endpoint: "label/__name__/values", selector, catalog: true, limit: catalogNames };
    const fact = await this.#ask(lookup, token);
    if (fact.status === "unavailable") return fact;
    const { streamed } = fact.value;
    const table = await streamed?.names.finish();
    if (table === undefined)
      return this.#unavailable({ reason: "invalid", message: about(this.#session.host, "sent no names.") });
    const index: NameIndex = { table, complete: streamed?.cut === false };
    if (selector === undefined && streamed?.names.size === 0 && fact.status === "ok")
      return partial(index, fact.source, fact.asOf, [nothingAtAll]);
    return mapKnown(fact, () => index);
  }

  async search(text: string, limit: number, token: CancellationToken): Promise<Known<NameList>> {
    if (await this.#searching.isOn(token))
      return await this.#searchLines({ what: "metric_names", text, limit }, token);
    const matcher = `__name__=~${quoted(`${escapedRegex(text)}.*`)}`;
    const lookup = { endpoint: "label/__name__/values", selector: `{${matcher}}`, limit };
    return mapKnown(await this.#ask(lookup, token), (reply) => cutNames(namesIn(reply), undefined, limit));
  }

  async types(token: CancellationToken): Promise<ReadonlyMap<string, MetricType>> {
    const catalog = await this.#metadataCatalog(token);
    return catalog.status === "unavailable" ? new Map() : typesIn(catalog.value.data);
  }

  async described(
    metrics: readonly string[],
    token: CancellationToken,
  ): Promise<Known<ReadonlyMap<string, MetricMetadata>>> {
    const catalog = await this.#metadataCatalog(token);
    return mapKnown(catalog, ({ data }) => {
      const found = new Map<string, MetricMetadata>();
      for (const metric of metrics) {
        const metadata = metadataIn(data, metric);
        if (metadata !== undefined) found.set(metric, metadata);
      }
      return found;
    });
  }

  async labelNames(query: NameQuery, token: CancellationToken): Promise<Known<NameList>> {
    const fact = await this.#ask({ endpoint: "labels", selector: query.selector, limit: maxValues }, token);
    return mapKnown(fact, (reply) => cutNames(namesIn(reply), query.search, query.limit));
  }

  async labelValues(label: string, query: NameQuery, token: CancellationToken): Promise<Known<NameList>> {
    const plain = isPlainLabelName(label);
    if (!plain) {
      const who = await this.#session.recognise(token);
      if (who.ok && !who.backend.has("utf8-path"))
        return this.#unavailable({
          reason: "unsupported",
          message: about(this.#session.host, "is too old for label names like this one; upgrade it."),
        });
    }
    const endpoint = `label/${encodeURIComponent(label)}/values`;
    const { search, selector } = query;
    const all = await this.#ask({ endpoint, selector, limit: maxValues }, token);
    const fact = mapKnown(all, namesIn);
    const cut = fact.status !== "unavailable" && !fact.value.complete;
    if (search === undefined || search === "" || !cut)
      return mapKnown(fact, (found) => cutNames(found, search, query.limit));
    // Too many values to look through here: let the server search.
    if (await this.#searching.isOn(token))
      return await this.#searchLines(
        { what: "label_values", label, text: search, limit: query.limit, selector },
        token,
      );
    const pattern = `(?i).*${escapedRegex(search)}.*`;
    const matcher = `${plain ? label : quoted(label)}=~${quoted(pattern)}`;
    const narrowed = selector === undefined ? `{${matcher}}` : withMatcher(selector, matcher);
    const searched = await this.#ask({ endpoint, selector: narrowed, limit: maxValues }, token);
    return mapKnown(searched, (reply) => cutNames(namesIn(reply), search, query.limit));
  }

  async metadata(metric: string, token: CancellationToken): Promise<Known<MetricMetadata | undefined>> {
    const catalog = await this.#metadataCatalog(token);
    const inCatalog = catalog.status === "unavailable" ? undefined : metadataIn(catalog.value.data, metric);
    if (inCatalog !== undefined) return mapKnown(catalog, () => inCatalog);
    // One that hangs would hang again; one that is too long is asked name by name.
    if (catalog.status === "unavailable" && catalog.reason !== "limited") return catalog;
    if (catalog.status === "ok" && Object.keys(bag(catalog.value.data)).length < maxFamilies)
      return mapKnown(catalog, () => undefined);
    const names = metadataNames(metric);
    const facts = await Promise.all(
      names.map((name) => this.#ask({ endpoint: "metadata", params: { metric: name } }, token)),
    );
    const failed = facts.find((fact) => fact.status === "unavailable");
    const data = Object.assign(
      {},
      ...facts.map((fact) => (fact.status === "unavailable" ? {} : fact.value.data)),
    );
    const found = metadataIn(data, metric);
    if (failed !== undefined && found === undefined) return failed;
    const gaps = [...new Set(facts.flatMap((fact) => (fact.status === "partial" ? fact.missing : [])))];
    const { source } = this.#session;
    const asOf = Math.min(...facts.map((fact) => fact.asOf));
    return gaps.length === 0 ? known(found, source, asOf) : partial(found, source, asOf, gaps);
  }

  async seriesCount(selector: string, limit: number, token: CancellationToken): Promise<Known<number>> {
    const fact = await this.#ask({ endpoint: "series", selector, limit: limit + 1 }, token);
    if (fact.status === "unavailable") return fact;
    const { length } = list(fact.value.data);
    if (length === 0 && fact.status === "ok" && (await this.#hasNothing(token)))
      return partial(0, fact.source, fact.asOf, [nothingAtAll]);
    if (length <= limit) return mapKnown(fact, () => length);
    return partial(limit, fact.source, fact.asOf, [`counted only to ${limit}`]);
  }

  holders(metric: string, token: CancellationToken): Promise<Known<readonly MetricHolder[]>> {
    return this.#holders(metric, false, token);
  }

  holdersAnywhere(metric: string, token: CancellationToken): Promise<Known<readonly MetricHolder[]>> {
    return this.#holders(metric, true, token);
  }

  async ownLabels(token: CancellationToken): Promise<Known<Labels>> {
    const session = this.#session;
    const who = await session.recognise(token);
    if (!who.ok) return this.#unavailable(who.failure);
    const told = who.backend.has("own-config") ? await session.toldLabels(token) : undefined;
    return told === undefined
      ? this.#unavailable({
          reason: "unsupported",
          message: about(session.host, "does not tell its external labels."),
        })
      : known(told, session.source, session.clock.now());
  }

  async #holders(
    metric: string,
    anywhere: boolean,
    token: CancellationToken,
  ): Promise<Known<readonly MetricHolder[]>> {
    const session = this.#session;
    const who = await session.recognise(token);
    if (!who.ok) return this.#unavailable(who.failure);
    const { backend } = who;
    if (!backend.has("stores")) return known([], session.source, session.clock.now());
    const [view, replicas] = await Promise.all([session.stores(storesAgeMs), session.replicaLabels(backend)]);
    if (view === undefined)
      return this.#unavailable({
        reason: "offline",
        message: about(session.host, "does not tell which stores it has; try again."),
      });
    const { scope } = anywhere ? { scope: {} } : await session.scopeFor(backend, token);
    const groups = logicalHolders(view.stores, replicas, scope, session.clock.now());
    const held = await holdersOf(metric, groups, session, (labels) =>
      this.#ask(
        { endpoint: "label/__name__/values", selector: selectorFor(metric, labels), limit: 1, anywhere },
        token,
      ),
    );
    // A store without labels cannot be asked by itself: it may be the one.
    const nameless = view.stores.filter((store) => store.labelSets.length === 0);
    if (held.status !== "ok" || held.value.length > 0 || nameless.length === 0) return held;
    return partial(
      held.value,
      held.source,
      held.asOf,
      nameless.map((store) => store.address),
    );
  }

  async externalLabels(token: CancellationToken): Promise<Known<readonly Labels[]>> {
    const session = this.#session;
    const who = await session.recognise(token);
    if (!who.ok) return this.#unavailable(who.failure);
    if (!who.backend.has("stores")) return known([], session.source, session.clock.now());
    const [view, replicas] = await Promise.all([
      session.stores(storesAgeMs),
      session.replicaLabels(who.backend),
    ]);
    if (view === undefined)
      return this.#unavailable({
        reason: "offline",
        message: about(session.host, "does not tell which stores it has; try again."),
      });
    const { scope } = await session.scopeFor(who.backend, token);
    const groups = logicalHolders(view.stores, replicas, scope, session.clock.now());
    return known(
      groups.map(({ labels }) => labels),
      session.source,
      view.asOf,
    );
  }

  async health(token: CancellationToken): Promise<Known<BackendHealth>> {
    const session = this.#session;
    const who = await session.recognise(token);
    if (!who.ok) return this.#unavailable(who.failure);
    const { flavour, version } = who.backend;
    const health = (missing: readonly string[]): BackendHealth => ({
      backend: session.api.http.address,
      flavour,
      version,
      missing,
    });
    if (!who.backend.has("stores")) {
      // Recognition is remembered; whether it answers now is another question.
      const answer = await session.call({ endpoint: "status/buildinfo", deadlineMs: 5_000 }, token);
      if (!answer.ok && answer.failure.status !== 404) return this.#unavailable(answer.failure);
      return known(health([]), session.source, session.clock.now());
    }
    const view = await session.stores(1_000);
    if (view === undefined)
      return this.#unavailable({
        reason: "offline",
        message: about(session.host, "does not tell which stores it has; look at its log."),
      });
    return known(
      health(distinct([...view.absent, ...session.frozen]).map(nameOf)),
      session.source,
      view.asOf,
    );
  }

  /** Whether it shows no metric whatever: a wrong tenant or scope looks like this, and says nothing of one metric. */
  async #hasNothing(token: CancellationToken): Promise<boolean> {
    const any = await this.#ask({ endpoint: "label/__name__/values", limit: 1 }, token);
    return any.status !== "unavailable" && texts(any.value.data).length === 0;
  }

  /** All metadata at once: a list of completions asks for hundreds. Too long a catalog is not asked for again soon. */
  async #metadataCatalog(token: CancellationToken): Promise<Known<ApiReply>> {
    const now = this.#session.clock.now();
    if (this.#catalog === undefined || now - this.#catalog.at > metadataTtlMs) {
      const params = { limit: String(maxFamilies) };
      const fact = this.#ask({ endpoint: "metadata", params }, neverCancelled);
      const catalog = { at: now, fact };
      this.#catalog = catalog;
      void fact.then((found) => {
        const again = found.status === "unavailable" && found.reason !== "limited";
        if (again && this.#catalog === catalog) this.#catalog = undefined;
      });
    }
    const cancelled = (): Known<never> => this.#unavailable(this.#session.cancelled());
    return await orCancelled(this.#catalog.fact, token, cancelled);
  }

  /** One look-up, scoped, bounded, and said to be partial where a store that could know more is missing. */
  async #ask(lookup: Lookup, token: CancellationToken): Promise<Known<ApiReply>> {
    const session = this.#session;
    const who = await session.recognise(token);
    if (!who.ok) return this.#unavailable(who.failure);
    const { backend } = who;
    const { scope, uncertain } =
      lookup.anywhere === true ? { scope: {}, uncertain: undefined } : await session.scopeFor(backend, token);
    const scoped = scopedSelector(lookup.selector, scope);
    if (!scoped.ok)
      return this.#unavailable({
        reason: "invalid",
        message: "The selector cannot be read, so nothing is looked up.",
      });
    const params = this.#params(lookup, scoped.text, backend);
    const view = backend.has("stores") ? session.stores(storesAgeMs) : undefined;
    const { result: answer, without } = await this.#send(lookup, params, backend, token);
    if (!answer.ok) return this.#unavailable(answer.failure);
    if (!isShaped(lookup.endpoint, answer.reply.data))
      return this.#unavailable({
        reason: "invalid",
        message: about(session.host, "sent a list that cannot be read; check the path of the backend's URL."),
      });
    const absent = [...((await view)?.absent ?? []), ...without];
    const selectors = scoped.sent === undefined ? [] : selectorsIn(scoped.sent);
    const relevant = absent.filter(
      ({ labels }) =>
        selectors.length === 0 || labels.length === 0 || labels.some((set) => couldMatch(selectors, set)),
    );
    const warned = answer.reply.warnings.filter(isPartialWarning);
    const missing = [
      ...distinct(relevant).map(nameOf),
      ...(relevant.length === 0 ? warned : []),
      ...(uncertain === undefined ? [] : [uncertain]),
    ];
    const asOf = session.clock.now();
    return missing.length === 0
      ? known(answer.reply, session.source, asOf)
      : partial(answer.reply, session.source, asOf, missing);
  }

  #params(lookup: Lookup, selector: string | undefined, backend: Recognised): URLSearchParams {
    const params = new URLSearchParams(lookup.params);
    if (lookup.endpoint === "metadata") return params;
    // What was scraped in this very second counts too.
    const now = Math.ceil(this.#session.clock.now() / 1000);
    if (selector !== undefined) params.set("match[]", selector);
    params.set("start", String(now - windowSeconds));
    params.set("end", String(now));
    if (lookup.limit !== undefined && backend.has("index-limit")) params.set("limit", String(lookup.limit));
    return params;
  }

  async #send(
    lookup: Lookup,
    params: URLSearchParams,
    backend: Recognised,
    token: CancellationToken,
  ): Promise<Attempt> {
    const { endpoint, catalog = false } = lookup;
    const send: Send = async (storeMatch, deadlineMs, of) => {
      const sent = new URLSearchParams(params);
      if (storeMatch !== undefined) sent.set("storeMatch[]", storeMatch);
      const request = { endpoint, params: sent, deadlineMs };
      return catalog
        ? await this.#session.api.callNames(
            { ...request, maxBytes: catalogBytes, maxNames: catalogNames },
            of,
          )
        : await this.#session.call(request, of);
    };
    const deadlineMs =
      endpoint === "metadata" ? metadataDeadlineMs : catalog ? catalogDeadlineMs : lookupDeadlineMs;
    // Metadata cannot be asked of some stores only, so it waits for none that hangs.
    if (!backend.has("federation") || endpoint === "metadata")
      return { result: await send(undefined, deadlineMs, token), without: [] };
    return await sendAround(this.#session, send, { deadlineMs, strict: false }, token);
  }

  /** What the search API of Prometheus finds, within the scope. */
  async #searchLines(
    search: Omit<Parameters<typeof searchLines>[1], "start" | "end">,
    token: CancellationToken,
  ): Promise<Known<NameList>> {
    const session = this.#session;
    const who = await session.recognise(token);
    if (!who.ok) return this.#unavailable(who.failure);
    const { scope } = await session.scopeFor(who.backend, token);
    const scoped = scopedSelector(search.selector, scope);
    if (!scoped.ok)
      return this.#unavailable({
        reason: "invalid",
        message: "The selector cannot be read; nothing is asked.",
      });
    const end = Math.ceil(session.clock.now() / 1000);
    const found = await searchLines(
      session,
      { ...search, selector: scoped.text, start: end - windowSeconds, end },
      token,
    );
    return found.ok
      ? known(found.list, session.source, session.clock.now())
      : this.#unavailable(found.failure);
  }

  #unavailable(failure: ApiFailure): Known<never> {
    const { source, clock } = this.#session;
    return unavailable(failure.reason, failure.message, source, clock.now());
  }
}

/** `regexp.QuoteMeta`. */
function escapedRegex(text: string): string {
  return text.replace(/[.+*?()|[\]{}^$\\]/g, "\\$&");
}

/** The names in a reply, but for those that nobody types; a warning says that the server held some back. */
function namesIn(reply: ApiReply): NameList {
  const all = texts(reply.data);
  const names = all.filter((name) => name.length <= maxNameLength);
  const truncated = reply.warnings.some((warning) => /truncated/.test(warning));
  return { names, complete: names.length === all.length && !truncated };
}

/** A selector of one metric behind these external labels. */
function selectorFor(metric: string, external: Labels): string {
  const matchers = Object.entries(external).map(([name, value]) => matcherText(name, value));
  return `{${[`__name__=${quoted(metric)}`, ...matchers].join(",")}}`;
}

/** One more matcher in a single selector; those that are typed in the editor come without a comma at the end. */
function withMatcher(selector: string, matcher: string): string {
  const close = selector.lastIndexOf("}");
  if (close < 0) return `${selector}{${matcher}}`;
  const before = selector.slice(0, close).trimEnd();
  const comma = before.endsWith("{") || before.endsWith(",") ? "" : ",";
  return `${before}${comma}${matcher}}`;
}

const distinct = (stores: readonly AbsentStore[]): readonly AbsentStore[] => [
  ...new Map(stores.map((store) => [store.store, store])).values(),
];

/** A store as people know it: its labels, else its address. */
function nameOf({ store, labels: [first] }: AbsentStore): string {
  const values = Object.values(first ?? {});
  return values.length === 0 ? store : `${values.join("/")} (${store})`;
}
