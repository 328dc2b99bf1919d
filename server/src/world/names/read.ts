import { type Span, shift } from "../../base/text.ts";
import type { SourceDocument } from "../../model/document.ts";
import type { Frame } from "../../model/frame.ts";
import { labelsOf } from "../../model/recording-rules.ts";
import type { RuleGroupModel, RuleModel } from "../../model/rules.ts";
import type { Slice, SlicedRules } from "../../model/sliced.ts";
import { textOf } from "../../yaml/access.ts";
import { usesElsewhere } from "./elsewhere.ts";
import { type NamedGroup, NamedRule, type NameUse, type Standing } from "./rule.ts";

/** Where a name is used that stands in no rule. */
export interface OtherUse extends NameUse {
  /** In the file. */
  readonly span: Span;
  /** What uses it, in a word or two; a query is a `.promql` file. */
  readonly by: "rule test" | "route" | "inhibition" | "dashboard" | "query";
  /** Whether the name is surely this one: the text of a dashboard may hold variables. */
  readonly certain: boolean;
}

/** The names that one version of a file declares and uses. */
export interface FileNames extends Standing {
  readonly groups: readonly NamedGroup[];
  /** Of each group the name in the file. */
  groupSpans(): readonly (Span | undefined)[];
  /** The rules that have a name, in the order of the file. */
  readonly rules: readonly NamedRule[];
  /** In the order of the file. */
  readonly uses: readonly OtherUse[];
}

/** The rules of a run of slices that have a name, and which slices these are. */
interface OfRun {
  readonly group: NamedGroup;
  readonly rules: readonly NamedRule[];
  readonly indexes: readonly number[];
}

/** The index of the last of ascending numbers that is not above one; at least 0. */
function lastAtMost(numbers: readonly number[], limit: number): number {
  let [low, high] = [0, numbers.length];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] ?? 0) <= limit) low = middle;
    else high = middle;
  }
  return low;
}

/** Reads the names of files; rules of a file in slices are read once, and are the same as long as their slice is. */
export class NamesReader {
  readonly #ofSlices = new WeakMap<Slice, NamedRule>();
  /** Runs and frames that an edit does not touch are the same in the next version. */
  readonly #ofRuns = new WeakMap<readonly Slice[], OfRun>();
  readonly #ofFrames = new WeakMap<Frame, readonly NamedGroup[]>();

  /** `before` is the version of the file that was read last. */
  read(document: SourceDocument, before?: FileNames): FileNames | undefined {
    const { sliced } = document;
    return sliced === undefined ? namesOf(document) : this.#sliced(document, sliced, before);
  }

  #sliced({ uri, path }: SourceDocument, sliced: SlicedRules, before: FileNames | undefined): FileNames {
    const { frame, lines, runs } = sliced;
    const groups = this.#groupsOf(frame, before);
    const named: OfRun[] = [];
    const blocks: number[] = [];
    const starts: number[] = [];
    let count = 0;
    for (const [block, { slices }] of runs.entries()) {
      const group = groups[frame.models[block] ?? 0];
      if (group === undefined) continue;
      const ofRun = this.#ofRun(slices, group);
      named.push(ofRun);
      blocks.push(block);
      starts.push(count);
      count += ofRun.rules.length;
    }
    const rules = named.flatMap((ofRun) => ofRun.rules);
    const baseOf = (at: number): number => {
      const run = lastAtMost(starts, at);
      const index = named[run]?.indexes[at - (starts[run] ?? 0)] ?? 0;
      return lines.offsetOf(blocks[run] ?? 0, index + 1);
    };
    const groupSpans = (): readonly (Span | undefined)[] =>
      frame.rules.groups.map(({ name }) => {
        if (name === undefined) return undefined;
        const run = Math.max(
          0,
          frame.starts.findLastIndex((start) => start <= name.span.start),
        );
        return shift(name.span, lines.offsetOf(run, 0) - (frame.starts[run] ?? 0));
      });
    return { uri, path, lines, groups, groupSpans, rules, uses: [], baseOf };
  }

  #groupsOf(frame: Frame, before: FileNames | undefined): readonly NamedGroup[] {
    const kept = this.#ofFrames.get(frame);
    if (kept !== undefined) return kept;
    const known = new Map((before?.groups ?? []).map((group) => [keyOf(group), group]));
    const groups = frame.rules.groups.map((group) => {
      const made = groupOf(group, group.index);
      return known.get(keyOf(made)) ?? made;
    });
    this.#ofFrames.set(frame, groups);
    return groups;
  }

  #ofRun(slices: readonly Slice[], group: NamedGroup): OfRun {
    const kept = this.#ofRuns.get(slices);
    if (kept?.group === group) return kept;
    const rules: NamedRule[] = [];
    const indexes: number[] = [];
    for (const [index, slice] of slices.entries()) {
      const rule = this.#ofSlice(slice, group);
      if (rule === undefined) continue;
      rules.push(rule);
      indexes.push(index);
    }
    const made: OfRun = { group, rules, indexes };
    this.#ofRuns.set(slices, made);
    return made;
  }

  #ofSlice(slice: Slice, group: NamedGroup): NamedRule | undefined {
    const known = this.#ofSlices.get(slice);
    if (known !== undefined && known.group === group) return known;
    const made = slice.rule === undefined ? undefined : namedRule(slice.rule, group);
    if (made !== undefined) this.#ofSlices.set(slice, made);
    return made;
  }
}

/** The names of a file that was read as a whole; nothing where it has none. */
export function namesOf(document: SourceDocument): FileNames | undefined {
  const { uri, path, lines } = document;
  const groups: NamedGroup[] = [];
  const spans: (Span | undefined)[] = [];
  const rules: NamedRule[] = [];
  for (const { model } of document.parts) {
    if (!("rules" in model)) continue;
    for (const group of model.rules.groups) {
      const named = groupOf(group, groups.length);
      groups.push(named);
      spans.push(group.name?.span);
      for (const rule of group.rules) {
        const made = namedRule(rule, named);
        if (made !== undefined) rules.push(made);
      }
    }
  }
  const uses = usesElsewhere(document);
  if (groups.length + uses.length === 0) return undefined;
  return { uri, path, lines, groups, groupSpans: () => spans, rules, uses, baseOf: () => 0 };
}

function groupOf({ name, node }: RuleGroupModel, index: number): NamedGroup {
  return { name: textOf(name) ?? "", index, labels: labelsOf(node) };
}

function keyOf({ name, index, labels }: NamedGroup): string {
  return JSON.stringify([index, name, [...labels]]);
}

function namedRule(rule: RuleModel, group: NamedGroup): NamedRule | undefined {
  const { kind, name, node } = rule;
  if (kind === "unknown" || name === undefined || name.value === "") return undefined;
  const own = labelsOf(node);
  const labels = group.labels.size === 0 ? own : new Map([...group.labels, ...own]);
  return new NamedRule(rule, name, labels, group);
}
