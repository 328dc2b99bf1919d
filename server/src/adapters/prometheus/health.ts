import type { CancellationToken } from "../../base/cancellation.ts";
import { type Known, known } from "../../base/known.ts";
import type { BackendHealth } from "../../world/ports.ts";
import { about } from "../http/failures.ts";
import type { BackendSession } from "./session.ts";
import { storeNames } from "./stores.ts";

const deadlineMs = 5_000;
const storesAgeMs = 1_000;
/** That there was something is believed for this long: the question is asked every half minute. */
const emptyAgeMs = 300_000;

/** Whether a backend answers now, and which of the stores behind it do not. */
export async function healthOf(
  session: BackendSession,
  token: CancellationToken,
): Promise<Known<BackendHealth>> {
  const who = await session.recognise(token);
  if (!who.ok) return session.unavailable(who.failure);
  const { flavour, version } = who.backend;
  const backend = session.api.http.address;
  const empty = session.emptiness.showsSomething(emptyAgeMs).then((something) => something === false);
  if (!who.backend.has("stores")) {
    // Recognition is remembered; whether it answers now is another question.
    const answer = await session.call({ endpoint: "status/buildinfo", deadlineMs }, token);
    if (!answer.ok && answer.failure.status !== 404) return session.unavailable(answer.failure);
    const health = { backend, flavour, version, missing: [], empty: await empty };
    return known(health, session.source, session.clock.now());
  }
  const view = await session.stores(storesAgeMs);
  if (view === undefined)
    return session.unavailable({
      reason: "offline",
      message: about(session.host, "does not tell which stores it has; look at its log."),
    });
  const missing = storeNames([...view.absent, ...session.frozen]);
  return known({ backend, flavour, version, missing, empty: await empty }, session.source, view.asOf);
}
