import type { YamlNode } from "../../yaml/node.ts";
import type { Check, Finding } from "../check.ts";
import { decodePart, ruleKinds } from "./context.ts";
import { goNameOf, type Path, pathText } from "./decode.ts";

/** A list, a mapping or a text where another is wanted. */
export const wrongType: Check = {
  id: "yaml.wrong-type",
  severity: "error",
  kinds: ruleKinds,
  summary: "A list, a mapping or a text stands where another is wanted.",
  run(context) {
    const refusedBy = context.part.model.kind === "PrometheusRule" ? "kubernetes" : "prometheus";
    const findings: Finding[] = [];
    const add = (message: string, written: YamlNode): void => {
      findings.push({ check: wrongType.id, severity: "error", message, span: written.span, refusedBy });
    };
    decodePart(context, {
      wrongType(node, written, go, path) {
        const words = refusedBy === "kubernetes" ? kubernetesWords(node, go, path) : goWords(node, go);
        add(`${words}: write ${wanted(go)} here.`, written);
      },
      badTag: add,
      badMerge({ key, value }) {
        const isEmpty = value.span.end === value.span.start;
        add("map merge requires map or sequence of maps as the value", isEmpty ? key : value);
      },
    });
    return findings;
  },
};

function goWords(node: YamlNode, go: string): string {
  return `cannot unmarshal ${goNameOf(node)} into ${go}`;
}

function kubernetesWords(node: YamlNode, go: string, path: Path | undefined): string {
  return `${pathText(path, "spec")} in body must be of type ${openApiType(go)}: "${openApiName(node.kind)}"`;
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

function openApiName(kind: YamlNode["kind"]): string {
  if (kind === "map") return "object";
  return kind === "seq" ? "array" : "string";
}
