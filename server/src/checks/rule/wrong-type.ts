import type { YamlNode } from "../../yaml/node.ts";
import type { RawFinding, RuleCheck } from "../check.ts";
import { decodeOutside, decodeRule, ruleKinds } from "./context.ts";
import { type DecodeVisitor, goNameOf, type Path, pathText } from "./decode.ts";

/** A list, a mapping or a text where another is wanted. */
export const wrongType: RuleCheck = {
  unit: "rule",
  onAnyItem: true,
  id: "yaml.wrong-type",
  severity: "error",
  kinds: ruleKinds,
  wants: ["odd"],
  whileDecoding: true,
  summary: "A list, a mapping or a text stands where another is wanted.",
  run: (context) => findingsOf(context.kind === "PrometheusRule", (visitor) => decodeRule(context, visitor)),
  outside: (context) =>
    findingsOf(
      context.part.model.kind === "PrometheusRule",
      (visitor) => decodeOutside(context, visitor),
      context.snapshot.policy?.isRelaxed === true,
    ),
};

function findingsOf(
  isObject: boolean,
  walk: (visitor: DecodeVisitor) => void,
  isRelaxed = false,
): readonly RawFinding[] {
  const refusedBy = isObject ? "kubernetes" : "prometheus";
  const findings: RawFinding[] = [];
  const add = (message: RawFinding["message"], written: YamlNode): void => {
    findings.push({ check: wrongType.id, severity: "error", message, span: written.span, refusedBy });
  };
  walk({
    wrongType(node, written, go, path) {
      if (isRelaxed && go === "rulefmt.RuleGroups") return;
      const advice = `write ${wanted(go)} here.`;
      if (isObject) add((place) => `${kubernetesWords(node, go, path, place.path)}: ${advice}`, written);
      else add(`cannot unmarshal ${goNameOf(node)} into ${go}: ${advice}`, written);
    },
    nullItem(written, path) {
      if (isObject)
        add(
          (place) => `${pathText(path, place.path)} in body must be of type object: "null": take it out.`,
          written,
        );
    },
    badTag: add,
    badMerge({ key, value }) {
      const isEmpty = value.span.end === value.span.start;
      add("map merge requires map or sequence of maps as the value", isEmpty ? key : value);
    },
  });
  return findings;
}

function kubernetesWords(node: YamlNode, go: string, path: Path | undefined, root: string): string {
  return `${pathText(path, root)} in body must be of type ${openApiType(go)}: "${openApiName(node.kind)}"`;
}

function wanted(go: string): string {
  if (go === "rulefmt.RuleGroups") return "a mapping with `groups`";
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
