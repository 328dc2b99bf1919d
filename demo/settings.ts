import type { Federation } from "../test/stack/federation.ts";

/** What is deployed everywhere; the rules of the nodes are for Prod NA alone, which takes all files. */
const everywhere = [
  "rules/{recording,priority-1,priority-2}/**",
  "operator/**",
  "monitors/**",
  "services/**",
];

/**
 * The user's settings: three environments behind one Thanos, told apart by their `cluster` label. Only Prod NA
 * has a Kubernetes; its kubeconfig appears when that is up.
 */
export function demoSettings(federation: Federation, kubeconfig: string): Record<string, unknown> {
  const environments = federation.environments.map(({ name, backend, scope }) => ({
    name,
    backend,
    scope,
    ...(scope.cluster === "prod-na" ? { kubeconfig, context: scope.cluster } : { files: everywhere }),
  }));
  return { "promscope.environments": environments };
}
