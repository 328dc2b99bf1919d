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
  readonly #version: Version;
  readonly #asked = new Map<Make, readonly OfRule<unknown>[]>();
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

  holdsFor(version: Version): boolean {
    if (version.sliced.frame !== this.#frame || version.runner.epoch !== this.#epoch) return false;
    for (const [make, answers] of this.#asked) if (!sameAnswers(answers, version, make)) return false;
    if (this.#named.size === 0) return true;
    const gone = new Set(this.#named);
    for (const { slices } of version.sliced.runs) for (const { id } of slices) gone.delete(id);
    return gone.size === 0;
  }

  #rules<T>(make: (context: RuleContext) => T): readonly OfRule<T>[] {
    let answers = this.#asked.get(make);
    if (answers === undefined) {
      answers = [...answersOf(this.#version, make)];
      this.#asked.set(make, answers);
    }
    return answers as readonly OfRule<T>[];
  }
}

function* answersOf({ sliced, values, runner }: Version, make: Make): Iterable<OfRule<unknown>> {
  for (const [index, { slices }] of sliced.runs.entries()) {
    const group = sliced.frame.groups[index] ?? 0;
    const ofGroup = values[index];
    if (ofGroup === undefined) continue;
    for (const slice of slices) yield new Answer(slice, group, madeOf(slice, ofGroup, runner, make));
  }
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

function sameAnswers(answers: readonly OfRule<unknown>[], version: Version, make: Make): boolean {
  let index = 0;
  for (const { value, group } of answersOf(version, make)) {
    const before = answers[index++];
    if (before === undefined || before.group !== group || !sameValue(before.value, value)) return false;
  }
  return index === answers.length;
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
