import { type LineIndex, type Span, shift } from "../../base/text.ts";
import type { SourceDocument } from "../../model/document.ts";
import type { Frame } from "../../model/frame.ts";
import { labelsOf } from "../../model/recording-rules.ts";
import type { RuleGroupModel, RuleModel } from "../../model/rules.ts";
import type { Slice, SlicedRules } from "../../model/sliced.ts";
import { textOf, valueAt } from "../../yaml/access.ts";
import { usesElsewhere } from "./elsewhere.ts";
import type { RouteMatcher } from "./routes.ts";
import { type NamedGroup, NamedRule, type NameUse, type RuleRow, type Standing } from "./rule.ts";

/** Where a name is used that stands in no rule. */
export interface OtherUse extends NameUse {
  /** In the file. */
  readonly span: Span;
  /** What uses it, in a word or two; a query is a `.promql` file, a chart one of its templates. */
  readonly by: "rule test" | "route" | "inhibition" | "dashboard" | "query" | "chart";
  /** Whether the name is surely this one: the text of a dashboard may hold variables. */
  readonly certain: boolean;
  /** It is the name of a rule in the chart: whether there will be one only Helm knows. */
  readonly declares?: true;
}

/** The names that one version of a file declares and uses. */
export interface FileNames extends Standing {
  readonly groups: readonly NamedGroup[];
  /** Of each group the name in the file. */
  groupSpans(): readonly (Span | undefined)[];
  /** The rules that have a name, in the order of the file. */
  readonly rules: readonly NamedRule[];
  /** The same in rows, of which those that an edit does not touch are the same objects as in the version before. */
  readonly rows: readonly RuleRow[];
  /** In the order of the file. */
  readonly uses: readonly OtherUse[];
  /** By what an Alertmanager chooses where alerts go; absent where there is none. */
  readonly routes?: readonly RouteMatcher[] | undefined;
}

/** The rules of a run of slices that have a name, and which slices these are. */
interface OfRun extends RuleRow {
  readonly group: NamedGroup;
  readonly indexes: readonly number[];
}

/** The names of one version of a file in slices. */
class SlicedNames implements FileNames {
  readonly uri: string;
  readonly path: string;
  readonly sliced: SlicedRules;
  readonly groups: readonly NamedGroup[];
  /** Of each run; nothing for a run of no group. */
  readonly ofRuns: readonly (OfRun | undefined)[];
  readonly rows: readonly OfRun[];
  readonly uses: readonly OtherUse[] = [];
  /** Made when somebody asks. */
  #places: Map<RuleRow, { readonly block: number; readonly start: number }> | undefined;

  constructor(
    { uri, path }: SourceDocument,
    sliced: SlicedRules,
    groups: readonly NamedGroup[],
    ofRuns: readonly (OfRun | undefined)[],
  ) {
    this.uri = uri;
    this.path = path;
    this.sliced = sliced;
    this.groups = groups;
    this.ofRuns = ofRuns;
    this.rows = ofRuns.filter((ofRun) => ofRun !== undefined);
  }

  get lines(): LineIndex {
    return this.sliced.lines;
  }

  get rules(): readonly NamedRule[] {
    return this.rows.flatMap(({ rules }) => rules);
  }

  startOf(row: RuleRow): number {
    return this.#placeOf(row)?.start ?? 0;
  }

  baseOf(row: RuleRow, at: number): number {
    const block = this.#placeOf(row)?.block ?? 0;
    return this.sliced.lines.offsetOf(block, (this.ofRuns[block]?.indexes[at] ?? 0) + 1);
  }

  readonly groupSpans = (): readonly (Span | undefined)[] => {
    const { frame, lines } = this.sliced;
    return frame.rules.groups.map(({ name }) => {
      if (name === undefined) return undefined;
      const run = Math.max(
        0,
        frame.starts.findLastIndex((start) => start <= name.span.start),
      );
      return shift(name.span, lines.offsetOf(run, 0) - (frame.starts[run] ?? 0));
    });
  };

  #placeOf(row: RuleRow): { readonly block: number; readonly start: number } | undefined {
    if (this.#places === undefined) {
      this.#places = new Map();
      let start = 0;
      for (const [block, ofRun] of this.ofRuns.entries()) {
        if (ofRun === undefined) continue;
        this.#places.set(ofRun, { block, start });
        start += ofRun.rules.length;
      }
    }
    return this.#places.get(row);
  }
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

  #sliced(document: SourceDocument, sliced: SlicedRules, before: FileNames | undefined): FileNames {
    const { frame, runs } = sliced;
    const known = before instanceof SlicedNames ? before : undefined;
    const groups = this.#groupsOf(frame, before);
    const ofRuns = runs.map((run, block) => {
      const group = groups[frame.models[block] ?? 0];
      const same = known?.sliced.runs[block] === run ? known.ofRuns[block] : undefined;
      if (group === undefined || same?.group === group) return group && same;
      return this.#ofRun(run.slices, group);
    });
    return new SlicedNames(document, sliced, groups, ofRuns);
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
  const { uses, routes } = usesElsewhere(document);
  if (groups.length + uses.length + routes.length === 0) return undefined;
  const rows = [{ rules }];
  const groupSpans = (): typeof spans => spans;
  const places = {
    uri,
    path,
    lines,
    groups,
    groupSpans,
    rules,
    rows,
    uses,
    startOf: () => 0,
    baseOf: () => 0,
  };
  return routes.length === 0 ? places : { ...places, routes };
}

function groupOf({ name, node }: RuleGroupModel, index: number): NamedGroup {
  const interval = textOf(valueAt(node, "interval"));
  return { name: textOf(name) ?? "", index, labels: labelsOf(node), interval };
}

function keyOf({ name, index, labels, interval }: NamedGroup): string {
  return JSON.stringify([index, name, interval, [...labels]]);
}

function namedRule(rule: RuleModel, group: NamedGroup): NamedRule | undefined {
  const { kind, name, node } = rule;
  if (kind === "unknown" || name === undefined || name.value === "") return undefined;
  const own = labelsOf(node);
  const labels = group.labels.size === 0 ? own : new Map([...group.labels, ...own]);
  return new NamedRule(rule, name, labels, group);
}
