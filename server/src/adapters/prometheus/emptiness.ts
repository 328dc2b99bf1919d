import { neverCancelled } from "../../base/cancellation.ts";
import { scopeSelector } from "../../world/scope.ts";
import type { BackendSession } from "./session.ts";
import { texts } from "./wire.ts";

/** Said of a backend that shows nothing; it begins with whom it is about. */
export const showsNothing = "shows no metrics at all; check its tenant, scope and clock";

const deadlineMs = 2_000;
/** The index is asked for what was there in this many seconds, as all look-ups are. */
const windowSeconds = 3 * 3_600;
/** That there is something is believed for this long, that there is nothing less long: tenants are corrected. */
const somethingMs = 60_000;
const nothingMs = 3_000;

/**
 * Whether a backend shows any metric whatever to who asks. With tenants (`X-Scope-OrgID`, Thanos with
 * `--query.enforce-tenancy`, an account of VictoriaMetrics), and behind a scope, one letter that is wrong gives
 * answers that are empty, quick and without a warning: they are no proof that something is missing.
 */
export class Emptiness {
  readonly #session: BackendSession;
  #seen: { readonly at: number; readonly something: boolean | undefined } | undefined;
  #asking: Promise<boolean | undefined> | undefined;

  constructor(session: BackendSession) {
    this.#session = session;
  }

  /** Nothing where it did not say. `maxAgeMs`: how old it may be that there was something. */
  async showsSomething(maxAgeMs = somethingMs): Promise<boolean | undefined> {
    const { clock } = this.#session;
    const age = this.#seen === undefined ? Number.POSITIVE_INFINITY : clock.now() - this.#seen.at;
    if (this.#seen !== undefined && age < (this.#seen.something === true ? maxAgeMs : nothingMs))
      return this.#seen.something;
    this.#asking ??= this.#ask().then((something) => {
      this.#seen = { at: clock.now(), something };
      this.#asking = undefined;
      return something;
    });
    return await this.#asking;
  }

  async #ask(): Promise<boolean | undefined> {
    const session = this.#session;
    const who = await session.recognise(neverCancelled);
    if (!who.ok) return undefined;
    const { scope } = await session.scopeFor(who.backend, neverCancelled);
    const now = Math.ceil(session.clock.now() / 1000);
    const params = new URLSearchParams({ start: String(now - windowSeconds), end: String(now) });
    if (Object.keys(scope).length > 0) params.set("match[]", scopeSelector(scope));
    // Where a list of names cannot be cut it may have a million; the names of labels are few.
    const cuts = who.backend.has("index-limit");
    if (cuts) params.set("limit", "1");
    const endpoint = cuts ? "label/__name__/values" : "labels";
    const answer = await session.call({ endpoint, params, deadlineMs }, neverCancelled);
    if (!answer.ok) return undefined;
    const names = texts(answer.reply.data);
    return cuts ? names.length > 0 : names.includes("__name__");
  }
}
