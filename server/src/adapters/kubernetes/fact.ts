import { type Known, known, partial, unavailable } from "../../base/known.ts";
import type { Failure } from "./failures.ts";
import type { Listed } from "./list.ts";

/** One thing that was asked of a cluster: what is known of it, and the request under way. */
export interface Fact<T> {
  known: Known<readonly T[]>;
  /** When the last request ended, in milliseconds since the epoch; nothing before the first. */
  triedAt: number | undefined;
  failures: number;
  running: Promise<void> | undefined;
  readonly load: (signal: AbortSignal) => Promise<Listed<T>>;
}

/** A fact nobody has asked for yet. */
export function newFact<T>(source: string, cluster: string, load: Fact<T>["load"]): Fact<T> {
  const message = `The cluster ${cluster} is being asked.`;
  return {
    known: unavailable("pending", message, source, 0),
    triedAt: undefined,
    failures: 0,
    running: undefined,
    load,
  };
}

/** The fact after an answer. */
export function learnt<T>({ items, complete }: Listed<T>, source: string, now: number): Known<readonly T[]> {
  return complete ? known(items, source, now) : partial(items, source, now, ["more objects than are read"]);
}

/** The fact after a failure: what was known before stays, but proves nothing any more. */
export function failed<T>(
  before: Known<readonly T[]>,
  { reason, message }: Failure,
  source: string,
  now: number,
): Known<readonly T[]> {
  if (before.status === "unavailable") return unavailable(reason, message, source, now);
  // A right that was taken away, or a login that ended, is no passing failure.
  if (reason === "forbidden" || reason === "unauthorized") return unavailable(reason, message, source, now);
  return partial(before.value, source, before.asOf, [message]);
}

/** Whether two facts say the same, their ages aside. */
export function sameFact<T>(a: Known<readonly T[]>, b: Known<readonly T[]>): boolean {
  const content = (fact: Known<readonly T[]>): string =>
    JSON.stringify({ ...fact, asOf: 0, ...(fact.status === "partial" ? { missing: fact.missing } : {}) });
  return a === b || content(a) === content(b);
}
