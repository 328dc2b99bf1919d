import type { Frame } from "../../model/frame.ts";
import type { Slice, SlicedRules } from "../../model/sliced.ts";
import type { Snapshot } from "../../world/snapshot.ts";
import type { CheckContext, GroupValues, OfRule, RawFinding, RuleContext } from "../check.ts";
import { documentContext } from "../contexts.ts";
import type { Epoch } from "./facts.ts";
import { madeOf, type Runner } from "./kept.ts";
import { sliceOf, virtualSpan } from "./virtual.ts";

type Make = (context: RuleContext) => unknown;

/** The rules of one version of a file, with the values of their groups. */
export interface Version {
  readonly sliced: SlicedRules;
  /** Of each run. */
  readonly values: readonly GroupValues[];
  readonly runner: Runner;
}

/**
 * The frame of a file with what was asked of its rules. What is said of it stays true for another version where the
 * frame is the same, and all that was asked of the rules has the same answers.
 */
export class Around {
  readonly context: CheckContext;
  readonly #frame: Frame;
  readonly #epoch: Epoch;
  /** The last one that it was found to hold for. */
  #version: Version;
  /** Of each run. */
  readonly #asked = new Map<Make, readonly (readonly OfRule<unknown>[])[]>();
  #findings: readonly RawFinding[] | undefined;
  /** Slices that the findings name. */
  #named: ReadonlySet<number> = new Set();

  constructor(version: Version, snapshot: Snapshot) {
    this.#version = version;
    this.#frame = version.sliced.frame;
    this.#epoch = version.runner.epoch;
    const facts = { ...snapshot, document: this.#frame.document };
    this.context = documentContext(facts, this.#frame.part, (make) => this.#rules(make));
  }

  /** Offsets are those of the frame's text, or places in slices. */
  findings(make: (context: CheckContext) => readonly RawFinding[]): readonly RawFinding[] {
    if (this.#findings === undefined) {
      this.#findings = make(this.context);
      this.#named = namedBy(this.#findings);
    }
    return this.#findings;
  }

  /** Looks at the runs that are others than those of the last version it held for. */
  holdsFor(version: Version): boolean {
    if (version.sliced.frame !== this.#frame || version.runner.epoch !== this.#epoch) return false;
    const before = this.#version.sliced.runs;
    const { runs } = version.sliced;
    if (before.length !== runs.length) return false;
    for (const [at, { slices }] of runs.entries()) {
      const old = before[at]?.slices ?? [];
      if (old === slices) continue;
      for (const [make, answers] of this.#asked)
        if (!sameAnswers(answers[at] ?? [], answersOf(version, at, make))) return false;
      if (old.some(({ id }) => this.#named.has(id) && !slices.some((slice) => slice.id === id))) return false;
    }
    this.#version = version;
    return true;
  }

  #rules<T>(make: (context: RuleContext) => T): readonly OfRule<T>[] {
    let answers = this.#asked.get(make);
    if (answers === undefined) {
      answers = this.#version.sliced.runs.map((_, at) => answersOf(this.#version, at, make));
      this.#asked.set(make, answers);
    }
    return answers.flat() as readonly OfRule<T>[];
  }
}

/** What is asked of the rules of one run. */
function answersOf({ sliced, values, runner }: Version, run: number, make: Make): readonly OfRule<unknown>[] {
  const group = sliced.frame.groups[run] ?? 0;
  const ofGroup = values[run];
  if (ofGroup === undefined) return [];
  const { slices } = sliced.runs[run] ?? { slices: [] };
  return slices.map((slice) => new Answer(slice, group, madeOf(slice, ofGroup, runner, make)));
}

class Answer implements OfRule<unknown> {
  readonly value: unknown;
  readonly group: number;
  readonly #slice: Slice;

  constructor(slice: Slice, group: number, value: unknown) {
    this.#slice = slice;
    this.group = group;
    this.value = value;
  }

  place(span: { readonly start: number; readonly end: number }): { start: number; end: number } {
    return virtualSpan(this.#slice.id, span);
  }
}

function sameAnswers(before: readonly OfRule<unknown>[], now: readonly OfRule<unknown>[]): boolean {
  return (
    before.length === now.length &&
    now.every(({ value, group }, at) => before[at]?.group === group && sameValue(before[at].value, value))
  );
}

function sameValue(a: unknown, b: unknown): boolean {
  return (
    a === b || (typeof a === "object" && typeof b === "object" && JSON.stringify(a) === JSON.stringify(b))
  );
}

function namedBy(findings: readonly RawFinding[]): ReadonlySet<number> {
  const named = new Set<number>();
  for (const { span, related, fixes } of findings) {
    named.add(sliceOf(span.start));
    for (const each of related ?? []) named.add(sliceOf(each.span.start));
    for (const fix of fixes ?? []) for (const edit of fix.edits) named.add(sliceOf(edit.span.start));
  }
  named.delete(0);
  return named;
}
