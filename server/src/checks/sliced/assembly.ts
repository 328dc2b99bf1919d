import type { Span } from "../../base/text.ts";
import type { SlicedRules } from "../../model/sliced.ts";
import { byPlace, identityOf, Repeats, worded } from "../assemble.ts";
import type { Check, Finding, Place, RawFinding } from "../check.ts";
import { ToldLines } from "../comments/told-lines.ts";
import { rootPath } from "../contexts.ts";
import { type Countable, checkOfKind, kindOf, type Tally } from "../gravest.ts";
import { type Comments, commentsInSlices, mayHoldComments } from "../suppress.ts";
import type { KeptRun, Said } from "./kept.ts";
import { offsetOf, sliceOf } from "./virtual.ts";

/** The findings of a file, as `runChecks` gives them; made as they are asked for. */
export type Assembled = Countable;

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

  *findings(kinds?: ReadonlySet<string>): Iterable<Finding> {
    const repeats = new Repeats();
    const comments = this.#hasComments
      ? commentsInSlices(this.#sliced, this.#judging.now, (run) => (run.kept as KeptRun).hasComments)
      : undefined;
    for (const { finding, raw, identity } of this.#merged(comments, kinds))
      if (repeats.isNew(finding, raw, identity) && comments?.isSuppressed(finding) !== true) yield finding;
  }

  *#merged(comments: Comments | undefined, kinds: ReadonlySet<string> | undefined): Iterable<Told> {
    const rest = this.#placedOutside();
    const about = comments === undefined ? [] : this.#about(comments, rest);
    const outside = [...rest, ...about].sort((a, b) => byPlace(a.finding, b.finding));
    let next = 0;
    for (const told of this.#ofRules(kinds)) {
      for (
        let one = outside[next];
        one !== undefined && byPlace(one.finding, told.finding) <= 0;
        one = outside[next]
      ) {
        yield one;
        next++;
      }
      yield told;
    }
    yield* outside.slice(next);
  }

  /** What is wrong with the comments; `outside` is what was said outside of rules. */
  #about(comments: Comments, outside: readonly Told[]): readonly Told[] {
    let lines: ToldLines | undefined;
    const finds: ToldLines["has"] = (check, scope) => {
      lines ??= this.#toldLines(outside);
      return lines.has(check, scope);
    };
    const { registry, ran } = this.#judging;
    return comments.findings({ registry, ran, finds }).map((finding) => ({ raw: finding, finding }));
  }

  #toldLines(outside: readonly Told[]): ToldLines {
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

  *#ofRules(kinds: ReadonlySet<string> | undefined): Iterable<Told> {
    const { lines, runs, frame } = this.#sliced;
    for (const [runIndex, { slices, kept }] of runs.entries()) {
      const { tally } = kept as KeptRun;
      if (kinds !== undefined && tally !== undefined && !hasAny(tally, kinds)) continue;
      for (const index of (kept as KeptRun).telling) {
        const offset = lines.offsetOf(runIndex, index + 1);
        const line = lines.lineOf(runIndex, index + 1);
        const path = `${rootPath(frame.part)}groups[${frame.groups[runIndex] ?? 0}].rules[${index}]`;
        const said = this.#saidOf(runIndex, index);
        let placed = this.#placed.get(said);
        if (placed?.offset !== offset || placed.line !== line || placed.path !== path) {
          const slice = slices[index];
          const lineOf = (at: number): number => line + 1 + (slice?.lines.positionAt(at).line ?? 0);
          const place: Place = { path, lineOf };
          const told = said.findings.map((raw) => {
            const finding = moved(worded(raw, place), (at) => at + offset);
            return { raw, finding, identity: identityOf(finding, raw) };
          });
          placed = { offset, line, path, told };
          this.#placed.set(said, placed);
        }
        for (const told of placed.told) if (!this.#silent.has(told.raw.check)) yield told;
      }
    }
  }

  #placedOutside(): readonly Told[] {
    const { lines, frame } = this.#sliced;
    const toFile = placesIn(this.#sliced, this.#outside);
    const place: Place = {
      path: rootPath(frame.part).slice(0, -1),
      lineOf: (at) => lines.positionAt(toFile(at)).line + 1,
    };
    return this.#outside
      .filter(({ check }) => !this.#silent.has(check))
      .map((raw) => ({ raw, finding: moved(worded(raw, place), toFile) }));
  }
}

function hasAny(tally: Tally, kinds: ReadonlySet<string>): boolean {
  for (const kind of tally.keys()) if (kinds.has(kind)) return true;
  return false;
}

/** What slices said, at the places where they stood when they were last told: most stand there still. */
export type PlacedBefore = WeakMap<Said, Placed>;

interface Placed {
  readonly offset: number;
  readonly line: number;
  readonly path: string;
  readonly told: readonly Told[];
}

interface Told {
  readonly raw: RawFinding;
  readonly finding: Finding;
  /** Where it is known already. */
  readonly identity?: string;
}

/** A finding whose places are others. */
export function moved(finding: Finding, to: (at: number) => number): Finding {
  const span = (of: Span): Span => ({ start: to(of.start), end: to(of.end) });
  const { related, fixes, anchor } = finding;
  return {
    ...finding,
    span: span(finding.span),
    ...(related === undefined
      ? {}
      : {
          related: related.map((each) =>
            each.uri === undefined ? { ...each, span: span(each.span) } : each,
          ),
        }),
    ...(fixes === undefined
      ? {}
      : {
          fixes: fixes.map((fix) => ({
            ...fix,
            edits: fix.edits.map((edit) => ({ ...edit, span: span(edit.span) })),
          })),
        }),
    ...(anchor === undefined ? {} : { anchor: to(anchor) }),
  };
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
