import type { LineIndex } from "../base/text.ts";
import type { SourceDocument } from "../model/document.ts";
import type { Run, SlicedRules } from "../model/sliced.ts";
import { idsOf, pintChecks } from "../world/pint/checks.ts";
import type { Finding } from "./check.ts";
import { type Directive, directivesOf, mayHoldComments, type PintDirective } from "./comments/directive.ts";
import { Intervals } from "./comments/intervals.ts";
import { aboutOwn, aboutPint, type Outcome, pintMatch } from "./comments/judge.ts";
import {
  allLines,
  type LastRule,
  type Lines,
  lastRuleInSlices,
  lastRuleOf,
  ruleScope,
  scopeOf,
} from "./comments/lines.ts";

export { mayHoldComments } from "./comments/directive.ts";

/**
 * What comments of a file say about findings: `# promscope ignore ID[, ID…] [reason]` on the line, on the line above
 * or above a rule, `# promscope ignore-file ID`, and pint's `disable`, `snooze`, `file/…` and `ignore/…`.
 */
export interface Comments {
  isSuppressed(finding: Finding): boolean;
  /** What is wrong with the comments themselves, in no order. */
  findings(outcome: Outcome): readonly Finding[];
}

/** Nothing for a file without such comments. `now` in milliseconds since 1970; without it every snooze lasts. */
export function commentsOf(document: SourceDocument, now: number | undefined): Comments | undefined {
  const { lines, text } = document;
  if (!mayHoldComments(text)) return undefined;
  const directives = [...directivesOf(text, 0, lines)];
  return directives.length === 0 ? undefined : new ReadComments(directives, lines, lastRuleOf(document), now);
}

/** The same for a file in slices. */
export function commentsInSlices(
  sliced: SlicedRules,
  now: number | undefined,
  mayHold: (run: Run) => boolean = () => true,
): Comments | undefined {
  const { runs, behind, lines } = sliced;
  const directives: Directive[] = [];
  for (const [block, { pieces }] of [...runs.map((run) => run.block), behind].entries()) {
    const run = runs[block];
    if (run !== undefined && !mayHold(run)) continue;
    for (const [index, { text }] of pieces.entries())
      directives.push(...directivesOf(text, lines.offsetOf(block, index), lines));
  }
  return directives.length === 0
    ? undefined
    : new ReadComments(directives, lines, lastRuleInSlices(sliced), now);
}

/** A comment that is about certain findings of a check only. */
interface Narrow {
  readonly patterns: readonly string[];
  readonly lines: Lines;
  accepts(finding: Finding): boolean;
}

class ReadComments implements Comments {
  readonly #directives: readonly Directive[];
  readonly #lines: LineIndex;
  readonly #lastFrom: LastRule;
  readonly #now: number | undefined;
  /** Lines on which a check is not wanted; the empty id stands for all of them. */
  readonly #exact = new Map<string, Intervals>();
  /** The same for ids that begin so. */
  readonly #prefixes = new Map<string, Intervals>();
  readonly #narrow: Narrow[] = [];

  constructor(
    directives: readonly Directive[],
    lines: LineIndex,
    lastFrom: LastRule,
    now: number | undefined,
  ) {
    this.#directives = directives;
    this.#lines = lines;
    this.#lastFrom = lastFrom;
    this.#now = now;
    let begun: number | undefined;
    for (const directive of directives) {
      if (directive.fault !== undefined) continue;
      const { line } = directive;
      if (directive.program === "promscope") {
        const scope = this.#scopeOf(directive);
        for (const { text } of directive.checks) this.#add(text, scope);
      } else if (directive.verb === "ignore/begin") begun ??= line;
      else if (directive.verb === "ignore/end") {
        if (begun !== undefined) this.#add("", { first: begun, last: line });
        begun = undefined;
      } else this.#addPint(directive);
    }
    if (begun !== undefined) this.#add("", { first: begun, last: allLines.last });
  }

  isSuppressed(finding: Finding): boolean {
    if (finding.locked === true) return false;
    const { line } = this.#lines.positionAt(finding.span.start);
    if (this.#exact.get("")?.has(line) === true) return true;
    if (this.#exact.get(finding.check)?.has(line) === true) return true;
    for (const [prefix, intervals] of this.#prefixes)
      if (finding.check.startsWith(prefix) && intervals.has(line)) return true;
    return this.#narrow.some(
      ({ patterns, lines, accepts }) =>
        lines.first <= line &&
        line <= lines.last &&
        patterns.some((pattern) => isOf(finding.check, pattern)) &&
        accepts(finding),
    );
  }

  findings(outcome: Outcome): readonly Finding[] {
    const ids = new Set(outcome.registry.map(({ id }) => id));
    return this.#directives
      .flatMap((directive) =>
        directive.program === "pint"
          ? [...aboutPint(directive, this.#now)]
          : [...aboutOwn(directive, this.#scopeOf(directive), outcome, this.#lines)],
      )
      .filter(({ check }) => ids.has(check));
  }

  #scopeOf({ scope, line }: Extract<Directive, { program: "promscope" }>): Lines {
    return scope === "file" ? allLines : scopeOf(line, this.#lines, this.#lastFrom);
  }

  #addPint(directive: PintDirective): void {
    const { verb, line, match, until } = directive;
    switch (verb) {
      case "ignore/file":
        this.#add("", { first: line, last: allLines.last });
        return;
      case "ignore/line":
        this.#add("", { first: line, last: line });
        return;
      case "ignore/next-line":
        this.#add("", { first: line + 1, last: line + 1 });
        return;
      case "snooze":
      case "file/snooze":
        if (until !== undefined && this.#now !== undefined && until <= this.#now) return;
        break;
      case "disable":
      case "file/disable":
        break;
      default:
        return;
    }
    const { name, rest } = pintMatch(match);
    const check = pintChecks.get(name);
    if (check === undefined) return;
    const lines = verb.startsWith("file/") ? allLines : ruleScope(line, this.#lines, this.#lastFrom);
    if (rest === "") for (const id of idsOf(check)) this.#add(id, lines);
    else if (check.parameter !== "none" && rest.startsWith("(") && rest.endsWith(")")) {
      const parameter = rest.slice(1, -1);
      // Nothing here has the tags of pint's servers, so a tag stands for them all.
      const accepts = (finding: Finding): boolean =>
        parameter.startsWith("+") || this.#mentions(finding, parameter);
      this.#narrow.push({ patterns: idsOf(check), lines, accepts });
    }
  }

  /** Whether a finding is about the selector, the server or the name that a comment gives in brackets. */
  #mentions({ span, message }: Finding, parameter: string): boolean {
    const source = this.#lines.slice(span.start, span.end).replace(/\s/g, "");
    const [subject = ""] = parameter.split(":");
    return source.includes(parameter.replace(/\s/g, "")) || message.includes(subject);
  }

  #add(pattern: string, lines: Lines): void {
    const isPrefix = pattern.endsWith("*");
    const known = isPrefix ? this.#prefixes : this.#exact;
    const key = isPrefix ? pattern.slice(0, -1) : pattern;
    const intervals = known.get(key) ?? new Intervals();
    known.set(key, intervals);
    intervals.add(lines);
  }
}

function isOf(id: string, pattern: string): boolean {
  return pattern.endsWith("*") ? id.startsWith(pattern.slice(0, -1)) : id === pattern;
}
