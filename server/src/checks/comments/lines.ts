import type { LineIndex } from "../../base/text.ts";
import type { SourceDocument } from "../../model/document.ts";
import type { SlicedRules } from "../../model/sliced.ts";
import { asMap } from "../../yaml/access.ts";
import type { YamlMap } from "../../yaml/node.ts";

/** Lines from `first` to `last`, both included. */
export interface Lines {
  readonly first: number;
  readonly last: number;
}

export const allLines: Lines = { first: 0, last: Number.POSITIVE_INFINITY };

/** The last rule that begins on a line or before; rules stand in order. */
export type LastRule = (line: number) => Lines | undefined;

/**
 * What `# promscope ignore` is about: its own line, with those above that a value of several lines has, behind whose end
 * alone there is a place for a comment; or for a comment alone the next line that is none, and with it the
 * rule or the block of text that begins there.
 */
export function scopeOf(line: number, lines: LineIndex, lastFrom: LastRule): Lines {
  if (!isComment(lines.lineText(line))) return { ...withBlock(line, lines), first: firstOf(line, lines) };
  const next = nextLine(line, lines);
  const rule = lastFrom(next);
  return rule?.first === next ? rule : withBlock(next, lines);
}

/** What `# pint disable` is about: the rule that the line lies in or stands above; the line where there is none. */
export function ruleScope(line: number, lines: LineIndex, lastFrom: LastRule): Lines {
  const next = isComment(lines.lineText(line)) ? nextLine(line, lines) : line;
  const below = lastFrom(next);
  if (below?.first === next) return below;
  const around = lastFrom(line);
  return around !== undefined && line <= around.last ? around : { first: line, last: next };
}

/** `expr: |` and its text are one thing to whoever comments on them. */
function withBlock(line: number, lines: LineIndex): Lines {
  const text = lines.lineText(line);
  if (!blockHead.test(text)) return { first: line, last: line };
  const indent = /^[ \t]*(?:-[ \t]+)*/.exec(text)?.[0].length ?? 0;
  let last = line;
  for (let next = line + 1; next < lines.lineCount; next++) {
    const below = lines.lineText(next);
    const margin = below.search(/[^ \t\r\n]/);
    if (margin < 0) continue;
    if (margin <= indent) break;
    last = next;
  }
  return { first: line, last };
}

const key = /^[ \t]*(?:-[ \t]+)*(?:"[^"]*"|'[^']*'|[\w./-]+)[ \t]*:(?=[ \t\r\n]|$)/;
const blockHead = /:[ \t]+(?:[&!]\S*[ \t]+)?[|>][-+0-9]*[ \t]*(?:#.*)?$/;
/** A value that goes on in more lines than these is a block. */
const mostLines = 50;

/** The line on which the value begins that ends on a line; the lines of a block each stand for themselves. */
function firstOf(line: number, lines: LineIndex): number {
  for (let above = line; above >= 0 && above > line - mostLines; above--) {
    const text = lines.lineText(above).trimEnd();
    if (key.test(text)) return blockHead.test(text) ? line : above;
    if (isComment(text) || text === "---") return line;
  }
  return line;
}

/** Whether a line holds nothing but a comment. */
export function isComment(text: string): boolean {
  return /^[ \t]*#/.test(text);
}

function nextLine(line: number, lines: LineIndex): number {
  let next = line + 1;
  while (next < lines.lineCount && /^[ \t]*(?:#|$)/.test(lines.lineText(next))) next++;
  return next;
}

/** Of a file that was read as a whole. */
export function lastRuleOf(document: SourceDocument): LastRule {
  const rules = rulesOf(document);
  return (line) => {
    let low = 0;
    let high = rules.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((rules[middle]?.first ?? 0) <= line) low = middle + 1;
      else high = middle;
    }
    return rules[low - 1];
  };
}

/** Of a file in slices. */
export function lastRuleInSlices({ runs, lines }: SlicedRules): LastRule {
  return (line) => {
    const found = lines.pieceOfLine(line);
    let { index } = found;
    for (let { block } = found; block >= 0; index = runs[--block]?.slices.length ?? 0)
      for (; index > 0; index--) {
        const slice = runs[block]?.slices[index - 1];
        const node = asMap(slice?.item);
        if (slice === undefined || node === undefined) continue;
        const rule = linesOf(node, slice.lines);
        const above = lines.lineOf(block, index);
        if (rule.first + above <= line) return { first: rule.first + above, last: rule.last + above };
      }
    return undefined;
  };
}

function rulesOf({ parts, chart, lines }: SourceDocument): readonly Lines[] {
  const rules: Lines[] = [];
  for (const { model } of chart?.parts ?? parts) {
    if (!("rules" in model)) continue;
    for (const group of model.rules.groups)
      for (const { node } of group.rules) rules.push(linesOf(node, lines));
  }
  // Aliases may name rules that stand elsewhere.
  return rules.sort((a, b) => a.first - b.first);
}

function linesOf({ span }: YamlMap, lines: LineIndex): Lines {
  return {
    first: lines.positionAt(span.start).line,
    last: lines.positionAt(Math.max(span.start, span.end - 1)).line,
  };
}
