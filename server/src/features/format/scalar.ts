import type { TextEdit } from "../../base/text.ts";
import type { SourceDocument } from "../../model/document.ts";
import { escapedForYaml, mayBeginPlain } from "../../yaml/escape.ts";
import type { YamlPair, YamlScalar } from "../../yaml/node.ts";

/** The value of a pair written anew: one line in its own style, more lines as a literal block. */
export function writeScalar(
  { text, lines }: SourceDocument,
  pair: YamlPair,
  scalar: YamlScalar,
  value: string,
): TextEdit | undefined {
  const column = lines.positionAt(pair.key.span.start).character;
  const lineBreak = text.includes("\r\n") ? "\r\n" : "\n";
  const isBlock = scalar.style === "literal" || scalar.style === "folded";
  if (!isBlock && !value.includes("\n")) {
    const written = inOneLine(value, scalar.style);
    return written === undefined ? undefined : { span: scalar.span, newText: written };
  }
  const behind = isBlock ? "" : commentBehind(text, scalar.span.end);
  const header = isBlock ? headerOf(text, scalar) : { words: `|-${behind}`, end: 0 };
  const folds = scalar.style === "folded" && !value.includes("\n");
  const words = folds ? header.words : header.words.replace(/^>/, "|");
  const indent = " ".repeat(Math.max(isBlock ? indentOf(text, header.end) : 0, column + 2));
  const body = value.split("\n").map((line) => (line === "" ? "" : indent + line));
  // A block ends behind its last line break, or at the end of a file that has none there.
  const tail = isBlock ? trailing(text, scalar, header.end) : "";
  const span = { start: scalar.span.start, end: scalar.span.end + behind.length };
  return { span, newText: `${words}${lineBreak}${body.join(lineBreak)}${tail}` };
}

/** The comment of YAML behind a value on its line, with the blanks before it; a block has it behind its header. */
export function commentBehind(text: string, end: number): string {
  return /^[ \t]+#[^\r\n]*/.exec(text.slice(end, end + 10_000))?.[0].trimEnd() ?? "";
}

/** A value for a key at a column that has none yet: plain or quoted in one line, more lines as a literal block. */
export function newScalar(value: string, column: number, lineBreak: string): string | undefined {
  if (!value.includes("\n")) return inOneLine(value, "plain");
  const indent = " ".repeat(column + 2);
  const body = value.split("\n").map((line) => (line === "" ? "" : indent + line));
  return `|-${lineBreak}${body.join(lineBreak)}`;
}

function inOneLine(value: string, style: YamlScalar["style"]): string | undefined {
  if (style === "double") return `"${escapedForYaml(value, style)}"`;
  if (style === "plain" && mayBeginPlain(value)) {
    const plain = escapedForYaml(value, "plain");
    if (plain !== undefined) return plain;
  }
  const single = escapedForYaml(value, "single");
  return single === undefined ? undefined : `'${single}'`;
}

/** The first line of a block without an indentation indicator, which its new text may not need or not fit. */
export function headerOf(
  text: string,
  { span }: YamlScalar,
): { readonly words: string; readonly end: number } {
  const line = /^[^\r\n]*/.exec(text.slice(span.start, span.end))?.[0] ?? "";
  const words = line.replace(/^([|>])([-+]?)[0-9]?([-+]?)/, "$1$2$3").trimEnd();
  return { words, end: span.start + line.length };
}

/** The indentation of the first line with content behind an offset. */
function indentOf(text: string, from: number): number {
  return /^(?:[ \t]*(?:\r\n|\n))*( *)\S/.exec(text.slice(from))?.[1]?.length ?? 0;
}

/** The line breaks and blank lines at the end of a block. */
function trailing(text: string, { span }: YamlScalar, from: number): string {
  return /(?:[ \t]*(?:\r\n|\n))*$/.exec(text.slice(from, span.end))?.[0] ?? "";
}
