import type { Span } from "../base/text.ts";
import type { GoYamlError } from "./go/reader.ts";
import type { YamlProblem } from "./node.ts";
import type { Recovered } from "./recover.ts";
import { unquotedValue } from "./unquoted.ts";

/** What the library says of a broken text, and where. */
export interface LibraryError {
  readonly code: string;
  readonly message: string;
  readonly offset: number;
}

/** Whether a quoted scalar has no end. */
export function isMissingQuote({ code, message }: Pick<LibraryError, "code" | "message">): boolean {
  return code === "MISSING_CHAR" && message.startsWith("Missing closing ");
}

/**
 * go-yaml's error as ours: in its own words with the line that it names, at the place to mend. Where the library
 * stumbles over the same line, its words follow, for they are nearer to the cause.
 */
export function problemOf(
  text: string,
  error: GoYamlError,
  { error: library, quote }: Recovered,
): YamlProblem {
  const { words } = error;
  const unclosed = library !== undefined && isMissingQuote(library);
  const unquoted =
    unclosed || error.stage === "reader" || error.stage === "composer"
      ? undefined
      : (unquotedValue(text, error.at.offset, words) ??
        (library === undefined ? undefined : unquotedValue(text, library.offset, words)));
  if (unquoted !== undefined) return unquoted;
  const span = unclosed && quote !== undefined ? restOfLine(text, quote) : placeOf(text, error);
  const sameLine =
    library !== undefined &&
    lineStart(text, Math.min(library.offset, text.length)) === lineStart(text, span.start);
  const hint = text[span.start] === "\t" ? " (a tab)" : sameLine || unclosed ? hintOf(library) : "";
  return { message: `${words}${hint}`, span, fatal: true };
}

/** Scalars and keys that go wrong further down are to be mended where they begin. */
function placeOf(text: string, { problem, at, context }: GoYamlError): Span {
  const beginsAt =
    context !== undefined &&
    (problem === "could not find expected ':'" ||
      problem === "found unexpected end of stream" ||
      problem === "found unexpected document indicator" ||
      at.offset >= text.length);
  if (beginsAt) return restOfLine(text, context.offset);
  const start = Math.min(at.offset, text.length);
  if (text[start] === "%") return restOfLine(text, start);
  const word = /\*[\w-]+|[^\s]+/y;
  word.lastIndex = start;
  return { start, end: word.test(text) ? word.lastIndex : Math.min(start + 1, text.length) };
}

function restOfLine(text: string, start: number): Span {
  const length = text.slice(start).search(/[\r\n]/);
  return { start, end: length < 0 ? text.length : start + length };
}

function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
}

function hintOf(error: LibraryError | undefined): string {
  const line = error?.message.split("\n")[0] ?? "";
  return line === "" ? "" : ` (${line.length > 100 ? `${line.slice(0, 99)}…` : line})`;
}
