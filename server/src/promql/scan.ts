import type { Span } from "../base/text.ts";

/**
 * Tokens of text that someone is still typing. Unlike the strict lexer this one never stops: it knows no
 * errors, takes an unclosed string to the end of its line, and keeps comments. It is meant for the cursor's
 * context and for outlines, never for verdicts.
 */
export type ScanKind = "word" | "number" | "string" | "symbol" | "variable" | "comment";

export interface ScanToken {
  readonly kind: ScanKind;
  readonly text: string;
  readonly span: Span;
  /** For strings: whether the closing quote is there. */
  readonly closed: boolean;
}

const patterns: readonly (readonly [ScanKind, RegExp])[] = [
  ["comment", /#[^\r\n]*/y],
  ["variable", /\$\{[^}\r\n]*\}?|\$\w+|\[\[\w*\]\]/y],
  ["number", /\.?\d(?:[eE][+-](?=\d)|[\w.])*/y],
  ["word", /[\p{L}_:][\p{L}\p{N}_:.]*/uy],
  ["symbol", /=~|!~|==|!=|>=|<=|<\/|>\/|[-+*/%^<>=!@,(){}[\]:~]/y],
];

/** Inside square brackets a colon parts the range from the step and belongs to no name. */
const wordInBrackets = /[\p{L}_][\p{L}\p{N}_.]*/uy;

/** All tokens of a text in order; what is no token is left out. Total and linear for any input. */
export function scan(text: string): readonly ScanToken[] {
  const tokens: ScanToken[] = [];
  let brackets = 0;
  let at = 0;
  const push = (kind: ScanKind, end: number, closed = true): void => {
    tokens.push({ kind, text: text.slice(at, end), span: { start: at, end }, closed });
    at = end;
  };
  next: while (at < text.length) {
    const char = text.charAt(at);
    if (char === '"' || char === "'" || char === "`") {
      const end = stringEnd(text, at, char);
      push("string", end.offset, end.closed);
      continue;
    }
    for (const [kind, pattern] of patterns) {
      const used = kind === "word" && brackets > 0 ? wordInBrackets : pattern;
      used.lastIndex = at;
      const match = used.exec(text);
      if (match === null) continue;
      if (match[0] === "[") brackets++;
      else if (match[0] === "]") brackets = Math.max(0, brackets - 1);
      push(kind, at + match[0].length);
      continue next;
    }
    at++;
  }
  return tokens;
}

function stringEnd(text: string, start: number, quote: string): { offset: number; closed: boolean } {
  for (let i = start + 1; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === quote) return { offset: i + 1, closed: true };
    if (quote !== "`" && char === "\\") i++;
    else if (quote !== "`" && char === "\n") return { offset: i, closed: false };
  }
  return { offset: text.length, closed: false };
}
