import { nearest } from "../../base/nearest.ts";
import { keyOf } from "../../yaml/access.ts";
import type { Check, Finding } from "../check.ts";
import { decodePart, ruleKinds } from "./context.ts";
import { pathText, type UnknownField } from "./decode.ts";
import { foreignRuler } from "./ruler.ts";
import { foreignKeys } from "./shape.ts";

/**
 * Keys that the rule loader does not know. Where something tells that the file is another program's, that
 * program's keys are told once and gently.
 */
export const unknownField: Check = {
  id: "yaml.unknown-field",
  severity: "error",
  kinds: ruleKinds,
  summary: "A key is not known at its place; the file is refused for it.",
  run(context) {
    const isObject = context.part.model.kind === "PrometheusRule";
    const findings: Finding[] = [];
    const told = new Set<string>();
    decodePart(context, {
      unknownField(field) {
        const program = isObject ? undefined : programOf(field);
        if (program === undefined || foreignRuler(context) === undefined)
          findings.push(refused(field, isObject, program));
        else if (!told.has(field.name)) findings.push(foreign(field, program));
        told.add(field.name);
      },
    });
    return findings;
  },
};

/** The program that knows the key at its place. */
function programOf({ name, struct }: UnknownField): string | undefined {
  const place = places.get(struct.go);
  return place === undefined ? undefined : foreignKeys[place].get(name);
}

const places: ReadonlyMap<string, keyof typeof foreignKeys> = new Map([
  ["rulefmt.RuleGroups", "file"],
  ["rulefmt.RuleGroup", "group"],
  ["rulefmt.Rule", "rule"],
]);

function refused(
  { pair, name, struct, map, path }: UnknownField,
  isObject: boolean,
  program: string | undefined,
): Finding {
  const present = new Set(map.pairs.map(keyOf));
  const free = [...struct.fields.keys()].filter((field) => !present.has(field));
  const meant = program === undefined ? nearest(name, free) : undefined;
  const words = isObject
    ? `unknown field "${pathText(path, "spec")}"`
    : `field ${name} not found in type ${struct.go}`;
  return {
    check: unknownField.id,
    severity: "error",
    message: `${words}${hintOf(meant, program)}`,
    span: pair.key.span,
    refusedBy: isObject ? "kubernetes" : "prometheus",
    fixes:
      meant === undefined
        ? undefined
        : [{ title: `Rename to ${meant}`, safe: false, edits: [{ span: pair.key.span, newText: meant }] }],
  };
}

function hintOf(meant: string | undefined, program: string | undefined): string {
  if (program !== undefined) return `: only ${program} knows it.`;
  return meant === undefined ? "" : `: did you mean ${meant}?`;
}

function foreign({ pair, name, struct }: UnknownField, program: string): Finding {
  return {
    check: unknownField.id,
    severity: "info",
    message: `${name} is a key of ${program}: Prometheus would say "field ${name} not found in type ${struct.go}".`,
    span: pair.key.span,
  };
}
