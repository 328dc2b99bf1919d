import type { SourceDocument } from "../../model/document.ts";
import { readDocument } from "../../model/read.ts";
import type { FindingEdit, Fix } from "../check.ts";

/** Longer texts would be read several times over at each key. */
const longest = 100_000;
/** How wide people have their tabs. */
const widths = [2, 4, 8] as const;
/** What stands before the first word of a line: spaces, tabs and the dashes of lists. */
const indentation = /^[ \t]*(?:-[ \t]+)*/gm;

/**
 * Spaces in the place of the tabs that stand before words, for each width that makes the file YAML: first those with
 * which every rule has what it needs. Nothing where that does not make it YAML.
 */
export function spacesForTabs({ text, path, uri }: SourceDocument): readonly Fix[] | undefined {
  if (text.length > longest) return undefined;
  const found: { readonly fix: Fix; readonly torn: number; readonly whole: string }[] = [];
  for (const width of widths) {
    const edits = editsOf(text, width);
    const whole = applied(text, edits);
    const document = readDocument({ uri, path, version: 0, text: whole });
    const problems = document.stream?.documents.flatMap((each) => each.problems) ?? [];
    if (problems.some(({ fatal }) => fatal) || found.some((other) => other.whole === whole)) continue;
    // What was meant is for people to see.
    const fix = { title: `Indent with spaces, ${width} for a tab`, safe: false, edits };
    found.push({ fix, torn: tornRules(document), whole });
  }
  return found.length === 0 ? undefined : found.sort((a, b) => a.torn - b.torn).map(({ fix }) => fix);
}

function editsOf(text: string, width: number): readonly FindingEdit[] {
  const edits: FindingEdit[] = [];
  for (const { 0: indent, index } of text.matchAll(indentation))
    if (indent.includes("\t"))
      edits.push({ span: { start: index, end: index + indent.length }, newText: expanded(indent, width) });
  return edits;
}

/** Each tab as far as the next stop. */
function expanded(indent: string, width: number): string {
  let spaces = "";
  for (const character of indent)
    spaces += character === "\t" ? " ".repeat(width - (spaces.length % width)) : character;
  return spaces;
}

function applied(text: string, edits: readonly FindingEdit[]): string {
  let whole = "";
  let from = 0;
  for (const { span, newText } of edits) {
    whole += text.slice(from, span.start) + newText;
    from = span.end;
  }
  return whole + text.slice(from);
}

/** How many rules lack a name or an expression. */
function tornRules({ parts }: SourceDocument): number {
  const groups = parts.flatMap(({ model }) => ("rules" in model ? model.rules.groups : []));
  return groups
    .flatMap(({ rules }) => rules)
    .filter(({ name, expr }) => name === undefined || expr === undefined).length;
}
