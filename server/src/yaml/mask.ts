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
 * Hides the line breaks of the quoted scalars that the library could not close, so that each becomes a single
 * line of the same length. Nothing where there is none that go-yaml would find the end of.
 */
export function maskQuoted(masked: Masked, tokens: readonly CST.Token[]): Masked | undefined {
  const { text } = masked;
  const scalars = new Set(masked.scalars);
  const pieces: string[] = [];
  let at = 0;
  for (const start of unclosed(tokens)) {
    // What is said to begin inside of another scalar is its closing quote.
    const span = start < at ? undefined : quotedSpan(text, start);
    const source = span === undefined ? "" : text.slice(span.start, span.end);
    if (span === undefined || !/[\r\n]/.test(source) || /^(?:---|\.\.\.)(?=\s)/m.test(source)) continue;
    pieces.push(text.slice(at, span.start), source.replace(/[\r\n]/g, " "));
    scalars.add(start);
    at = span.end;
  }
  return at === 0 ? undefined : { text: pieces.join("") + text.slice(at), scalars };
}

function quotedSpan(text: string, start: number): Span | undefined {
  const pattern = text[start] === '"' ? /"[^"\\]*(?:\\[\s\S][^"\\]*)*"/y : /'[^']*(?:''[^']*)*'/y;
  pattern.lastIndex = start;
  return pattern.test(text) ? { start, end: pattern.lastIndex } : undefined;
}

/** Where the first quoted scalar starts that has no closing quote. */
export function firstUnclosed(tokens: readonly CST.Token[]): number | undefined {
  return unclosed(tokens)[0];
}

/** Where quoted scalars without a closing quote start, in source order. */
function unclosed(tokens: readonly CST.Token[]): readonly number[] {
  const starts: number[] = [];
  const stack: CST.Token[] = [...tokens];
  for (let token = stack.pop(); token !== undefined; token = stack.pop()) {
    if (token.type === "single-quoted-scalar" || token.type === "double-quoted-scalar") {
      if (quotedSpan(token.source, 0) === undefined) starts.push(token.offset);
    } else if (token.type === "document") {
      if (token.value !== undefined) stack.push(token.value);
    } else if (token.type === "block-map" || token.type === "block-seq" || token.type === "flow-collection") {
      for (const { key, value } of token.items) {
        if (key !== undefined && key !== null) stack.push(key);
        if (value !== undefined) stack.push(value);
      }
    }
  }
  return starts.sort((a, b) => a - b);
}
