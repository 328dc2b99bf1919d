import type { YamlScalar } from "../../yaml/node.ts";
import { isWholeFloat, plainScalarTypeVersion2 } from "../../yaml/scalar-type.ts";
import type { RawFinding, RuleCheck } from "../check.ts";
import { decodeOutside, decodeRule } from "./context.ts";
import { type DecodeVisitor, pathText } from "./decode.ts";

/** Prometheus takes `severity: 1` for a text; the object's schema does not. */
export const scalarType: RuleCheck = {
  unit: "rule",
  onAnyItem: true,
  id: "yaml.scalar-type",
  severity: "error",
  kinds: ["PrometheusRule"],
  summary: "A value must be a text, and YAML reads it as a number or a boolean: quote it.",
  run: (context) => findingsOf((visitor) => decodeRule(context, visitor)),
  outside: (context) => findingsOf((visitor) => decodeOutside(context, visitor)),
};

function findingsOf(walk: (visitor: DecodeVisitor) => void): readonly RawFinding[] {
  const findings: RawFinding[] = [];
  walk({
    scalar(scalar, written, shape, path) {
      const type = shape === "integer" ? undefined : typeOf(scalar);
      if (type === undefined || (shape === "expression" && type === "integer")) return;
      const fix = { span: scalar.span, newText: JSON.stringify(scalar.value) };
      findings.push({
        check: scalarType.id,
        severity: "error",
        message: ({ path: root }) =>
          `${pathText(path, root)} in body must be of type string: "${type}": quote the value.`,
        span: written.span,
        refusedBy: "kubernetes",
        fixes: [{ title: "Quote the value", safe: true, edits: [fix] }],
      });
    },
  });
  return findings;
}

/** OpenAPI's name of what Kubernetes reads, which is go-yaml v2's; nothing for texts. */
function typeOf(scalar: YamlScalar): string | undefined {
  if (scalar.style !== "plain" || scalar.tag === "tag:yaml.org,2002:str") return undefined;
  const type = plainScalarTypeVersion2(scalar.value);
  if (type === "bool") return "boolean";
  if (type === "int") return "integer";
  if (type !== "float") return undefined;
  return isWholeFloat(scalar.value) ? "integer" : "number";
}
