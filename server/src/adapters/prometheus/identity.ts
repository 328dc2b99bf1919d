import { neverCancelled } from "../../base/cancellation.ts";
import { type Known, known, unavailable } from "../../base/known.ts";
import type { BackendIdentity, Identity } from "../../world/ports.ts";
import type { BackendSession } from "./session.ts";

/** Servers are upgraded while editors stay open. */
const freshMs = 300_000;
const retryMs = 30_000;

/** Who the backend of a session says it is: flavour and version of its buildinfo, features of its flags. */
export function createIdentity(session: BackendSession): Identity & { dispose(): void } {
  const { clock, source } = session;
  const listeners = new Set<() => void>();
  let fact: Known<BackendIdentity> = unavailable("pending", `${source} is being asked.`, source, 0);
  let running: Promise<void> | undefined;
  let triedAt: number | undefined;
  let disposed = false;

  const ask = async (): Promise<void> => {
    const before = JSON.stringify(fact, withoutAge);
    const found = await session.recognise(neverCancelled);
    if (found.ok) {
      const { flavour, version } = found.backend;
      const features = await session.features();
      fact = known({ flavour, version, features }, source, clock.now());
    } else if (fact.status === "unavailable") {
      // Who it was stays true while it does not answer.
      fact = unavailable(found.failure.reason, found.failure.message, source, clock.now());
    }
    triedAt = clock.now();
    running = undefined;
    if (!disposed && JSON.stringify(fact, withoutAge) !== before)
      for (const listener of [...listeners]) listener();
  };

  return {
    now() {
      const age = triedAt === undefined ? Number.POSITIVE_INFINITY : clock.now() - triedAt;
      if (running === undefined && !disposed && age >= (fact.status === "unavailable" ? retryMs : freshMs))
        running = ask();
      return fact;
    },
    async settled() {
      await running;
    },
    onChange(listener) {
      listeners.add(listener);
      return { dispose: () => void listeners.delete(listener) };
    },
    dispose() {
      disposed = true;
      listeners.clear();
    },
  };
}

function withoutAge(key: string, value: unknown): unknown {
  return key === "asOf" ? undefined : value;
}
