import type { LineIndex, Span } from "../../base/text.ts";

/** A word of a comment and where it stands. */
export interface Word {
  readonly text: string;
  readonly span: Span;
}

interface Said {
  readonly line: number;
  /** From its `#` to the end of its line, in the file. */
  readonly span: Span;
}

/** A comment that Promscope reads. */
export interface OwnDirective extends Said {
  readonly program: "promscope";
  /** Not more than a word that begins like one of ours: what is wrong with it. */
  readonly fault?: string | undefined;
  readonly scope: "here" | "file";
  readonly checks: readonly Word[];
}

/** A comment that pint reads (`internal/comments/comments.go`). */
export interface PintDirective extends Said {
  readonly program: "pint";
  readonly verb: PintVerb;
  /** pint's own words for what is wrong with it. */
  readonly fault?: string | undefined;
  /** The whole of what follows, as pint compares it. */
  readonly match: string;
  /** Until when it is in force, in milliseconds since 1970; only for what is snoozed. */
  readonly until?: number | undefined;
}

export type Directive = OwnDirective | PintDirective;

const pintVerbs = [
  "ignore/file",
  "ignore/line",
  "ignore/begin",
  "ignore/end",
  "ignore/next-line",
  "file/owner",
  "rule/owner",
  "file/disable",
  "disable",
  "file/snooze",
  "snooze",
  "rule/set",
] as const;
type PintVerb = (typeof pintVerbs)[number];

const comment = /(?:^\ufeff?|[ \t])#[ \t]*(promscope|pint)[ \t]+([a-z/-]+)(?=[ \t\r\n]|$)([^\n]*)/gm;

/** Whether a text has a comment that may say something. */
export function mayHoldComments(text: string): boolean {
  // Nearly no text has one of the words, and to look for a word is fast.
  if (!text.includes("pint") && !text.includes("promscope")) return false;
  return /#[ \t]*(?:promscope|pint)[ \t]/.test(text);
}

/** What the comments of a text say that begins at an offset of the file. */
export function* directivesOf(text: string, offset: number, lines: LineIndex): Iterable<Directive> {
  if (!mayHoldComments(text)) return;
  for (const { index, 0: whole, 1: program, 2: verb = "", 3: behind = "" } of text.matchAll(comment)) {
    const start = offset + index + whole.indexOf("#");
    const rest = behind.trimEnd();
    const end = offset + index + whole.length - behind.length + rest.length;
    const said = { line: lines.positionAt(start).line, span: { start, end } };
    const directive =
      program === "pint" ? pintDirective(said, verb, rest.trim()) : ownDirective(said, verb, rest);
    if (directive !== undefined) yield directive;
  }
}

const usage = "write # promscope ignore CHECK-ID, or ignore-file for the whole file";
/** An id, and those behind it that commas separate; what else follows is the reason. */
const ids = /^[ \t]+([^\s,]+(?:[ \t]*,[ \t]*[a-z]+\.[a-z0-9-]+)*)/;

function ownDirective(said: Said, verb: string, rest: string): OwnDirective | undefined {
  const scope = verb === "ignore-file" ? "file" : "here";
  const base = { ...said, program: "promscope", scope } as const;
  if (verb !== "ignore" && verb !== "ignore-file") {
    // A sentence that begins with our name is no mistake; one that names a check is. Owners are read elsewhere.
    if (verb.startsWith("owner") || !/^[ \t]+[a-z]+\.[a-z]/.test(rest)) return undefined;
    return { ...base, checks: [], fault: `There is no comment "promscope ${verb}": ${usage}.` };
  }
  const found = ids.exec(rest)?.[1];
  if (found === undefined) return { ...base, checks: [], fault: `The comment names no check: ${usage}.` };
  const at = said.span.end - rest.length + rest.indexOf(found);
  const checks: Word[] = [];
  for (const { index, 0: word } of found.matchAll(/[^\s,]+/g)) {
    const text = word.replace(/[;:]+$/, "");
    checks.push({ text, span: { start: at + index, end: at + index + text.length } });
  }
  return { ...base, checks };
}

function pintDirective(said: Said, word: string, match: string): PintDirective | undefined {
  const verb = pintVerbs.find((known) => known === word);
  if (verb === undefined) return undefined;
  const base = { ...said, program: "pint", verb, match } as const;
  if (verb.startsWith("ignore/"))
    return match === "" ? base : { ...base, fault: `unexpected comment suffix: ${JSON.stringify(match)}` };
  if (match === "") return { ...base, fault: `missing ${verb} value` };
  return verb === "snooze" || verb === "file/snooze" ? snoozed(base) : base;
}

function snoozed(base: PintDirective): PintDirective {
  const [, time = "", match] = /^([^ ]*) (.*)$/.exec(base.match) ?? [];
  if (match === undefined)
    return {
      ...base,
      fault: `invalid snooze comment, expected '$TIME $MATCH' got ${JSON.stringify(base.match)}`,
    };
  const until = timeOf(time);
  if (until === undefined)
    return { ...base, match, fault: `invalid snooze timestamp ${JSON.stringify(time)}` };
  return { ...base, match: match.trim(), until };
}

const timestamp = /^(\d{4})-(\d\d)-(\d\d)(?:T\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:\d\d))?$/;

/** Milliseconds since 1970 of RFC 3339 or a day, which begins at midnight UTC. */
function timeOf(text: string): number | undefined {
  const [, year, month, day] = (timestamp.exec(text) ?? []).map(Number);
  if (year === undefined || month === undefined || day === undefined) return undefined;
  // JavaScript takes the 30th of February for a day in March.
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const time = Date.parse(text.replace(",", "."));
  return Number.isNaN(time) ? undefined : time;
}
