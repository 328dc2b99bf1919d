import type { Check, Finding } from "../check.ts";
import { decodeProblems, ruleKinds } from "./context.ts";
import { type DecodeProblem, goNameOf } from "./decode.ts";

type WrongType = Extract<DecodeProblem, { kind: "wrong-type" }>;

/** A list, a mapping or a text where another is wanted. */
export const wrongType: Check = {
  id: "yaml.wrong-type",
  severity: "error",
  kinds: ruleKinds,
  summary: "A list, a mapping or a text stands where another is wanted.",
  *run(context) {
    const isObject = context.part.model.kind === "PrometheusRule";
    for (const problem of decodeProblems(context)) {
      if (problem.kind === "wrong-type") yield finding(problem, isObject);
      else if (problem.kind === "bad-merge")
        yield {
          check: wrongType.id,
          severity: "error",
          message: "map merge requires map or sequence of maps as the value",
          span:
            problem.pair.value.span.end > problem.pair.value.span.start
              ? problem.pair.value.span
              : problem.pair.key.span,
          refusedBy: isObject ? "kubernetes" : "prometheus",
        };
    }
  },
};

function finding({ node, written, go, path }: WrongType, isObject: boolean): Finding {
  const words = isObject
    ? `${path} in body must be of type ${openApiType(go)}: "${openApiName(node.kind)}"`
    : `cannot unmarshal ${goNameOf(node)} into ${go}`;
  return {
    check: wrongType.id,
    severity: "error",
    message: `${words}: write ${wanted(go)} here.`,
    span: written.span,
    refusedBy: isObject ? "kubernetes" : "prometheus",
  };
}

function wanted(go: string): string {
  if (go.startsWith("[]")) return "a list";
  if (go === "string") return "a text";
  return go === "int" ? "a whole number" : "a mapping";
}

function openApiType(go: string): string {
  if (go.startsWith("[]")) return "array";
  if (go === "string") return "string";
  return go === "int" ? "integer" : "object";
}

function openApiName(kind: WrongType["node"]["kind"]): string {
  if (kind === "map") return "object";
  return kind === "seq" ? "array" : "string";
}
