import { type CancellationToken, neverCancelled, orCancelled } from "../../base/cancellation.ts";
import type { Clock } from "../../world/ports.ts";
import type { PrometheusApi } from "./api.ts";
import { type Bag, bag } from "./wire.ts";

const deadlineMs = 2_000;
/** What is switched on is asked again after this long: servers are restarted with other flags. */
const ttlMs = 300_000;

/** The APIs that a server says it has (`/api/v1/features` of Prometheus from 3.9 on); one without the list has none. */
export class ApiFeatures {
  readonly #api: PrometheusApi;
  readonly #clock: Clock;
  #asked: { readonly at: number; readonly told: Promise<Bag | undefined> } | undefined;

  constructor(api: PrometheusApi, clock: Clock) {
    this.#api = api;
    this.#clock = clock;
  }

  async has(feature: "search" | "query_cost", token: CancellationToken): Promise<boolean> {
    const now = this.#clock.now();
    if (this.#asked === undefined || now - this.#asked.at > ttlMs)
      this.#asked = { at: now, told: this.#ask() };
    const told = await orCancelled(this.#asked.told, token, () => undefined);
    return told?.[feature] === true;
  }

  async #ask(): Promise<Bag | undefined> {
    const answer = await this.#api.call({ endpoint: "features", deadlineMs }, neverCancelled);
    return answer.ok ? bag(bag(answer.reply.data)["api"]) : undefined;
  }
}
