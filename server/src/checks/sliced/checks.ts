import { Recall } from "../../base/recall.ts";
import type { Frame } from "../../model/frame.ts";
import type { SlicedRules } from "../../model/sliced.ts";
import type { NameIndex } from "../../world/names/index.ts";
import type { Snapshot } from "../../world/snapshot.ts";
import type { Check, CheckContext, GroupValues, RawFinding, RuleCheck } from "../check.ts";
import { factsOf, groupValues } from "../contexts.ts";
import { isLogQlPath } from "../promql/dialect.ts";
import { foreignRuler } from "../rule/ruler.ts";
import { Failures, outside } from "../run.ts";
import { Around, type Version } from "./around.ts";
import { type Assembled, Assembly } from "./assembly.ts";
import { brokenFindings } from "./broken.ts";
import { type Epoch, epochOf, stillHolds } from "./facts.ts";
import { isKept, type KeptRun, keptRun, type Runner, type Said, saidOf } from "./kept.ts";
import { PlacedBefore } from "./placed.ts";
import { KeptRuns, noValues } from "./runs.ts";

/** How many texts are remembered beside those that stand in slices. */
const recallLimit = 20_000;

/**
 * The checks of one open file of rules. Each run looks only at slices that are new, and at all of them where the facts
 * have changed that they rest on. It says what `runChecks` says of the whole file.
 */
export class SlicedChecks {
  readonly #registry: readonly Check[];
  #epoch: Epoch | undefined;
  #around: Around | undefined;
  #values: { readonly frame: Frame; readonly ofRuns: readonly GroupValues[] } | undefined;
  #known = new Map<string, GroupValues>();
  /** The index of names that findings rest on, and its revision. */
  #names: { readonly index: NameIndex; readonly revision: number } | undefined;
  #isLiveStale = false;
  readonly #recall = new Recall();
  readonly #placed = new PlacedBefore();
  #recalled = 0;
  readonly #runs = new KeptRuns();
  #turn = 0;

  constructor(registry: readonly Check[]) {
    this.#registry = registry;
  }

  /** Facts changed in a way that no snapshot shows: all is asked again. */
  invalidate(): void {
    this.#epoch = undefined;
  }

  /** An index of a backend answers otherwise now: rules are asked again that rest on what has changed. */
  liveChanged(): void {
    this.#isLiveStale = true;
  }

  /**
   * Asks the slices one by one that `run` would ask all at once, so that others are answered in between. Tells at its
   * end whether all are asked, or facts changed meanwhile and it is to begin anew.
   */
  *prepare(sliced: SlicedRules, snapshot: Snapshot, problems: string[]): Generator<void, boolean> {
    if (!sliced.isSound) return true;
    if (!this.#tells(snapshot)) this.#renamed(snapshot.names);
    const { version } = this.#begin(sliced, snapshot, problems);
    const { runner, values } = version;
    for (const [at, run] of sliced.runs.entries()) {
      const ofGroup = values[at] ?? noValues;
      if (isKept(run, ofGroup, runner)) continue;
      for (const slice of run.slices) {
        if (this.#epoch !== runner.epoch) return false;
        saidOf(slice, ofGroup, runner);
        yield;
      }
      if (this.#epoch === runner.epoch) keptRun(run, ofGroup, runner);
    }
    return true;
  }

  /** Nothing where only a reading of the whole file can tell. */
  run(sliced: SlicedRules, snapshot: Snapshot, problems: string[]): Assembled | undefined {
    if (!sliced.isSound) return brokenFindings(sliced, snapshot, this.#registry, problems);
    const renamed = this.#renamed(snapshot.names);
    const { path } = sliced.file;
    const { version, around, checks } = this.#begin(sliced, snapshot, problems);
    const { runner } = version;
    const runs = this.#runs.of(version, renamed, this.#isLiveStale);
    this.#isLiveStale = false;
    if (exceedsBudget(runner.checks, runs)) return undefined;
    const said = around.findings((context) => outsideOf(checks, context, runner.failures));
    const isLogs = isLogQlPath(path) || runs.some((run) => run.isLogs);
    const refuses = runs.some((run) => run.refuses) || refusesOutside(checks, said);
    const silent = checks.filter(
      ({ needs }) =>
        (isLogs && needs?.includes("promql") === true) || (refuses && needs?.includes("decoded") === true),
    );
    const ids = new Set(silent.map(({ id }) => id));
    const ran = new Set(checks.flatMap(({ id }) => (ids.has(id) ? [] : [id])));
    const judging = { registry: this.#registry, ran, now: snapshot.now };
    const { totals } = this.#runs;
    const saidIn = (run: number, index: number): Said => {
      const slice = sliced.runs[run]?.slices[index];
      const values = version.values[run];
      if (slice === undefined || values === undefined) throw new Error("no such slice");
      return saidOf(slice, values, runner);
    };
    return new Assembly(sliced, said, ids, judging, saidIn, this.#placed, totals);
  }

  #begin(sliced: SlicedRules, snapshot: Snapshot, problems: string[]): Begun {
    const { kind } = sliced.frame.part.model;
    const { uri, path } = sliced.file;
    const checks = this.#registry.filter((check) => check.kinds.includes(kind));
    const runner: Runner = {
      epoch: this.#epochOf(snapshot),
      checks: checks.filter((check) => check.unit === "rule"),
      failures: new Failures(uri, problems),
      context: { kind, path, recall: (...of) => this.#recalling(...of) },
      rulerOf: () => foreignRuler(around.context),
      names: snapshot.names,
      turn: ++this.#turn,
    };
    const version: Version = { sliced, values: this.#groupValues(sliced.frame), runner };
    const around = this.#aroundOf(version, snapshot);
    return { version, around, checks };
  }

  /** Whether what was said holds as far as facts go, but for names whose changes can be told. */
  #tells(snapshot: Snapshot): boolean {
    const { names } = snapshot;
    const known = this.#names;
    if (this.#epoch === undefined || !stillHolds(this.#epoch, factsOf(snapshot))) return false;
    if (known === undefined || names === undefined) return known?.index === names;
    return known.index === names && names.changedSince(known.revision) !== undefined;
  }

  #epochOf(snapshot: Snapshot): Epoch {
    const facts = factsOf(snapshot);
    if (this.#epoch === undefined || !stillHolds(this.#epoch, facts)) this.#epoch = epochOf(facts);
    return this.#epoch;
  }

  #aroundOf(version: Version, snapshot: Snapshot): Around {
    if (this.#around?.holdsFor(version) !== true)
      this.#around = new Around(version, { ...snapshot, ...version.runner.epoch.tracked });
    return this.#around;
  }

  /** The names that have changed since the last run; where that is too long ago to tell, all is asked again. */
  #renamed(index: NameIndex | undefined): ReadonlySet<string> {
    const before = this.#names;
    this.#names = index === undefined ? undefined : { index, revision: index.revision };
    const changed =
      before === undefined || before.index !== index ? undefined : index.changedSince(before.revision);
    if (changed === undefined && (before !== undefined || index !== undefined)) this.#epoch = undefined;
    return changed ?? new Set();
  }

  /** Of each run. Groups that say the same have the same object, so that rules are not asked again for a new one. */
  #groupValues(frame: Frame): readonly GroupValues[] {
    if (this.#values?.frame === frame) return this.#values.ofRuns;
    const known = new Map<string, GroupValues>();
    const ofRuns = frame.models.map((model) => {
      const group = frame.rules.groups[model];
      const values = group === undefined ? noValues : groupValues(group);
      const text = JSON.stringify([[...values.fields], [...values.labels]]);
      const kept = known.get(text) ?? this.#known.get(text) ?? values;
      known.set(text, kept);
      return kept;
    });
    this.#known = known;
    this.#values = { frame, ofRuns };
    return ofRuns;
  }

  #recalling<T>(kind: string, text: string, make: (text: string) => T): T {
    if (++this.#recalled > recallLimit) {
      this.#recall.begin();
      this.#recalled = 0;
    }
    return this.#recall.of(kind, text, make);
  }
}

interface Begun {
  readonly version: Version;
  readonly around: Around;
  readonly checks: readonly Check[];
}

function outsideOf(
  checks: readonly Check[],
  context: CheckContext,
  failures: Failures,
): readonly RawFinding[] {
  return checks.flatMap((check) => outside(check, context, failures));
}

function exceedsBudget(checks: readonly RuleCheck[], runs: readonly KeptRun[]): boolean {
  const budgets = checks.flatMap(({ budget }) => (budget === undefined ? [] : [budget]));
  return budgets.some(({ limit }, index) => {
    let sum = 0;
    for (const { costs } of runs) sum += costs[index] ?? 0;
    return sum > limit;
  });
}

function refusesOutside(checks: readonly Check[], findings: readonly RawFinding[]): boolean {
  const decoding = new Set(checks.filter(({ whileDecoding }) => whileDecoding === true).map(({ id }) => id));
  return findings.some(({ check, refusedBy }) => refusedBy !== undefined && decoding.has(check));
}
