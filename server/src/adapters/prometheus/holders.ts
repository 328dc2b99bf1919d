import { type Known, known, partial } from "../../base/known.ts";
import type { Labels } from "../../base/labels.ts";
import type { MetricHolder } from "../../world/ports.ts";
import type { ApiReply } from "./api.ts";
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

/**
 * Which of the groups hold the metric: one look-up in the index for each, which a Querier sends only to the
 * stores whose external labels match.
 */
export async function holdersOf(
  metric: string,
  groups: readonly MetricHolder[],
  session: BackendSession,
  ask: (labels: Labels) => Promise<Known<ApiReply>>,
): Promise<Known<readonly MetricHolder[]>> {
  const answers = await Promise.all(
    groups.slice(0, maxAsked).map(async (group) => ({ group, fact: await ask(group.labels) })),
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
