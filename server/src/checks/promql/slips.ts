import type { Span } from "../../base/text.ts";
import type { ParseError } from "../../promql/ast.ts";

/** Operators of other languages, the longer ones first, and what PromQL writes. */
const slips: readonly (readonly [written: string, meant: string])[] = [
  ["===", "=="],
  ["!==", "!="],
  ["=>", ">="],
  ["=<", "<="],
  ["<>", "!="],
  ["&&", "and"],
  ["||", "or"],
  ["=", "=="],
];

const closing: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/** More slips than this in one expression are no slips. */
const most = 8;

/** A change of a text: what is written at a span of it instead. */
export interface TextChange {
  readonly span: Span;
  readonly newText: string;
}

/**
 * The changes that make an expression parse where operators of other languages stand in it, or where a bracket is
 * never closed; spans of the text as it is. Nothing where that does not mend all of it.
 */
export function unslipped(
  text: string,
  errorsOf: (text: string) => readonly ParseError[],
): readonly TextChange[] | undefined {
  const changes: TextChange[] = [];
  let tried = text;
  /** How much longer the text that is tried is than the one that is written, up to the last change. */
  let longer = 0;
  while (changes.length < most) {
    const [error] = errorsOf(tried);
    if (error === undefined) return changes.length === 0 ? undefined : changes;
    const change = changeAt(tried, error);
    if (change === undefined) return undefined;
    const { span, newText } = change;
    const start = span.start - longer;
    if (start < (changes.at(-1)?.span.end ?? 0)) return undefined;
    changes.push({ span: { start, end: span.end - longer }, newText });
    longer += newText.length - (span.end - span.start);
    tried = tried.slice(0, span.start) + newText + tried.slice(span.end);
  }
  return undefined;
}

function changeAt(text: string, { span, bracket }: ParseError): TextChange | undefined {
  if (bracket !== undefined) {
    const end = text.trimEnd().length;
    const newText = closing[text[bracket.start] ?? ""];
    // Behind a comment it would be a part of it.
    return newText === undefined || text.includes("#") ? undefined : { span: { start: end, end }, newText };
  }
  // The parser may have read the first letter of an operator as one of its own.
  for (const start of [span.start - 2, span.start - 1, span.start])
    for (const [written, meant] of slips)
      if (start >= 0 && start + written.length > span.start && text.startsWith(written, start))
        return { span: { start, end: start + written.length }, newText: spaced(text, start, written, meant) };
  return undefined;
}

/** Words need a space on both sides where there is none. */
function spaced(text: string, start: number, written: string, meant: string): string {
  if (!/^\w/.test(meant)) return meant;
  const before = /\s/.test(text[start - 1] ?? " ") ? "" : " ";
  const after = /\s/.test(text[start + written.length] ?? " ") ? "" : " ";
  return `${before}${meant}${after}`;
}
