import { join } from "node:path";
import { type ClusterName, clusterNames, targetsOf } from "./history-estate.ts";

const rules = join(import.meta.dirname, "..", "..", "examples", "rules");

/** One Prometheus of the federation, with its sidecar. */
export interface Member {
  /** `prod-na/k8s/a`; the sidecar's name is `prod-na/k8s/a sidecar`. */
  readonly name: string;
  readonly cluster: ClusterName;
  readonly prometheus: "k8s" | "infra";
  readonly replica: "a" | "b";
  /** Rule files that are deployed there. */
  readonly ruleFiles: readonly string[];
}

const everywhere = ["recording/services.yaml", "priority-1/availability.yaml", "priority-1/checkout.yaml"];
const deployed = {
  k8s: [...everywhere, "priority-2/queues.yaml"].map((file) => join(rules, file)),
  infra: [join(rules, "prod-na/nodes.yaml")],
};

/**
 * A pair of identical Prometheus in every cluster, and one in Prod NA that alone holds the metrics of the
 * nodes.
 */
export const members: readonly Member[] = [
  ...clusterNames.flatMap((cluster) =>
    (["a", "b"] as const).map((replica) => member(cluster, "k8s", replica)),
  ),
  member("prod-na", "infra", "a"),
];

function member(cluster: ClusterName, prometheus: "k8s" | "infra", replica: "a" | "b"): Member {
  return {
    name: `${cluster}/${prometheus}/${replica}`,
    cluster,
    prometheus,
    replica,
    ruleFiles: deployed[prometheus],
  };
}

/** The external labels of a member. */
export function externalLabels({ cluster, prometheus, replica }: Member): Record<string, string> {
  return { cluster, prometheus, replica };
}

/** `prometheus.yml` of a member, as JSON, which is YAML too. `exporterPort` is the page of all targets. */
export function configuration(member: Member, exporterPort: number, scrape: number, scale: number): string {
  const { cluster, prometheus } = member;
  const targets = targetsOf(cluster, prometheus, scale)
    .map((target, at) => ({ ...target, at }))
    .filter(({ scraped }) => scraped);
  return JSON.stringify({
    global: {
      scrape_interval: `${scrape}s`,
      scrape_timeout: `${Math.min(scrape, 10)}s`,
      evaluation_interval: `${scrape}s`,
      external_labels: externalLabels(member),
    },
    rule_files: member.ruleFiles,
    // One job a target, for each has a page of its own in the one process; the labels say whose it is.
    scrape_configs: targets.map(({ labels, at }) => ({
      job_name: `target-${at}`,
      metrics_path: `/${cluster}/${prometheus}/${at}`,
      honor_labels: labels["job"] === "kube-state-metrics",
      static_configs: [{ targets: [`127.0.0.1:${exporterPort}`], labels }],
    })),
  });
}
