import { Block, breaksOf, type Piece, PieceLines, pieceOf } from "../base/pieces.ts";
import { LineIndex, type Range, type Span } from "../base/text.ts";
import { asMap } from "../yaml/access.ts";
import { hasActionNode, hasChartWords, isSurelyChartTemplate } from "../yaml/helm.ts";
import { hasIgnored } from "../yaml/ignored.ts";
import { itemLinesBelow, readItem, splitItems } from "../yaml/items.ts";
import type { YamlNode } from "../yaml/node.ts";
import { type Frame, isFrameOf, readFrame } from "./frame.ts";
import { type FileText, maxLength } from "./read.ts";
import { isRule, isRuleFileName } from "./rule-shape.ts";
import { type RuleModel, readRule } from "./rules.ts";

/**
 * A rule of a file in slices: its lines, from the one of its dash to the one before the next, and what they say when
 * they are read alone. Offsets of its nodes count from its first character.
 */
export interface Slice extends Piece {
  /** Tells it from every other slice of its file, of this and all other versions. */
  readonly id: number;
  /** Nothing where it cannot be read alone: then the file is what only the whole of it says. */
  readonly item: YamlNode | undefined;
  readonly isPlain: boolean;
  readonly isRule: boolean;
  /** Nothing for what is no rule. */
  readonly rule: RuleModel | undefined;
  /** Whether a line begins with an action of a template. */
  readonly hasActionLine: boolean;
  /** What whoever checks the file has made of it. */
  kept?: unknown;
}

/** The rules of one group in an unbroken row. */
export interface Run {
  /** Everything from the run before up to the first rule. */
  readonly before: Piece;
  readonly column: number;
  readonly slices: readonly Slice[];
  /** What is before it, and its slices. */
  readonly block: Block;
  /** Slices that cannot be read alone. */
  readonly broken: number;
  readonly hasActionLine: boolean;
  /** Slices that have the keys of a rule. */
  readonly rules: number;
  /** What whoever checks the file has made of it. */
  kept?: unknown;
}

/** A change of a text as LSP tells it; without a range the text is new. */
export interface TextChange {
  readonly range?: Range | undefined;
  readonly text: string;
}

/** Of a file with more rules that cannot be read alone, slices are of no use. */
const maxBroken = 50;

/** One file of rules, of which only what an edit touches is read again. Immutable, but for what is kept. */
export class SlicedRules {
  readonly file: Omit<FileText, "text" | "version">;
  readonly runs: readonly Run[];
  readonly after: Piece;
  readonly behind: Block;
  readonly frame: Frame;
  readonly #reader: SliceReader;
  #lines: PieceLines | undefined;

  private constructor(
    file: SlicedRules["file"],
    runs: readonly Run[],
    after: Piece,
    frame: Frame,
    reader: SliceReader,
  ) {
    this.file = file;
    this.runs = runs;
    this.after = after;
    this.behind = new Block([after]);
    this.frame = frame;
    this.#reader = reader;
  }

  /** Nothing for a file that is no single document of rules in the plain subset, but for the rules themselves. */
  static read(file: FileText, before?: SlicedRules): SlicedRules | undefined {
    const { text } = file;
    if (text.length > maxLength || !text.includes("rules")) return undefined;
    const known = before?.file.path === file.path ? before : undefined;
    const slices = new SliceReader(file.path, known, before === undefined ? 0 : before.#reader.lastId);
    const runsBefore = new Map<Slice | undefined, Run>();
    for (const run of known?.runs ?? []) runsBefore.set(run.slices[0], run);
    const runs: Run[] = [];
    let from = 0;
    let broken = 0;
    for (const { start, end, column } of itemLinesBelow(text, "rules")) {
      const items = splitItems(text.slice(start, end), column, end === text.length);
      const piece = slices.piece(text.slice(from, start));
      if (items === undefined || piece === undefined) return undefined;
      const read = slices.read(items, column);
      if (read === undefined) return undefined;
      const run = sameRun(runsBefore.get(read[0]), piece, column, read) ?? runOf(piece, column, read);
      broken += run.broken;
      if (broken > maxBroken) return undefined;
      runs.push(run);
      from = end;
    }
    const after = slices.piece(text.slice(from));
    if (runs.length === 0 || after === undefined) return undefined;
    const frame =
      known !== undefined && isFrameOf(known.frame, runs, after) ? known.frame : readFrame(file, runs, after);
    if (frame === undefined) return undefined;
    const { uri, path, languageId } = file;
    const sliced = new SlicedRules({ uri, path, languageId }, runs, after, frame, slices);
    slices.forget();
    return sliced.#holds() ? sliced : undefined;
  }

  /** Whether every rule could be read alone: only then the slices say what the file says. */
  get isSound(): boolean {
    return this.runs.every(({ broken }) => broken === 0);
  }

  /** For each run a block of what is before it and its slices, at last one of what is behind them all. */
  get lines(): PieceLines {
    this.#lines ??= new PieceLines([...this.runs.map(({ block }) => block), this.behind]);
    return this.#lines;
  }

  /**
   * The file after a change that lies within the rules of one group; nothing where it touches what is around them:
   * then the file is to be read again.
   */
  edited({ range, text }: TextChange): SlicedRules | undefined {
    const span = range === undefined ? undefined : spanOf(this.lines, range);
    const touched = span === undefined ? undefined : this.#touched(span.start, span.end);
    const before = this.runs[touched?.run ?? -1];
    if (touched === undefined || before === undefined) return undefined;
    const { run, first, last, start, end } = touched;
    const replaced = before.slices.slice(first, last + 1);
    let old = "";
    for (const slice of replaced) old += slice.text;
    const isLast =
      last === before.slices.length - 1 && run === this.runs.length - 1 && this.after.text === "";
    const items = splitItems(old.slice(0, start) + text + old.slice(end), before.column, isLast);
    const read = items === undefined ? undefined : this.#reader.read(items, before.column, replaced);
    if (read === undefined) return undefined;
    const slices = before.slices.toSpliced(first, last + 1 - first, ...read);
    // Without any rule there is no run.
    if (slices.length === 0) return undefined;
    const runs = this.runs.with(run, runOf(before.before, before.column, slices));
    const sliced = new SlicedRules(this.file, runs, this.after, this.frame, this.#reader);
    return sliced.#holds() ? sliced : undefined;
  }

  /** Every slice with its block and its piece in `lines`. */
  *slices(): Iterable<{ readonly slice: Slice; readonly block: number; readonly index: number }> {
    for (const [block, { slices }] of this.runs.entries())
      for (const [index, slice] of slices.entries()) yield { slice, block, index: index + 1 };
  }

  /** Whether the kind of the file is sure, for which rules may be needed. */
  #holds(): boolean {
    return !this.frame.needsRule || this.runs.some(({ rules }) => rules > 0);
  }

  /** The slices that a change from `start` to `end` touches, its edges included, all in one run. */
  #touched(start: number, end: number): Touched | undefined {
    let at = 0;
    for (const [index, run] of this.runs.entries()) {
      const from = at + run.before.text.length;
      const to = at + run.block.length;
      const isLast = index === this.runs.length - 1 && this.after.text === "";
      if (start <= from) return undefined;
      if (start < to || (isLast && start === to))
        return end < to || (isLast && end === to)
          ? touchedIn(run, index, start - from, end - from)
          : undefined;
      at = to;
    }
    return undefined;
  }
}

interface Touched {
  readonly run: number;
  /** Indexes of the first and the last slice. */
  readonly first: number;
  readonly last: number;
  /** The change in the text of these slices together. */
  readonly start: number;
  readonly end: number;
}

/** A change at the edge of a slice touches the one beside it, too. */
function touchedIn({ slices }: Run, run: number, start: number, end: number): Touched {
  let first = -1;
  let last = -1;
  let from = 0;
  let at = 0;
  for (const [index, { text }] of slices.entries()) {
    const to = at + text.length;
    if (at > end) break;
    if (to >= start) {
      if (first < 0) {
        first = index;
        from = at;
      }
      last = index;
    }
    at = to;
  }
  return { run, first, last, start: start - from, end: end - from };
}

/** A run of the version before, where it says the same. */
function sameRun(
  run: Run | undefined,
  before: Piece,
  column: number,
  slices: readonly Slice[],
): Run | undefined {
  const isSame =
    run?.before.text === before.text &&
    run.column === column &&
    run.slices.length === slices.length &&
    slices.every((slice, at) => run.slices[at] === slice);
  return isSame ? run : undefined;
}

function runOf(before: Piece, column: number, slices: readonly Slice[]): Run {
  let broken = 0;
  let rules = 0;
  let hasActionLine = false;
  for (const slice of slices) {
    if (slice.item === undefined) broken++;
    if (slice.isRule) rules++;
    hasActionLine ||= slice.hasActionLine;
  }
  return {
    before,
    column,
    slices,
    block: new Block([before, ...slices]),
    broken,
    rules,
    hasActionLine,
    kept: undefined,
  };
}

function spanOf(lines: LineIndex, { start, end }: Range): Span {
  const [a, b] = [lines.offsetAt(start), lines.offsetAt(end)];
  return a <= b ? { start: a, end: b } : { start: b, end: a };
}

/** Makes slices. Those of another version of the file are taken as they are, each once. */
class SliceReader {
  readonly #path: string;
  readonly #known = new Map<number, Map<string, Slice[]>>();
  readonly #isRuleFile: boolean;
  #lastId: number;

  constructor(path: string, before: SlicedRules | undefined, lastId: number) {
    this.#path = path;
    this.#isRuleFile = isRuleFileName(path);
    this.#lastId = lastId;
    for (const { column, slices } of before?.runs ?? []) {
      const known = this.#known.get(column) ?? new Map<string, Slice[]>();
      this.#known.set(column, known);
      for (const slice of slices) {
        const same = known.get(slice.text);
        if (same === undefined) known.set(slice.text, [slice]);
        else same.push(slice);
      }
    }
  }

  get lastId(): number {
    return this.#lastId;
  }

  /** What was known is needed for one reading only. */
  forget(): void {
    this.#known.clear();
  }

  /** Lines around the rules; nothing where they are not for us. */
  piece(text: string): Piece | undefined {
    return this.#isForeign(text) ? undefined : pieceOf(text);
  }

  /** The items in the column, those of slices that they take the place of as they were; nothing where one is not for us. */
  read(
    items: readonly string[],
    column: number,
    replaced: readonly Slice[] = [],
  ): readonly Slice[] | undefined {
    const slices: Slice[] = [];
    const free = [...replaced];
    for (const text of items) {
      const same = free.findIndex((slice) => slice.text === text);
      const [kept] = same < 0 ? [] : free.splice(same, 1);
      const slice = kept ?? this.#take(text, column) ?? this.#slice(text, column);
      if (slice === undefined) return undefined;
      slices.push(slice);
    }
    return slices;
  }

  /** Rules that say the same are taken in their order, so that each stays in its group. */
  #take(text: string, column: number): Slice | undefined {
    return this.#known.get(column)?.get(text)?.shift();
  }

  #slice(text: string, column: number): Slice | undefined {
    if (this.#isForeign(text)) return undefined;
    const read = readItem(text, column);
    const isPlain = read?.isPlain ?? false;
    if (read !== undefined && !isPlain && !this.#isRuleFile && hasActionNode(read.node)) return undefined;
    return new ReadSlice(++this.#lastId, text, read?.node, isPlain);
  }

  /** Whether a text shows that the file is a chart's template, or has lines that only editors count or nobody reads. */
  #isForeign(text: string): boolean {
    if ((text.includes("\r") && /\r(?!\n)/.test(text)) || hasIgnored(text)) return true;
    return (this.#isRuleFile ? isSurelyChartTemplate : hasChartWords)(this.#path, text);
  }
}

class ReadSlice implements Slice {
  readonly id: number;
  readonly text: string;
  readonly breaks: number;
  readonly item: YamlNode | undefined;
  readonly isPlain: boolean;
  readonly isRule: boolean;
  readonly hasActionLine: boolean;
  kept: unknown = undefined;
  #lines: LineIndex | undefined;
  #rule: RuleModel | undefined;

  constructor(id: number, text: string, item: YamlNode | undefined, isPlain: boolean) {
    this.id = id;
    this.text = text;
    this.breaks = breaksOf(text);
    this.item = item;
    this.isPlain = isPlain;
    this.isRule = item !== undefined && isRule(item);
    this.hasActionLine = text.includes("{{") && /^[ \t]*\{\{/m.test(text);
  }

  get lines(): LineIndex {
    this.#lines ??= new LineIndex(this.text);
    return this.#lines;
  }

  get rule(): RuleModel | undefined {
    const node = asMap(this.item);
    if (node !== undefined) this.#rule ??= readRule(node, 0);
    return this.#rule;
  }
}
