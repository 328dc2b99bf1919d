import type { CST } from "yaml";
import type { Span } from "../base/text.ts";

/** A text of the same length that the library reads, and the quoted scalars whose line breaks it does not see. */
export interface Masked {
  readonly text: string;
  /** Start offsets. */
  readonly scalars: ReadonlySet<number>;
}

/** Lone carriage returns as line feeds: go-yaml takes both for line breaks, the library only the latter. */
export function maskReturns(text: string): string {
  return text.includes("\r") ? text.replace(/\r(?!\n)/g, "\n") : text;
}

/**
 * Hides the line breaks of the first quoted scalar that the library could not close, so that it becomes a
 * single line of the same length. Nothing where go-yaml would not find its end either.
 */
export function maskQuoted(masked: Masked, tokens: readonly CST.Token[]): Masked | undefined {
  const start = firstUnclosed(tokens);
  if (start === undefined) return undefined;
  const at = quotedSpan(masked.text, start);
  if (at === undefined) return undefined;
  const source = masked.text.slice(at.start, at.end);
  if (!/[\r\n]/.test(source) || /^(?:---|\.\.\.)(?=\s)/m.test(source)) return undefined;
  return {
    text: masked.text.slice(0, at.start) + source.replace(/[\r\n]/g, " ") + masked.text.slice(at.end),
    scalars: new Set([...masked.scalars, start]),
  };
}

function quotedSpan(text: string, start: number): Span | undefined {
  const pattern = text[start] === '"' ? /"[^"\\]*(?:\\[\s\S][^"\\]*)*"/y : /'[^']*(?:''[^']*)*'/y;
  pattern.lastIndex = start;
  return pattern.test(text) ? { start, end: pattern.lastIndex } : undefined;
}

/** Where the first quoted scalar starts that has no closing quote. */
export function firstUnclosed(tokens: readonly CST.Token[]): number | undefined {
  let first: number | undefined;
  const stack: CST.Token[] = [...tokens];
  for (let token = stack.pop(); token !== undefined; token = stack.pop()) {
    if (token.type === "single-quoted-scalar" || token.type === "double-quoted-scalar") {
      const at = quotedSpan(token.source, 0);
      if (at === undefined && (first === undefined || token.offset < first)) first = token.offset;
    } else if (token.type === "document") {
      if (token.value !== undefined) stack.push(token.value);
    } else if (token.type === "block-map" || token.type === "block-seq" || token.type === "flow-collection") {
      for (const { key, value } of token.items) {
        if (key !== undefined && key !== null) stack.push(key);
        if (value !== undefined) stack.push(value);
      }
    }
  }
  return first;
}
