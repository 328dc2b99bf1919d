import { quoteGo } from "../../base/go-text.ts";
import { nearest } from "../../base/nearest.ts";
import type { TemplateProblem } from "../../template/ast.ts";
import { alertDialect, parseAlertTemplate } from "../../template/prometheus.ts";
import type { YamlScalar } from "../../yaml/node.ts";
import type { Fix, RawFinding, RuleCheck, RuleContext } from "../check.ts";
import { fieldText, ruleKinds } from "../rule/context.ts";
import { readTemplates } from "./each.ts";
import { templatesOf } from "./texts.ts";

/**
 * So many UTF-16 units of templates are judged in one rule, and three times as many in one document, which takes
 * about three seconds; nobody writes more by hand, and a text that was made to be slow must not stop the editor.
 */
const longest = 2_000_000;

/** Labels and annotations of alerts, in the order of the loader (`rulefmt.go`, testTemplateParsing). */
export const templateSyntax: RuleCheck = {
  unit: "rule",
  id: "template.syntax",
  severity: "error",
  kinds: ruleKinds,
  wants: ["templates"],
  // Who refuses a file while it is decoded never looks at its templates.
  needs: ["promql", "decoded"],
  summary: "Prometheus cannot parse the template in a label or an annotation of an alert.",
  budget: { limit: 3 * longest, cost },
  run(context) {
    const findings: RawFinding[] = [];
    for (const { what, name, scalar, sound } of context.once(readTemplates)) {
      if (sound !== undefined) continue;
      const { problems } = parseAlertTemplate(scalar.value, fieldText(context.rule, "alert") ?? "");
      // Aliases bring one text to many rules; to hear of it once is enough.
      for (const problem of problems)
        if (context.ruler !== "vmalert" || !isOfVmalert(problem))
          findings.push(finding(problem, `${what} ${quoteGo(name)}`, scalar));
    }
    return findings;
  },
};

/** What vmalert's templates have and those of Prometheus have not (`app/vmalert/templates/template.go`). */
const ofVmalert: ReadonlySet<string> = new Set(
  (
    "$expr $for $activeAt $alertID $groupID $isPartial $type crlfEscape formatTime htmlEscape jsonEscape " +
    "parseDurationTime pathEscape queryEscape quotesEscape"
  ).split(" "),
);

function isOfVmalert({ undefinedName }: TemplateProblem): boolean {
  return undefinedName !== undefined && ofVmalert.has(undefinedName.name);
}

function cost(context: RuleContext): number {
  let length = 0;
  for (const { scalar } of context.once(templatesOf)) length += scalar.value.length;
  return length > longest ? Number.POSITIVE_INFINITY : length;
}

function finding(problem: TemplateProblem, place: string, scalar: YamlScalar): RawFinding {
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
    onceHere: true,
  };
}

function meantName({ undefinedName }: TemplateProblem): string | undefined {
  if (undefinedName === undefined) return undefined;
  const { kind, name } = undefinedName;
  return nearest(name, kind === "function" ? alertDialect.functions : alertDialect.variables);
}
