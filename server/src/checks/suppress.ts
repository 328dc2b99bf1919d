import type { LineIndex } from "../base/text.ts";
import type { SourceDocument } from "../model/document.ts";
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

/**
 * Which findings comments suppress: `# promscope ignore ID` on the line, on the line above or above a rule,
 * `# promscope ignore-file ID`, and pint's `disable`, `file/disable` and `ignore/…`.
 */
export function suppressions(document: SourceDocument): (finding: Finding) => boolean {
  const { lines, text } = document;
  if (!/#[ \t]*(?:promscope|pint)[ \t]/.test(text)) return () => false;
  const found: Suppression[] = [];
  let begun: number | undefined;
  const whole = { first: 0, last: Number.POSITIVE_INFINITY };
  const rules = rulesOf(document);
  for (const { index, 0: source, 1: program, 2: verb, 3: argument } of text.matchAll(comment)) {
    const line = lines.positionAt(index + source.indexOf("#")).line;
    const check = program === "pint" ? pintCheck(argument) : argument?.replace(/[,;:]$/, "");
    switch (`${program} ${verb}`) {
      case "promscope ignore":
        if (check !== undefined) found.push({ check, ...scopeOf(line, lines, rules) });
        break;
      case "promscope ignore-file":
      case "pint file/disable":
        if (check !== undefined) found.push({ check, ...whole });
        break;
      case "pint disable":
        if (check !== undefined) found.push({ check, ...ruleScope(line, lines, rules) });
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
function scopeOf(line: number, lines: LineIndex, rules: readonly Lines[]): Lines {
  if (!isComment(lines.lineText(line))) return { first: line, last: line };
  const next = nextLine(line, lines);
  const rule = lastFrom(rules, next);
  return rule?.first === next ? rule : { first: next, last: next };
}

/** The rule that the line lies in or stands above; the line itself where there is none. */
function ruleScope(line: number, lines: LineIndex, rules: readonly Lines[]): Lines {
  const next = isComment(lines.lineText(line)) ? nextLine(line, lines) : line;
  const below = lastFrom(rules, next);
  if (below?.first === next) return below;
  const around = lastFrom(rules, line);
  return around !== undefined && line <= around.last ? around : { first: line, last: next };
}

/** The last rule that begins on the line or before; rules stand in order. */
function lastFrom(rules: readonly Lines[], line: number): Lines | undefined {
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
      for (const { node } of group.rules)
        rules.push({
          first: lines.positionAt(node.span.start).line,
          last: lines.positionAt(Math.max(node.span.start, node.span.end - 1)).line,
        });
  }
  // Aliases may name rules that stand elsewhere.
  return rules.sort((a, b) => a.first - b.first);
}
