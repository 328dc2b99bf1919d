import { type Span, touches } from "../base/text.ts";
import type { RuleModel } from "../model/rules.ts";
import { analyseLabels } from "../promql/labels/analyse.ts";
import { isOpen, labelFact } from "../promql/labels/facts.ts";
import type { ValueRange } from "../promql/labels/ranges.ts";
import type { LabelFlow } from "../promql/labels/types.ts";
import { type Expanded, expandTemplate, type TemplateAlert } from "../template/evaluate.ts";
import { parseAlertTemplate } from "../template/prometheus.ts";
import type { LabelMap } from "../template/values.ts";
import type { LastRun } from "../world/last-runs.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { asScalar, keyOf } from "../yaml/access.ts";
import { effectivePairs } from "../yaml/merge.ts";
import type { YamlScalar } from "../yaml/node.ts";
import { featuresOf, parseWith, rulesOf } from "./embedded.ts";
import { labelOptions } from "./explain.ts";
import { ago } from "./hover-age.ts";
import { block, code, joined, type MarkupText, markup, paragraphs, plain } from "./markdown.ts";
import type { Hover } from "./types.ts";

/** More labels than these say no more to a reader. */
const mostLabels = 8;

/**
 * The text that a label or annotation of an alert would have, for a result of the last run of its expression, else for
 * one that its expression could return: with `<job>` in place of what is not known. `now` is in milliseconds since the
 * epoch.
 */
export function hoverAnnotation(
  snapshot: Snapshot,
  offset: number,
  now: number,
  place = templateAt(snapshot, offset),
): Hover | undefined {
  if (place === undefined) return undefined;
  const { rule, scalar, span } = place;
  const { tree, problems } = parseAlertTemplate(scalar.value, rule.name?.value ?? "");
  const text = rule.expr?.text;
  if (problems.length > 0 || text === undefined) return undefined;
  const sample = ranSample(snapshot, text, now) ?? possibleSample(snapshot, text);
  if (sample === undefined) return undefined;
  const scope = snapshot.environments[0]?.environment.scope ?? {};
  const alert: TemplateAlert = {
    labels: sample.labels,
    externalLabels: { kind: "labels", of: (name) => scope[name] ?? `<${name}>`, entries: undefined },
    externalUrl: "https://<prometheus>",
    value: sample.value,
    now: now / 1000,
  };
  const contents = paragraphs([...shown(expandTemplate(tree, alert)), sample.words(scalar.value)]);
  return { contents, span };
}

/** A text of an alert that is a template. */
export interface TemplatePlace {
  readonly rule: RuleModel;
  /** Of the label or annotation. */
  readonly name: string;
  readonly isLabel: boolean;
  readonly scalar: YamlScalar;
  readonly span: Span;
}

/** The template under the cursor: a label or annotation of an alert that has actions. */
export function templateAt(snapshot: Snapshot, offset: number): TemplatePlace | undefined {
  for (const rule of rulesOf(snapshot)) {
    if (rule.kind !== "alert" || !touches(rule.node.span, offset)) continue;
    for (const map of [rule.labels, rule.annotations])
      for (const pair of map === undefined ? [] : effectivePairs(map)) {
        const { value } = pair;
        const scalar = asScalar(value);
        const name = keyOf(pair) ?? "";
        if (scalar?.value.includes("{{") === true && touches(value.span, offset))
          return { rule, name, isLabel: map === rule.labels, scalar, span: value.span };
      }
  }
  return undefined;
}

function shown(expanded: Expanded): readonly (MarkupText | undefined)[] {
  switch (expanded.kind) {
    case "text":
      return [
        expanded.text.trim() === "" ? plain("The text is empty.") : block(expanded.text, ""),
        expanded.queries.length > 0 ? plain("Its queries are not run here: they give nothing.") : undefined,
      ];
    case "fails":
      return [plain("This fails when the alert fires, and Prometheus writes the error in its place.")];
    case "unknown":
      return [markup`The text depends on ${plain(expanded.why)}, which is not known here.`];
  }
}

/** An alert to show a text for. */
interface Sample {
  readonly labels: LabelMap;
  readonly value: number;
  /** Where it comes from. */
  words(template: string): MarkupText;
}

/** The first result of the last run of the expression, where it gave one. */
function ranSample({ environments, lastRuns }: Snapshot, text: string, now: number): Sample | undefined {
  const runs = environments.flatMap(
    ({ environment }) => lastRuns?.ofExpression(environment.name, text) ?? [],
  );
  const [run] = runs.sort((a: LastRun, b: LastRun) => b.asOf - a.asOf);
  const [series] = run?.series ?? [];
  const last = series?.values.at(-1)?.[1];
  if (run === undefined || series === undefined || last === undefined) return undefined;
  const value = Number(last.replace("Inf", "Infinity"));
  return {
    labels: mapOf(series.labels),
    value,
    words: () =>
      markup`For the first result of the run in ${plain(run.environment)} ${plain(ago(run.asOf, now))}, value ${code(last)}.`,
  };
}

function mapOf(labels: Readonly<Record<string, string>>): LabelMap {
  const entries = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return { kind: "labels", of: (name) => (Object.hasOwn(labels, name) ? labels[name] : undefined), entries };
}

/** A result that the expression could give. */
function possibleSample(snapshot: Snapshot, text: string): Sample | undefined {
  const { expr, errors } = parseWith(snapshot, text);
  if (expr === undefined || errors.length > 0) return undefined;
  const { flow } = analyseLabels(expr, labelOptions(featuresOf(snapshot)));
  if (flow.empty !== undefined) return undefined;
  const value = valueIn(flow.range);
  const named = [...flow.labels.keys()].filter((name) => labelIn(flow, name) !== undefined).sort();
  const entries = isOpen(flow) ? undefined : named.map((name) => [name, labelIn(flow, name) ?? ""] as const);
  return {
    labels: { kind: "labels", of: (name) => labelIn(flow, name), entries },
    value,
    words: (template) => {
      const used = named
        .filter((name) => name !== "__name__" && template.includes(name))
        .slice(0, mostLabels);
      const known = used.map((name) => code(`${name}="${labelIn(flow, name) ?? ""}"`));
      const parts = joined([...known, markup`value ${code(String(value))}`], ", ");
      return markup`For an alert as the expression could return it: ${parts}.`;
    },
  };
}

/** Nothing for a label that no result has. */
function labelIn(flow: LabelFlow, name: string): string | undefined {
  const { presence, values } = labelFact(flow, name);
  return presence === "impossible" ? undefined : (values?.[0] ?? `<${name}>`);
}

/** A number that fits, a little beyond the bound that it has. */
function valueIn({ min, max }: ValueRange): number {
  if (Number.isFinite(min) && Number.isFinite(max)) return min <= max ? round((min + max) / 2) : 1;
  if (Number.isFinite(min)) return min === 0 ? 1 : round(min + Math.abs(min) / 5);
  if (Number.isFinite(max)) return max === 0 ? -1 : round(max - Math.abs(max) / 5);
  return 1;
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
