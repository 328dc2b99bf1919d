import type { YamlScalar } from "../../yaml/node.ts";
import { integerOf } from "../../yaml/scalar-type.ts";
import type { Check } from "../check.ts";
import { decodeProblems, ruleKinds } from "./context.ts";
import { goNameOf } from "./decode.ts";

/** `limit` is a Go int: go-yaml also cuts floats to one, but takes no text and no boolean. */
export const limitInvalid: Check = {
  id: "rule.limit-invalid",
  severity: "error",
  kinds: ruleKinds,
  summary: "The limit of a group is not a whole number.",
  *run(context) {
    const isObject = context.part.model.kind === "PrometheusRule";
    for (const problem of decodeProblems(context)) {
      if (problem.kind !== "integer") continue;
      const { scalar, written } = problem;
      if (!isGoInt(scalar)) {
        yield {
          check: limitInvalid.id,
          severity: "error",
          message: `cannot unmarshal ${goNameOf(scalar)} into int: write a whole number.`,
          span: written.span,
          refusedBy: "prometheus",
        };
      } else if (isObject && scalar.type === "float") {
        yield {
          check: limitInvalid.id,
          severity: "error",
          message: `${problem.path} in body must be of type integer: "number": write a whole number.`,
          span: written.span,
          refusedBy: "kubernetes",
        };
      }
    }
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
