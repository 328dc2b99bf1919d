import { nearest } from "../../base/nearest.ts";
import type { FilePolicy } from "../../world/policy/types.ts";
import { keyOf } from "../../yaml/access.ts";
import type { RawFinding, RuleCheck } from "../check.ts";
import { decodeOutside, decodeRule, ruleKinds } from "./context.ts";
import { type DecodeVisitor, pathText, type UnknownField } from "./decode.ts";
import { foreignRuler } from "./ruler.ts";
import { foreignKeys } from "./shape.ts";

/**
 * Keys that the rule loader does not know. Where something tells that the file is another program's, that
 * program's keys are told once and gently.
 */
export const unknownField: RuleCheck = {
  unit: "rule",
  onAnyItem: true,
  id: "yaml.unknown-field",
  severity: "error",
  kinds: ruleKinds,
  wants: ["odd"],
  whileDecoding: true,
  summary: "A key is not known at its place; the file is refused for it.",
  run: (context) =>
    findingsOf(
      context.kind === "PrometheusRule",
      () => context.ruler,
      context.facts.policy,
      (visitor) => decodeRule(context, visitor),
    ),
  outside: (context) =>
    findingsOf(
      context.part.model.kind === "PrometheusRule",
      () => foreignRuler(context),
      context.snapshot.policy,
      (visitor) => decodeOutside(context, visitor),
    ),
};

function findingsOf(
  isObject: boolean,
  ruler: () => string | undefined,
  policy: FilePolicy | undefined,
  walk: (visitor: DecodeVisitor) => void,
): readonly RawFinding[] {
  const findings: RawFinding[] = [];
  walk({
    unknownField(field) {
      const program = isObject ? undefined : programOf(field);
      if (policy?.isForThanos === true && program === "Thanos Ruler") return;
      if (policy?.isRelaxed === true && field.struct.go === "rulefmt.RuleGroups") return;
      const isForeign = program !== undefined && ruler() !== undefined;
      findings.push(isForeign ? foreign(field, program) : refused(field, isObject, program));
    },
  });
  return findings;
}

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
): RawFinding {
  const present = new Set(map.pairs.map(keyOf));
  const free = [...struct.fields.keys()].filter((field) => !present.has(field));
  const meant = program === undefined ? nearest(name, free) : undefined;
  const hint = hintOf(meant, program);
  return {
    check: unknownField.id,
    severity: "error",
    message: isObject
      ? (place) => `unknown field "${pathText(path, place.path)}"${hint}`
      : `field ${name} not found in type ${struct.go}${hint}`,
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

function foreign({ pair, name, struct }: UnknownField, program: string): RawFinding {
  return {
    check: unknownField.id,
    severity: "info",
    message: `${name} is a key of ${program}: Prometheus would say "field ${name} not found in type ${struct.go}".`,
    span: pair.key.span,
    onceInFile: name,
  };
}
