import type { YAMLParseError } from "yaml";
import type { YamlProblem } from "./node.ts";

/**
 * What go-yaml says where the library reports a code: the words a person finds again in the log of
 * Prometheus. The library's own words follow, for they are nearer to the cause.
 */
const goWords: Readonly<Record<string, string>> = {
  BAD_ALIAS: "did not find expected alphabetic or numeric character",
  BAD_DIRECTIVE: "found unknown directive name",
  BAD_DQ_ESCAPE: "found unknown escape character",
  BAD_INDENT: "did not find expected key",
  BAD_PROP_ORDER: "did not find expected key",
  BAD_SCALAR_START: "found character that cannot start any token",
  BLOCK_AS_IMPLICIT_KEY: "mapping values are not allowed in this context",
  BLOCK_IN_FLOW: "did not find expected node content",
  MISSING_CHAR: "did not find expected key",
  MULTILINE_IMPLICIT_KEY: "could not find expected ':'",
  MULTIPLE_ANCHORS: "did not find expected key",
  MULTIPLE_DOCS: "did not find expected <document start>",
  MULTIPLE_TAGS: "did not find expected key",
  NO_INDENT: "block sequence entries are not allowed in this context",
  TAB_AS_INDENT: "found character that cannot start any token",
  TAG_RESOLVE_FAILED: "found undefined tag handle",
  UNEXPECTED_TOKEN: "did not find expected key",
};

/** Whether a quoted scalar has no end. */
export function isMissingQuote({ code, message }: YAMLParseError): boolean {
  return code === "MISSING_CHAR" && message.startsWith("Missing closing ");
}

/**
 * The library's error as ours: one line, at the span the library names. `quote` is where the first
 * unclosed quoted scalar starts: the place to mend, which the library reports at the end of the text.
 */
export function problemOf(error: YAMLParseError, text: string, quote: number | undefined): YamlProblem {
  const [from, to] = error.pos;
  const atQuote = quote !== undefined && isMissingQuote(error);
  const start = atQuote ? quote : Math.min(from, text.length);
  const end = atQuote ? lineEnd(text, start) : Math.min(Math.max(to, start), text.length);
  return { message: `${wordsOf(error)} (${plain(error.message)})`, span: { start, end }, fatal: true };
}

function wordsOf({ code, message }: YAMLParseError): string {
  if (code === "MISSING_CHAR") {
    if (message.startsWith("Missing closing ")) return "found unexpected end of stream";
    if (message.startsWith("Implicit map keys need")) return "could not find expected ':'";
    if (message.includes("in flow collection")) return "did not find expected ',' or ']'";
  }
  return goWords[code] ?? "did not find expected key";
}

function plain(message: string): string {
  const line = message.split("\n")[0] ?? "";
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}

function lineEnd(text: string, from: number): number {
  const length = text.slice(from).search(/[\r\n]/);
  return length < 0 ? text.length : from + length;
}
