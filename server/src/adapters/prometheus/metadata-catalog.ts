import { type CancellationToken, neverCancelled, orCancelled } from "../../base/cancellation.ts";
import { type Known, known, mapKnown, partial } from "../../base/known.ts";
import type { MetricMetadata, MetricType } from "../../world/ports.ts";
import type { ApiReply } from "./api.ts";
import type { IndexLookup } from "./index-lookup.ts";
import { metadataIn, metadataNames, typesIn } from "./metadata.ts";
import type { BackendSession } from "./session.ts";
import { bag } from "./wire.ts";

/** Families whose metadata is asked for at once: more would stop everything else while they are read. */
const maxFamilies = 5_000;
const ttlMs = 300_000;
/** For one that is partial or empty: metadata is of what is scraped now, and a server has just begun. */
const passingTtlMs = 15_000;

/** The metadata of one backend: all of it in one answer, and metric by metric where that is cut or too long. */
export class MetadataCatalog {
  readonly #session: BackendSession;
  readonly #lookup: IndexLookup;
  #catalog: { readonly at: number; ttlMs: number; readonly fact: Promise<Known<ApiReply>> } | undefined;

  constructor(session: BackendSession, lookup: IndexLookup) {
    this.#session = session;
    this.#lookup = lookup;
  }

  async types(token: CancellationToken): Promise<ReadonlyMap<string, MetricType>> {
    const catalog = await this.#all(token);
    return catalog.status === "unavailable" ? new Map() : typesIn(catalog.value.data);
  }

  /** What the one answer has of these metrics; nothing more is asked. */
  async described(
    metrics: readonly string[],
    token: CancellationToken,
  ): Promise<Known<ReadonlyMap<string, MetricMetadata>>> {
    const catalog = await this.#all(token);
    return mapKnown(catalog, ({ data }) => {
      const found = new Map<string, MetricMetadata>();
      for (const metric of metrics) {
        const metadata = metadataIn(data, metric);
        if (metadata !== undefined) found.set(metric, metadata);
      }
      return found;
    });
  }

  async of(metric: string, token: CancellationToken): Promise<Known<MetricMetadata | undefined>> {
    const catalog = await this.#all(token);
    const inCatalog = catalog.status === "unavailable" ? undefined : metadataIn(catalog.value.data, metric);
    if (inCatalog !== undefined) return mapKnown(catalog, () => inCatalog);
    // One that hangs would hang again; one that is too long is asked name by name.
    if (catalog.status === "unavailable" && catalog.reason !== "limited") return catalog;
    const age = this.#session.clock.now() - catalog.asOf;
    const isWhole =
      catalog.status === "ok" &&
      Object.keys(bag(catalog.value.data)).length < maxFamilies &&
      age < passingTtlMs;
    // A metric that came since is asked for by its name.
    if (isWhole) return mapKnown(catalog, () => undefined);
    return await this.#alone(metric, token);
  }

  async #alone(metric: string, token: CancellationToken): Promise<Known<MetricMetadata | undefined>> {
    const facts = await Promise.all(
      metadataNames(metric).map((name) =>
        this.#lookup.ask({ endpoint: "metadata", params: { metric: name } }, token),
      ),
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

  /** All metadata at once: a list of completions asks for hundreds. Too long a catalog is not asked for again soon. */
  async #all(token: CancellationToken): Promise<Known<ApiReply>> {
    const session = this.#session;
    const now = session.clock.now();
    if (this.#catalog === undefined || now - this.#catalog.at > this.#catalog.ttlMs) {
      const params = { limit: String(maxFamilies) };
      const fact = this.#lookup.ask({ endpoint: "metadata", params }, neverCancelled);
      const catalog = { at: now, ttlMs, fact };
      this.#catalog = catalog;
      void fact.then((found) => {
        const again = found.status === "unavailable" && found.reason !== "limited";
        if (again && this.#catalog === catalog) this.#catalog = undefined;
        const isWhole = found.status === "ok" && Object.keys(bag(found.value.data)).length > 0;
        if (found.status !== "unavailable" && !isWhole) catalog.ttlMs = passingTtlMs;
      });
    }
    const cancelled = (): Known<never> => session.unavailable(session.cancelled());
    return await orCancelled(this.#catalog.fact, token, cancelled);
  }
}
