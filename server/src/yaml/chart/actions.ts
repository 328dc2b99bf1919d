import type { Span } from "../../base/text.ts";

/** What an action of a chart does to the text that is rendered. */
export type ActionKind =
  /** It is nothing but a text, as in `{{ "{{" }}`. */
  | "literal"
  /** It prints something that only Helm knows. */
  | "output"
  /** It decides what else is there, or how often: `if`, `range`, `end`. */
  | "control"
  /** A comment or an assignment: nothing. */
  | "silent"
  /** A `range` in a list of labels, with its end: more labels, or none. */
  | "list";

/** An action of a Go template, from its braces to its braces. */
export interface Action {
  readonly kind: ActionKind;
  readonly span: Span;
  /** What a literal prints; it is written as it is printed. */
  readonly text?: Span | undefined;
}

const control = /^(?:if|else|end|range|with|define|block|break|continue)\b/;
const assignment = /^\$\w*(?:\s*,\s*\$\w+)?\s*:?=/;
/** A piece of an action: quoted, between backquotes, a rune, its end, or a quote that is never closed. */
const piece = /"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)*'|\}\}|["'`]/g;

/**
 * The actions of a chart's template (`text/template/parse/lex.go`), in order. Nothing where one is not closed: Helm
 * refuses such a file.
 */
export function chartActions(text: string): readonly Action[] | undefined {
  const actions: Action[] = [];
  for (let start = text.indexOf("{{"); start >= 0; ) {
    const end = endOf(text, start);
    if (end === undefined) return undefined;
    actions.push(actionOf(text, { start, end }));
    start = text.indexOf("{{", end);
  }
  return withLists(text, actions);
}

/** A list of labels in PromQL, up to where its reader stands. */
const openList = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^(){}]*$/i;

const longestList = 1_000;

/** The actions with one for each `range` that does no more than to add labels to a list of PromQL. */
function withLists(text: string, actions: readonly Action[]): readonly Action[] {
  const joined: Action[] = [];
  for (let at = 0; at < actions.length; at++) {
    const [first, , last] = [actions[at], actions[at + 1], actions[at + 2]];
    if (first !== undefined && last !== undefined && isList(text, actions.slice(at, at + 3), joined)) {
      joined.push({ kind: "list", span: { start: first.span.start, end: last.span.end } });
      at += 2;
    } else if (first !== undefined) joined.push(first);
  }
  return joined;
}

function isList(text: string, [range, label, end]: readonly Action[], before: readonly Action[]): boolean {
  if (range?.kind !== "control" || label?.kind !== "output" || end?.kind !== "control") return false;
  const source = ({ span }: Action): string => text.slice(span.start, span.end);
  if (!/^\{\{-?\s*range\b/.test(source(range)) || !/^\{\{-?\s*end\s*-?\}\}$/.test(source(end))) return false;
  const between = text.slice(range.span.end, label.span.start) + text.slice(label.span.end, end.span.start);
  if (!/^[\s,]*$/.test(between)) return false;
  // Where the list begins is near.
  const from = Math.max(0, range.span.start - longestList);
  const line = from + text.slice(from, range.span.start).lastIndexOf("\n") + 1;
  let shown = text.slice(line, range.span.start);
  for (let at = before.length - 1; (before[at]?.span.start ?? -1) >= line; at--) {
    const { span } = before[at] ?? range;
    shown = shown.slice(0, span.start - line) + shown.slice(span.end - line);
  }
  return openList.test(shown);
}

function endOf(text: string, start: number): number | undefined {
  const comment = /^\{\{(?:-\s)?\s*\/\*/.exec(text.slice(start, start + 20));
  if (comment !== null) {
    const close = text.indexOf("*/", start + comment[0].length);
    const end = close < 0 ? -1 : text.indexOf("}}", close);
    return end < 0 ? undefined : end + 2;
  }
  piece.lastIndex = start + 2;
  for (let found = piece.exec(text); found !== null; found = piece.exec(text))
    if (found[0] === "}}") return piece.lastIndex;
    else if (found[0].length === 1) return undefined;
  return undefined;
}

function actionOf(text: string, span: Span): Action {
  const open = /^\{\{(?:-(?=\s))?\s*/.exec(text.slice(span.start, span.end))?.[0].length ?? 2;
  // Nobody writes more blanks than these before the end.
  const tail = text.slice(Math.max(span.start, span.end - 100), span.end);
  const close = /\s*(?:(?<=\s)-)?\}\}$/.exec(tail)?.[0].length ?? 2;
  const inner = { start: span.start + open, end: Math.max(span.start + open, span.end - close) };
  const source = text.slice(inner.start, inner.end);
  if (/^(?:"[^"\\\n]*"|`[^`]*`)$/.test(source))
    return { kind: "literal", span, text: { start: inner.start + 1, end: inner.end - 1 } };
  if (source.startsWith("/*") || assignment.test(source)) return { kind: "silent", span };
  return { kind: control.test(source) ? "control" : "output", span };
}
