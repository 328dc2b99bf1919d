import type { YamlScalar } from "../../yaml/node.ts";
import type { Fix, RawFinding, RuleCheck } from "../check.ts";
import { decodeOutside, decodeRule, ruleKinds } from "./context.ts";
import type { DecodeVisitor } from "./decode.ts";
import { nearestDuration, parseDuration } from "./duration.ts";

/** `for`, `keep_firing_for`, `interval` and `query_offset` are durations of Prometheus, not of Go. */
export const durationInvalid: RuleCheck = {
  unit: "rule",
  onAnyItem: true,
  id: "rule.duration-invalid",
  severity: "error",
  kinds: ruleKinds,
  whileDecoding: true,
  summary:
    "A duration is not one of Prometheus': whole numbers with y, w, d, h, m, s or ms, the greatest first.",
  run: (context) => findingsOf(context.kind === "PrometheusRule", (visitor) => decodeRule(context, visitor)),
  outside: (context) =>
    findingsOf(context.part.model.kind === "PrometheusRule", (visitor) => decodeOutside(context, visitor)),
};

/** What the operator leaves out of the rule file that it writes where it is empty (`rules.go`, ValidateRule). */
const leftOutWhenEmpty: ReadonlySet<string | number | undefined> = new Set(["interval", "for"]);

function findingsOf(isObject: boolean, walk: (visitor: DecodeVisitor) => void): readonly RawFinding[] {
  const findings: RawFinding[] = [];
  walk({
    scalar(scalar, written, shape, path) {
      if (isObject && scalar.value === "" && leftOutWhenEmpty.has(path?.step)) return;
      const result = shape === "duration" ? parseDuration(scalar.value) : undefined;
      if (result === undefined || result.ok) return;
      findings.push({
        check: durationInvalid.id,
        severity: "error",
        message: `${result.message}: write it like 5m or 1h30m.`,
        span: written.span,
        refusedBy: "prometheus",
        fixes: fixesOf(scalar),
      });
    },
  });
  return findings;
}

function fixesOf(scalar: YamlScalar): readonly Fix[] | undefined {
  const meant = nearestDuration(scalar.value);
  if (meant === undefined) return undefined;
  return [{ title: `Write ${meant}`, safe: false, edits: [{ span: scalar.span, newText: meant }] }];
}
