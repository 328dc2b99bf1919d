import { Recall } from "../base/recall.ts";
import type { ChartRules } from "../model/chart.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { Failures } from "./asking.ts";
import { inOrder, type Told } from "./assemble.ts";
import { certainInChart } from "./chart.ts";
import type { Check, Finding } from "./check.ts";
import { ToldLines } from "./comments/told-lines.ts";
import { Done, type OfPart, PartRun } from "./part-run.ts";
import { CheckPlans } from "./plans.ts";
import { allChecks } from "./registry.ts";
import { commentsOf } from "./suppress.ts";

export { Failures, ofRule, outside } from "./asking.ts";

/** Equal texts stand near each other; to remember all of a large file costs more than to read some again. */
const fewTexts = 200;

/** Remembers texts of one run over a file, and of the file before where it serves many in turn. */
export function recallOfRun(): Recall {
  return new Recall(fewTexts);
}

/**
 * Runs every check on every part of the snapshot's document; findings come in the order of their places,
 * without those that comments suppress. Never throws: a check that fails is left out, and one sentence about
 * it is added to `problems` for the shell to log. With a `recall` that belongs to the one file, texts that stood in
 * the version before are not parsed again.
 */
export function runChecks(
  snapshot: Snapshot,
  problems: string[] = [],
  registry: readonly Check[] = allChecks,
  recall: Recall = recallOfRun(),
): readonly Finding[] {
  return new FileRun(snapshot, new CheckPlans(registry), recall).all(problems);
}

/** What was said of some rules of a file. */
export interface Looked {
  readonly parts: readonly OfPart[];
  /** Of checks that failed the sentence about it. */
  readonly failures: readonly (readonly [check: string, sentence: string])[];
}

/** The checks of one file, whose rules several may look at: who puts all together says what one alone would say. */
export class FileRun {
  readonly #snapshot: Snapshot;
  readonly #plans: CheckPlans;
  readonly #recall: Recall;
  readonly #parts: readonly PartRun[];

  constructor(snapshot: Snapshot, plans: CheckPlans, recall: Recall = recallOfRun()) {
    this.#snapshot = snapshot;
    this.#plans = plans;
    this.#recall = recall;
    recall.begin();
    this.#parts = snapshot.document.parts.map((part) => new PartRun(snapshot, part, plans, recall));
  }

  /** How many rules its parts have together. */
  get rules(): number {
    return this.#parts.reduce((sum, { rules }) => sum + rules, 0);
  }

  /** The findings, where nobody shares the work. */
  all(problems: string[]): readonly Finding[] {
    return this.findings([this.look(0, this.rules)], problems) ?? [];
  }

  /** What is said of the rules from one to before another, counted through all parts. Each may be looked at once. */
  look(from: number, to: number): Looked {
    const failures = new Failures(this.#snapshot.document.uri);
    let first = 0;
    const parts = this.#parts.map((part): OfPart => {
      const start = Math.max(0, from - first);
      const end = Math.min(part.rules, to - first);
      first += part.rules;
      return start < end ? part.look(start, end, failures) : { told: [], spent: [] };
    });
    return { parts, failures: [...failures.told] };
  }

  /**
   * The findings, with what was said of all the rules, in their order. Nothing where only one alone can look at all of
   * them, for some must be left out.
   */
  findings(looked: readonly Looked[], problems: string[]): readonly Finding[] | undefined {
    const { document, now } = this.#snapshot;
    const failures = new Failures(document.uri, problems);
    const done = new Done();
    const told: Told[] = [];
    for (const [index, part] of this.#parts.entries()) {
      const ofPart = part.told(
        looked.flatMap(({ parts }) => parts[index] ?? []),
        failures,
        done,
      );
      if (ofPart === undefined) return undefined;
      for (const each of ofPart) told.push(each);
    }
    for (const some of looked) failures.add(some.failures);
    const { chart } = document;
    if (chart !== undefined)
      return runChart(this.#snapshot, chart, this.#plans.ofCharts, failures, this.#recall);
    const comments = document.parts.length === 0 ? undefined : commentsOf(document, now);
    if (comments === undefined) return inOrder(told);
    const lines = new ToldLines();
    for (const { finding } of told)
      lines.add(finding.check, document.lines.positionAt(finding.span.start).line);
    const outcome = { registry: this.#plans.registry, ran: done.ran(), finds: lines.has.bind(lines) };
    const about = comments.findings(outcome).map((finding) => ({ finding, raw: finding }));
    return inOrder([...told, ...about]).filter((finding) => !comments.isSuppressed(finding));
  }
}

/** What is certain of the rules in a template of a chart. Which comments are of no use there nobody knows. */
function runChart(
  snapshot: Snapshot,
  chart: ChartRules,
  plans: CheckPlans,
  failures: Failures,
  recall: Recall,
): readonly Finding[] {
  const told = chart.parts
    .flatMap((part) => {
      const run = new PartRun(snapshot, part, plans, recall);
      return run.told([run.look(0, run.rules, failures)], failures, new Done()) ?? [];
    })
    .flatMap((each) => {
      const finding = certainInChart(each.finding, chart);
      return finding === undefined ? [] : [{ ...each, finding }];
    });
  const comments = commentsOf(snapshot.document, snapshot.now);
  return inOrder(told).filter((finding) => comments?.isSuppressed(finding) !== true);
}
