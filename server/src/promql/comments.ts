import type { Span } from "../base/text.ts";
import { unitAt } from "./characters.ts";
import { stringEnd } from "./lexer-string.ts";

/** A comment of an expression, from its `#` to the end of its line, which it does not hold. */
export interface Comment {
  readonly span: Span;
  /** With the `#`, without the spaces at its end. */
  readonly text: string;
  /** Whether it has its line to itself. */
  readonly alone: boolean;
}

/**
 * The comments of an expression that Prometheus accepts, in order (`lexLineComment` in `promql/parser/lex.go`): a `#`
 * begins one wherever it does not stand in a string.
 */
export function commentsOf(text: string): readonly Comment[] {
  const comments: Comment[] = [];
  if (!text.includes("#")) return comments;
  let lineHasText = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "\n" || char === "\r") lineHasText = false;
    else if (char === "#") {
      const end = lineEnd(text, at);
      comments.push({ span: { start: at, end }, text: text.slice(at, end).trimEnd(), alone: !lineHasText });
      at = end - 1;
    } else if (char === '"' || char === "'" || char === "`") {
      const end = stringEnd(text, at, unitAt(text, at));
      if (typeof end === "string") return comments;
      at = end - 1;
      lineHasText = true;
    } else if (char !== " " && char !== "\t") lineHasText = true;
  }
  return comments;
}

function lineEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && text.charAt(end) !== "\n" && text.charAt(end) !== "\r") end++;
  return end;
}
