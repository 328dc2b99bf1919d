import { opaqueCharacter } from "../../base/opaque.ts";
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

/**
 * A chart's template as YAML of the same length: literals print themselves, what Helm puts in is opaque, and what
 * prints nothing, or has its lines for itself, is blank. Both branches of an `if` are there.
 */
export function maskChart(text: string, actions: readonly Action[]): string {
  const characters = text.split("");
  for (const action of actions) maskAction(characters, action);
  return maskLines(characters.join("").split("\n")).join("\n");
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
  /** The indentation of its text, as soon as there is some. */
  indent: number | undefined;
  /** Lines of actions that belong to it if more of its text follows. */
  readonly pending: number[];
}

function maskLines(lines: readonly string[]): readonly string[] {
  const masked = lines.map((line) => (bareLine.test(line) ? line.replace(/[^\r]/g, " ") : line));
  let block: Block | undefined;
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    if (bareLine.test(line)) {
      block?.pending.push(index);
      continue;
    }
    const indent = line.search(/[^ ]/);
    if (
      block !== undefined &&
      (block.indent === undefined ? indent > block.parent : indent >= block.indent)
    ) {
      block.indent ??= indent;
      for (const at of block.pending.splice(0)) masked[at] = filled(lines[at] ?? "", block.indent);
      masked[index] = line.replace(silent, fillCharacter);
      continue;
    }
    const shown = line.replace(leading, (found) => " ".repeat(found.length)).replace(silent, fillCharacter);
    masked[index] = shown;
    block = blockHead.test(shown) ? { parent: keyColumn(shown), indent: undefined, pending: [] } : undefined;
  }
  return masked;
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
