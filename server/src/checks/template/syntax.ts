import { quoteGo } from "../../base/go-text.ts";
import { nearest } from "../../base/nearest.ts";
import type { RuleModel } from "../../model/rules.ts";
import type { TemplateProblem } from "../../template/ast.ts";
import { alertDialect, parseAlertTemplate } from "../../template/prometheus.ts";
import { asScalar, keyOf } from "../../yaml/access.ts";
import { effectivePairs } from "../../yaml/merge.ts";
import type { YamlScalar } from "../../yaml/node.ts";
import type { Check, CheckContext, Finding, Fix } from "../check.ts";
import { isLogQl, isLogQlPath } from "../promql/dialect.ts";
import { fieldText, ruleKinds, rulesOf } from "../rule/context.ts";
import { durationInvalid } from "../rule/duration-invalid.ts";
import { limitInvalid } from "../rule/limit-invalid.ts";
import { unknownField } from "../rule/unknown-field.ts";
import { wrongType } from "../rule/wrong-type.ts";
import { duplicateKey } from "../yaml/duplicate-key.ts";

/** What fails while a file is decoded: who refuses it there never looks at its templates. */
const decodeChecks: readonly Check[] = [duplicateKey, unknownField, wrongType, durationInvalid, limitInvalid];

/**
 * So many UTF-16 units of templates are judged in one document, which takes about a second; nobody writes more
 * by hand, and a text that was made to be slow must not stop the editor.
 */
const budget = 2_000_000;

/** Labels and annotations of alerts, in the order of the loader (`rulefmt.go`, testTemplateParsing). */
export const templateSyntax: Check = {
  id: "template.syntax",
  severity: "error",
  kinds: ruleKinds,
  summary: "Prometheus cannot parse the template in a label or an annotation of an alert.",
  run(context) {
    const findings = [...errorsOf(context)];
    return findings.length === 0 || isLogs(context) || failsToDecode(context) ? [] : findings;
  },
};

function failsToDecode(context: CheckContext): boolean {
  for (const check of decodeChecks)
    for (const { refusedBy } of check.run(context)) if (refusedBy !== undefined) return true;
  return false;
}

/** Whether the rules are Loki's. */
function isLogs(context: CheckContext): boolean {
  if (isLogQlPath(context.snapshot.document.path)) return true;
  for (const { rule } of rulesOf(context)) if (isLogQl(rule.expr?.text ?? "")) return true;
  return false;
}

function* errorsOf(context: CheckContext): Iterable<Finding> {
  // Aliases bring one text to many rules; to hear of it once is enough.
  const seen = new Set<YamlScalar>();
  // Many alerts say the same words.
  const sound = new Set<string>();
  let left = budget;
  for (const { rule } of rulesOf(context)) {
    const alert = fieldText(rule, "alert");
    if (alert === undefined || alert === "") continue;
    for (const { what, name, scalar } of templatesOf(rule)) {
      if (seen.has(scalar)) continue;
      seen.add(scalar);
      if (!scalar.value.includes("{{") || sound.has(scalar.value)) continue;
      left -= scalar.value.length;
      if (left < 0) return;
      const { value } = scalar;
      const parse = (): readonly TemplateProblem[] => parseAlertTemplate(value, alert).problems;
      // The length tells where the name ends.
      const named = `${alert.length} ${alert}${value}`;
      const problems = context.recall?.of("problems of a template", named, parse) ?? parse();
      if (problems.length === 0) sound.add(scalar.value);
      for (const problem of problems) yield finding(problem, `${what} ${quoteGo(name)}`, scalar);
    }
  }
}

function* templatesOf(
  rule: RuleModel,
): Iterable<{ readonly what: string; readonly name: string; readonly scalar: YamlScalar }> {
  for (const [what, map] of [
    ["label", rule.labels],
    ["annotation", rule.annotations],
  ] as const)
    for (const pair of map === undefined ? [] : effectivePairs(map)) {
      const name = keyOf(pair);
      const scalar = asScalar(pair.value);
      if (name !== undefined && scalar !== undefined && scalar.type !== "null") yield { what, name, scalar };
    }
}

function finding(problem: TemplateProblem, place: string, scalar: YamlScalar): Finding {
  const span = scalar.map.spanToSource(problem.span);
  const words = `${place}: ${problem.message}`;
  const meant = meantName(problem);
  const fixes: readonly Fix[] | undefined =
    meant === undefined
      ? undefined
      : [{ title: `Change to ${meant}`, safe: false, edits: [{ span, newText: meant }] }];
  return {
    check: templateSyntax.id,
    severity: "error",
    message: meant === undefined ? words : `${words}: did you mean ${meant}?`,
    span,
    refusedBy: "prometheus",
    fixes,
  };
}

function meantName({ undefinedName }: TemplateProblem): string | undefined {
  if (undefinedName === undefined) return undefined;
  const { kind, name } = undefinedName;
  return nearest(name, kind === "function" ? alertDialect.functions : alertDialect.variables);
}
