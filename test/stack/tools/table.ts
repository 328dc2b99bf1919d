import { versions } from "../../../server/src/model/versions.ts";

/** The real servers and their tools, by the name of the program. */
export const toolNames = [
  "prometheus",
  "promtool",
  "thanos",
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "victoria-metrics",
] as const;
export type ToolName = (typeof toolNames)[number];

/** One `go build`: the programs that it makes, from which go.mod, with which flags. */
export interface BuildStep {
  readonly tools: Partial<Record<ToolName, string>>;
  /** Folder beside this file that holds go.mod and go.sum. */
  readonly module: "prometheus" | "thanos" | "kubernetes" | "victoriametrics";
  readonly version: string;
  readonly tags: readonly string[];
  readonly ldflags: string;
}

const strip = "-s -w";
const prometheusLdflags = `${strip} -X github.com/prometheus/common/version.Version=${versions.prometheus}`;
const [major, minor] = versions.kubernetes.split(".");
const kubernetesVersion = "k8s.io/component-base/version";

/** In the order in which they are wanted: what opens the editor first, Kubernetes last (it takes longest). */
export const buildSteps: readonly BuildStep[] = [
  {
    tools: { prometheus: "github.com/prometheus/prometheus/cmd/prometheus" },
    module: "prometheus",
    version: versions.prometheus,
    // Every discovery that is left out saves build time; file, static and HTTP are always in. The embedded
    // UI is not part of the module, so `builtinassets` must stay off.
    tags: ["remove_all_sd", "enable_kubernetes_sd", "enable_consul_sd"],
    ldflags: prometheusLdflags,
  },
  {
    // promtool must know every discovery, or it refuses configurations that Prometheus takes.
    tools: { promtool: "github.com/prometheus/prometheus/cmd/promtool" },
    module: "prometheus",
    version: versions.prometheus,
    tags: [],
    ldflags: prometheusLdflags,
  },
  {
    tools: { thanos: "github.com/thanos-io/thanos/cmd/thanos" },
    module: "thanos",
    version: versions.thanos,
    // Without `slicelabels` it builds and starts, and the sidecar dies at its first call.
    tags: ["slicelabels"],
    ldflags: strip,
  },
  {
    tools: { etcd: "go.etcd.io/etcd/server/v3" },
    module: "kubernetes",
    version: versions.etcd,
    tags: [],
    ldflags: strip,
  },
  {
    tools: {
      "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
      "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
    },
    module: "kubernetes",
    version: versions.kubernetes,
    tags: [],
    ldflags:
      `${strip} -X ${kubernetesVersion}.gitVersion=v${versions.kubernetes}` +
      ` -X ${kubernetesVersion}.gitMajor=${major} -X ${kubernetesVersion}.gitMinor=${minor}`,
  },
  {
    tools: { "victoria-metrics": "github.com/VictoriaMetrics/VictoriaMetrics/app/victoria-metrics" },
    module: "victoriametrics",
    version: versions.victoriametrics,
    tags: [],
    ldflags: `${strip} -X github.com/VictoriaMetrics/VictoriaMetrics/lib/buildinfo.Version=victoria-metrics-v${versions.victoriametrics}`,
  },
];

/** The step that makes a program. */
export function stepOf(name: ToolName): BuildStep {
  const step = buildSteps.find(({ tools }) => name in tools);
  if (step === undefined) throw new Error(`no build step makes ${name}`);
  return step;
}
