import type { TextEdit } from "../../base/text.ts";
import { commentsOf } from "../../promql/comments.ts";
import { parseExpr } from "../../promql/parse.ts";
import { printExpr } from "../../promql/print.ts";
import { escapedForYaml, mayBeginPlain } from "../../yaml/escape.ts";
import type { ScalarStyle } from "../../yaml/node.ts";
import { commentBehind, headerOf } from "../format/scalar.ts";
import { type ExpressionPlace, parserOptions, valueWritten } from "./expression-place.ts";
import { laidOut } from "./extract.ts";
import { printed } from "./proof.ts";
import type { Refactoring } from "./refactoring.ts";
import { lineBreakOf } from "./rule-lines.ts";

const titles: readonly (readonly [style: ScalarStyle, title: string])[] = [
  ["plain", "Write the expression without quotes"],
  ["single", "Write the expression in single quotes"],
  ["double", "Write the expression in double quotes"],
  ["literal", "Write the expression as a block (|)"],
  ["folded", "Write the expression as a folded block (>)"],
];

/** Writes the expression in another style of YAML's scalars. */
export function convertQuotes(place: ExpressionPlace): readonly Refactoring[] {
  const { owner } = place;
  if (owner === undefined) return [];
  const isBlock = (style: ScalarStyle): boolean => style === "literal" || style === "folded";
  return titles.flatMap(([style, title]): readonly Refactoring[] => {
    if (style === owner.scalar.style || (isBlock(style) && owner.rule.node.flow)) return [];
    const text = writtenIn(place, style);
    if (text === undefined) return [];
    return [{ id: `style.${style}`, title, kind: "refactor.rewrite", edits: () => proven(place, text) }];
  });
}

function writtenIn(place: ExpressionPlace, style: ScalarStyle): string | undefined {
  const { document } = place.snapshot;
  const value = place.embedded.text.trim();
  if (style === "literal" || style === "folded") {
    const lines = (style === "folded" ? foldable(value) : laidOut(value))?.split("\n");
    const column = document.lines.positionAt(place.owner?.pair.key.span.start ?? 0).character;
    const lineBreak = lineBreakOf(document.text);
    const indent = lineBreak + " ".repeat(column + 2);
    return lines === undefined
      ? undefined
      : `${style === "literal" ? "|-" : ">-"}${indent}${lines.join(indent)}`;
  }
  const line = oneLine(value);
  const escaped = line === undefined ? undefined : escapedForYaml(line, style);
  if (line === undefined || escaped === undefined) return undefined;
  if (style === "double") return `"${escaped}"`;
  if (style === "single") return `'${escaped}'`;
  return mayBeginPlain(line) ? escaped : undefined;
}

/** On one line; nothing where a comment needs its own. */
function oneLine(value: string): string | undefined {
  if (!value.includes("\n")) return value;
  if (commentsOf(value).length > 0) return undefined;
  const { expr } = parseExpr(value, parserOptions);
  return expr === undefined ? undefined : printExpr(expr, parserOptions);
}

/** Lines that folding joins with spaces: none of them may begin with a space, for those are kept. */
function foldable(value: string): string | undefined {
  if (commentsOf(value).length > 0) return undefined;
  const lines = laidOut(value)
    .split("\n")
    .map((line) => line.trim());
  return lines.includes("") ? undefined : lines.join("\n");
}

function proven(
  { snapshot, owner, embedded }: ExpressionPlace,
  newText: string,
): readonly TextEdit[] | undefined {
  if (owner === undefined) return undefined;
  const { text } = snapshot.document;
  const { span, style } = owner.scalar;
  const wasBlock = style === "literal" || style === "folded";
  const written = text.slice(span.start, span.end);
  // A block ends behind its last line break, and with it the blank lines below it.
  const tail = wasBlock ? (/(?:[ \t]*(?:\r\n|\n))*$/.exec(written)?.[0] ?? "") : "";
  const comment = wasBlock
    ? (/[ \t]+#.*$/.exec(headerOf(text, owner.scalar).words)?.[0] ?? "")
    : commentBehind(text, span.end);
  const end = span.end + (wasBlock ? 0 : comment.length);
  const edit = { span: { start: span.start, end }, newText: withComment(newText, comment) + tail };
  const value = valueWritten(snapshot.document, owner.pair, owner.rule.node.flow, [edit]);
  const comments = (of: string): string => JSON.stringify(commentsOf(of).map((one) => one.text));
  const isSame =
    value !== undefined &&
    printed(value) === printed(embedded.text) &&
    comments(value) === comments(embedded.text);
  return isSame ? [edit] : undefined;
}

/** A comment of YAML stands at the end of the first line: behind the header of a block, or behind the value. */
function withComment(text: string, comment: string): string {
  const end = /\r?\n|$/.exec(text)?.index ?? text.length;
  return text.slice(0, end) + comment + text.slice(end);
}
