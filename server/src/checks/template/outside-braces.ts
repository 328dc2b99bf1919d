import type { Span } from "../../base/text.ts";
import { asScalar } from "../../yaml/access.ts";
import { effectivePairs } from "../../yaml/merge.ts";
import type { YamlScalar } from "../../yaml/node.ts";
import type { Fix, RawFinding, RuleCheck } from "../check.ts";
import { short } from "../monitor/words.ts";
import { ruleKinds } from "../rule/context.ts";

/** What only a template knows, and what only Grafana does. */
const variable = /\$(?:(?:labels|externalLabels)\.[a-zA-Z_]\w*|value\b|__[a-z]\w*)/y;

/** Braces that another template prints first, as Helm does. */
const printsBraces = /["'`]\{\{|\{\{-?\s*`/;

/** A variable is text where no double braces stand around it, and is sent as it is written. */
export const outsideBraces: RuleCheck = {
  unit: "rule",
  id: "template.outside-braces",
  severity: "warning",
  kinds: ruleKinds,
  wants: ["alert"],
  summary: "A text of an alert has a variable outside of {{ }}, where nothing fills it in.",
  run({ rule }) {
    const findings: RawFinding[] = [];
    if (rule.kind !== "alert") return findings;
    for (const map of [rule.labels, rule.annotations])
      for (const pair of map === undefined ? [] : effectivePairs(map)) {
        const scalar = asScalar(pair.value);
        if (scalar?.value.includes("$") === true && !printsBraces.test(scalar.value))
          for (const stray of strays(scalar.value)) findings.push(sent(scalar, stray));
      }
    return findings;
  },
};

function sent(scalar: YamlScalar, place: Span): RawFinding {
  const name = scalar.value.slice(place.start, place.end);
  const isOfGrafana = name.startsWith("$__");
  return {
    check: outsideBraces.id,
    severity: "warning",
    message: isOfGrafana
      ? `Prometheus does not fill in ${short(name)} of Grafana: write what it stands for.`
      : `${short(name)} is sent as it is written here: put it in {{ }}.`,
    span: scalar.map.spanToSource(place),
    fixes: isOfGrafana ? undefined : inBraces(scalar, place),
  };
}

/** The variables of a text that stand in no action. */
function strays(text: string): readonly Span[] {
  const found: Span[] = [];
  for (let at = text.indexOf("$"); at >= 0; at = text.indexOf("$", at + 1)) {
    const opened = text.lastIndexOf("{{", at);
    if (opened >= 0 && text.lastIndexOf("}}", at) < opened) {
      at = text.indexOf("}}", at);
      // An action that nothing closes is told by another check.
      if (at < 0) break;
      continue;
    }
    variable.lastIndex = at;
    const end = variable.test(text) ? variable.lastIndex : 0;
    if (end > 0) found.push({ start: at, end });
  }
  return found;
}

/** Double braces around the variable, in the place of single ones that stand there. */
function inBraces(scalar: YamlScalar, { start, end }: Span): readonly Fix[] | undefined {
  const { value, style, map } = scalar;
  const before = /\{[ \t]*$/.exec(value.slice(0, start))?.[0].length ?? 0;
  const after = /^[ \t]*\}/.exec(value.slice(end))?.[0].length ?? 0;
  const isBraced = before > 0 && after > 0;
  const span = isBraced ? { start: start - before, end: end + after } : { start, end };
  // A plain text that begins with braces would be a mapping.
  if (style === "plain" && span.start === 0) return undefined;
  const newText = `{{ ${value.slice(start, end)} }}`;
  return [
    { title: `Write ${short(newText)}`, safe: false, edits: [{ span: map.spanToSource(span), newText }] },
  ];
}
