import { asMap, resolved, valueAt } from "../../yaml/access.ts";
import { effectivePairs } from "../../yaml/merge.ts";
import type { YamlMap, YamlPair } from "../../yaml/node.ts";
import type { RawFinding, RuleCheck } from "../check.ts";
import { fieldText, ruleFileOf, ruleKinds } from "./context.ts";

const classicMetricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

/** Since Prometheus 3.0 every UTF-8 text is a name, but braces betray an expression in the wrong place. */
export const recordNameInvalid: RuleCheck = {
  unit: "rule",
  id: "rule.record-name-invalid",
  severity: "error",
  kinds: ruleKinds,
  wants: ["odd"],
  summary: "The name of a recorded metric has braces, or needs quotes in every query.",
  *run({ rule }) {
    const name = fieldText(rule, "record");
    const scalar = rule.kind === "record" ? rule.name : resolvedScalar(rule.node, "record");
    if (name === undefined || name === "" || scalar === undefined) return;
    if (/[{}]/.test(name))
      yield {
        check: recordNameInvalid.id,
        severity: "error",
        message: `braces present in the recording rule name; should it be in expr?: ${name}`,
        span: scalar.span,
        refusedBy: "prometheus",
      };
    else if (!classicMetricName.test(name))
      yield {
        check: recordNameInvalid.id,
        severity: "warning",
        message:
          "Queries must write this name in quotes and braces, and Prometheus before 3.0 refuses it: use letters, digits, _ and :.",
        span: scalar.span,
      };
  },
};

export const labelNameInvalid: RuleCheck = {
  unit: "rule",
  id: "rule.label-name-invalid",
  severity: "error",
  kinds: ruleKinds,
  wants: ["odd"],
  summary: "A label that a rule or a group sets has a name that is not allowed.",
  run: ({ rule }) => labels(rule.labels),
  *outside(context) {
    for (const group of ruleFileOf(context)?.groups ?? [])
      yield* labels(asMap(valueAt(group.node, "labels")));
  },
};

export const annotationNameInvalid: RuleCheck = {
  unit: "rule",
  id: "rule.annotation-name-invalid",
  severity: "error",
  kinds: ruleKinds,
  wants: ["odd"],
  summary: "An annotation has no name.",
  *run({ rule }) {
    for (const { pair, name } of named(rule.annotations)) {
      if (name !== "") continue;
      yield {
        check: annotationNameInvalid.id,
        severity: "error",
        message: "invalid annotation name: the name is empty, write one.",
        span: pair.key.span,
        refusedBy: "prometheus",
      };
    }
  },
};

function* labels(map: YamlMap | undefined): Iterable<RawFinding> {
  for (const { pair, name } of named(map)) {
    if (name !== "" && name !== "__name__") continue;
    const advice = name === "" ? "the name is empty, write one." : "the metric's name is set by record.";
    yield {
      check: labelNameInvalid.id,
      severity: "error",
      message: `invalid label name: ${name === "" ? "" : `${name}: `}${advice}`,
      span: pair.key.span,
      refusedBy: "prometheus",
    };
  }
}

function* named(map: YamlMap | undefined): Iterable<{ pair: YamlPair; name: string }> {
  for (const pair of map === undefined ? [] : effectivePairs(map)) {
    const key = resolved(pair.key);
    if (key?.kind === "scalar" && key.type !== "null") yield { pair, name: key.value };
  }
}

function resolvedScalar(map: YamlMap, field: string): { span: YamlPair["span"] } | undefined {
  const scalar = resolved(valueAt(map, field));
  return scalar?.kind === "scalar" ? scalar : undefined;
}
