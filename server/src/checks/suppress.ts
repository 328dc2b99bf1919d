import type { LineIndex } from "../base/text.ts";
import type { SourceDocument } from "../model/document.ts";
import type { Run, SlicedRules } from "../model/sliced.ts";
import { asMap } from "../yaml/access.ts";
import type { YamlMap } from "../yaml/node.ts";
import type { Finding } from "./check.ts";

/** Lines from `first` to `last` on which the findings of a check are not wanted. */
interface Suppression {
  /** Nothing for all checks. */
  readonly check: string | undefined;
  readonly first: number;
  readonly last: number;
}

const comment = /(?:^|[ \t])#[ \t]*(promscope|pint)[ \t]+([a-z/-]+)(?:[ \t]+([^\s]+))?/gm;
/** Checks of pint that have another name here. */
const pintNames: ReadonlyMap<string, string> = new Map([["yaml/parse", "yaml.syntax"]]);

/** Whether a text has a comment that may suppress something. */
export function mayHoldComments(text: string): boolean {
  // Nearly no text has one of the words, and to look for a word is fast.
  if (!text.includes("pint") && !text.includes("promscope")) return false;
  return /#[ \t]*(?:promscope|pint)[ \t]/.test(text);
}

/**
 * Which findings comments suppress: `# promscope ignore ID` on the line, on the line above or above a rule,
 * `# promscope ignore-file ID`, and pint's `disable`, `file/disable` and `ignore/…`.
 */
export function suppressions(document: SourceDocument): (finding: Finding) => boolean {
  const { lines, text } = document;
  if (!mayHoldComments(text)) return () => false;
  const rules = rulesOf(document);
  const lastFrom = (line: number): Lines | undefined => lastOf(rules, line);
  return isSuppressedBy(suppressionsOf([{ text, offset: 0 }], lines, lastFrom), lines);
}

/** The same for a file in slices. */
export function suppressionsInSlices(
  { runs, behind, lines }: SlicedRules,
  mayHold: (run: Run) => boolean = () => true,
): (finding: Finding) => boolean {
  const sources: { text: string; offset: number }[] = [];
  for (const [block, { pieces }] of [...runs.map((run) => run.block), behind].entries()) {
    const run = runs[block];
    if (run !== undefined && !mayHold(run)) continue;
    for (const [index, { text }] of pieces.entries())
      if (mayHoldComments(text)) sources.push({ text, offset: lines.offsetOf(block, index) });
  }
  if (sources.length === 0) return () => false;
  const lastFrom = (line: number): Lines | undefined => {
    const found = lines.pieceOfLine(line);
    let { index } = found;
    for (let { block } = found; block >= 0; index = runs[--block]?.slices.length ?? 0)
      for (; index > 0; index--) {
        const slice = runs[block]?.slices[index - 1];
        const node = asMap(slice?.item);
        if (slice === undefined || node === undefined) continue;
        const rule = linesOf(node, slice.lines);
        const above = lines.lineOf(block, index);
        if (rule.first + above <= line) return { first: rule.first + above, last: rule.last + above };
      }
    return undefined;
  };
  return isSuppressedBy(suppressionsOf(sources, lines, lastFrom), lines);
}

type LastRule = (line: number) => Lines | undefined;

/** The comments of texts that lie one behind the other in a file; `lastFrom` is as in `lastOf`. */
function suppressionsOf(
  sources: readonly { readonly text: string; readonly offset: number }[],
  lines: LineIndex,
  lastFrom: LastRule,
): readonly Suppression[] {
  const found: Suppression[] = [];
  let begun: number | undefined;
  const whole = { first: 0, last: Number.POSITIVE_INFINITY };
  for (const { text, offset } of sources)
    for (const { index, 0: source, 1: program, 2: verb, 3: argument } of text.matchAll(comment)) {
      const line = lines.positionAt(offset + index + source.indexOf("#")).line;
      const check = program === "pint" ? pintCheck(argument) : argument?.replace(/[,;:]$/, "");
      switch (`${program} ${verb}`) {
        case "promscope ignore":
          if (check !== undefined) found.push({ check, ...scopeOf(line, lines, lastFrom) });
          break;
        case "promscope ignore-file":
        case "pint file/disable":
          if (check !== undefined) found.push({ check, ...whole });
          break;
        case "pint disable":
          if (check !== undefined) found.push({ check, ...ruleScope(line, lines, lastFrom) });
          break;
        case "pint ignore/file":
          found.push({ check: undefined, ...whole });
          break;
        case "pint ignore/line":
          found.push({ check: undefined, first: line, last: line });
          break;
        case "pint ignore/next-line":
          found.push({ check: undefined, first: line + 1, last: line + 1 });
          break;
        case "pint ignore/begin":
          begun = line;
          break;
        case "pint ignore/end":
          if (begun !== undefined) found.push({ check: undefined, first: begun, last: line });
          begun = undefined;
          break;
      }
    }
  if (begun !== undefined) found.push({ check: undefined, first: begun, last: whole.last });
  return found;
}

function isSuppressedBy(found: readonly Suppression[], lines: LineIndex): (finding: Finding) => boolean {
  return (finding) => {
    const { line } = lines.positionAt(finding.span.start);
    return found.some(
      ({ check, first, last }) =>
        (check === undefined || check === finding.check) && first <= line && line <= last,
    );
  };
}

type Lines = Pick<Suppression, "first" | "last">;

function pintCheck(argument: string | undefined): string | undefined {
  const name = argument?.replace(/\(.*$/, "");
  return name === undefined ? undefined : (pintNames.get(name) ?? name.replace("/", "."));
}

/** The line itself; the next line that is no comment for a comment alone, and with it the rule it begins. */
function scopeOf(line: number, lines: LineIndex, lastFrom: LastRule): Lines {
  if (!isComment(lines.lineText(line))) return { first: line, last: line };
  const next = nextLine(line, lines);
  const rule = lastFrom(next);
  return rule?.first === next ? rule : { first: next, last: next };
}

/** The rule that the line lies in or stands above; the line itself where there is none. */
function ruleScope(line: number, lines: LineIndex, lastFrom: LastRule): Lines {
  const next = isComment(lines.lineText(line)) ? nextLine(line, lines) : line;
  const below = lastFrom(next);
  if (below?.first === next) return below;
  const around = lastFrom(line);
  return around !== undefined && line <= around.last ? around : { first: line, last: next };
}

/** The last rule that begins on the line or before; rules stand in order. */
function lastOf(rules: readonly Lines[], line: number): Lines | undefined {
  let low = 0;
  let high = rules.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rules[middle]?.first ?? 0) <= line) low = middle + 1;
    else high = middle;
  }
  return rules[low - 1];
}

function isComment(text: string): boolean {
  return /^[ \t]*#/.test(text);
}

function nextLine(line: number, lines: LineIndex): number {
  let next = line + 1;
  while (next < lines.lineCount && /^[ \t]*(?:#|$)/.test(lines.lineText(next))) next++;
  return next;
}

function rulesOf({ parts, lines }: SourceDocument): readonly Lines[] {
  const rules: Lines[] = [];
  for (const { model } of parts) {
    if (!("rules" in model)) continue;
    for (const group of model.rules.groups)
      for (const { node } of group.rules) rules.push(linesOf(node, lines));
  }
  // Aliases may name rules that stand elsewhere.
  return rules.sort((a, b) => a.first - b.first);
}

function linesOf({ span }: YamlMap, lines: LineIndex): Lines {
  return {
    first: lines.positionAt(span.start).line,
    last: lines.positionAt(Math.max(span.start, span.end - 1)).line,
  };
}
