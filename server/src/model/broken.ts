import { type Fault, faultIn } from "../yaml/fault.ts";
import { hasActionNode } from "../yaml/helm.ts";
import { largeLength } from "../yaml/recover.ts";
import { parseSubset } from "../yaml/subset/parse.ts";
import { placeholder } from "./frame.ts";
import { isRuleFileName } from "./rule-shape.ts";
import type { SlicedRules } from "./sliced.ts";

/** The fault of a large file of rules, of which one rule cannot be read, and the lines around it. */
export interface LocalFault extends Fault {
  /** A short file with the same fault. */
  readonly text: string;
  /** The file's offset of an offset of the text. */
  toFile(offset: number): number;
}

/** How much of what follows the rule is read with it. */
const windows = [8_000, 64_000] as const;
const actionLine = /^[ \t]*\{\{/m;
const oddBreaks = /[\x85\u2028\u2029\ufeff]/;

/**
 * What is wrong with a file of which exactly one rule cannot be read alone: go-yaml reads no further than its first
 * fault, so what it says can be told from the rule, what it stands in and what follows. Nothing where all must be read.
 */
export function localFault(sliced: SlicedRules): LocalFault | undefined {
  const { runs, frame, lines } = sliced;
  const run = runs.findIndex(({ broken }) => broken > 0);
  const index = runs[run]?.slices.findIndex(({ item }) => item === undefined) ?? -1;
  const slice = runs[run]?.slices[index];
  if (slice === undefined || runs.some(({ broken }, other) => broken > (other === run ? 1 : 0)))
    return undefined;
  const isRuleFile = isRuleFileName(sliced.file.path);
  const first = runs[0]?.before.text.length ?? 0;
  if (lines.length - first <= largeLength || oddBreaks.test(slice.text)) return undefined;
  if (
    !isRuleFile &&
    (runs.some(({ hasActionLine }) => hasActionLine) || actionLine.test(frame.document.text))
  )
    return undefined;
  const above = aboveOf(sliced, run, index);
  if (above === undefined) return undefined;
  for (const window of windows) {
    const { text: below, isEnd } = belowOf(sliced, run, index, window);
    const text = above.text + below;
    const fault = faultIn(text, isEnd, above.toFileLine);
    if (fault === undefined) continue;
    if (!isRuleFile && hasActionNode(fault.root)) return undefined;
    return { ...fault, text, toFile: above.toFile };
  }
  return undefined;
}

interface Above {
  readonly text: string;
  toFile(offset: number): number;
  toFileLine(line: number): number;
}

/** What the rule stands in: the first lines of the file, those of its group, and an item for the rules before it. */
function aboveOf({ runs, lines }: SlicedRules, run: number, index: number): Above | undefined {
  const first = runs[0];
  const own = runs[run];
  if (first === undefined || own === undefined) return undefined;
  /** Texts with the offsets and lines of the file that they stand for. */
  const parts = [{ text: first.before.text, offset: 0, line: 0 }];
  const add = (text: string, block: number, piece: number): void => {
    parts.push({ text, offset: lines.offsetOf(block, piece), line: lines.lineOf(block, piece) });
  };
  if (run > 0) {
    add(placeholder(first.column), 0, 1);
    add(own.before.text, run, 0);
  }
  if (index > 0) add(placeholder(own.column), run, 1);
  const text = parts.map((part) => part.text).join("");
  const whole = index > 0 ? text : text + placeholder(own.column);
  if (parseSubset(whole)?.documents.length !== 1) return undefined;
  parts.push({ text: "", offset: lines.offsetOf(run, index + 1), line: lines.lineOf(run, index + 1) });
  let offset = 0;
  let line = 0;
  const starts = parts.map((part) => {
    const start = { ...part, localOffset: offset, localLine: line };
    offset += part.text.length;
    line += part.text.split("\n").length - 1;
    return start;
  });
  return {
    text,
    toFile(at) {
      const part = starts.findLast(({ localOffset }) => localOffset <= at);
      return part === undefined ? at : part.offset + at - part.localOffset;
    },
    toFileLine(at) {
      const part = starts.findLast(({ localLine }) => localLine <= at);
      return part === undefined ? at : part.line + at - part.localLine;
    },
  };
}

/** The rule and at least so much of what follows, in whole pieces. */
function belowOf(
  { runs, behind }: SlicedRules,
  run: number,
  index: number,
  window: number,
): { readonly text: string; readonly isEnd: boolean } {
  const blocks = [...runs.map(({ block }) => block), behind];
  let text = "";
  for (let block = run; block < blocks.length; block++)
    for (const piece of blocks[block]?.pieces.slice(block === run ? index + 1 : 0) ?? []) {
      text += piece.text;
      if (text.length > window) return { text, isEnd: false };
    }
  return { text, isEnd: true };
}
