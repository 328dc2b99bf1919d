import { unquote } from "../../base/go-literal.ts";
import type { Span } from "../../base/text.ts";
import { describeToken } from "../describe-token.ts";
import { Lexer } from "../lexer.ts";
import { scanSeriesNumber } from "../lexer-number.ts";
import { Token } from "../tables.generated.ts";
import type { SeriesLabel } from "./types.ts";
import { unexpected, type Verdict } from "./verdict.ts";

/** A metric may have the name of a keyword, but not of each (`metric_identifier`). */
const noMetrics: ReadonlySet<number> = new Set([
  Token.BOOL,
  Token.GROUP_LEFT,
  Token.GROUP_RIGHT,
  Token.IGNORING,
  Token.ON,
  Token.ATAN2,
]);

function isMetricName(type: number): boolean {
  if (type === Token.IDENTIFIER || type === Token.METRIC_IDENTIFIER) return true;
  const isKeyword =
    (type >= Token.BOOL && type <= Token.WITHOUT) ||
    (type >= Token.START && type <= Token.MIN_OF) ||
    (type >= Token.AVG && type <= Token.LIMIT_RATIO) ||
    wordOperators.has(type);
  return isKeyword && !noMetrics.has(type);
}

const wordOperators: ReadonlySet<number> = new Set([Token.LAND, Token.LOR, Token.LUNLESS]);

/**
 * Reads the metric at the start of `text` and puts its labels into `labels`. What it gives is where the values begin,
 * or nothing where none may follow.
 */
export function readMetric(
  text: string,
  withValues: boolean,
  labels: SeriesLabel[],
  verdict: Verdict,
): number | undefined {
  const lexer = new Lexer(text);
  const number = withValues ? /^[ \t\r\n]*(?=\.?[0-9])/.exec(text) : null;
  if (number !== null) {
    // Here already a number may be repeated with `x`.
    const start = number[0].length;
    const { ok, end } = scanSeriesNumber(text, start);
    const word = text.slice(start, end);
    if (ok) verdict.fail(unexpected(describeToken(Token.NUMBER, word), "series values", ""), { start, end });
  }
  const read = (): number => {
    const type = lexer.next();
    if (type === 0) verdict.fail(lexer.message, { start: lexer.start, end: lexer.end });
    return type;
  };
  const refuse = (context: string, expected: string): never => {
    const word = describeToken(lexer.type, text.slice(lexer.start, lexer.end));
    return verdict.fail(unexpected(word, context, expected), spanOf());
  };
  const spanOf = (): Span => ({ start: lexer.start, end: lexer.end });
  let type = read();
  if (isMetricName(type)) {
    const value = text.slice(lexer.start, lexer.end);
    labels.push({ name: "__name__", value, span: spanOf() });
    if (withValues && text.charAt(lexer.end) !== "{") return lexer.end;
    type = read();
  }
  if (type !== Token.LEFT_BRACE) {
    if (type !== Token.EOF) refuse(withValues ? "series values" : "", "");
    return undefined;
  }
  type = read();
  while (type !== Token.RIGHT_BRACE) {
    const span = spanOf();
    const word = text.slice(lexer.start, lexer.end);
    const isString = type === Token.STRING;
    if (type !== Token.IDENTIFIER && !isString) refuse("label set", 'identifier or "}"');
    const name = isString ? unquote(word) : word;
    type = read();
    if (type === Token.EQL) {
      if (read() !== Token.STRING) refuse("label set", "string");
      const value = unquote(text.slice(lexer.start, lexer.end));
      labels.push({ name, value, span: { start: span.start, end: lexer.end } });
      type = read();
    } else if (isString) labels.push({ name: "__name__", value: name, span });
    else refuse("label set", '"="');
    if (type === Token.COMMA) type = read();
    else if (type !== Token.RIGHT_BRACE) refuse("label set", '"," or "}"');
  }
  if (withValues) return lexer.end;
  if (read() !== Token.EOF) refuse("", "");
  return undefined;
}
