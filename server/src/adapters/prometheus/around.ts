import { CancellationSource, type CancellationToken } from "../../base/cancellation.ts";
import { about } from "../http/failures.ts";
import type { ApiResult } from "./api.ts";
import type { BackendSession } from "./session.ts";
import type { AbsentStore } from "./stores.ts";

/** A request that has not answered after this part of its deadline makes us look which store hangs. */
const patience = 0.3;
const maxPatienceMs = 3_000;
const maxProbeMs = 2_000;

/** An answer of the API and the stores that were left out to get it. */
export interface Attempt {
  readonly result: ApiResult;
  readonly without: readonly AbsentStore[];
}

/** Sends the request with this `storeMatch[]`, if any, and these milliseconds left. */
export type Send = (
  storeMatch: string | undefined,
  ms: number,
  token: CancellationToken,
) => Promise<ApiResult>;

export interface AroundOptions {
  readonly deadlineMs: number;
  /** Fail rather than answer without a store. */
  readonly strict: boolean;
}

/**
 * Sends a request to a Querier; where one of its stores hangs, sends it again without that store. A frozen store
 * holds up whatever touches it, for seconds or minutes, while the others could answer at once.
 */
export async function sendAround(
  session: BackendSession,
  send: Send,
  options: AroundOptions,
  token: CancellationToken,
): Promise<Attempt> {
  const { deadlineMs, strict } = options;
  const started = session.clock.now();
  const remaining = (): number => Math.max(1, deadlineMs - (session.clock.now() - started));
  const probeMs = Math.min(maxProbeMs, Math.max(200, Math.round(deadlineMs / 4)));
  const sendWithout = async (without: readonly AbsentStore[], of: CancellationToken): Promise<Attempt> => {
    const storeMatch = session.storeMatchWithout(without);
    return {
      result: await send(storeMatch, remaining(), of),
      without: storeMatch === undefined ? [] : without,
    };
  };
  // Known to hang a moment ago: a query that is aborted would hold a slot of the Querier's gate for two minutes.
  const stillFrozen = session.frozen.length > 0 ? await session.confirmFrozen(probeMs, token) : [];
  if (stillFrozen.length > 0)
    return strict ? hanging(session, stillFrozen) : await sendWithout(stillFrozen, token);
  const before = new Set(session.lastView?.absent.map((store) => store.store));
  const first = new CancellationSource();
  const second = new CancellationSource();
  const listener = token.onCancellationRequested(() => {
    first.cancel();
    second.cancel();
  });
  try {
    const whole = sendWithout([], first.token);
    const soon = await within(whole, Math.min(deadlineMs * patience, maxPatienceMs));
    if (soon !== undefined) return soon;
    const probed = await within(session.probe(probeMs, second.token), remaining());
    const early = await within(whole, 0);
    if (early !== undefined) return early;
    // A store that was given up since we asked still holds up what was asked before.
    const died = (session.lastView?.absent ?? []).filter((store) => !before.has(store.store));
    const frozen = [...(probed ?? []), ...died];
    if (frozen.length === 0) return await whole;
    if (strict) return hanging(session, frozen);
    if (session.storeMatchWithout(frozen) === undefined) return await whole;
    const rest = sendWithout(frozen, second.token);
    // The Querier may give up on the hanging store by itself: the first good answer counts.
    return await firstGood(rest, whole);
  } finally {
    listener.dispose();
    first.cancel();
    second.cancel();
  }
}

function hanging(session: BackendSession, frozen: readonly AbsentStore[]): Attempt {
  const names = frozen.map((store) => store.store).join(", ");
  const message = about(session.host, `waits for ${names}, which does not answer; run without strict.`);
  return { result: { ok: false, failure: { reason: "timeout", message } }, without: [] };
}

/** The first attempt that succeeded, else the failure of the first one. */
async function firstGood(one: Promise<Attempt>, other: Promise<Attempt>): Promise<Attempt> {
  const good = (attempt: Promise<Attempt>): Promise<Attempt> =>
    attempt.then((done) => (done.result.ok ? done : Promise.reject(new Error("failed"))));
  try {
    return await Promise.any([good(one), good(other)]);
  } catch {
    return await one;
  }
}

/** The value if it comes within `ms`. */
async function within<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
