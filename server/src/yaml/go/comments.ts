import { isBlank, isBreak, isBreakOrEnd, type Mark, type Reader } from "./reader.ts";
import type { Comment, Token } from "./token.ts";

/** How far go-yaml looks for a comment. */
const farthest = 512;

/** What the scanner knows where a comment may begin. */
export interface CommentContext {
  readonly reader: Reader;
  readonly indent: number;
  readonly inFlow: boolean;
  /** The tokens that were scanned last. */
  readonly last: Token | undefined;
  readonly beforeLast: Token | undefined;
}

/** A comment behind a token on its line (`scannerc.go`, yaml_parser_scan_line_comment). */
export function scanLineComment(reader: Reader, token: Mark, comments: Comment[]): void {
  if (reader.newlines > 0) return;
  let ahead = 0;
  let code = reader.tryCode(0);
  while (code !== undefined && isBlank(code)) code = ++ahead < farthest ? reader.tryCode(ahead) : undefined;
  if (code !== 0x23) return;
  while (ahead-- > 0) reader.skip();
  const start = reader.mark();
  const line = readComment(reader);
  comments.push({ scan: undefined, token, start, end: undefined, head: "", line, foot: "" });
}

function readComment(reader: Reader): string {
  const from = reader.pos;
  while (!isBreakOrEnd(reader.code())) reader.skip();
  return reader.text.slice(from, reader.pos);
}

/**
 * Comments on lines of their own (`scannerc.go`, yaml_parser_scan_comments). go-yaml sorts them to the tokens
 * around them; all that matters here is which of them come before a token.
 */
export function scanComments(context: CommentContext, scanMark: Mark, comments: Comment[]): void {
  const { reader, inFlow } = context;
  const nextIndent = Math.max(context.indent, 0);
  const token =
    context.last?.type === "flow-entry" && context.beforeLast !== undefined
      ? context.beforeLast
      : context.last;
  let scan = scanMark;
  let tokenMark = token?.start ?? scanMark;
  let start = { index: 0, line: 0, column: 0, offset: 0 };
  let recentEmpty = false;
  let firstEmpty = reader.newlines <= 1;
  let line = reader.line;
  let column = reader.column;
  let text = "";
  let footLine = -1;
  if (scan.line > 0) {
    footLine = reader.line - reader.newlines + 1;
    if (reader.newlines === 0 && reader.column > 1) footLine++;
  }
  const end = (ahead: number): Mark => ({
    index: reader.index + ahead,
    line,
    column,
    offset: reader.pos + ahead,
  });
  const addFoot = (ahead: number): void => {
    const at = end(ahead);
    comments.push({ scan, token: tokenMark, start, end: at, head: "", line: "", foot: text });
    scan = at;
    tokenMark = at;
    text = "";
  };
  let ahead = 0;
  for (; ahead < farthest; ahead++) {
    const code = reader.tryCode(ahead);
    if (code === undefined) break;
    column++;
    if (isBlank(code)) continue;
    const closesFlow = inFlow && (code === 0x5d || code === 0x7d);
    if (closesFlow || isBreakOrEnd(code)) {
      if (closesFlow || !recentEmpty) {
        const isFoot =
          firstEmpty &&
          ((start.line === footLine && token?.type !== "value") || start.column - 1 < nextIndent);
        if (closesFlow || isFoot) {
          if (text !== "") {
            if (start.column - 1 < nextIndent) tokenMark = start;
            addFoot(ahead);
          }
        } else if (text !== "" && code !== 0) text += "\n";
      }
      if (!isBreak(code)) break;
      firstEmpty = false;
      recentEmpty = true;
      column = 0;
      line++;
      continue;
    }
    if (text !== "" && (closesFlow || (column - 1 < nextIndent && column !== start.column))) addFoot(ahead);
    if (code !== 0x23) break;
    if (text === "") start = end(ahead);
    else text += "\n";
    recentEmpty = false;
    const seen = reader.index + ahead;
    while (reader.index < seen)
      if (isBreak(reader.code())) reader.skipLine();
      else reader.skip();
    text += readComment(reader);
    ahead = 0;
    column = 0;
    line = reader.line;
  }
  if (text !== "")
    comments.push({ scan, token: start, start, end: end(ahead - 1), head: text, line: "", foot: "" });
}
