import type { CancellationToken } from "../../base/cancellation.ts";
import { type Known, known, partial } from "../../base/known.ts";
import type { NameList } from "../../world/ports.ts";
import { couldMatch, selectorsIn } from "../../world/relevance.ts";
import { about } from "../http/failures.ts";
import { isPartialWarning } from "./annotations.ts";
import type { ApiFailure, ApiReply } from "./api.ts";
import { type Attempt, type Send, sendAround } from "./around.ts";
import type { Recognised } from "./capabilities.ts";
import { showsNothing } from "./emptiness.ts";
import { scopedSelector } from "./scoped.ts";
import { type Search, searchLines } from "./search.ts";
import type { BackendSession } from "./session.ts";
import { isShaped } from "./shapes.ts";
import { storeNames } from "./stores.ts";
import { list } from "./wire.ts";

/** How far back the index is asked, in seconds: what is in a Prometheus' head block. */
const windowSeconds = 3 * 3_600;
const metadataDeadlineMs = 5_000;
const lookupDeadlineMs = 8_000;
const catalogDeadlineMs = 60_000;
const catalogBytes = 50_000_000;
/** Names in the catalog of a backend; what goes beyond is left out. */
export const catalogNames = 1_000_000;
/** How old a list of stores may be when a look-up is judged by it. */
export const storesAgeMs = 10_000;

/** One question to the index of a backend: `labels`, `label/NAME/values`, `series` or `metadata`. */
export interface Lookup {
  readonly endpoint: string;
  readonly selector?: string | undefined;
  readonly limit?: number | undefined;
  readonly params?: Readonly<Record<string, string>>;
  /** The catalog of all names, which may be long. */
  readonly catalog?: boolean;
  /** Also outside of the scope. */
  readonly anywhere?: boolean;
}

const unreadable: ApiFailure = {
  reason: "invalid",
  message: "The selector cannot be read, so nothing is looked up.",
};

/** Asks the index of one backend: scoped, bounded, and said to be partial where a store that could know more is missing. */
export class IndexLookup {
  readonly #session: BackendSession;

  constructor(session: BackendSession) {
    this.#session = session;
  }

  async ask(lookup: Lookup, token: CancellationToken): Promise<Known<ApiReply>> {
    const session = this.#session;
    const who = await session.recognise(token);
    if (!who.ok) return session.unavailable(who.failure);
    const { backend } = who;
    const { scope, uncertain } =
      lookup.anywhere === true ? { scope: {}, uncertain: undefined } : await session.scopeFor(backend, token);
    const scoped = scopedSelector(lookup.selector, scope);
    if (!scoped.ok) return session.unavailable(unreadable);
    const params = this.#params(lookup, scoped.text, backend);
    const view = backend.has("stores") ? session.stores(storesAgeMs) : undefined;
    const { result: answer, without } = await this.#send(lookup, params, backend, token);
    if (!answer.ok) return session.unavailable(answer.failure);
    if (!isShaped(lookup.endpoint, answer.reply.data))
      return session.unavailable({
        reason: "invalid",
        message: about(session.host, "sent a list that cannot be read; check the path of the backend's URL."),
      });
    const absent = [...((await view)?.absent ?? []), ...without];
    const selectors = scoped.sent === undefined ? [] : selectorsIn(scoped.sent);
    const relevant = absent.filter(
      ({ labels }) =>
        selectors.length === 0 || labels.length === 0 || labels.some((set) => couldMatch(selectors, set)),
    );
    const missing = [
      ...storeNames(relevant),
      ...(relevant.length === 0 ? answer.reply.warnings.filter(isPartialWarning) : []),
      ...(uncertain === undefined ? [] : [uncertain]),
    ];
    if (missing.length === 0 && isNothing(lookup, answer.reply)) {
      const something = await session.emptiness.showsSomething();
      if (something === false) missing.push(`it ${showsNothing}`);
      if (something === undefined) missing.push("it did not say whether it has anything");
    }
    const asOf = session.clock.now();
    return missing.length === 0
      ? known(answer.reply, session.source, asOf)
      : partial(answer.reply, session.source, asOf, missing);
  }

  /** What the search API finds, within the scope; nothing where the backend has no such API. */
  async search(
    search: Omit<Search, "start" | "end">,
    token: CancellationToken,
  ): Promise<Known<NameList> | undefined> {
    const session = this.#session;
    const who = await session.recognise(token);
    if (!who.ok || who.backend.flavour !== "prometheus") return undefined;
    if (!(await session.apis.has("search", token))) return undefined;
    const { scope } = await session.scopeFor(who.backend, token);
    const scoped = scopedSelector(search.selector, scope);
    if (!scoped.ok) return session.unavailable(unreadable);
    const request = { ...search, selector: scoped.text, ...this.#window() };
    const found = await searchLines(session, request, token);
    return found.ok
      ? known(found.list, session.source, session.clock.now())
      : session.unavailable(found.failure);
  }

  #window(): { readonly start: number; readonly end: number } {
    // What was scraped in this very second counts too.
    const end = Math.ceil(this.#session.clock.now() / 1000);
    return { start: end - windowSeconds, end };
  }

  #params(lookup: Lookup, selector: string | undefined, backend: Recognised): URLSearchParams {
    const params = new URLSearchParams(lookup.params);
    if (lookup.endpoint === "metadata") return params;
    if (selector !== undefined) params.set("match[]", selector);
    const { start, end } = this.#window();
    params.set("start", String(start));
    params.set("end", String(end));
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
}

/** Whether a look-up within the scope found nothing at all. */
function isNothing({ endpoint, anywhere }: Lookup, { data, streamed }: ApiReply): boolean {
  if (endpoint === "metadata" || anywhere === true) return false;
  return streamed === undefined ? list(data).length === 0 : streamed.names.size === 0;
}
