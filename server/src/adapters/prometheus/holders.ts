import type { CancellationToken } from "../../base/cancellation.ts";
import { type Known, known, mapKnown, partial } from "../../base/known.ts";
import type { Labels } from "../../base/labels.ts";
import { quoted } from "../../promql/quote.ts";
import type { MetricHolder } from "../../world/ports.ts";
import { matcherText } from "../../world/scope.ts";
import { about } from "../http/failures.ts";
import { type IndexLookup, storesAgeMs } from "./index-lookup.ts";
import type { BackendSession } from "./session.ts";
import { labelsKey, type Store, withoutLabels } from "./stores.ts";
import { texts } from "./wire.ts";

/** A store whose data ends longer ago than this holds nothing "now" (store gateways list dead clusters for ever). */
const recentMs = 3 * 3_600_000;
/** Each Prometheus is asked by itself; beyond this many the answer is said to be partial. */
const maxAsked = 64;

/** The Prometheus behind the stores, each with the number of its replicas, as far as the scope reaches. */
export function logicalHolders(
  stores: readonly Store[],
  replicaLabels: readonly string[],
  scope: Labels,
  now: number,
): readonly MetricHolder[] {
  const groups = new Map<string, { labels: Labels; sets: Set<string> }>();
  for (const store of stores) {
    if (store.maxTime < now - recentMs) continue;
    for (const set of store.labelSets) {
      const labels = withoutLabels(set, replicaLabels);
      if (Object.keys(labels).length === 0) continue;
      if (
        Object.entries(scope).some(([name, value]) => Object.hasOwn(labels, name) && labels[name] !== value)
      )
        continue;
      const key = labelsKey(labels);
      const group = groups.get(key) ?? { labels, sets: new Set<string>() };
      group.sets.add(labelsKey(set));
      groups.set(key, group);
    }
  }
  return [...groups.values()].map(({ labels, sets }) => ({ labels, replicas: sets.size }));
}

interface Behind {
  readonly groups: readonly MetricHolder[];
  /** Stores without external labels: what they hold cannot be told by asking for labels. */
  readonly nameless: readonly string[];
}

/** What stands behind a backend that tells its stores; nothing at all behind another. */
async function behind(
  session: BackendSession,
  anywhere: boolean,
  token: CancellationToken,
): Promise<Known<Behind>> {
  const who = await session.recognise(token);
  if (!who.ok) return session.unavailable(who.failure);
  const { backend } = who;
  if (!backend.has("stores")) return known({ groups: [], nameless: [] }, session.source, session.clock.now());
  const [view, replicas] = await Promise.all([session.stores(storesAgeMs), session.replicaLabels(backend)]);
  if (view === undefined)
    return session.unavailable({
      reason: "offline",
      message: about(session.host, "does not tell which stores it has; try again."),
    });
  const { scope } = anywhere ? { scope: {} } : await session.scopeFor(backend, token);
  const groups = logicalHolders(view.stores, replicas, scope, session.clock.now());
  const nameless = view.stores.filter(({ labelSets }) => labelSets.length === 0);
  return known({ groups, nameless: nameless.map(({ address }) => address) }, session.source, view.asOf);
}

/** The external labels of the Prometheus behind a backend, without those that tell replicas apart. */
export async function externalLabelsBehind(
  session: BackendSession,
  token: CancellationToken,
): Promise<Known<readonly Labels[]>> {
  return mapKnown(await behind(session, false, token), ({ groups }) => groups.map(({ labels }) => labels));
}

/** Which of the Prometheus behind a backend hold the metric; `anywhere`: also outside of the scope. */
export async function holdersOf(
  session: BackendSession,
  lookup: IndexLookup,
  metric: string,
  anywhere: boolean,
  token: CancellationToken,
): Promise<Known<readonly MetricHolder[]>> {
  const around = await behind(session, anywhere, token);
  if (around.status === "unavailable") return around;
  const { groups, nameless } = around.value;
  const held = await heldBy(session, lookup, metric, groups, anywhere, token);
  // A store without labels cannot be asked by itself: it may be the one.
  if (held.status !== "ok" || held.value.length > 0 || nameless.length === 0) return held;
  return partial(held.value, held.source, held.asOf, nameless);
}

/** One look-up in the index for each group, which a Querier sends only to the stores whose labels match. */
async function heldBy(
  session: BackendSession,
  lookup: IndexLookup,
  metric: string,
  groups: readonly MetricHolder[],
  anywhere: boolean,
  token: CancellationToken,
): Promise<Known<readonly MetricHolder[]>> {
  const ask = { endpoint: "label/__name__/values", limit: 1, anywhere };
  const answers = await Promise.all(
    groups.slice(0, maxAsked).map(async (group) => {
      const selector = selectorFor(metric, group.labels);
      return { group, fact: await lookup.ask({ ...ask, selector }, token) };
    }),
  );
  const missing = new Set<string>();
  const held: MetricHolder[] = [];
  let oldest = session.clock.now();
  for (const { group, fact } of answers) {
    oldest = Math.min(oldest, fact.asOf);
    if (fact.status === "unavailable") {
      missing.add(Object.values(group.labels).join("/"));
      continue;
    }
    if (fact.status === "partial") for (const name of fact.missing) missing.add(name);
    if (texts(fact.value.data).includes(metric)) held.push(group);
  }
  if (groups.length > maxAsked) missing.add(`${groups.length - maxAsked} more Prometheus`);
  const [first] = answers;
  if (first?.fact.status === "unavailable" && answers.every(({ fact }) => fact.status === "unavailable"))
    return first.fact;
  return missing.size === 0
    ? known(held, session.source, oldest)
    : partial(held, session.source, oldest, [...missing]);
}

/** A selector of one metric behind these external labels. */
function selectorFor(metric: string, external: Labels): string {
  const matchers = Object.entries(external).map(([name, value]) => matcherText(name, value));
  return `{${[`__name__=${quoted(metric)}`, ...matchers].join(",")}}`;
}
