import { nearest } from "../../base/nearest.ts";
import type { LineIndex, Span } from "../../base/text.ts";
import { idsOf, pintChecks } from "../../world/pint/checks.ts";
import type { Check, CommentCheck, Finding, Fix } from "../check.ts";
import { invalidSuppression, unknownSuppression, unusedSuppression } from "./checks.ts";
import type { OwnDirective, PintDirective, Word } from "./directive.ts";
import { isComment, type Lines } from "./lines.ts";

/** What the checks of a file told before comments silenced any of it. */
export interface Outcome {
  /** All that there are. */
  readonly registry: readonly Check[];
  /** Those that looked at the file and had nothing in their way. */
  readonly ran: ReadonlySet<string>;
  /** Whether a check told something on these lines. */
  finds(check: string, lines: Lines): boolean;
}

/** What is wrong with a comment of ours. */
export function* aboutOwn(
  directive: OwnDirective,
  scope: Lines,
  outcome: Outcome,
  lines: LineIndex,
): Iterable<Finding> {
  if (directive.fault !== undefined)
    yield finding(invalidSuppression, directive.fault, directive.span, [removal(directive, lines)]);
  for (const word of directive.checks) {
    const check = outcome.registry.find(({ id }) => id === word.text);
    if (check === undefined) yield unknown(word, outcome.registry);
    else if (restsOnFile(check) && outcome.ran.has(check.id) && !outcome.finds(check.id, scope))
      yield finding(unusedSuppression, `${check.id} finds nothing here, so the comment can go.`, word.span, [
        directive.checks.length === 1 ? removal(directive, lines) : withoutWord(directive, word),
      ]);
  }
}

/** What is wrong with a comment of pint's. Whether pint needs it only pint knows. */
export function* aboutPint(directive: PintDirective, now: number | undefined): Iterable<Finding> {
  const { fault, span, verb, match, until } = directive;
  if (fault !== undefined) {
    yield finding(invalidSuppression, `pint does not take this comment: ${clipped(fault, 70)}.`, span);
    return;
  }
  if (!/disable|snooze/.test(verb)) return;
  const { name, rest } = pintMatch(match);
  if (!pintChecks.has(name)) {
    const near = nearest(name, pintChecks.keys());
    const hint = near === undefined ? "" : ` Did you mean ${near}?`;
    yield finding(
      unknownSuppression,
      `pint has no check ${JSON.stringify(clipped(name, 40))}, so the comment does nothing.${hint}`,
      span,
    );
  } else if (rest !== "" && !/^\(.*\)$/.test(rest))
    yield finding(
      invalidSuppression,
      "pint takes no words behind the name of a check: leave them out.",
      span,
    );
  else if (until !== undefined && now !== undefined && until <= now)
    yield finding(unusedSuppression, `The snooze ended on ${day(until)}, so the comment does nothing.`, span);
}

/** The name of a check of pint, and what stands behind it. */
export function pintMatch(match: string): { readonly name: string; readonly rest: string } {
  const name = /^[^\s(]*/.exec(match)?.[0] ?? "";
  return { name, rest: match.slice(name.length) };
}

/** Whether the file alone decides what the check tells: else the comment may be needed where more is known. */
function restsOnFile({ id, unit, beyondFile }: Check): boolean {
  return unit !== "comment" && beyondFile !== true && /^(?:yaml|rule|promql|template)\./.test(id);
}

function unknown({ text, span }: Word, registry: readonly Check[]): Finding {
  const ids = registry.map(({ id }) => id);
  const pint = pintChecks.get(text);
  const [same] = pint === undefined ? [] : idsOf(pint);
  const near = same === undefined ? nearest(text, ids) : ids.find((id) => id === same);
  const message = `No check is called ${JSON.stringify(clipped(text, 40))}, so the comment does nothing.`;
  if (near === undefined) return finding(unknownSuppression, message, span);
  return finding(unknownSuppression, `${message} Did you mean ${near}?`, span, [
    { title: `Write ${near}`, safe: false, edits: [{ span, newText: near }] },
  ]);
}

function finding(
  { id, severity }: CommentCheck,
  message: string,
  span: Span,
  fixes?: readonly Fix[],
): Finding {
  return { check: id, severity, message, span, ...(fixes === undefined ? {} : { fixes }) };
}

function removal({ line, span }: OwnDirective, lines: LineIndex): Fix {
  const start = lines.lineStart(line);
  const text = lines.lineText(line);
  const title = "Remove the comment";
  if (isComment(text))
    return { title, safe: false, edits: [{ span: { start, end: lines.lineStart(line + 1) }, newText: "" }] };
  const before = text.slice(0, span.start - start).trimEnd().length;
  return { title, safe: false, edits: [{ span: { start: start + before, end: span.end }, newText: "" }] };
}

/** An id leaves with the comma behind it, the last one with the comma before it. */
function withoutWord({ checks }: OwnDirective, word: Word): Fix {
  const index = checks.indexOf(word);
  const start = index === checks.length - 1 ? checks[index - 1]?.span.end : word.span.start;
  const end = index === checks.length - 1 ? word.span.end : checks[index + 1]?.span.start;
  const span = { start: start ?? word.span.start, end: end ?? word.span.end };
  return { title: `Remove ${word.text} from the comment`, safe: false, edits: [{ span, newText: "" }] };
}

function clipped(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
