import type { Run } from "../../model/sliced.ts";
import type { GroupValues } from "../check.ts";
import type { Version } from "./around.ts";
import type { Epoch } from "./facts.ts";
import { type KeptRun, keptRun, type Runner, saidOf, unsay } from "./kept.ts";

/** What was said of a version. */
interface Seen {
  readonly epoch: Epoch;
  readonly runs: readonly Run[];
  readonly values: readonly GroupValues[];
  readonly kept: readonly KeptRun[];
  /** The ruler of the file, where a rule asked for it. */
  readonly ruler: { readonly value: string | undefined } | undefined;
}

/** Why slices may have to be asked again. */
interface Stale {
  readonly renamed: ReadonlySet<string> | undefined;
  readonly ruler: boolean;
  readonly live: boolean;
}

export const noValues: GroupValues = { fields: new Map(), labels: new Map() };

/** What the checks say of the runs of a file, from one version to the next: who is the same is not looked at again. */
export class KeptRuns {
  #seen: Seen | undefined;
  /** Who asked for a name; of long runs, which do not gather what they asked, all are asked each time. */
  readonly #askers = new Map<string, Run | Set<Run>>();
  readonly #totals = new Map<string, number>();

  /** How many findings of each kind all runs have that tell their number. */
  get totals(): ReadonlyMap<string, number> {
    return this.#totals;
  }

  /**
   * All runs, those slices asked again whose findings rest on another ruler than the file's, or on names of other rules
   * that have changed, or on another answer of a backend.
   */
  of(version: Version, renamed: ReadonlySet<string>, isLiveStale: boolean): readonly KeptRun[] {
    const { values, runner } = version;
    const { runs } = version.sliced;
    const seen = this.#seen?.epoch === runner.epoch ? this.#seen : undefined;
    const isKnown = (run: Run, at: number): boolean =>
      seen?.runs[at] === run && seen.values[at] === values[at];
    const kept = runs.map((run, at) => {
      const known = isKnown(run, at) ? seen?.kept[at] : undefined;
      return known ?? keptRun(run, values[at] ?? noValues, runner);
    });
    this.#follow(runs, kept);
    const isAsked = kept.some(({ asking }) => asking.length > 0);
    const ruler = isAsked ? { value: runner.rulerOf() } : undefined;
    const isRulerNew = ruler !== undefined && (seen?.ruler === undefined || seen.ruler.value !== ruler.value);
    const naming = this.#asking(renamed);
    for (const [at, run] of runs.entries()) {
      const before = kept[at];
      if (before === undefined) continue;
      const isNamed = before.asked === undefined ? renamed.size > 0 : naming.has(run);
      const stale = {
        renamed: isNamed ? renamed : undefined,
        ruler: isRulerNew || (before.asking.length > 0 && !isKnown(run, at)),
        live: isLiveStale,
      };
      if (!unsaid(run, before, values[at] ?? noValues, runner, stale)) continue;
      run.kept = undefined;
      kept[at] = keptRun(run, values[at] ?? noValues, runner);
      this.#forget(run, before);
      this.#note(run, kept[at]);
    }
    this.#seen = { epoch: runner.epoch, runs, values, kept, ruler };
    return kept;
  }

  /** The runs that asked for one of the names. */
  #asking(names: ReadonlySet<string>): ReadonlySet<Run> {
    const asking = new Set<Run>();
    for (const name of names) {
      const askers = this.#askers.get(name);
      if (askers instanceof Set) for (const run of askers) asking.add(run);
      else if (askers !== undefined) asking.add(askers);
    }
    return asking;
  }

  /** Takes what is asked now in the place of what was asked of the version before. */
  #follow(runs: readonly Run[], kept: readonly KeptRun[]): void {
    const before = this.#seen ?? { runs: [], kept: [] };
    const isSame = (was: number, is: number): boolean =>
      before.runs[was] === runs[is] && before.kept[was] === kept[is];
    const most = Math.min(before.runs.length, runs.length);
    let first = 0;
    while (first < most && isSame(first, first)) first++;
    let [was, is] = [before.runs.length, runs.length];
    while (was > first && is > first && isSame(was - 1, is - 1)) {
      was--;
      is--;
    }
    for (let at = first; at < was; at++) this.#forget(before.runs[at], before.kept[at]);
    for (let at = first; at < is; at++) this.#note(runs[at], kept[at]);
  }

  #note(run: Run | undefined, kept: KeptRun | undefined): void {
    if (run === undefined || kept === undefined) return;
    const { asked, tally } = kept;
    for (const [kind, count] of tally ?? []) this.#totals.set(kind, (this.#totals.get(kind) ?? 0) + count);
    for (const name of asked ?? []) {
      const askers = this.#askers.get(name);
      if (askers === undefined) this.#askers.set(name, run);
      else if (askers instanceof Set) askers.add(run);
      else if (askers !== run) this.#askers.set(name, new Set([askers, run]));
    }
  }

  #forget(run: Run | undefined, kept: KeptRun | undefined): void {
    if (run === undefined || kept === undefined) return;
    const { asked, tally } = kept;
    for (const [kind, count] of tally ?? []) this.#totals.set(kind, (this.#totals.get(kind) ?? 0) - count);
    for (const name of asked ?? []) {
      const askers = this.#askers.get(name);
      if (askers === run || (askers instanceof Set && askers.delete(run) && askers.size === 0))
        this.#askers.delete(name);
    }
  }
}

/** Forgets what slices of a run said that rests on what is not so any more; tells whether there is one. */
function unsaid(run: Run, kept: KeptRun, values: GroupValues, runner: Runner, stale: Stale): boolean {
  let isStale = false;
  const unsayWhere = (
    indexes: readonly number[],
    isOld: (said: ReturnType<typeof saidOf>) => boolean,
  ): void => {
    for (const at of indexes) {
      const slice = run.slices[at];
      const said = slice === undefined ? undefined : saidOf(slice, values, runner);
      // What was said just now knows it all.
      if (slice === undefined || said === undefined || said.turn === runner.turn || !isOld(said)) continue;
      unsay(slice);
      isStale = true;
    }
  };
  if (stale.ruler) unsayWhere(kept.asking, ({ ruler }) => ruler?.value !== runner.rulerOf());
  const { renamed } = stale;
  if (renamed !== undefined) unsayWhere(kept.naming, ({ asked }) => meet(renamed, asked));
  if (stale.live) unsayWhere(kept.living, ({ live }) => !live.holds());
  return isStale;
}

function meet(few: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  const [less, more] = few.size < others.size ? [few, others] : [others, few];
  for (const key of less) if (more.has(key)) return true;
  return false;
}
