import { jsonTypeOf } from "../../schema/json-type.ts";
import type { YamlNode, YamlScalar } from "../../yaml/node.ts";
import { integerOf } from "../../yaml/scalar-type.ts";
import type { DocumentCheck, RawFinding, RefusedBy } from "../check.ts";
import { decodeOutside, ruleKinds } from "./context.ts";
import { goNameOf, pathText } from "./decode.ts";

/** `limit` is a Go int: go-yaml also cuts floats to one, but takes no text and no boolean. */
export const limitInvalid: DocumentCheck = {
  unit: "document",
  id: "rule.limit-invalid",
  severity: "error",
  kinds: ruleKinds,
  whileDecoding: true,
  summary: "The limit of a group is not a whole number.",
  run(context) {
    const isObject = context.part.model.kind === "PrometheusRule";
    const findings: RawFinding[] = [];
    const add = (message: RawFinding["message"], written: YamlNode, refusedBy: RefusedBy): void => {
      findings.push({ check: limitInvalid.id, severity: "error", message, span: written.span, refusedBy });
    };
    decodeOutside(context, {
      scalar(scalar, written, shape, path) {
        if (shape !== "integer") return;
        const type = isObject ? jsonTypeOf(scalar) : "integer";
        if (type !== "integer" && type !== "null")
          add(
            ({ path: root }) =>
              `${pathText(path, root)} in body must be of type integer: "${type}": write a whole number.`,
            written,
            "kubernetes",
          );
        else if (!isObject && !isGoInt(scalar))
          add(`cannot unmarshal ${goNameOf(scalar)} into int: write a whole number.`, written, "prometheus");
      },
    });
    return findings;
  },
};

const greatestInt = 2n ** 63n - 1n;

function isGoInt(scalar: YamlScalar): boolean {
  if (scalar.type === "int") {
    const value = integerOf(scalar.value);
    return value !== undefined && value <= greatestInt;
  }
  if (scalar.type !== "float") return false;
  const value = Number(scalar.value.replaceAll("_", "").replace(/^([-+]?)\.inf$/i, "$1Infinity"));
  return !Number.isNaN(value) && value <= 2 ** 63;
}
