import type { LineIndex, Span } from "../../base/text.ts";
import type { Run } from "../../model/sliced.ts";
import { Repeats, worded } from "../assemble.ts";
import type { Finding, Place, RawFinding } from "../check.ts";
import { type Kinds, kindOf, type Tellable } from "../gravest.ts";
import type { KeptRun, Said } from "./kept.ts";

/** Where a run begins in its file. */
export interface RunPlace {
  readonly offset: number;
  readonly line: number;
  /** Of the rules of its group. */
  readonly path: string;
}

/** What slices said, at the places where they stood when they were last told: most stand there still. */
export class PlacedBefore {
  readonly #rules = new WeakMap<Said, PlacedRule>();
  readonly #runs = new WeakMap<KeptRun, PlacedRun>();

  /** What a run says, which begins there. */
  run(run: Run, kept: KeptRun, saidOf: (index: number) => Said, place: RunPlace): PlacedRun {
    let placed = this.#runs.get(kept);
    if (placed === undefined) {
      const rules = kept.telling.map((index) => {
        const said = saidOf(index);
        const { lines } = run.slices[index] ?? run.before;
        const known = this.#rules.get(said) ?? new PlacedRule(said.findings, lines);
        this.#rules.set(said, known);
        return known;
      });
      placed = new PlacedRun(run, kept.telling, rules);
      this.#runs.set(kept, placed);
    }
    placed.move(place);
    return placed;
  }
}

/** What the rules of a run say. */
class PlacedRun {
  readonly #run: Run;
  readonly #indexes: readonly number[];
  readonly #rules: readonly PlacedRule[];
  #place: RunPlace | undefined;
  #told: readonly ToldOfRule[] = [];
  #wanted: { readonly print: string; readonly told: readonly ToldOfRule[] } | undefined;

  constructor(run: Run, indexes: readonly number[], rules: readonly PlacedRule[]) {
    this.#run = run;
    this.#indexes = indexes;
    this.#rules = rules;
  }

  move(to: RunPlace): void {
    const from = this.#place;
    if (from?.offset === to.offset && from.line === to.line && from.path === to.path) return;
    const { block } = this.#run;
    for (const [at, rule] of this.#rules.entries()) {
      const index = this.#indexes[at] ?? 0;
      const path = from?.path === to.path ? undefined : `${to.path}[${index}]`;
      rule.move(to.offset + block.offsetOf(index + 1), to.line + block.lineOf(index + 1), path);
    }
    if (from === undefined) this.#told = this.#rules.flatMap(({ told }) => told);
    this.#place = to;
  }

  /** What is told of it but for checks that are silent. */
  wanted(silent: ReadonlySet<string>, kinds: Kinds | undefined): readonly ToldOfRule[] {
    if (silent.size === 0 && kinds === undefined) return this.#told;
    const print = `${[...silent].join("\n")}\n\n${kinds?.print ?? "all"}`;
    if (this.#wanted?.print !== print) {
      const told = this.#told.filter(({ raw, kind }) => !silent.has(raw.check) && kinds?.has(kind) !== false);
      this.#wanted = { print, told };
    }
    return this.#wanted.told;
  }
}

/** What a rule says, and where it stands. */
class PlacedRule {
  readonly lines: LineIndex;
  offset = 0;
  /** Counts how often its words may have changed. */
  version = 0;
  #line = -1;
  #path = "";
  readonly #findings: readonly RawFinding[];
  #told: readonly ToldOfRule[] | undefined;

  constructor(findings: readonly RawFinding[], lines: LineIndex) {
    this.#findings = findings;
    this.lines = lines;
  }

  move(offset: number, line: number, path: string | undefined): void {
    this.offset = offset;
    if (line === this.#line && (path === undefined || path === this.#path)) return;
    this.#line = line;
    this.#path = path ?? this.#path;
    this.version++;
  }

  get place(): Place {
    const line = this.#line;
    return { path: this.#path, lineOf: (at) => line + 1 + this.lines.positionAt(at).line };
  }

  /** Each once. */
  get told(): readonly ToldOfRule[] {
    if (this.#told === undefined) {
      const repeats = new Repeats();
      const { place } = this;
      this.#told = this.#findings
        .filter((raw) => raw.onceInFile !== undefined || repeats.isNew(worded(raw, place), raw))
        .map((raw) => new ToldOfRule(raw, this));
    }
    return this.#told;
  }
}

/** A finding of a rule, put in its place when somebody looks at it. */
export class ToldOfRule implements Tellable {
  readonly raw: RawFinding;
  readonly kind: string;
  kept: unknown = undefined;
  readonly #rule: PlacedRule;
  #made: { readonly finding: Finding; readonly offset: number; readonly version: number } | undefined;

  constructor(raw: RawFinding, rule: PlacedRule) {
    this.raw = raw;
    this.kind = kindOf(raw);
    this.#rule = rule;
  }

  get version(): number {
    return this.#rule.version;
  }

  /** What it is ordered by. */
  get start(): number {
    return this.#rule.offset + (this.raw.anchor ?? this.raw.span.start);
  }

  get finding(): Finding {
    const { offset, version, place } = this.#rule;
    if (this.#made?.offset !== offset || this.#made.version !== version) {
      const finding = moved(worded(this.raw, place), (at) => at + offset);
      this.#made = { finding, offset, version };
    }
    return this.#made.finding;
  }
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
