import { type ScanToken, scan } from "./scan.ts";
import type { Frame, SelectorSketch, Stop, Word } from "./sketch.ts";
import { Sketcher } from "./sketcher.ts";

export interface Outline {
  readonly words: readonly Word[];
  readonly selectors: readonly SelectorSketch[];
  readonly top: Frame;
  /** Whether the cursor is in a comment. */
  readonly inComment: boolean;
  /** Where the cursor is: the token that it touches, the state before it and the state behind it. */
  readonly token: ScanToken | undefined;
  readonly before: Stop;
  readonly after: Stop;
}

/**
 * What unfinished text holds, read from left to right with a stack of open brackets and no grammar, so
 * that a missing bracket, quote or operand costs only its neighbourhood. Total and linear for any input.
 */
export function outline(text: string, cursor: number = text.length): Outline {
  const all = splitAtCursor(text, scan(text), cursor);
  const tokens = all.filter((token) => token.kind !== "comment");
  const sketch = new Sketcher();
  let before: Stop | undefined;
  let after: Stop | undefined;
  let touched: ScanToken | undefined;
  for (const [i, token] of tokens.entries()) {
    if (token.span.end >= cursor && before === undefined) {
      before = sketch.stop();
      if (token.span.start < cursor) touched = token;
    }
    if (token.span.end > cursor && after === undefined) after = sketch.stop();
    const next = tokens[i + 1];
    // A word under the cursor is still being typed: it says nothing about the word before it.
    const hidden =
      next !== undefined && next.kind === "word" && next.span.start < cursor && next.span.end >= cursor;
    sketch.feed(token, hidden ? undefined : next);
  }
  const end = sketch.stop();
  return {
    words: sketch.words,
    selectors: sketch.selectors,
    top: sketch.top,
    inComment: all.some(({ kind, span }) => kind === "comment" && span.start < cursor && cursor <= span.end),
    token: touched,
    before: before ?? end,
    after: after ?? end,
  };
}

/**
 * A string whose closing quote is missing runs on into what follows. If what follows the cursor is plainly
 * not part of the value (`, name=` or a closing bracket up to the end), the string ends at the cursor.
 */
function splitAtCursor(text: string, tokens: readonly ScanToken[], cursor: number): readonly ScanToken[] {
  const index = tokens.findIndex(
    ({ kind, span }) => kind === "string" && span.start < cursor && cursor <= span.end,
  );
  const string = tokens[index];
  if (string === undefined || (string.closed && cursor === string.span.end)) return tokens;
  const rest = text.slice(cursor, string.closed ? string.span.end - 1 : string.span.end);
  const runsOn = string.closed
    ? /^\s*,\s*[A-Za-z_]\w*\s*(?:=~|!~|!=|=)\s*$/.test(rest)
    : /^\s*(?:$|[,)}\]\s])/.test(rest);
  if (!runsOn) return tokens;
  const cut = { start: string.span.start, end: cursor };
  const head: ScanToken = { kind: "string", text: text.slice(cut.start, cut.end), span: cut, closed: false };
  const tail = scan(text.slice(cursor)).map((token) => ({
    ...token,
    span: { start: token.span.start + cursor, end: token.span.end + cursor },
  }));
  return [...tokens.slice(0, index), head, ...tail];
}
