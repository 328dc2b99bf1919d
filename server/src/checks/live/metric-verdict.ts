import { isPending, type Known } from "../../base/known.ts";
import type { NamedRule } from "../../world/names/rule.ts";
import type { MetricPresence } from "../../world/ports.ts";
import type { Facts, RuleContext } from "../check.ts";
import { type JudgedSelector, judgedSelectors } from "./selectors.ts";
import { type LiveSource, liveSources, sourcesOf } from "./sources.ts";

type Complete<T> = Extract<Known<T>, { status: "ok" }>;

/** A metric that a rule reads and that some environments of its file do not have. */
export interface MissingMetric {
  readonly judged: JudgedSelector;
  readonly lacking: readonly { readonly source: LiveSource; readonly fact: Complete<MetricPresence> }[];
  readonly having: readonly LiveSource[];
  /** Environments of the file that do not tell. */
  readonly silent: number;
  /** Environments that the file does not belong to, which have it. */
  readonly others: readonly LiveSource[];
  /** Which Prometheus has it behind the backend of an environment that lacks it, out of its scope: `prod-eu/infra`. */
  readonly behind: readonly { readonly source: LiveSource; readonly holders: readonly string[] }[];
  /** A recording rule of the workspace that makes it. */
  readonly recorded: NamedRule | undefined;
  /** Whether all that was asked about where else it may be has been answered. */
  readonly settled: boolean;
}

/** The metrics of a rule that are missing somewhere, each once. */
export function missingMetrics(context: RuleContext): readonly MissingMetric[] {
  return context.once(find);
}

function find(context: RuleContext): readonly MissingMetric[] {
  if (context.facts.environments.length === 0) return [];
  const found = new Map<string, MissingMetric>();
  for (const judged of judgedSelectors(context)) {
    // Every Prometheus that scrapes anything has it.
    if (judged.metric === "up" || found.has(judged.metric)) continue;
    const missing = verdict(judged, context);
    if (missing !== undefined) found.set(judged.metric, missing);
  }
  return [...found.values()];
}

function verdict(judged: JudgedSelector, { facts, names }: RuleContext): MissingMetric | undefined {
  const { metric, substitutes } = judged;
  const lacking: { source: LiveSource; fact: Complete<MetricPresence> }[] = [];
  const having: LiveSource[] = [];
  let silent = 0;
  for (const source of sourcesOf(facts, judged.selector)) {
    const fact = source.live.presence(metric);
    if (fact.status !== "unavailable" && fact.value.exists) having.push(source);
    else if (fact.status !== "ok") silent++;
    else {
      // What stands on the other side of `or` may be the name that this environment has.
      const other = substitutes.map((name) => source.live.presence(name));
      if (other.every((each) => each.status === "ok" && !each.value.exists)) lacking.push({ source, fact });
      else silent++;
    }
  }
  if (lacking.length === 0) return undefined;
  const [recorded] = names?.records(metric) ?? [];
  const base = { judged, lacking, having, silent, recorded };
  if (having.length > 0 || recorded !== undefined) return { ...base, others: [], behind: [], settled: true };
  return { ...base, ...elsewhere(metric, lacking, facts) };
}

function elsewhere(
  metric: string,
  lacking: MissingMetric["lacking"],
  facts: Facts,
): Pick<MissingMetric, "others" | "behind" | "settled"> {
  let settled = true;
  const others: LiveSource[] = [];
  for (const source of liveSources(facts.otherEnvironments)) {
    const fact = source.live.presence(metric);
    if (isPending(fact)) settled = false;
    else if (fact.status !== "unavailable" && fact.value.exists) others.push(source);
  }
  const behind: { source: LiveSource; holders: readonly string[] }[] = [];
  for (const { source } of lacking) {
    // Outside of no scope there is nothing.
    if (Object.keys(source.environment.scope).length === 0) continue;
    const fact = source.live.elsewhere(metric);
    if (isPending(fact)) settled = false;
    if (fact.status === "unavailable" || fact.value.length === 0) continue;
    behind.push({ source, holders: fact.value.map(({ labels }) => Object.values(labels).join("/")) });
  }
  return { others, behind, settled };
}
