import type { YamlNode, YamlScalar } from "../../yaml/node.ts";
import { integerOf } from "../../yaml/scalar-type.ts";
import type { Check, Finding, RefusedBy } from "../check.ts";
import { decodePart, ruleKinds } from "./context.ts";
import { goNameOf, pathText } from "./decode.ts";

/** `limit` is a Go int: go-yaml also cuts floats to one, but takes no text and no boolean. */
export const limitInvalid: Check = {
  id: "rule.limit-invalid",
  severity: "error",
  kinds: ruleKinds,
  summary: "The limit of a group is not a whole number.",
  run(context) {
    const isObject = context.part.model.kind === "PrometheusRule";
    const findings: Finding[] = [];
    const add = (message: string, written: YamlNode, refusedBy: RefusedBy): void => {
      findings.push({ check: limitInvalid.id, severity: "error", message, span: written.span, refusedBy });
    };
    decodePart(context, {
      scalar(scalar, written, shape, path) {
        if (shape !== "integer") return;
        if (!isGoInt(scalar))
          add(`cannot unmarshal ${goNameOf(scalar)} into int: write a whole number.`, written, "prometheus");
        else if (isObject && scalar.type === "float") {
          const words = `${pathText(path, "spec")} in body must be of type integer: "number"`;
          add(`${words}: write a whole number.`, written, "kubernetes");
        }
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
