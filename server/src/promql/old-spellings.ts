import type { ParseError, ParserOptions } from "./ast.ts";
import { compareVersions, type Dialect } from "./dialect.ts";
import type { Version } from "./dialect-constructs.ts";
import { parseExpr } from "./parse.ts";
import { type ScanToken, scan } from "./scan.ts";

/** A word that older parsers took, and what it is called today. */
interface OldSpelling {
  readonly now: string;
  readonly since: Version;
  /** The first version that refuses it. */
  readonly until: Version;
  /** Whether it is so only inside of a range. */
  readonly inRange: boolean;
}

const oldSpellings: ReadonlyMap<string, OldSpelling> = new Map([
  ["holt_winters", { now: "double_exponential_smoothing", since: [2, 0], until: [3, 0], inRange: false }],
  ["min", { now: "min_of", since: [3, 6], until: [3, 13], inRange: true }],
  ["max", { now: "max_of", since: [3, 6], until: [3, 13], inRange: true }],
]);

interface Replacement {
  readonly token: ScanToken;
  readonly now: string;
}

/**
 * The errors of the parser for servers that may all be old: words that each of them still takes count as what they
 * are called today. Without servers the parser of today judges alone, whose `errors` with these options are given.
 */
export function errorsFor(
  text: string,
  errors: readonly ParseError[],
  options: ParserOptions,
  dialects: readonly Dialect[],
): readonly ParseError[] {
  if (errors.length === 0 || dialects.length === 0) return errors;
  const replacements = replacementsOf(text, dialects);
  if (replacements.length === 0) return errors;
  let written = "";
  let at = 0;
  for (const { token, now } of replacements) {
    written += text.slice(at, token.span.start) + now;
    at = token.span.end;
  }
  // What came as a new name came as an experiment.
  const today = parseExpr(written + text.slice(at), { ...options, experimentalFunctions: true });
  return today.errors.map((error) => asWritten(error, replacements));
}

function replacementsOf(text: string, dialects: readonly Dialect[]): readonly Replacement[] {
  const found: Replacement[] = [];
  const tokens = scan(text).filter(({ kind }) => kind !== "comment");
  let brackets = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.text === "[") brackets++;
    else if (token.text === "]") brackets--;
    const old = token.kind === "word" ? oldSpellings.get(token.text) : undefined;
    if (old === undefined || tokens[index + 1]?.text !== "(" || brackets > 0 !== old.inRange) continue;
    const isTaken = ({ parser }: Dialect): boolean =>
      compareVersions(parser, old.since) >= 0 && compareVersions(parser, old.until) < 0;
    if (dialects.every(isTaken)) found.push({ token, now: old.now });
  }
  return found;
}

function asWritten(error: ParseError, replacements: readonly Replacement[]): ParseError {
  const original = (offset: number): number => {
    let shift = 0;
    for (const { token, now } of replacements) {
      if (offset - shift <= token.span.start) break;
      if (offset - shift < token.span.start + now.length) return token.span.end;
      shift += now.length - (token.span.end - token.span.start);
    }
    return offset - shift;
  };
  const message = replacements.reduce(
    (words, { token, now }) => words.replaceAll(now, token.text),
    error.message,
  );
  const { start, end } = error.span;
  const span = { start: original(start), end: original(end) };
  const { bracket } = error;
  return {
    ...error,
    message,
    span,
    ...(bracket === undefined
      ? {}
      : { bracket: { start: original(bracket.start), end: original(bracket.end) } }),
  };
}
