import type { CancellationToken } from "../base/cancellation.ts";
import { type Known, valueIn } from "../base/known.ts";
import type { Labels } from "../base/labels.ts";
import type { MetricMetadata, Metrics, NameList, NameQuery } from "../world/ports.ts";
import type { Snapshot } from "../world/snapshot.ts";
import type { Budget } from "./budget.ts";
import { maxItems } from "./suggestions.ts";

/** More backends than this are not asked for one completion. */
const maxEnvironments = 4;

/** What the environments of a file told about one sort of name. */
export interface LiveNames {
  /** Each name with the environments that have it. */
  readonly names: ReadonlyMap<string, readonly string[]>;
  /** Whether every environment was asked, answered, and answered in full. */
  readonly complete: boolean;
  /** How many environments answered. */
  readonly answered: number;
}

/** Asks the environments of a file side by side and joins what they know, the first environment's names first. */
export class NameSource {
  readonly #ports: readonly { readonly name: string; readonly metrics: Metrics }[];
  readonly #token: CancellationToken;
  readonly #budget: Budget;
  /** When the names of an environment were told, in milliseconds, where they are not all of them. */
  readonly past = new Map<string, number>();
  /** Whether some list was cut or missing, so that more is to be had by asking again. */
  more = false;

  constructor(snapshot: Snapshot, token: CancellationToken, budget: Budget) {
    this.#ports = snapshot.environments
      .flatMap(({ environment, metrics }) =>
        metrics === undefined ? [] : [{ name: environment.name, metrics }],
      )
      .slice(0, maxEnvironments);
    this.#token = token;
    this.#budget = budget;
  }

  /** How many environments can be asked. */
  get size(): number {
    return this.#ports.length;
  }

  metricNames(query: Omit<NameQuery, "limit">): Promise<LiveNames> {
    return this.#join((metrics) => metrics.metricNames({ ...query, limit: maxItems }, this.#token));
  }

  labelNames(query: Omit<NameQuery, "limit">): Promise<LiveNames> {
    return this.#join((metrics) => metrics.labelNames({ ...query, limit: maxItems }, this.#token));
  }

  labelValues(label: string, query: Omit<NameQuery, "limit">): Promise<LiveNames> {
    return this.#join((metrics) => metrics.labelValues(label, { ...query, limit: maxItems }, this.#token));
  }

  /**
   * Type, help and unit of the metrics of a list as far as that is known at once, each from the first environment
   * that has it; what is not is asked for when the editor shows the item.
   */
  async metadata(
    { names }: LiveNames,
    metrics: readonly string[],
  ): Promise<ReadonlyMap<string, MetricMetadata>> {
    const found = new Map<string, MetricMetadata>();
    await Promise.all(
      this.#ports.map(async (port) => {
        const own = metrics.filter((metric) => names.get(metric)?.[0] === port.name);
        const fact = own.length === 0 ? undefined : port.metrics.described(own, this.#token);
        const known = fact && (await this.#budget(fact));
        for (const [metric, metadata] of (known && valueIn(known)) ?? []) found.set(metric, metadata);
      }),
    );
    return found;
  }

  /**
   * What the Prometheus behind each environment add to their series, whether or not the index has answered:
   * the label sets that some selector may meet, by label.
   */
  async externalLabels(): Promise<readonly Labels[]> {
    const facts = await Promise.all(
      this.#ports.map(({ metrics }) => this.#budget(metrics.externalLabels(this.#token))),
    );
    return facts.flatMap((fact) => (fact === undefined ? [] : (valueIn(fact) ?? [])));
  }

  async #join(ask: (metrics: Metrics) => Promise<Known<NameList>>): Promise<LiveNames> {
    const answers = await Promise.all(
      this.#ports.map(async ({ name, metrics }) => ({ name, fact: await this.#budget(ask(metrics)) })),
    );
    const names = new Map<string, string[]>();
    let complete = answers.length > 0;
    let answered = 0;
    for (const { name, fact } of answers) {
      const list = fact === undefined ? undefined : valueIn(fact);
      const cut = list !== undefined && !list.complete;
      if (fact?.status === "partial")
        this.past.set(name, Math.min(fact.asOf, this.past.get(name) ?? fact.asOf));
      if (fact?.status !== "ok" || cut) complete = false;
      // A late, pending or cut answer is worth asking for again; one that failed is not.
      if (fact === undefined || cut || (fact.status === "unavailable" && fact.reason === "pending"))
        this.more = true;
      if (list === undefined) continue;
      answered++;
      for (const item of list.names) {
        const known = names.get(item);
        if (known === undefined) names.set(item, [name]);
        else known.push(name);
      }
    }
    return { names, complete, answered };
  }
}
