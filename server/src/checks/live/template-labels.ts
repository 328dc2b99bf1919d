import type { Expr, VectorSelector } from "../../promql/ast.ts";
import { labelFact } from "../../promql/labels/facts.ts";
import type { Fix, RawFinding, RuleCheck, RuleContext } from "../check.ts";
import { type Analysed, analysed, unwrapped } from "../flow/analysis.ts";
import { sentence, short } from "../monitor/words.ts";
import { ruleKinds } from "../rule/context.ts";
import { type TemplatePlace, templatesIn } from "../template/each.ts";
import { externalLabelsUsed, isAskedFor, type LabelUse, labelsUsed } from "../template/labels-used.ts";
import { nearName } from "./near-value.ts";
import { type LiveSource, liveSources, namesOf, sourcesOf } from "./sources.ts";

const base = {
  unit: "rule",
  kinds: ruleKinds,
  needs: ["promql", "decoded"],
  wants: ["environment", "templates"],
  severity: "warning",
  beyondFile: true,
} as const;
const room = 28;
/** Every target has these, and so has what is scraped from it. */
const ofTargets: ReadonlySet<string> = new Set(["job", "instance"]);
/** Series that Prometheus makes itself, of which the index says nothing about rules. */
const synthetic = /^(?:ALERTS|ALERTS_FOR_STATE)$/;

/** What an alert shows of its labels comes from what its expression reads: a label that none of that has is empty. */
export const templateLabelNotInLive: RuleCheck = {
  ...base,
  id: "template.label-not-in-live",
  summary: "A template shows a label that nothing the alert reads has in the environments of the file.",
  *run(context) {
    const places = context.rule.kind === "alert" ? templatesIn(context) : [];
    const found = places.length === 0 ? undefined : analysed(context);
    if (found === undefined || found.labels.flow.empty !== undefined) return;
    const known = new Map<string, Lacking | undefined>();
    for (const place of places)
      for (const use of labelsUsed(place.tree)) {
        if (isAskedFor(place.scalar.value, use.name)) continue;
        if (!known.has(use.name)) known.set(use.name, lacking(context, found, use.name));
        const lack = known.get(use.name);
        if (lack !== undefined) yield told(place, use, lack);
      }
  },
};

/** Where nothing has a label. */
interface Lacking {
  readonly sources: readonly LiveSource[];
  /** The metric, where the alert reads one. */
  readonly metric: string | undefined;
  readonly near: string | undefined;
}

/** Nothing where something may have the label. */
function lacking(context: RuleContext, found: Analysed, label: string): Lacking | undefined {
  if (labelFact(found.labels.flow, label).presence !== "possible") return undefined;
  const selectors: VectorSelector[] = [];
  for (const node of found.nodes)
    if (mayMake(node, label)) return undefined;
    else if (node.kind === "selector") selectors.push(node);
  const metrics = new Set<string>();
  const sources = new Set<LiveSource>();
  const names: string[] = [];
  for (const selector of selectors) {
    const { name } = selector;
    if (name === undefined || name.includes("$") || synthetic.test(name)) return undefined;
    if (ofTargets.has(label) && !name.includes(":")) return undefined;
    // It may be deployed with other labels than it is written with now.
    if ((context.names?.records(name).length ?? 0) > 0) return undefined;
    metrics.add(name);
    for (const source of sourcesOf(context.facts, selector)) {
      const presence = source.live.presence(name);
      if (presence.status !== "ok") return undefined;
      if (!presence.value.exists) continue;
      const has = source.live.labelNames(name);
      if (has.status !== "ok" || has.value.names.includes(label)) return undefined;
      sources.add(source);
      names.push(...has.value.names);
    }
  }
  if (sources.size === 0) return undefined;
  const [metric] = metrics;
  return {
    sources: [...sources],
    metric: metrics.size === 1 ? metric : undefined,
    near: nearName(
      label,
      [...new Set(names)].filter((name) => name !== "__name__"),
    ),
  };
}

/** Whether an expression may write a label that nothing it reads has. */
function mayMake(node: Expr, label: string): boolean {
  if (node.kind === "aggregate") return node.operator === "count_values";
  if (node.kind !== "call") return false;
  if (node.name === "info" || node.name.startsWith("histogram_quantile")) return true;
  if (node.name !== "label_replace" && node.name !== "label_join") return false;
  const target = node.args[1] === undefined ? undefined : unwrapped(node.args[1]);
  return target?.kind !== "string" || target.value === label;
}

function told({ scalar }: TemplatePlace, { name, span }: LabelUse, lack: Lacking): RawFinding {
  const { sources, metric, near } = lack;
  const hint = near === undefined ? "." : `; did you mean \`${short(near, room)}\`?`;
  const what = metric === undefined ? "Nothing that this reads" : `No \`${short(metric, room)}\``;
  return {
    check: templateLabelNotInLive.id,
    severity: "warning",
    message: sentence(`${what} has a label \`${short(name, room)}\` in ${namesOf(sources)} now${hint}`),
    span: scalar.map.spanToSource(span),
    fixes: renamed({ scalar }, { name, span }, near),
  };
}

function renamed(
  { scalar }: Pick<TemplatePlace, "scalar">,
  { name, span }: LabelUse,
  near: string | undefined,
): readonly Fix[] | undefined {
  const written = scalar.value.slice(span.start, span.end);
  if (near === undefined || !/^\w+$/.test(near) || !written.endsWith(name)) return undefined;
  const at = scalar.map.spanToSource({ start: span.end - name.length, end: span.end });
  return [{ title: `Show ${near}`, safe: false, edits: [{ span: at, newText: near }] }];
}

/** `$externalLabels` are those of the Prometheus that evaluates the rule. */
export const templateExternalLabelMissing: RuleCheck = {
  ...base,
  id: "template.external-label-missing",
  summary: "A template shows an external label that no Prometheus of the file's environments has.",
  *run(context) {
    if (context.rule.kind !== "alert") return;
    for (const { scalar, tree } of templatesIn(context))
      for (const { name, span } of externalLabelsUsed(tree)) {
        const sources = liveSources(context.facts.environments);
        const all = sources.map((source) => source.live.externalLabels());
        const isKnown = all.every((fact) => fact.status === "ok" && fact.value.length > 0);
        if (sources.length === 0 || !isKnown) continue;
        const labels = new Set(
          all.flatMap((fact) =>
            fact.status === "ok" ? fact.value.flatMap((each) => Object.keys(each)) : [],
          ),
        );
        if (labels.has(name)) continue;
        const near = nearName(name, [...labels]);
        const hint = near === undefined ? "." : `; did you mean \`${short(near, room)}\`?`;
        yield {
          check: templateExternalLabelMissing.id,
          severity: "warning",
          message: sentence(`${namesOf(sources)} has no external label \`${short(name, room)}\`${hint}`),
          span: scalar.map.spanToSource(span),
          fixes: renamed({ scalar }, { name, span }, near),
        };
      }
  },
};
