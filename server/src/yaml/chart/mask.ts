import { opaqueCharacter } from "../../base/opaque.ts";
import type { Span } from "../../base/text.ts";
import type { Action } from "./actions.ts";

/** Stands for nothing in a masked text: it is taken out of the values of its scalars. */
export const fillCharacter = "\ue000";
/** The same for what decides, and for what prints nothing, until its line is looked at. */
const silentCharacter = "\ue002";

/** A line of nothing but what actions have left. */
const bareLine = new RegExp(`^[\\s${silentCharacter}${fillCharacter}${opaqueCharacter}]*$`);
const leading = new RegExp(`^[ \\t${silentCharacter}]+`);
const silent = new RegExp(silentCharacter, "g");
/** The head of a block scalar at the end of a line, behind a key or a dash. */
const blockHead = /(?<=[:-])\s+(?:[&!]\S+\s+)?[|>][-+1-9]{0,2}\s*(?:#.*)?$/;

/** A chart's template as YAML of the same length. */
export interface MaskedChart {
  readonly text: string;
  /** Where Helm writes whole lines of a text, so that nothing of it is certain. */
  readonly unknown: readonly Span[];
}

/**
 * Masks a chart's template: literals print themselves, what Helm puts in is opaque, and what prints nothing, or has its
 * lines for itself, is blank. Both branches of an `if` are there.
 */
export function maskChart(text: string, actions: readonly Action[]): MaskedChart {
  const characters = text.split("");
  for (const action of actions) maskAction(characters, action);
  const lines = characters.join("").split("\n");
  const { masked, unknown } = maskLines(lines, text.split("\n"));
  return { text: masked.join("\n"), unknown };
}

function maskAction(characters: string[], { kind, span, text }: Action): void {
  const shown =
    kind === "output"
      ? opaqueCharacter
      : kind === "literal" || kind === "list"
        ? fillCharacter
        : silentCharacter;
  for (let at = span.start; at < span.end; at++) {
    const isText = text !== undefined && at >= text.start && at < text.end;
    if (!isText && characters[at] !== "\n" && characters[at] !== "\r") characters[at] = shown;
  }
}

/** Where a block scalar is known to stand. */
interface Block {
  /** Its text is indented deeper than this column. */
  readonly parent: number;
  /** Where the line of its head ends. */
  readonly start: number;
  /** The indentation of its text, as soon as there is some. */
  indent: number | undefined;
  /** Lines of actions that belong to it if more of its text follows. */
  readonly pending: Line[];
}

interface Line {
  readonly index: number;
  readonly text: string;
  readonly written: string;
  readonly start: number;
}

function maskLines(
  lines: readonly string[],
  written: readonly string[],
): { readonly masked: readonly string[]; readonly unknown: readonly Span[] } {
  const masked = lines.map((line) => (bareLine.test(line) ? line.replace(/[^\r]/g, " ") : line));
  const unknown: Span[] = [];
  let block: Block | undefined;
  let start = 0;
  /** What Helm writes as a line of its own is a part of the text that it stands in. */
  const note = ({ text, start: from }: Line): void => {
    if (text.includes(opaqueCharacter))
      unknown.push({ start: block?.start ?? from, end: from + text.length });
  };
  const close = (): void => {
    for (const line of block?.pending ?? []) if (columnWritten(line) >= (block?.indent ?? 0)) note(line);
    block = undefined;
  };
  for (const [index, text] of lines.entries()) {
    const line = { index, text, written: written[index] ?? "", start };
    start += text.length + 1;
    if (text.trim() === "") continue;
    if (bareLine.test(text)) {
      if (block === undefined) note(line);
      else block.pending.push(line);
      continue;
    }
    const indent = text.search(/[^ ]/);
    if (
      block !== undefined &&
      (block.indent === undefined ? indent > block.parent : indent >= block.indent)
    ) {
      block.indent ??= indent;
      for (const before of block.pending.splice(0)) {
        masked[before.index] = filled(before.text, block.indent);
        note(before);
      }
      masked[index] = text.replace(silent, fillCharacter);
      continue;
    }
    close();
    const shown = text.replace(leading, (found) => " ".repeat(found.length)).replace(silent, fillCharacter);
    masked[index] = shown;
    if (blockHead.test(shown))
      block = { parent: keyColumn(shown), start: line.start + text.length, indent: undefined, pending: [] };
  }
  close();
  return { masked, unknown };
}

/** How far the text is indented that a line of actions prints: `nindent` and `indent` say so, else where it stands. */
function columnWritten({ written }: Line): number {
  const told = /\bn?indent\s+(\d+)/.exec(written)?.[1];
  return told === undefined ? written.search(/\S/) : Number(told);
}

/** A line of actions within a block scalar: blanks up to its indentation, for more would set it. */
function filled(line: string, indent: number): string {
  const blanks = Math.min(indent, line.length);
  return " ".repeat(blanks) + line.slice(blanks).replace(/[^\r]/g, fillCharacter);
}

/** The column of the key whose value a block scalar is, or of the dash. */
function keyColumn(line: string): number {
  if (/^\s*(?:-\s+)*-\s+[|>]/.test(line)) return line.lastIndexOf("-", line.search(/[|>]/));
  return /^\s*(?:-\s+)*/.exec(line)?.[0].length ?? 0;
}
