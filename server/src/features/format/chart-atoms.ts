import type { Span, TextEdit } from "../../base/text.ts";
import { commentsOf } from "../../promql/comments.ts";
import { Lexer } from "../../promql/lexer.ts";
import { Token } from "../../promql/tables.generated.ts";
import { type Action, chartActions } from "../../yaml/chart/actions.ts";

/** An action of a chart that prints something, and the word that stands for it. */
interface Atom {
  readonly span: Span;
  /** What is written in its place, of its length. */
  readonly written: string;
  /** What the formatter makes of that outside of strings. */
  readonly printed: string;
}

/** A template of a chart in which words stand for what Helm prints, offsets as they were. */
export interface AtomText {
  readonly text: string;
  /** The new text of an edit with the actions in it again; nothing where they are not those of its span. */
  restored(edit: TextEdit): TextEdit | undefined;
  /** Whether an expression laid out anew means the same whatever Helm prints. */
  keeps(before: string, after: string): boolean;
  /** Whether Helm prints a part of a string, where blanks and line breaks count. */
  inStrings(expression: string): boolean;
}

/** Words for the actions of a chart that stand within lines; nothing where it has none of these, or is no template. */
export function atomText(text: string): AtomText | undefined {
  const actions = chartActions(text);
  const atoms = actions === undefined ? [] : atomsIn(text, actions);
  if (atoms.length === 0) return undefined;
  const characters = text.split("");
  for (const { span, written } of atoms)
    for (let at = span.start; at < span.end; at++) characters[at] = written.charAt(at - span.start);
  const byWord = new Map(atoms.flatMap((atom) => [[atom.written, atom] as const, [atom.printed, atom]]));
  const words = new RegExp([...byWord.keys()].sort((a, b) => b.length - a.length).join("|"), "g");
  const atomsOf = (value: string): readonly Atom[] =>
    [...value.matchAll(words)].flatMap(([word]) => byWord.get(word) ?? []);
  return {
    text: characters.join(""),
    restored({ span, newText }) {
      const inside = atoms.filter((atom) => span.start <= atom.span.start && atom.span.end <= span.end);
      const found = atomsOf(newText);
      if (found.length !== inside.length || !inside.every((atom) => found.includes(atom))) return undefined;
      const put = (word: string): string => {
        const at = byWord.get(word)?.span;
        return at === undefined ? word : text.slice(at.start, at.end);
      };
      return { span, newText: newText.replace(words, put) };
    },
    keeps(before, after) {
      if (atomsOf(before).length === 0) return true;
      const [was, is] = [standingOf(before, atomsOf), standingOf(after, atomsOf)];
      return was !== undefined && is !== undefined && JSON.stringify(was) === JSON.stringify(is);
    },
    inStrings: (expression) => (standingOf(expression, atomsOf)?.strings.length ?? 0) > 0,
  };
}

/** How the atoms of an expression stand in it: what must stay so, whatever Helm prints. */
interface Standing {
  /** The kinds of the tokens before, between and behind the atoms, sorted: brackets may have changed places there. */
  readonly between: readonly (readonly number[])[];
  /** The atoms of each token that is no string, and whether blanks part it from what Helm's text could join. */
  readonly atoms: readonly (readonly [which: string, before: boolean, behind: boolean])[];
  /** The strings that hold some, as they are written, sorted: a string goes where its selector goes. */
  readonly strings: readonly string[];
}

/** Nothing where one of the atoms stands in a comment. */
function standingOf(expression: string, atomsOf: (text: string) => readonly Atom[]): Standing | undefined {
  if (commentsOf(expression).some(({ text }) => atomsOf(text).length > 0)) return undefined;
  const between: number[][] = [[]];
  const atoms: Standing["atoms"][number][] = [];
  const strings: string[] = [];
  const lexer = new Lexer(expression);
  for (let type = lexer.next(); type !== Token.EOF; type = lexer.next()) {
    if (type === 0) return undefined;
    const token = expression.slice(lexer.start, lexer.end);
    const found = atomsOf(token);
    const isString = /^["'`]/.test(token);
    if (found.length === 0 || isString) between.at(-1)?.push(type);
    if (found.length === 0) continue;
    if (isString) strings.push(token);
    else {
      const which = found.map(({ span }) => span.start).join();
      atoms.push([which, isApart(expression, lexer.start, -1), isApart(expression, lexer.end, 1)]);
      between.push([]);
    }
  }
  for (const types of between) types.sort((a, b) => a - b);
  return { between, atoms, strings: strings.sort() };
}

/** Whether a blank, or a bracket or comma that no text can join, stands beside a place. */
function isApart(text: string, at: number, step: 1 | -1): boolean {
  const beside = text.charAt(step < 0 ? at - 1 : at);
  return beside === "" || /[\s(),[\]{}]/.test(beside);
}

/** So many years are the longest range of Prometheus. */
const mostYears = 290;

/** The actions that print something within a line, each with a word that occurs nowhere in the text. */
function atomsIn(text: string, actions: readonly Action[]): readonly Atom[] {
  const isBare = bareLines(text, actions);
  let [letters, digits, years] = [0, 100_000, 100];
  const free = (next: () => string): string => {
    for (;;) {
      const word = next();
      if (!text.includes(word)) return word;
    }
  };
  return actions.flatMap(({ kind, span }): readonly Atom[] => {
    const source = text.slice(span.start, span.end);
    const prints = (kind === "output" || kind === "literal") && !/^\{\{-|-\}\}$|\n/.test(source);
    if (!prints || isBare(span.start)) return [];
    const line = text.slice(text.lastIndexOf("\n", span.start - 1) + 1, span.start);
    const behind = /^[^\n]*/.exec(text.slice(span.end, span.end + 1_000))?.[0] ?? "";
    const { length } = source;
    if (/(?:\[|:|\boffset\s)\s*$/.test(line) && /^\s*[\]:]/.test(behind)) {
      if (years >= mostYears) return [];
      const printed = free(() => `${++years}y`);
      return [{ span, written: printed.padStart(length, "0"), printed }];
    }
    if (isNumber(line, behind)) {
      const printed = free(() => `${++digits}`);
      // A number does not end with a dot alone.
      if (length < printed.length + 2 && length > printed.length) return [];
      const written = length === printed.length ? printed : `${printed}.`.padEnd(length, "0");
      return [{ span, written, printed }];
    }
    const word = free(() => `zq${(letters++).toString(36)}_`);
    // Too many for the shortest of them.
    if (word.length > length) return [];
    const written = word.padEnd(length, "x");
    return [{ span, written, printed: written }];
  });
}

const openList = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^()]*$/i;

/** Whether nothing but a number is likely between two texts. */
function isNumber(before: string, behind: string): boolean {
  if (openList.test(before)) return false;
  const isOperand = /(?:[<>=!]=|[<>+*/%^-]|\bbool)\s*$/.test(before) || /,\s*$/.test(before);
  return (
    (isOperand || /\b(?:vector|scalar)\(\s*$/.test(before)) &&
    /^\s*(?:$|\)|,|#|(?:and|or|unless)\b)/.test(behind)
  );
}

/** Whether the line of an offset has nothing but actions. */
function bareLines(text: string, actions: readonly Action[]): (offset: number) => boolean {
  const characters = text.split("");
  for (const { span } of actions)
    for (let at = span.start; at < span.end; at++) if (characters[at] !== "\n") characters[at] = " ";
  const blanked = characters.join("");
  return (offset) => {
    const start = blanked.lastIndexOf("\n", offset - 1) + 1;
    const end = blanked.indexOf("\n", offset);
    return blanked.slice(start, end < 0 ? undefined : end).trim() === "";
  };
}
