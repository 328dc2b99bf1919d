import { integerValue, jsonTypeOf } from "../../schema/json-type.ts";
import type { RawFinding, RuleCheck } from "../check.ts";
import { decodeOutside, decodeRule } from "./context.ts";
import { type DecodeVisitor, pathText } from "./decode.ts";

/**
 * Prometheus takes `severity: 1` for a text; the object's schema does not. It takes a number for an expression, of
 * which the operator can read those of 32 bits (`intstr.IntOrString`).
 */
export const scalarType: RuleCheck = {
  unit: "rule",
  onAnyItem: true,
  id: "yaml.scalar-type",
  severity: "error",
  kinds: ["PrometheusRule"],
  wants: ["odd"],
  summary: "A value must be a text, and YAML reads it as a number or a boolean: quote it.",
  run: (context) => findingsOf((visitor) => decodeRule(context, visitor)),
  outside: (context) => findingsOf((visitor) => decodeOutside(context, visitor)),
};

function findingsOf(walk: (visitor: DecodeVisitor) => void): readonly RawFinding[] {
  const findings: RawFinding[] = [];
  walk({
    scalar(scalar, written, shape, path) {
      const type = jsonTypeOf(scalar);
      if (shape === "integer" || type === "string" || type === "null") return;
      const number = shape === "expression" && type === "integer" ? integerValue(scalar) : undefined;
      if (number !== undefined && number >= -(2n ** 31n) && number < 2n ** 31n) return;
      const wanted = shape === "expression" ? "integer,string" : "string";
      const fix = { span: scalar.span, newText: JSON.stringify(scalar.value) };
      findings.push({
        check: scalarType.id,
        severity: "error",
        message:
          number === undefined
            ? ({ path: root }) =>
                `${pathText(path, root)} in body must be of type ${wanted}: "${type}": quote the value.`
            : `json: cannot unmarshal number ${number} into Go struct field Rule.spec.groups.rules.expr of type int32: quote it.`,
        span: written.span,
        refusedBy: number === undefined ? "kubernetes" : "operator",
        fixes: [{ title: "Quote the value", safe: true, edits: [fix] }],
      });
    },
  });
  return findings;
}
