import type { Span } from "../../base/text.ts";
import type { YamlProblem } from "../../yaml/node.ts";
import type { CheckContext, DocumentCheck, Fix, RefusedBy } from "../check.ts";
import { spacesForTabs } from "./tabs.ts";

/** A document that no program can read. Prometheus and Kubernetes share go-yaml's scanner and parser. */
export const yamlSyntax: DocumentCheck = {
  unit: "document",
  id: "yaml.syntax",
  severity: "error",
  kinds: ["rules", "PrometheusRule", "ServiceMonitor", "PodMonitor", "rule-tests"],
  onBrokenYaml: true,
  onUnreadDocuments: true,
  summary: "The document is not valid YAML, so nothing in it is loaded.",
  *run({ part, snapshot }) {
    const isRead =
      (part.model.kind !== "rules" && part.model.kind !== "rule-tests") ||
      snapshot.document.stream?.documents[0] === part.yaml;
    const program: RefusedBy =
      part.model.kind === "rules" || part.model.kind === "rule-tests" ? "prometheus" : "kubernetes";
    for (const problem of part.yaml?.problems ?? []) {
      const { fatal, message, span } = problem;
      const refused = fatal && isRead;
      yield {
        check: yamlSyntax.id,
        severity: refused ? "error" : "warning",
        message,
        span,
        refusedBy: refused ? program : undefined,
        fixes: fixesOf(problem, snapshot.document),
      };
    }
  },
};

function fixesOf(
  { quotable, span }: YamlProblem,
  document: CheckContext["snapshot"]["document"],
): readonly Fix[] | undefined {
  if (quotable === true) return [quoting(document.text, span)];
  return document.text.slice(span.start, span.end) === "\t" ? spacesForTabs(document) : undefined;
}

/** Single quotes around a value: nothing in it needs an escape but they themselves. */
function quoting(text: string, span: Span): Fix {
  const newText = `'${text.slice(span.start, span.end).replaceAll("'", "''")}'`;
  return { title: "Put the value in quotes", safe: true, edits: [{ span, newText }] };
}
