import type { Check, Finding } from "../check.ts";

/** A document that no program can read. Prometheus and Kubernetes share go-yaml's scanner and parser. */
export const yamlSyntax: Check = {
  id: "yaml.syntax",
  severity: "error",
  kinds: ["rules", "PrometheusRule", "ServiceMonitor", "PodMonitor"],
  onBrokenYaml: true,
  summary: "The document is not valid YAML, so nothing in it is loaded.",
  *run({ part, snapshot }) {
    for (const problem of part.yaml?.problems ?? []) {
      const finding: Finding = {
        check: yamlSyntax.id,
        severity: problem.fatal ? "error" : "warning",
        message: problem.message,
        span: problem.span,
        refusedBy: undefined,
      };
      const isFirst = snapshot.document.stream?.documents[0] === part.yaml;
      if (!problem.fatal) yield finding;
      else if (part.model.kind !== "rules") yield { ...finding, refusedBy: "kubernetes" };
      else if (isFirst) yield { ...finding, refusedBy: "prometheus" };
      else yield finding;
    }
  },
};
