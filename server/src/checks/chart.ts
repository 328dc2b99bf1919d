import { isOpaque } from "../base/opaque.ts";
import type { Span } from "../base/text.ts";
import type { ChartRules } from "../model/chart.ts";
import { chartValue } from "../model/chart-expression.ts";
import type { Check, Finding, Fix } from "./check.ts";

/**
 * Checks whose truth is in an expression or a text alone: in a template of a chart nobody knows which rules, groups and
 * fields there will be.
 */
const sound: ReadonlySet<string> = new Set(
  (
    "absent-never contradictory-matchers counter-raw dead-code delta-on-counter deprecated duplicate-join " +
    "duplicate-matcher grafana-variable grouping-mismatch histogram-le-value histogram-missing-le histogram-raw-buckets " +
    "impossible-join impossible-label irate-in-rule nan-division no-metric-name rate-of-aggregate rate-on-gauge " +
    "regexp-anchors regexp-in-equality regexp-literal regexp-match-all regexp-smelly same-operands self-division " +
    "share-threshold syntax unused-label"
  )
    .split(" ")
    .map((name) => `promql.${name}`)
    .concat(
      "exec humanize in-name missing-label percentage query-missing-label query-syntax syntax value-in-label"
        .split(" ")
        .map((name) => `template.${name}`),
    )
    .concat("rule.always-firing", "rule.no-comparison", "helm.unescaped-template"),
);

/** Whether a check is told of the rules in a template of a chart. */
export function readsCharts({ id }: Check): boolean {
  return sound.has(id);
}

/**
 * A finding that stays whatever Helm puts in: nothing of it rests on what an action prints. Fixes that would write over
 * an action are left out.
 */
export function certainInChart(finding: Finding, chart: ChartRules): Finding | undefined {
  const { span, message, fixes } = finding;
  if (finding.check === "helm.unescaped-template") return finding;
  if (isOpaque(message) || message.includes(chartValue)) return undefined;
  if (chart.writing.meets(span)) return undefined;
  if (ofAbsentLabels.has(finding.check) && hasList(span, chart)) return undefined;
  if (ofEqualParts.has(finding.check) && hasUnknownPart(span, chart)) return undefined;
  const safe = fixes?.filter((fix) => !writesOver(fix, chart));
  return { ...finding, refusedBy: undefined, fixes: safe };
}

/** What they say is wrong as soon as a list of labels has more of them. */
const ofAbsentLabels: ReadonlySet<string> = new Set([
  "template.missing-label",
  "promql.impossible-label",
  "promql.impossible-join",
  "promql.grouping-mismatch",
  "promql.unused-label",
  "promql.duplicate-join",
  "promql.histogram-missing-le",
]);

/** What they say rests on two parts of an expression that are the same; all that Helm puts in looks alike. */
const ofEqualParts: ReadonlySet<string> = new Set([
  "promql.same-operands",
  "promql.self-division",
  "promql.share-threshold",
]);

/** Whether Helm puts more than a number to compare with into the expression that holds a place. */
function hasUnknownPart(span: Span, { parts, actions }: ChartRules): boolean {
  return parts.some(
    ({ model }) =>
      "rules" in model &&
      model.rules.groups.some(({ rules }) =>
        rules.some(
          ({ node, expr }) =>
            expr !== undefined &&
            meet(node.span, span) &&
            actions.meets(expr.scalar?.span ?? node.span) &&
            (isOpaque(expr.text) || /\b1d?\b/.test(expr.text)),
        ),
      ),
  );
}

/** Whether Helm adds labels to a list in the rule that holds a place. */
function hasList(span: Span, { parts, lists }: ChartRules): boolean {
  return parts.some(
    ({ model }) =>
      "rules" in model &&
      model.rules.groups.some(({ rules }) =>
        rules.some(({ node }) => meet(node.span, span) && lists.meets(node.span)),
      ),
  );
}

function writesOver({ edits }: Fix, { actions }: ChartRules): boolean {
  return edits.some((edit) => isOpaque(edit.newText) || actions.meets(edit.span));
}

function meet(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}
