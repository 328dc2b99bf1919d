import type { YAMLParseError } from "yaml";
import { columnOf, lineIndent } from "./columns.ts";
import { closingQuote } from "./mask.ts";
import type { YamlMap, YamlNode, YamlProblem, YamlSeq } from "./node.ts";
import { unquotedValue } from "./unquoted.ts";

/** What is known of a document when its errors are put into words. */
export interface Scene {
  readonly text: string;
  /** The part of the tree that could be read. */
  readonly root: YamlNode | undefined;
  /** Where the first quoted scalar starts that the library could not close: the place to mend. */
  readonly quote: number | undefined;
}

/**
 * What go-yaml says where the library reports a code: the words a person finds again in the log of
 * Prometheus. The library's own words follow, for they are nearer to the cause.
 */
const goWords: Readonly<Record<string, string>> = {
  BAD_ALIAS: "did not find expected alphabetic or numeric character",
  BAD_DIRECTIVE: "found unknown directive name",
  BAD_DQ_ESCAPE: "found unknown escape character",
  BAD_SCALAR_START: "found character that cannot start any token",
  BLOCK_IN_FLOW: "did not find expected node content",
  MULTIPLE_DOCS: "did not find expected <document start>",
  NO_INDENT: "block sequence entries are not allowed in this context",
  TAG_RESOLVE_FAILED: "found undefined tag handle",
};

/** Words that go by the library's message, where its code covers more than one cause. */
const byMessage: readonly (readonly [start: string, words: string])[] = [
  ["Nested mappings are not allowed", "mapping values are not allowed in this context"],
  ["Implicit map keys need", "could not find expected ':'"],
  ["Unexpected block-seq-ind on same line", "block sequence entries are not allowed in this context"],
  ["Not a YAML token", "did not find expected comment or line break"],
  ["Block scalar header includes", "did not find expected comment or line break"],
  ["Block scalar lines must not be less", "found a tab character where an indentation space is expected"],
  ["Flow map in block collection", "did not find expected ',' or '}'"],
  ["Flow sequence in block collection", "did not find expected ',' or ']'"],
];

/** Whether a quoted scalar has no end. */
export function isMissingQuote({ code, message }: YAMLParseError): boolean {
  return code === "MISSING_CHAR" && message.startsWith("Missing closing ");
}

/** The library's error as ours: at the span the library names, or at the quote that is never closed. */
export function problemOf(error: YAMLParseError, scene: Scene): YamlProblem {
  const { text, quote } = scene;
  const [from, to] = error.pos;
  const unquoted = isMissingQuote(error) ? undefined : unquotedValue(text, from);
  if (unquoted !== undefined) return unquoted;
  const atQuote = quote !== undefined && isMissingQuote(error);
  const start = atQuote ? quote : Math.min(from, text.length);
  const end = atQuote ? lineEnd(text, start) : Math.min(Math.max(to, start), text.length);
  return { message: `${wordsOf(error, scene)} (${plain(error.message)})`, span: { start, end }, fatal: true };
}

function wordsOf(error: YAMLParseError, scene: Scene): string {
  const { code, message, pos } = error;
  const { text, quote } = scene;
  if (isMissingQuote(error) && quote !== undefined)
    return closingQuote(text, quote) === undefined
      ? "found unexpected end of stream"
      : "did not find expected key";
  if (code === "MULTILINE_IMPLICIT_KEY")
    return isKeyRequired(scene, pos[0])
      ? "could not find expected ':'"
      : "mapping values are not allowed in this context";
  const found = byMessage.find(([start]) => message.startsWith(start))?.[1] ?? goWords[code];
  if (found !== undefined) return found;
  if (code === "TAB_AS_INDENT") return tabWords(scene, pos[0]);
  return expectedBy(scene, pos[0]) === "seq"
    ? "did not find expected '-' indicator"
    : "did not find expected key";
}

/**
 * The block collections that are still open at the line of an offset, outermost first: those that begin
 * before it and are not indented deeper.
 */
function openAt({ text, root }: Scene, offset: number): readonly (YamlMap | YamlSeq)[] {
  const line = offset - columnOf(text, offset);
  const indent = lineIndent(text, offset);
  return blocksBefore(root, line).filter(({ span }) => columnOf(text, span.start) <= indent);
}

/** The block collections on the way to what stands last before a line. */
function blocksBefore(root: YamlNode | undefined, line: number): readonly (YamlMap | YamlSeq)[] {
  const open: (YamlMap | YamlSeq)[] = [];
  let node = root;
  while (node !== undefined && node.span.start < line) {
    if (node.kind === "scalar" || node.kind === "alias" || node.flow) break;
    open.push(node);
    node = lastBefore(node, line);
  }
  return open;
}

function lastBefore(node: YamlMap | YamlSeq, line: number): YamlNode | undefined {
  return node.kind === "seq"
    ? node.items.findLast(({ span }) => span.start < line)
    : node.pairs.findLast(({ key }) => key.span.start < line)?.value;
}

/**
 * What go-yaml waits for at a line that fits nowhere: a key or a dash of the innermost collection that is not
 * indented deeper than the line.
 */
function expectedBy(scene: Scene, offset: number): "map" | "seq" | undefined {
  return openAt(scene, offset).at(-1)?.kind;
}

/** Whether only a key can stand at the offset: it begins in the column of a mapping (`scannerc.go`, required). */
function isKeyRequired(scene: Scene, offset: number): boolean {
  const column = columnOf(scene.text, offset);
  return openAt(scene, offset).some(
    ({ kind, span }) => kind === "map" && columnOf(scene.text, span.start) === column,
  );
}

/** A plain scalar could go on behind a tab, were it only deep enough; after anything else nothing starts with one. */
function tabWords({ text, root }: Scene, offset: number): string {
  const line = offset - columnOf(text, offset);
  const innermost = blocksBefore(root, line).at(-1);
  const node = innermost === undefined ? undefined : lastBefore(innermost, line);
  const followsPlain =
    node?.kind === "scalar" &&
    node.style === "plain" &&
    node.value !== "" &&
    text.slice(node.span.end, line).trim() === "";
  return followsPlain
    ? "found a tab character that violates indentation"
    : "found character that cannot start any token";
}

function plain(message: string): string {
  const line = message.split("\n")[0] ?? "";
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}

function lineEnd(text: string, from: number): number {
  const length = text.slice(from).search(/[\r\n]/);
  return length < 0 ? text.length : from + length;
}
