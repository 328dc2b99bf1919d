import { reasonClause } from "../../promql/labels/reasons.ts";
import { type RecordingRule, writtenFlow } from "../../promql/labels/recorded.ts";
import type { LabelFact, LabelFlow } from "../../promql/labels/types.ts";
import type { NamedRule } from "./rule.ts";

/**
 * Labels that servers and rulers commonly add from outside (`external_labels`, those of a ruler or tenant): that a rule
 * does not write them proves nothing to who reads its series.
 */
const external = new Set(
  "cluster clusterID cluster_id cluster_name k8s_cluster prometheus prometheus_replica replica rule_replica ruler_replica thanos_ruler_replica thanos_ruler receive tenant tenant_id region environment env stage zone datacenter dc site monitor shard account project customer".split(
    " ",
  ),
);

/** Rules that read rules that read rules: deeper ones count as unknown. */
const maxDepth = 40;

interface Known {
  readonly flow: LabelFlow | undefined;
  /** Metrics of rules that were asked about on the way. */
  readonly reads: ReadonlySet<string>;
  /** It leads into a circle, where an answer would depend on where one begins: it is unknown. */
  readonly isCircular: boolean;
  /** Two answers with the same print tell the same. */
  readonly print: string;
}

/** What the series of recording rules carry, worked out when it is first asked for, and kept until rules change. */
export class RecordedFlows {
  readonly #rulesOf: (metric: string) => readonly NamedRule[];
  readonly #known = new Map<string, Known>();
  /** What is being worked out. */
  readonly #open = new Set<string>();

  constructor(rulesOf: (metric: string) => readonly NamedRule[]) {
    this.#rulesOf = rulesOf;
  }

  of(metric: string): LabelFlow | undefined {
    return (this.#known.get(metric) ?? this.#learn(metric)).flow;
  }

  #learn(metric: string): Known {
    this.#open.add(metric);
    const reads = new Set<string>();
    let isCircular = false;
    const recorded = (name: string): LabelFlow | undefined => {
      if (!name.includes(":")) return undefined;
      reads.add(name);
      if (this.#rulesOf(name).length === 0) return undefined;
      const isOpen = this.#open.has(name) || this.#open.size >= maxDepth;
      const known = isOpen ? undefined : (this.#known.get(name) ?? this.#learn(name));
      isCircular ||= known?.isCircular ?? true;
      return known?.flow;
    };
    const rules = this.#rulesOf(metric).map(asRecordingRule);
    const written = writtenFlow(rules, { externalLabels: [...external], recorded });
    this.#open.delete(metric);
    const flow = isCircular ? undefined : written;
    const known: Known = { flow, reads, isCircular, print: `${isCircular} ${printOf(flow)}` };
    this.#known.set(metric, known);
    return known;
  }

  /**
   * Rules of the metrics changed: works out again what was asked about, and tells which answers are others now. What
   * nobody has asked about has no answer that could be another one.
   */
  changed(metrics: Iterable<string>): ReadonlySet<string> {
    const touched = new Set(metrics);
    if (this.#known.size > 0)
      for (const metric of touched)
        for (const [name, { reads }] of this.#known) if (reads.has(metric)) touched.add(name);
    const before = new Map<string, Known>();
    for (const metric of touched) {
      const known = this.#known.get(metric);
      if (known !== undefined) before.set(metric, known);
      this.#known.delete(metric);
    }
    const others = new Set<string>();
    for (const metric of touched) {
      const known = before.get(metric);
      if (known === undefined || this.#rulesOf(metric).length === 0) {
        others.add(metric);
        continue;
      }
      const now = this.#known.get(metric) ?? this.#learn(metric);
      // The same object, so that what was made of it stays true.
      if (now.print === known.print) this.#known.set(metric, { ...now, flow: known.flow });
      else others.add(metric);
    }
    return others;
  }
}

function asRecordingRule({ name, tree, labels }: NamedRule): RecordingRule {
  return { metric: name, expr: tree, labels };
}

function printOf(flow: LabelFlow | undefined): string {
  if (flow === undefined) return "";
  const facts = [...flow.labels].map(([name, fact]) => [name, ...printedFact(fact)]);
  facts.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  const { always, conditional, range, histograms } = flow;
  return JSON.stringify([
    facts,
    printedFact(flow.rest),
    flow.empty?.kind,
    always,
    conditional,
    Object.values(range).map(String),
    histograms,
  ]);
}

function printedFact({ presence, values, matchers, reason, absentIn }: LabelFact): readonly unknown[] {
  const why = [reason, absentIn].map((of) => (of === undefined ? undefined : reasonClause(of)));
  return [presence, values, matchers, ...why];
}
