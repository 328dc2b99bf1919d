import type { LineIndex } from "../base/text.ts";
import type { SourceDocument } from "../model/document.ts";
import type { Finding, Place, RawFinding } from "./check.ts";

/** A finding at its place in the file, with what decides which of its like is told. */
export interface Told {
  readonly finding: Finding;
  readonly raw: Pick<RawFinding, "check" | "onceInFile" | "onceHere">;
}

/** Gives findings the words that depend on where they stand. */
export class Placing {
  readonly #lines: LineIndex;

  constructor({ lines }: Pick<SourceDocument, "lines">) {
    this.#lines = lines;
  }

  at(path: string): (raw: RawFinding) => Told {
    const place: Place = { path, lineOf: (offset) => goLineOf(this.#lines, offset) };
    return (raw) => ({ raw, finding: worded(raw, place) });
  }
}

/** The finding as it is told. */
export function worded(raw: RawFinding, place: Place): Finding {
  const { onceInFile, onceHere, message, ...rest } = raw;
  if (typeof message === "string" && onceInFile === undefined && onceHere === undefined)
    return raw as Finding;
  return { ...rest, message: typeof message === "string" ? message : message(place) };
}

/** From 1. go-yaml also counts the line breaks of Unicode. */
function goLineOf(lines: LineIndex, offset: number): number {
  const more = lines.text.slice(0, offset).match(/[\x85\u2028\u2029]/g)?.length ?? 0;
  return lines.positionAt(offset).line + 1 + more;
}

/** The findings in the order of their places, each once. */
export function inOrder(told: readonly Told[]): readonly Finding[] {
  const kept: Finding[] = [];
  const filter = new Repeats();
  for (const { finding, raw } of told.toSorted((a, b) => byPlace(a.finding, b.finding)))
    if (filter.isNew(finding, raw)) kept.push(finding);
  return kept;
}

/** Knows what has been told already. */
export class Repeats {
  readonly #seen = new Set<string>();

  isNew(finding: Finding, { onceHere, onceInFile }: Told["raw"]): boolean {
    const { check, message, span } = finding;
    if (onceInFile !== undefined && !this.#add(`${check} ${onceInFile}`)) return false;
    return this.#add(`${span.start}:${span.end}:${check}:${onceHere === true ? "" : message}`);
  }

  #add(identity: string): boolean {
    const { size } = this.#seen;
    return this.#seen.add(identity).size > size;
  }
}

type Sortable = Pick<Finding, "check" | "span" | "anchor">;

/**
 * Errors of one text stand where the text begins, in the order of their parser, behind what others say of the whole
 * text. A total order, so that the findings of a rule are in the same order alone and among those of its file.
 */
export function byPlace(a: Sortable, b: Sortable): number {
  const start = (a.anchor ?? a.span.start) - (b.anchor ?? b.span.start);
  if (start !== 0) return start;
  if (a.anchor !== undefined || b.anchor !== undefined)
    return Number(a.anchor !== undefined) - Number(b.anchor !== undefined);
  return a.span.end - b.span.end || (a.check < b.check ? -1 : a.check > b.check ? 1 : 0);
}
