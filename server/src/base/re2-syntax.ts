import { Re2Cursor } from "./re2-cursor.ts";
import { fault, SyntaxFault } from "./re2-fault.ts";
import {
  alternate,
  assertion,
  checkAnchored,
  checked,
  concat,
  literal,
  type Piece,
  type Repetition,
  repeated,
  single,
} from "./re2-pieces.ts";

/** What can be known of a regular expression without compiling it. */
export type RegexSyntax =
  | {
      readonly ok: true;
      /** Whether it matches the empty text, as a matcher of a label that is not there does. */
      readonly matchesEmpty: boolean;
    }
  | { readonly ok: false; readonly message: string };

/** A group that is open: its finished alternatives and the one that is being read. */
interface Group {
  readonly captures: boolean;
  readonly alternatives: Piece[];
  items: Piece[];
}

const operators = {
  "*": { counted: false, least: 0, most: -1 },
  "+": { counted: false, least: 1, most: -1 },
  "?": { counted: false, least: 0, most: 1 },
} as const satisfies Record<string, Repetition>;

/** Reads a regular expression as Go's `regexp/syntax` does with the flags of Perl, in one pass and without recursion. */
class SyntaxReader {
  readonly #source: string;
  readonly #cursor: Re2Cursor;
  readonly #groups: Group[] = [];
  #group: Group = { captures: false, alternatives: [], items: [] };

  constructor(source: string) {
    this.#source = source;
    this.#cursor = new Re2Cursor(source);
  }

  read(): Piece {
    const cursor = this.#cursor;
    const source = this.#source;
    let lastRepeat = -1;
    while (cursor.at < source.length) {
      const start = cursor.at;
      let repeat = -1;
      const character = source.charAt(start);
      switch (character) {
        case "(":
          if (source.charAt(start + 1) === "?") this.#perlGroup();
          else {
            cursor.at++;
            this.#open(true);
          }
          break;
        case "|":
          cursor.at++;
          this.#group.alternatives.push(concat(this.#group.items, source));
          this.#group.items = [];
          break;
        case ")":
          cursor.at++;
          this.#close();
          break;
        case "^":
        case "$":
          cursor.at++;
          this.#push(assertion);
          break;
        case ".":
          cursor.at++;
          this.#push(single);
          break;
        case "[":
          cursor.class();
          this.#push(single);
          break;
        case "*":
        case "+":
        case "?":
          cursor.at++;
          this.#repeat(operators[character], start, lastRepeat);
          repeat = start;
          break;
        case "{":
          if (this.#counted(lastRepeat)) repeat = start;
          else {
            cursor.at++;
            this.#push(literal);
          }
          break;
        case "\\":
          this.#escape();
          break;
        default:
          cursor.rune();
          this.#push(literal);
      }
      lastRepeat = repeat;
    }
    if (this.#groups.length > 0) throw fault("missing closing )", source);
    const whole = this.#finished();
    checkAnchored(whole, source);
    return whole;
  }

  #push(piece: Piece): void {
    this.#group.items.push(checked(piece, this.#source));
  }

  /** What was read of the group, as one piece. */
  #finished(): Piece {
    const { alternatives, items } = this.#group;
    return alternate(alternatives, concat(items, this.#source), this.#source);
  }

  #open(captures: boolean): void {
    this.#groups.push(this.#group);
    this.#group = { captures, alternatives: [], items: [] };
  }

  #close(): void {
    const { captures } = this.#group;
    const outer = this.#groups.pop();
    if (outer === undefined) throw fault("unexpected )", this.#source);
    const inner = this.#finished();
    this.#group = outer;
    if (!captures) this.#push(inner);
    else this.#push({ ...inner, kind: "other", size: inner.size + 2, height: inner.height + 1 });
  }

  /** `(?P<name>`, `(?<name>`, `(?:`, or flags. */
  #perlGroup(): void {
    const cursor = this.#cursor;
    const source = this.#source;
    const start = cursor.at;
    const named = source.startsWith("(?<", start) && source.length > start + 3;
    const pythonic = source.startsWith("(?P<", start) && source.length > start + 4;
    if (named || pythonic) {
      const end = source.indexOf(">", start);
      if (end < 0) {
        cursor.checkUtf8(start, source.length);
        throw fault("invalid named capture", source.slice(start));
      }
      const nameStart = start + (named ? 3 : 4);
      cursor.checkUtf8(nameStart, end);
      if (!/^[0-9A-Za-z_]+$/.test(source.slice(nameStart, end)))
        throw fault("invalid named capture", source.slice(start, end + 1));
      cursor.at = end + 1;
      this.#open(true);
      return;
    }
    cursor.at = start + 2;
    let negative = false;
    let sawFlag = false;
    while (cursor.at < source.length) {
      const character = String.fromCodePoint(cursor.rune());
      if ("imsU".includes(character)) sawFlag = true;
      else if (character === "-" && !negative) {
        negative = true;
        sawFlag = false;
      } else if ((character === ":" || character === ")") && (sawFlag || !negative)) {
        if (character === ":") this.#open(false);
        return;
      } else break;
    }
    throw fault("invalid or unsupported Perl syntax", source.slice(start, cursor.at));
  }

  /** Applies a repetition that begins at `start` and ends at the cursor to the last piece. */
  #repeat(repetition: Repetition, start: number, lastRepeat: number): void {
    const source = this.#source;
    const cursor = this.#cursor;
    if (source.charAt(cursor.at) === "?") cursor.at++;
    if (lastRepeat >= 0)
      throw fault("invalid nested repetition operator", source.slice(lastRepeat, cursor.at));
    const written = source.slice(start, cursor.at);
    const inner = this.#group.items.pop();
    if (inner === undefined) throw fault("missing argument to repetition operator", written);
    this.#group.items.push(repeated(inner, repetition, written, source));
  }

  /** `{n}`, `{n,}` or `{n,m}`; anything else is a brace and says false. */
  #counted(lastRepeat: number): boolean {
    const cursor = this.#cursor;
    const start = cursor.at;
    const pattern = /\{(0|[1-9][0-9]*)(?:(,)(0|[1-9][0-9]*)?)?\}/y;
    pattern.lastIndex = start;
    const match = pattern.exec(this.#source);
    if (match === null) return false;
    const [written, first = "", comma, second] = match;
    cursor.at = start + written.length;
    const least = Number(first);
    const most = comma === undefined ? least : second === undefined ? -1 : Number(second);
    if (least > 1000 || most > 1000 || (most >= 0 && least > most))
      throw fault("invalid repeat count", written);
    this.#repeat({ counted: true, least, most }, start, lastRepeat);
    return true;
  }

  #escape(): void {
    const cursor = this.#cursor;
    const source = this.#source;
    const start = cursor.at;
    const next = source.charAt(start + 1);
    if (next === "A" || next === "z" || next === "b" || next === "B") {
      cursor.at += 2;
      this.#push(next === "b" ? single : assertion);
    } else if (next === "C") throw fault("invalid escape sequence", "\\C");
    else if (next === "Q") {
      const close = source.indexOf("\\E", start + 2);
      const end = close < 0 ? source.length : close;
      cursor.at = start + 2;
      while (cursor.at < end) {
        cursor.rune();
        this.#push(literal);
      }
      cursor.at = close < 0 ? end : end + 2;
    } else if (cursor.classEscape()) this.#push(single);
    else {
      cursor.escapedRune();
      this.#push(literal);
    }
  }
}

/** Plain characters, dots, `.*` and `.+`, and alternatives of them: nothing in it can be wrong. */
const simple = /^(?:[\w\-/: ]|\.[*+]?|\|)*$/;
/** Of these, one with an alternative that is empty or nothing but `.*`. */
const simpleEmpty = /(?:^|\|)(?:\.\*)*(?:\||$)/;
const longestSimple = 1000;

/**
 * Whether a regular expression of a label matcher is one of RE2, in the words of the library that Prometheus links
 * (`grafana/regexp/syntax`), and whether it matches the empty text.
 */
export function checkRegex(source: string): RegexSyntax {
  // Plain texts and alternatives of them are compared there without being read as a regular expression.
  if (!/[\\.+*?()[\]{}^$]/.test(source)) return { ok: true, matchesEmpty: /^$|^\||\|\||\|$/.test(source) };
  if (source.length <= longestSimple && simple.test(source))
    return { ok: true, matchesEmpty: simpleEmpty.test(source) };
  try {
    return { ok: true, matchesEmpty: new SyntaxReader(source).read().matchesEmpty };
  } catch (error) {
    if (error instanceof SyntaxFault) return { ok: false, message: error.message };
    throw error;
  }
}
