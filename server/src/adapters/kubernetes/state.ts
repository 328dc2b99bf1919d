import type { ClusterState } from "../../world/ports.ts";
import type { Reflector } from "./reflector.ts";
import type { KindStore } from "./store.ts";

/** How a cluster stands, in one sentence: what fails first, then what was seen. */
export function clusterState(
  context: string,
  stores: readonly KindStore<unknown>[],
  isInsecure: boolean,
): ClusterState {
  const watched = stores.flatMap(({ reflectors }) => reflectors.filter(({ isRunning }) => isRunning));
  // A kind that the cluster does not know is no fault of it.
  const relevant = watched.filter(({ failure }) => failure?.reason !== "unsupported");
  const asOf = Math.max(0, ...relevant.map((each) => each.asOf));
  if (watched.length === 0) {
    const message = "Nothing is asked of it now: it is contacted when a monitor is open.";
    return { health: "idle", message, asOf };
  }
  const failing = relevant.filter(({ failure }) => failure !== undefined);
  const current = relevant.filter(({ phase }) => phase === "current");
  const [worst] = failing.toSorted((a, b) => rank(a) - rank(b));
  if (worst?.failure !== undefined && (current.length === 0 || current.length < relevant.length)) {
    const { failure } = worst;
    const isWhole = failure.reason !== "forbidden" && current.length === 0;
    return { health: isWhole || current.length === 0 ? "down" : "degraded", message: failure.message, asOf };
  }
  if (relevant.length > 0 && current.length === 0)
    return { health: "checking", message: `The cluster ${context} is being asked.`, asOf };
  const counts = stores.flatMap(({ kind, reflectors }) => {
    const all = reflectors.filter(({ phase }) => phase === "current");
    const whole = all.find(
      ({ collection }) => !collection.path.includes("/namespaces/") && collection.selector === "",
    );
    const count = whole?.items.length ?? all.reduce((sum, { items }) => sum + items.length, 0);
    return count === 0 ? [] : [`${count} ${kind.noun}`];
  });
  const seen = counts.length === 0 ? "It answers" : `${counts.slice(0, 3).join(", ")} seen`;
  return {
    health: "ok",
    message: isInsecure ? `${seen}, but its certificate is not checked.` : `${seen}.`,
    asOf,
  };
}

const order = ["not-configured", "unauthorized", "timeout", "offline", "invalid", "limited", "forbidden"];

function rank({ failure }: Reflector<unknown>): number {
  const at = order.indexOf(failure?.reason ?? "");
  return at < 0 ? order.length : at;
}
