import type { Labels } from "../base/labels.ts";

/** An external label and the values that it has behind a backend, sorted. */
export interface SeparatingLabel {
  readonly label: string;
  readonly values: readonly string[];
}

/** How the Prometheus behind a backend differ. */
export interface FederationShape {
  /** Labels that could name an environment, the most sensible first. */
  readonly separating: readonly SeparatingLabel[];
  /** Labels that differ only between identical replicas. */
  readonly replicaLabels: readonly string[];
}

const replicaNames = /(^|_)replicas?(_|$)/i;

/** What people call the label of a cluster, and what they separate by where there is none; in this order. */
const tiers: readonly RegExp[] = [
  /cluster/i,
  /^(env|environment|stage|region|site|location|datacenter|data_center|dc|zone|availability_zone|tenant|tenant_id)$/i,
];
/** Labels that tell Prometheus of one cluster apart: never the first choice. */
const within =
  /^(prometheus|prometheus_group|prometheus_cluster_role|monitor|ruler|rule|receive|job|instance|shard)$/i;

/**
 * Reads from the label sets of all stores which label tells environments apart and which ones only tell replicas
 * apart. `told` are the replica labels that the backend itself merges by.
 */
export function federationShape(sets: readonly Labels[], told: readonly string[]): FederationShape {
  const distinct = distinctSets(sets);
  const names = [...new Set(distinct.flatMap((set) => Object.keys(set)))].sort();
  const valuesOf = (name: string): readonly string[] =>
    [...new Set(distinct.flatMap((set) => (set[name] === undefined ? [] : [set[name]])))].sort();
  const present = told.filter((name) => names.includes(name));
  const replicaLabels = present.length > 0 ? present : names.filter((name) => isReplicaLabel(name, distinct));
  const rank = ({ label, values }: SeparatingLabel): readonly number[] => {
    const tier = tiers.findIndex((pattern) => pattern.test(label));
    const carriers = distinct.filter((set) => set[label] !== undefined).length;
    return [
      within.test(label) ? 2 : values.length > 1 ? 0 : 1,
      tier < 0 ? tiers.length : tier,
      -carriers,
      // The plain word before its kin: `cluster` before `cluster_id`.
      label.length,
    ];
  };
  const separating = names
    .filter((name) => !replicaLabels.includes(name))
    .map((label) => ({ label, values: valuesOf(label) }))
    .toSorted((a, b) => compare(rank(a), rank(b)));
  return { separating, replicaLabels };
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [at, one] of a.entries()) if (one !== b[at]) return one - (b[at] ?? 0);
  return 0;
}

function distinctSets(sets: readonly Labels[]): readonly Labels[] {
  const key = (set: Labels): string => JSON.stringify(Object.entries(set).sort());
  const filled = sets.filter((set) => Object.keys(set).length > 0);
  return [...new Map(filled.map((set) => [key(set), set])).values()];
}

/**
 * Whether sets that differ in this label alone are replicas of each other: the label says so by its name, or its
 * values differ in nothing but a number or letter at their end (`prometheus-k8s-0` and `prometheus-k8s-1`).
 */
function isReplicaLabel(name: string, sets: readonly Labels[]): boolean {
  const groups = new Map<string, string[]>();
  for (const { [name]: value, ...rest } of sets) {
    if (value === undefined) continue;
    const key = JSON.stringify(Object.entries(rest).sort());
    groups.set(key, [...(groups.get(key) ?? []), value]);
  }
  const merged = [...groups.values()].filter((values) => values.length > 1);
  if (merged.length === 0) return false;
  if (replicaNames.test(name)) return true;
  if (tiers.some((tier) => tier.test(name))) return false;
  return merged.every((values) => values.length <= 5 && new Set(values.map(stem)).size === 1);
}

function stem(value: string): string {
  return value.replace(/(\d+|(?<![a-z0-9])[a-z])$/i, "");
}
