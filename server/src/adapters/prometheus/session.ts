import { parseDocument } from "yaml";
import { type CancellationToken, neverCancelled, orCancelled } from "../../base/cancellation.ts";
import { type Known, unavailable } from "../../base/known.ts";
import type { Labels } from "../../base/labels.ts";
import { quoteMeta } from "../../base/re2.ts";
import { parseDuration } from "../../promql/literals.ts";
import { quoted } from "../../promql/quote.ts";
import type { Flavour } from "../../world/environment.ts";
import type { Clock, ScrapeIntervals } from "../../world/ports.ts";
import { plainValue } from "../files/plain-yaml.ts";
import type { ApiFailure, ApiRequest, ApiResult, PrometheusApi } from "./api.ts";
import { ApiFeatures } from "./api-features.ts";
import { type Recognised, type Recognition, recognise } from "./capabilities.ts";
import { Emptiness } from "./emptiness.ts";
import { isShaped } from "./shapes.ts";
import {
  type AbsentStore,
  absentStore,
  configuredEndpoints,
  featuresIn,
  readStores,
  replicaLabelsOf,
  type Store,
  StoreMemory,
} from "./stores.ts";
import { bag, labels, text } from "./wire.ts";

export interface SessionOptions {
  readonly api: PrometheusApi;
  readonly clock: Clock;
  /** The environment's name, or the host: what facts name as their source. */
  readonly source: string;
  readonly scope: Labels;
  readonly replicaLabels: readonly string[];
  readonly flavour?: Flavour | undefined;
  readonly version?: string | undefined;
}

/** What is known of the stores behind a Querier at one time. */
export interface StoreView {
  readonly stores: readonly Store[];
  readonly absent: readonly AbsentStore[];
  readonly asOf: number;
}

const recogniseDeadlineMs = 5_000;
/** Who a backend is, is asked anew after this long: servers are upgraded while editors stay open. */
const recogniseTtlMs = 300_000;
const storesDeadlineMs = 2_000;
/** A store that was found not to answer is left alone for this long before it is asked again. */
const frozenTtlMs = 30_000;
const frozenFreshMs = 10_000;

/** What one backend is and what stands behind it, shared by its index and its queries. */
export class BackendSession {
  readonly api: PrometheusApi;
  readonly clock: Clock;
  readonly source: string;
  readonly apis: ApiFeatures;
  /** Whether it shows anything at all. */
  readonly emptiness: Emptiness;
  readonly #options: SessionOptions;
  readonly #memory = new StoreMemory();
  #recognition: { readonly at: number; readonly result: Promise<Recognition> } | undefined;
  #config: Promise<string | undefined> | undefined;
  #flags: Promise<ReturnType<typeof bag>> | undefined;
  #looking: { readonly at: number; readonly view: Promise<StoreView | undefined> } | undefined;
  #view: StoreView | undefined;
  #frozen: { readonly at: number; readonly stores: readonly AbsentStore[] } = { at: 0, stores: [] };

  constructor(options: SessionOptions) {
    this.#options = options;
    this.api = options.api;
    this.clock = options.clock;
    this.source = options.source;
    this.apis = new ApiFeatures(options.api, options.clock);
    this.emptiness = new Emptiness(this);
  }

  get host(): string {
    return this.api.http.host;
  }

  /** The scope as the settings have it. */
  get scope(): Labels {
    return this.#options.scope;
  }

  /** Who the backend is; asked once, joined, and asked again after a failure. */
  async recognise(token: CancellationToken): Promise<Recognition> {
    const now = this.clock.now();
    if (this.#recognition === undefined || now - this.#recognition.at > recogniseTtlMs) {
      const result = recognise(this.api, this.#options, recogniseDeadlineMs, neverCancelled);
      this.#recognition = { at: now, result };
      const mine = this.#recognition;
      void result.then(({ ok }) => {
        if (!ok && this.#recognition === mine) this.#recognition = undefined;
      });
    }
    return await orCancelled(this.#recognition.result, token, () => ({
      ok: false,
      failure: this.cancelled(),
    }));
  }

  /** The failure as a fact of this backend. */
  unavailable(failure: ApiFailure): Known<never> {
    return unavailable(failure.reason, failure.message, this.source, this.clock.now());
  }

  cancelled(): ApiFailure {
    return { reason: "cancelled", message: `${this.host} was not asked to the end: cancelled.` };
  }

  /**
   * The scope without the labels that a plain Prometheus cannot see, since it adds them itself on the way out. Where
   * it does not tell which those are, nothing may be found on account of the scope: `uncertain` says so.
   */
  async scopeFor(
    backend: Recognised,
    token: CancellationToken,
  ): Promise<{ scope: Labels; external: Labels; uncertain?: string }> {
    const scope = this.#options.scope;
    if (Object.keys(scope).length === 0 || !backend.has("own-config")) return { scope, external: {} };
    const external = await this.externalLabels(token);
    if (external === undefined)
      return { scope, external: {}, uncertain: `${this.host} does not tell its external labels` };
    const entries = Object.entries(scope).filter(([label]) => !Object.hasOwn(external, label));
    return { scope: Object.fromEntries(entries), external };
  }

  /** The external labels of a Prometheus; nothing where it does not tell. */
  async externalLabels(token: CancellationToken): Promise<Labels | undefined> {
    const config = await this.#ownConfig(token);
    return config === undefined ? undefined : externalLabelsIn(config);
  }

  /** How often a Prometheus asks its targets; nothing where it does not tell, or not for all. */
  async scrapeIntervals(token: CancellationToken): Promise<ScrapeIntervals | undefined> {
    const config = await this.#ownConfig(token);
    return config === undefined ? undefined : scrapeIntervalsIn(config);
  }

  /** For how many seconds a Prometheus keeps samples; nothing where it does not tell, or reads older ones elsewhere. */
  async retention(token: CancellationToken): Promise<number | undefined> {
    const config = await this.#ownConfig(token);
    if (config === undefined || /^remote_read:/m.test(config)) return undefined;
    const answer = await this.api.call(
      { endpoint: "status/runtimeinfo", deadlineMs: recogniseDeadlineMs },
      token,
    );
    return answer.ok ? retentionIn(text(bag(answer.reply.data)["storageRetention"])) : undefined;
  }

  /** How long ago, in seconds, a sample may be that still counts; nothing where it does not tell. */
  async lookback(): Promise<number | undefined> {
    const { value, error } = parseDuration(text((await this.#askFlags())["query.lookback-delta"]));
    return error === undefined && value > 0 ? value : undefined;
  }

  /** The configuration of a Prometheus as YAML, asked once. */
  async #ownConfig(token: CancellationToken): Promise<string | undefined> {
    this.#config ??= this.api
      .call({ endpoint: "status/config", deadlineMs: recogniseDeadlineMs }, neverCancelled)
      .then((answer) => (answer.ok ? text(bag(answer.reply.data)["yaml"]) : undefined));
    const asked = this.#config;
    void asked.then((found) => {
      if (found === undefined && this.#config === asked) this.#config = undefined;
    });
    return await orCancelled(asked, token, () => undefined);
  }

  /** Labels that tell replicas apart: those of the settings, else those that the Querier merges by. */
  async replicaLabels(backend: Recognised): Promise<readonly string[]> {
    if (this.#options.replicaLabels.length > 0 || !backend.has("stores")) return this.#options.replicaLabels;
    return replicaLabelsOf(await this.#askFlags());
  }

  /** What is switched on there, from its flags; nothing where it does not tell them. */
  async features(): Promise<readonly string[] | undefined> {
    const flags = await this.#askFlags();
    return Object.keys(flags).length === 0 ? undefined : featuresIn(flags);
  }

  #askFlags(): Promise<ReturnType<typeof bag>> {
    this.#flags ??= this.api
      .call({ endpoint: "status/flags", deadlineMs: recogniseDeadlineMs }, neverCancelled)
      .then((answer) => {
        if (!answer.ok) this.#flags = undefined;
        return answer.ok ? bag(answer.reply.data) : {};
      });
    return this.#flags;
  }

  /**
   * The stores behind a Querier, asked now unless they were within `maxAgeMs`. Nothing where the list cannot be
   * had; then the last view stands.
   */
  async stores(maxAgeMs: number): Promise<StoreView | undefined> {
    const now = this.clock.now();
    if (this.#looking !== undefined && now - this.#looking.at <= maxAgeMs) return await this.#looking.view;
    const view = this.#askStores();
    this.#looking = { at: now, view };
    return await view;
  }

  async #askStores(): Promise<StoreView | undefined> {
    const [answer, flags] = await Promise.all([
      this.api.call({ endpoint: "stores", deadlineMs: storesDeadlineMs }, neverCancelled),
      this.#askFlags(),
    ]);
    if (!answer.ok || !isShaped("stores", answer.reply.data)) return undefined;
    const stores = readStores(answer.reply.data);
    const absent = this.#memory.update(stores, configuredEndpoints(flags));
    this.#view = { stores, absent, asOf: this.clock.now() };
    return this.#view;
  }

  /** The last view of the stores, without asking. */
  get lastView(): StoreView | undefined {
    return this.#view;
  }

  /** Stores that gave no answer when they were last probed, as long as that is worth believing. */
  get frozen(): readonly AbsentStore[] {
    return this.clock.now() - this.#frozen.at < frozenTtlMs ? this.#frozen.stores : [];
  }

  /** The frozen stores, asked again unless that was a moment ago. */
  async confirmFrozen(deadlineMs: number, token: CancellationToken): Promise<readonly AbsentStore[]> {
    const fresh = this.clock.now() - this.#frozen.at < frozenFreshMs;
    return fresh ? this.#frozen.stores : await this.probe(deadlineMs, token);
  }

  /**
   * Finds the stores that are listed as healthy but do not answer, by asking each for next to nothing.
   * A frozen Prometheus behind a live sidecar looks healthy for half a minute and stops everything else.
   */
  async probe(deadlineMs: number, token: CancellationToken): Promise<readonly AbsentStore[]> {
    const view = await this.stores(1_000);
    if (view === undefined) return [];
    const listed = view.stores.filter((store) => store.lastError === undefined);
    const verdicts = await Promise.all(
      listed.map(async (store): Promise<AbsentStore | undefined> => {
        const params = new URLSearchParams({
          "match[]": "up",
          limit: "1",
          "storeMatch[]": addressMatcher([store.address]),
        });
        const now = Math.floor(this.clock.now() / 1000);
        params.set("start", String(now - 60));
        params.set("end", String(now));
        const answer = await this.api.call({ endpoint: "label/__name__/values", params, deadlineMs }, token);
        if (answer.ok || answer.failure.reason !== "timeout") return undefined;
        return absentStore(store, `did not answer within ${deadlineMs / 1000} s`);
      }),
    );
    if (token.isCancellationRequested) return [];
    const stores = verdicts.filter((verdict) => verdict !== undefined);
    this.#frozen = { at: this.clock.now(), stores };
    return stores;
  }

  /** `storeMatch[]` that leaves out these stores; nothing where no store would be left or none is to be left out. */
  storeMatchWithout(absent: readonly AbsentStore[]): string | undefined {
    const out = new Set(absent.map((store) => store.store));
    const rest = (this.#view?.stores ?? []).filter(
      (store) => !out.has(store.address) && store.lastError === undefined,
    );
    return out.size === 0 || rest.length === 0
      ? undefined
      : addressMatcher(rest.map((store) => store.address));
  }

  call(request: ApiRequest, token: CancellationToken): Promise<ApiResult> {
    return this.api.call(request, token);
  }
}

/** A selector for `storeMatch[]`, of which Thanos reads nothing but `__address__`. */
function addressMatcher(addresses: readonly string[]): string {
  return `{__address__=~${quoted(addresses.map(quoteMeta).join("|"))}}`;
}

/** The part `global.external_labels` of a Prometheus configuration; only that part is parsed, files are large. */
export function externalLabelsIn(yaml: string): Labels {
  const section = /^global:[^\n]*\n((?:[ \t#][^\n]*\n|\n)*)/m.exec(`${yaml}\n`)?.[0] ?? "";
  const value = plainValue(parseDocument(section, { logLevel: "silent" }));
  return labels(bag(bag(value)["global"])["external_labels"]);
}

/**
 * The intervals in a configuration as Prometheus writes it, with those that it has filled in (`config/config.go`);
 * nothing where jobs stand in files of their own or relabelling decides. A job may be hundreds of lines, so it is read line by line.
 */
export function scrapeIntervalsIn(yaml: string): ScrapeIntervals | undefined {
  if (/^scrape_config_files:|__scrape_interval__/m.test(yaml)) return undefined;
  const jobs = new Map<string, number>();
  let job: string | undefined;
  let untold = 0;
  for (const [, name, interval] of yaml.matchAll(/^(?:- job_name: (.+)| {2}scrape_interval: (\S+))$/gm)) {
    if (name !== undefined) {
      job = plainText(name);
      untold++;
    } else if (job !== undefined) {
      const { value, error } = parseDuration(interval ?? "");
      if (error !== undefined || value <= 0) return undefined;
      jobs.set(job, value);
      job = undefined;
      untold--;
    }
  }
  return jobs.size === 0 || untold > 0 ? undefined : { shortest: Math.min(...jobs.values()), jobs };
}

/** The time in `15d`, `15d or 5GiB`; nothing where only the size counts (`web/web.go`, runtimeInfo). */
export function retentionIn(told: string): number | undefined {
  const [time = ""] = told.split(" or ");
  const { value, error } = parseDuration(time);
  return error === undefined && value > 0 ? value : undefined;
}

function plainText(scalar: string): string {
  return text(plainValue(parseDocument(scalar, { logLevel: "silent" })));
}
