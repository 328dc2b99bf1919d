import type { YamlScalar } from "../../yaml/node.ts";
import { plainScalarTypeVersion2 } from "../../yaml/scalar-type.ts";
import type { Check } from "../check.ts";
import { decodeProblems } from "./context.ts";

/** Prometheus takes `severity: 1` for a text; the object's schema does not. */
export const scalarType: Check = {
  id: "yaml.scalar-type",
  severity: "error",
  kinds: ["PrometheusRule"],
  summary: "A value must be a text, and YAML reads it as a number or a boolean: quote it.",
  *run(context) {
    for (const problem of decodeProblems(context)) {
      if (problem.kind !== "text" && problem.kind !== "duration") continue;
      const { scalar, written, path } = problem;
      const type = typeOf(scalar);
      if (
        type === undefined ||
        (problem.kind === "text" && problem.shape === "expression" && type === "integer")
      )
        continue;
      const fix = { span: scalar.span, newText: `"${scalar.value}"` };
      yield {
        check: scalarType.id,
        severity: "error",
        message: `${path} in body must be of type string: "${type}": quote ${scalar.value.slice(0, 20)}.`,
        span: written.span,
        refusedBy: "kubernetes",
        fixes: [{ title: "Quote the value", safe: true, edits: [fix] }],
      };
    }
  },
};

/** OpenAPI's name of what Kubernetes reads, which is go-yaml v2's; nothing for texts. */
function typeOf(scalar: YamlScalar): string | undefined {
  if (scalar.style !== "plain" || scalar.tag === "tag:yaml.org,2002:str") return undefined;
  const type = plainScalarTypeVersion2(scalar.value);
  if (type === "bool") return "boolean";
  if (type === "int") return "integer";
  return type === "float" ? "number" : undefined;
}
