import { nearest } from "../../base/nearest.ts";
import { keyOf } from "../../yaml/access.ts";
import type { Check, Finding } from "../check.ts";
import { decodePart, ruleKinds } from "./context.ts";
import { pathText, type UnknownField } from "./decode.ts";
import { foreignKeys } from "./shape.ts";

/** Keys that the rule loader does not know; those of other programs are told once and gently. */
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
        const program = isObject ? undefined : foreignKeys.get(field.name);
        if (program === undefined) findings.push(refused(field, isObject));
        else if (!told.has(field.name)) findings.push(foreign(field, program));
        told.add(field.name);
      },
    });
    return findings;
  },
};

function refused({ pair, name, struct, map, path }: UnknownField, isObject: boolean): Finding {
  const present = new Set(map.pairs.map(keyOf));
  const meant = nearest(
    name,
    [...struct.fields.keys()].filter((field) => !present.has(field)),
  );
  const words = isObject
    ? `unknown field "${pathText(path, "spec")}"`
    : `field ${name} not found in type ${struct.go}`;
  return {
    check: unknownField.id,
    severity: "error",
    message: meant === undefined ? words : `${words}: did you mean ${meant}?`,
    span: pair.key.span,
    refusedBy: isObject ? "kubernetes" : "prometheus",
    fixes:
      meant === undefined
        ? undefined
        : [{ title: `Rename to ${meant}`, safe: false, edits: [{ span: pair.key.span, newText: meant }] }],
  };
}

function foreign({ pair, name, struct }: UnknownField, program: string): Finding {
  return {
    check: unknownField.id,
    severity: "info",
    message: `${name} is a key of ${program}: Prometheus would say "field ${name} not found in type ${struct.go}".`,
    span: pair.key.span,
  };
}
