import { jsonTypeOf } from "../../schema/json-type.ts";
import type { YamlScalar } from "../../yaml/node.ts";
import type { Fix, RawFinding, RuleCheck } from "../check.ts";
import { decodeOutside, decodeRule, ruleKinds } from "./context.ts";
import { type DecodeVisitor, type Path, pathText } from "./decode.ts";
import { nearestDuration, parseDuration } from "./duration.ts";

/** `for`, `keep_firing_for`, `interval` and `query_offset` are durations of Prometheus, not of Go. */
export const durationInvalid: RuleCheck = {
  unit: "rule",
  onAnyItem: true,
  id: "rule.duration-invalid",
  severity: "error",
  kinds: ruleKinds,
  wants: ["odd"],
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
      if (shape !== "duration") return;
      // What is no text for Kubernetes is told by yaml.scalar-type.
      const words = isObject ? schemaWords(scalar.value, path?.step) : undefined;
      if (
        isObject &&
        (jsonTypeOf(scalar) !== "string" || (scalar.value === "" && leftOutWhenEmpty.has(path?.step)))
      )
        return;
      const result = parseDuration(scalar.value);
      if (words === undefined && result.ok) return;
      const message = result.ok ? "" : result.message;
      findings.push({
        check: durationInvalid.id,
        severity: "error",
        message:
          words === undefined
            ? `${message}: write it like 5m or 1h30m.`
            : ({ path: root }) => `${pathText(path, root)} in body ${words}: write it like 5m or 1h30m.`,
        span: written.span,
        refusedBy: words === undefined ? "prometheus" : "kubernetes",
        fixes: fixesOf(scalar),
      });
    },
  });
  return findings;
}

/** What the API server says of a duration by the definition of PrometheusRule; nothing where it lets it pass. */
function schemaWords(value: string, field: Path["step"] | undefined): string | undefined {
  if (value === "" && field === "keep_firing_for") return "should be at least 1 chars long";
  return pattern.test(value) ? undefined : `should match '${pattern.source}'`;
}

const pattern = /^(0|(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?)$/;

function fixesOf(scalar: YamlScalar): readonly Fix[] | undefined {
  const meant = nearestDuration(scalar.value);
  if (meant === undefined) return undefined;
  return [{ title: `Write ${meant}`, safe: false, edits: [{ span: scalar.span, newText: meant }] }];
}
