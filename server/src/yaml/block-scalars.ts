import type { Span } from "../base/text.ts";
import { RunBuilder } from "./offset-map.ts";

/** One line of a block scalar: indentation, then content, then its line break. */
interface Line {
  readonly start: number;
  readonly content: number;
  readonly end: number;
  /** Behind the line break; equals `end` for a last line without one. */
  readonly next: number;
}

/**
 * Decodes a block scalar; `at` starts at `|` or `>`. `value` is what it decodes to: it tells how much
 * indentation an explicit indicator strips, which depends on the parent.
 */
export function decodeBlock(text: string, at: Span, value: string): RunBuilder {
  const header = /^[|>]([-+0-9]*)[^\r\n]*(?:\r\n|\r|\n|$)/.exec(text.slice(at.start, headerEnd(text, at)));
  const runs = new RunBuilder();
  if (header === null) return runs;
  const indicators = header[1] ?? "";
  const keep = indicators.includes("+");
  const lines = linesOf(text, at.start + header[0].length, at.end);
  const isEmpty = (line: Line): boolean => line.content === line.end;
  let tail = lines.findLastIndex((line) => !isEmpty(line)) + 1;
  let first = lines.findIndex((line) => !isEmpty(line));
  const isExplicit = /[1-9]/.test(indicators);
  let trim = 0;
  if (first < 0 && isExplicit) {
    // Blanks behind the indentation are content, even where there is nothing else.
    const longest = value.split("\n").reduce((most, line) => Math.max(most, line.length), 0);
    trim = lines.reduce((most, line) => Math.max(most, indentOf(line)), 0) - longest;
    first = longest === 0 ? -1 : lines.findIndex((line) => indentOf(line) > trim);
  } else trim = isExplicit ? explicitTrim(lines, first, value) : indentOf(lines[first]);
  if (first < 0) {
    if (keep) breaks(lines, runs);
    return runs;
  }
  for (let i = lines.length - 1; i >= tail; i--) if (indentOf(lines[i]) > trim) tail = i + 1;
  for (const line of lines.slice(0, first)) {
    runs.verbatim(text.slice(line.start + Math.min(trim, indentOf(line)), line.end), line.start + trim);
    runs.made("\n", line.end, line.next - line.end);
  }
  const content = lines.slice(first, tail);
  if (text[at.start] === "|") literal(text, content, trim, runs);
  else folded(text, content, trim, runs);
  const last = content.at(-1);
  if (last === undefined || indicators.includes("-")) return runs;
  if (keep) breaks([last, ...lines.slice(tail)], runs);
  else breaks([last], runs);
  return runs;
}

function literal(text: string, lines: readonly Line[], trim: number, runs: RunBuilder): void {
  for (const [index, line] of lines.entries()) {
    const before = lines[index - 1];
    if (before !== undefined) runs.made("\n", before.end, before.next - before.end);
    textOf(text, line, trim, runs);
  }
}

/**
 * Lines at the indentation are joined by spaces, an empty line between them is one break; around lines that
 * are indented deeper, every break stays.
 */
function folded(text: string, lines: readonly Line[], trim: number, runs: RunBuilder): void {
  let pending: Line[] = [];
  let deeperBefore = false;
  for (const [index, line] of lines.entries()) {
    const deeper = indentOf(line) > trim || text[line.content] === "\t";
    const empty = line.content === line.end && !deeper;
    if (!empty) {
      const start = line.start;
      if (deeper || deeperBefore) breaks(pending, runs);
      else if (pending.length === 1) joined(pending, start, " ", runs);
      else if (pending.length > 1) {
        const [one, two, ...others] = pending;
        if (one !== undefined && two !== undefined) joined([one, two], two.next, "\n", runs);
        breaks(others, runs);
      }
      textOf(text, line, trim, runs);
      deeperBefore = deeper;
      pending = [];
    }
    if (index < lines.length - 1) pending.push(line);
  }
}

/** The breaks of several lines as one character. */
function joined(lines: readonly Line[], end: number, made: string, runs: RunBuilder): void {
  const start = lines[0]?.end ?? end;
  runs.made(made, start, end - start);
}

function breaks(lines: readonly Line[], runs: RunBuilder): void {
  for (const line of lines) if (line.next > line.end) runs.made("\n", line.end, line.next - line.end);
}

function textOf(text: string, line: Line, trim: number, runs: RunBuilder): void {
  const start = line.start + Math.min(trim, indentOf(line));
  runs.verbatim(text.slice(start, line.end), start);
}

function indentOf(line: Line | undefined): number {
  return line === undefined ? 0 : line.content - line.start;
}

/** What the value's first line with content has lost of its indentation; the lines before it stay as they are. */
function explicitTrim(lines: readonly Line[], first: number, value: string): number {
  const kept = /^ */.exec(value.split("\n", first + 1)[first] ?? "")?.[0].length ?? 0;
  return Math.max(0, indentOf(lines[first]) - kept);
}

function headerEnd(text: string, at: Span): number {
  const newline = text.indexOf("\n", at.start);
  return newline < 0 || newline >= at.end ? at.end : newline + 1;
}

function linesOf(text: string, start: number, end: number): readonly Line[] {
  const lines: Line[] = [];
  let at = start;
  while (at < end) {
    const newline = text.indexOf("\n", at);
    const next = newline < 0 || newline >= end ? end : newline + 1;
    let lineEnd = next;
    if (newline >= 0 && newline < end)
      lineEnd = newline > at && text[newline - 1] === "\r" ? newline - 1 : newline;
    let content = at;
    while (content < lineEnd && text[content] === " ") content++;
    lines.push({ start: at, content, end: lineEnd, next });
    at = next;
  }
  return lines;
}
