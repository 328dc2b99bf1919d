import { type Action, chartActions } from "../../yaml/chart/actions.ts";
import { isSurelyChartTemplate } from "../../yaml/helm.ts";
import type { RawFinding, RuleCheck } from "../check.ts";
import { ruleKinds } from "../rule/context.ts";

/** What only Prometheus defines; a chart that assigns it uses the word for something of its own. */
const variable = /\$(?:labels|value|externalLabels|externalURL)\b/;

/** In a chart's template Helm runs every action, and refuses variables that it does not know (`text/template`). */
export const helmUnescapedTemplate: RuleCheck = {
  unit: "rule",
  id: "helm.unescaped-template",
  severity: "error",
  kinds: ruleKinds,
  summary: "A chart's template holds a template of Prometheus that is not escaped, so Helm cannot render it.",
  run({ rule, lines: { text }, path }) {
    const findings: RawFinding[] = [];
    if (!/(?:^|\/)templates\//.test(path) || !isSurelyChartTemplate("", text)) return findings;
    const { start, end } = rule.node.span;
    if (!variable.test(text.slice(start, end))) return findings;
    for (const action of chartActions(text.slice(start, end)) ?? []) {
      const { span, kind } = action;
      const source = text.slice(start + span.start, start + span.end);
      const name =
        kind === "output" || kind === "control" ? variable.exec(withoutTexts(source))?.[0] : undefined;
      if (name !== undefined && !isAssigned(text, name))
        findings.push(unescaped(action, start, name, source));
    }
    return findings;
  },
};

function unescaped({ span, kind }: Action, from: number, name: string, source: string): RawFinding {
  const at = { start: from + span.start, end: from + span.end };
  const edits = [{ span: at, newText: `{{\`${source}\`}}` }];
  return {
    check: helmUnescapedTemplate.id,
    severity: "error",
    message: `Helm does not know ${name} and cannot render this: escape the braces for Prometheus.`,
    span: at,
    fixes:
      kind === "control" || source.includes("`")
        ? undefined
        : [{ title: "Escape the template", safe: true, edits }],
  };
}

function withoutTexts(source: string): string {
  return source.replace(/"(?:[^"\\\n]|\\.)*"|`[^`]*`/g, "");
}

/** Whether the chart has a variable of that name, as in `range $key, $value := …`. */
function isAssigned(text: string, name: string): boolean {
  const assignment = new RegExp(`\\${name}\\b[^|]*:=`);
  return (chartActions(text) ?? []).some(
    ({ kind, span }) =>
      (kind === "control" || kind === "silent") && assignment.test(text.slice(span.start, span.end)),
  );
}
