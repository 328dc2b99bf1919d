import type { SlicedRules } from "../../model/sliced.ts";
import { byPlace, Repeats, worded } from "../assemble.ts";
import type { Check, Finding, Place, RawFinding } from "../check.ts";
import { ToldLines } from "../comments/told-lines.ts";
import { rootPath } from "../contexts.ts";
import { type Countable, checkOfKind, type Kinds, kindOf, type Tally, type Tellable } from "../gravest.ts";
import { type Comments, commentsInSlices, mayHoldComments } from "../suppress.ts";
import type { KeptRun, Said } from "./kept.ts";
import { moved, type PlacedBefore, type ToldOfRule } from "./placed.ts";
import { offsetOf, sliceOf } from "./virtual.ts";

/** The findings of a file, as `runChecks` gives them; made as they are asked for. */
export interface Assembled extends Countable {
  findings(): Iterable<Finding>;
}

/** What decides what is said of the comments of a file. */
export interface Judging {
  readonly registry: readonly Check[];
  readonly ran: ReadonlySet<string>;
  readonly now: number | undefined;
}

/** What was said of a file in slices, put together one by one: most readers want only the first few hundred. */
export class Assembly implements Assembled {
  readonly #sliced: SlicedRules;
  readonly #outside: readonly RawFinding[];
  readonly #silent: ReadonlySet<string>;
  readonly #judging: Judging;
  readonly #saidOf: (run: number, slice: number) => Said;
  readonly #placed: PlacedBefore;
  readonly #totals: Tally;

  constructor(
    sliced: SlicedRules,
    outside: readonly RawFinding[],
    silent: ReadonlySet<string>,
    judging: Judging,
    saidOf: (run: number, slice: number) => Said,
    placed: PlacedBefore,
    totals: Tally,
  ) {
    this.#sliced = sliced;
    this.#outside = outside;
    this.#silent = silent;
    this.#judging = judging;
    this.#saidOf = saidOf;
    this.#placed = placed;
    this.#totals = totals;
  }

  tally(): Tally | undefined {
    const { runs } = this.#sliced;
    if (this.#hasComments || runs.some(({ kept }) => (kept as KeptRun).tally === undefined)) return undefined;
    const tally = new Map<string, number>();
    for (const [kind, count] of this.#totals)
      if (!this.#silent.has(checkOfKind(kind))) tally.set(kind, count);
    for (const finding of this.#outside) {
      if (finding.onceInFile !== undefined) return undefined;
      const kind = kindOf(finding);
      if (!this.#silent.has(finding.check)) tally.set(kind, (tally.get(kind) ?? 0) + 1);
    }
    return tally;
  }

  get #hasComments(): boolean {
    const { runs, after } = this.#sliced;
    return runs.some(({ kept }) => (kept as KeptRun).hasComments) || mayHoldComments(after.text);
  }

  *findings(): Iterable<Finding> {
    for (const { finding } of this.told()) yield finding;
  }

  *told(kinds?: Kinds): Iterable<Tellable> {
    const comments = this.#hasComments
      ? commentsInSlices(this.#sliced, this.#judging.now, (run) => (run.kept as KeptRun).hasComments)
      : undefined;
    const rest = this.#placedOutside();
    const about = comments === undefined ? [] : this.#about(comments, rest);
    const outside = [...rest, ...about].sort((a, b) => byPlace(a.finding, b.finding));
    const repeats = new Repeats();
    // What a rule says twice is left out already, and other rules stand elsewhere.
    const repeated = new Set(outside.map(({ finding }) => finding.check));
    for (const told of this.#merged(outside, kinds)) {
      const { raw } = told;
      const mayRepeat = repeated.has(raw.check) || raw.onceInFile !== undefined;
      if (mayRepeat && !repeats.isNew(told.finding, raw)) continue;
      if (comments?.isSuppressed(told.finding) !== true) yield told;
    }
  }

  *#merged(outside: readonly Outside[], kinds: Kinds | undefined): Iterable<Outside | ToldOfRule> {
    let next = 0;
    for (const told of this.#ofRules(kinds)) {
      for (let one = outside[next]; one !== undefined && isBefore(one, told); one = outside[next]) {
        yield one;
        next++;
      }
      yield told;
    }
    yield* outside.slice(next);
  }

  /** What is wrong with the comments; `outside` is what was said outside of rules. */
  #about(comments: Comments, outside: readonly Outside[]): readonly Outside[] {
    let lines: ToldLines | undefined;
    const finds: ToldLines["has"] = (check, scope) => {
      lines ??= this.#toldLines(outside);
      return lines.has(check, scope);
    };
    const { registry, ran } = this.#judging;
    return comments.findings({ registry, ran, finds }).map((finding) => new Outside(finding, finding));
  }

  #toldLines(outside: readonly Outside[]): ToldLines {
    const told = new ToldLines();
    const { lines, runs } = this.#sliced;
    for (const { finding } of outside) told.add(finding.check, lines.positionAt(finding.span.start).line);
    for (const [runIndex, { slices, kept }] of runs.entries())
      for (const index of (kept as KeptRun).telling) {
        const above = lines.lineOf(runIndex, index + 1);
        for (const { check, span } of this.#saidOf(runIndex, index).findings)
          if (!this.#silent.has(check))
            told.add(check, above + (slices[index]?.lines.positionAt(span.start).line ?? 0));
      }
    return told;
  }

  *#ofRules(kinds: Kinds | undefined): Iterable<ToldOfRule> {
    const { lines, runs, frame } = this.#sliced;
    for (const [at, run] of runs.entries()) {
      const kept = run.kept as KeptRun;
      if (kinds !== undefined && kept.tally !== undefined && !hasAny(kept.tally, kinds)) continue;
      const path = `${rootPath(frame.part)}groups[${frame.groups[at] ?? 0}].rules`;
      const place = { offset: lines.offsetOf(at, 0), line: lines.lineOf(at, 0), path };
      const placed = this.#placed.run(run, kept, (index) => this.#saidOf(at, index), place);
      yield* placed.wanted(this.#silent, kinds);
    }
  }

  #placedOutside(): readonly Outside[] {
    const { lines, frame } = this.#sliced;
    const toFile = placesIn(this.#sliced, this.#outside);
    const place: Place = {
      path: rootPath(frame.part).slice(0, -1),
      lineOf: (at) => lines.positionAt(toFile(at)).line + 1,
    };
    return this.#outside
      .filter(({ check }) => !this.#silent.has(check))
      .map((raw) => new Outside(raw, moved(worded(raw, place), toFile)));
  }
}

/** A finding that was said outside of rules. */
class Outside implements Tellable {
  readonly raw: RawFinding;
  readonly finding: Finding;
  readonly kind: string;
  readonly version = 0;
  kept: unknown = undefined;

  constructor(raw: RawFinding, finding: Finding) {
    this.raw = raw;
    this.finding = finding;
    this.kind = kindOf(raw);
  }
}

function isBefore({ finding }: Outside, told: ToldOfRule): boolean {
  const start = (finding.anchor ?? finding.span.start) - told.start;
  return start < 0 || (start === 0 && byPlace(finding, told.finding) <= 0);
}

function hasAny(tally: Tally, kinds: Kinds): boolean {
  for (const kind of tally.keys()) if (kinds.has(kind)) return true;
  return false;
}

/** The file's offset of an offset of the frame or of a place in a slice. */
function placesIn(sliced: SlicedRules, findings: readonly RawFinding[]): (at: number) => number {
  if (findings.length === 0) return (at) => at;
  const { runs, frame, lines } = sliced;
  const starts = new Map<number, number>();
  for (const [block, { slices }] of runs.entries())
    for (const [index, { id }] of slices.entries()) starts.set(id, lines.offsetOf(block, index + 1));
  return (at) => {
    const id = sliceOf(at);
    if (id > 0) return (starts.get(id) ?? 0) + offsetOf(at);
    let index = frame.starts.findLastIndex((start) => start <= at);
    index = Math.max(0, index);
    const local = at - (frame.starts[index] ?? 0);
    const real = lines.offsetOf(index, 0) + local;
    const run = runs[index];
    // Behind the dash of the item that stands for a run: the end of its last rule.
    if (run === undefined || local <= run.before.text.length + run.column + 2) return real;
    const last = run.slices.at(-1);
    return (starts.get(last?.id ?? 0) ?? 0) + (last?.item?.span.end ?? 0);
  };
}
