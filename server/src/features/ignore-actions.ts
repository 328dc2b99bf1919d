import type { LineIndex, Span } from "../base/text.ts";
import type { Finding } from "../checks/check.ts";
import { type LastRule, lastRuleInSlices, lastRuleOf } from "../checks/comments/lines.ts";
import type { SourceDocument } from "../model/document.ts";
import type { CodeAction } from "./types.ts";

/**
 * Comments that silence the findings which the span touches: on the line, for the rule, for the file. What a program
 * refuses is not offered, for a comment does not make it load.
 */
export function ignoreActions(
  findings: readonly Finding[],
  at: Span,
  document: SourceDocument,
): readonly CodeAction[] {
  const { lines, sliced } = document;
  const touched = findings.filter(
    ({ span, refusedBy }) => span.start <= at.end && span.end >= at.start && refusedBy === undefined,
  );
  if (touched.length === 0) return [];
  const lastFrom = sliced === undefined ? lastRuleOf(document) : lastRuleInSlices(sliced);
  const offered = new Set<string>();
  return touched.flatMap(({ check, span }) => {
    if (offered.has(check)) return [];
    offered.add(check);
    return actionsFor(check, lines.positionAt(span.start).line, lines, lastFrom);
  });
}

function actionsFor(
  check: string,
  line: number,
  lines: LineIndex,
  lastFrom: LastRule,
): readonly CodeAction[] {
  const actions: CodeAction[] = [];
  const comment = `# promscope ignore ${check}`;
  const offer = (where: string, offset: number, newText: string): void => {
    const edits = [{ span: { start: offset, end: offset }, newText }];
    actions.push({
      title: `Ignore ${check} ${where}`,
      kind: "quickfix",
      checks: [check],
      preferred: false,
      edits,
    });
  };
  const found = lastFrom(line);
  const rule = found !== undefined && line <= found.last ? found : undefined;
  const key = keyLine(line, rule?.first, lines);
  if (key !== undefined) {
    const start = lines.lineStart(key);
    const text = lines.lineText(key);
    // Above the first line of a rule it would be about all of it.
    if (key === rule?.first) offer("on this line", start + text.trimEnd().length, `  ${comment}`);
    else offer("on this line", start, `${indentOf(text)}${comment}\n`);
  }
  if (rule !== undefined) {
    const first = lines.lineText(rule.first);
    offer("in this rule", lines.lineStart(rule.first), `${indentOf(first)}${comment}\n`);
  }
  const isMarked = lines.slice(0, 1) === "\ufeff";
  offer("in this file", isMarked ? 1 : 0, `# promscope ignore-file ${check}\n`);
  return actions;
}

/**
 * The line whose comment is about a line: itself, or the one that opens the block of text it lies in. Nothing where a
 * comment there would become part of a text.
 */
function keyLine(line: number, rule: number | undefined, lines: LineIndex): number | undefined {
  const text = lines.lineText(line);
  if (rule === undefined) return line;
  let margin = columnOf(text);
  for (let above = line - 1; above >= rule; above--) {
    const one = lines.lineText(above);
    if (one.trim() === "" || columnOf(one) >= margin) continue;
    if (/:[ \t]+(?:[&!]\S*[ \t]+)?[|>][-+0-9]*[ \t]*(?:#.*)?$/.test(one)) return above;
    margin = columnOf(one);
  }
  // Lines of a text that is folded without a mark have no key.
  return /^[ \t]*(?:-[ \t]+)?(?:[\w.-]+|"[^"]*"|'[^']*')[ \t]*:(?:[ \t]|$)|^[ \t]*-[ \t]*[{[]/.test(text)
    ? line
    : undefined;
}

function columnOf(text: string): number {
  return /^[ \t]*(?:-[ \t]+)?/.exec(text)?.[0].length ?? 0;
}

function indentOf(text: string): string {
  return /^[ \t]*/.exec(text)?.[0] ?? "";
}
