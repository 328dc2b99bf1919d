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
  /** Metrics that the rules read which were asked about on the way. */
  readonly reads: ReadonlySet<string>;
  /** Two flows with the same print tell the same. */
  readonly print: string;
}

/** What the series of recording rules carry, worked out when it is first asked for, and kept until rules change. */
export class RecordedFlows {
  readonly #rulesOf: (metric: string) => readonly NamedRule[];
  readonly #known = new Map<string, Known>();
  readonly #open = new Set<string>();

  constructor(rulesOf: (metric: string) => readonly NamedRule[]) {
    this.#rulesOf = rulesOf;
  }

  of(metric: string): LabelFlow | undefined {
    const known = this.#known.get(metric);
    if (known !== undefined) return known.flow;
    // A metric that feeds on itself is unknown on the way.
    if (this.#open.has(metric) || this.#open.size >= maxDepth) return undefined;
    this.#open.add(metric);
    const reads = new Set<string>();
    const flow = writtenFlow(this.#rulesOf(metric).map(asRecordingRule), {
      externalLabels: [...external],
      recorded: (name) => {
        reads.add(name);
        return name.includes(":") && this.#rulesOf(name).length > 0 ? this.of(name) : undefined;
      },
    });
    this.#open.delete(metric);
    // Within a circle an answer depends on where it was asked first.
    this.#known.set(metric, { flow, reads, print: printOf(flow) });
    return flow;
  }

  /** Rules of the metrics changed: works out again what was asked about, and tells which answers are others now. */
  changed(metrics: Iterable<string>): ReadonlySet<string> {
    const others = new Set<string>();
    const queue = [...metrics];
    const seen = new Set<string>();
    for (let metric = queue.pop(); metric !== undefined; metric = queue.pop()) {
      const before = this.#known.get(metric);
      if (before === undefined || seen.has(metric)) {
        if (!seen.has(metric)) others.add(metric);
        continue;
      }
      seen.add(metric);
      this.#known.delete(metric);
      this.of(metric);
      const now = this.#known.get(metric);
      if (now?.print === before.print) {
        // The same object, so that what was made of it stays true.
        this.#known.set(metric, { ...now, flow: before.flow });
        continue;
      }
      others.add(metric);
      for (const [name, { reads }] of this.#known) if (reads.has(metric)) queue.push(name);
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

function printedFact({ presence, values, matchers, reason }: LabelFact): readonly unknown[] {
  return [presence, values, matchers, reason?.kind];
}
