import { unicodeClasses } from "./re2-classes.ts";

/** What can be known of a regular expression without compiling it. */
export type RegexSyntax =
  | {
      readonly ok: true;
      /** Whether it matches the empty text, as a matcher of a label that is not there does. */
      readonly matchesEmpty: boolean;
    }
  | { readonly ok: false; readonly message: string };

/** A parsed piece, reduced to what the limits and the empty text ask for. */
interface Piece {
  readonly kind: "literal" | "concat" | "alternate" | "other";
  readonly matchesEmpty: boolean;
  /** Instructions that it compiles to, by Go's estimate. */
  readonly size: number;
  readonly height: number;
  /** The largest product of counted repetitions that are nested in it. */
  readonly repeats: number;
}

/** A group that is open: its finished alternatives and the one that is being read. */
interface Group {
  readonly captures: boolean;
  readonly alternatives: Piece[];
  items: Piece[];
}

const maxSize = (128 << 20) / 40;
const maxHeight = 1000;
const maxRepeats = 1000;
const maxRune = 0x10ffff;

const single: Piece = { kind: "other", matchesEmpty: false, size: 1, height: 1, repeats: 1 };
const literal: Piece = { ...single, kind: "literal" };
const assertion: Piece = { ...single, matchesEmpty: true };

const posixClasses: ReadonlySet<string> = new Set(
  "alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit".split(" "),
);

class SyntaxFault extends Error {}

function fault(code: string, fragment: string): SyntaxFault {
  // Bytes that are no UTF-8 are held as lone surrogates.
  return new SyntaxFault(`error parsing regexp: ${code}: \`${fragment}\``.toWellFormed());
}

function isAlphanumeric(character: string): boolean {
  return /^[0-9A-Za-z]$/.test(character);
}

/** Reads a regular expression as Go's `regexp/syntax` does with the flags of Perl, in one pass and without recursion. */
class SyntaxReader {
  readonly #source: string;
  /** Where the last `:]` stands: most of what looks like a named class is none, and looking for its end costs. */
  readonly #lastClassEnd: number;
  readonly #groups: Group[] = [];
  #group: Group = { captures: false, alternatives: [], items: [] };
  #at = 0;

  constructor(source: string) {
    this.#source = source;
    this.#lastClassEnd = source.lastIndexOf(":]");
  }

  read(): Piece {
    const source = this.#source;
    let lastRepeat = -1;
    while (this.#at < source.length) {
      const start = this.#at;
      let repeat = -1;
      switch (source.charAt(start)) {
        case "(":
          if (source.charAt(start + 1) === "?") this.#perlGroup();
          else {
            this.#at++;
            this.#open(true);
          }
          break;
        case "|":
          this.#at++;
          this.#group.alternatives.push(this.#concat());
          this.#group.items = [];
          break;
        case ")":
          this.#at++;
          this.#close();
          break;
        case "^":
        case "$":
          this.#at++;
          this.#push(assertion);
          break;
        case ".":
          this.#at++;
          this.#push(single);
          break;
        case "[":
          this.#class();
          this.#push(single);
          break;
        case "*":
        case "+":
        case "?":
          this.#at++;
          this.#repeat(source.charAt(start), 0, 0, start, lastRepeat);
          repeat = start;
          break;
        case "{":
          if (this.#counted(lastRepeat)) repeat = start;
          else {
            this.#at++;
            this.#push(literal);
          }
          break;
        case "\\":
          this.#escape();
          break;
        default:
          this.#rune();
          this.#push(literal);
      }
      lastRepeat = repeat;
    }
    if (this.#groups.length > 0) throw fault("missing closing )", source);
    const whole = this.#alternate();
    // Upstream then puts it between anchors, which is one level more unless it is a sequence already.
    if (whole.kind !== "concat" && whole.height >= maxHeight)
      throw fault("expression nests too deeply", `^(?s:${source})$`);
    return whole;
  }

  /** The next character, taken; at the end U+FFFD, without an error, as upstream. */
  #rune(): number {
    const code = this.#source.codePointAt(this.#at);
    if (code === undefined) return 0xfffd;
    if (code >= 0xd800 && code < 0xe000) throw fault("invalid UTF-8", this.#source.slice(this.#at));
    this.#at += code > 0xffff ? 2 : 1;
    return code;
  }

  #checkUtf8(from: number, to: number): void {
    const part = this.#source.slice(from, to);
    if (part.isWellFormed()) return;
    const bad = part.search(/\p{Surrogate}/u);
    throw fault("invalid UTF-8", part.slice(Math.max(bad, 0)));
  }

  #push(piece: Piece): void {
    if (piece.size > maxSize) throw fault("expression too large", this.#source);
    if (piece.height > maxHeight) throw fault("expression nests too deeply", this.#source);
    this.#group.items.push(piece);
  }

  #open(captures: boolean): void {
    this.#groups.push(this.#group);
    this.#group = { captures, alternatives: [], items: [] };
  }

  #close(): void {
    const { captures } = this.#group;
    const outer = this.#groups.pop();
    if (outer === undefined) throw fault("unexpected )", this.#source);
    const inner = this.#alternate();
    this.#group = outer;
    if (!captures) this.#push(inner);
    else this.#push({ ...inner, kind: "other", size: inner.size + 2, height: inner.height + 1 });
  }

  /** What was read of the current alternative, as one piece. */
  #concat(): Piece {
    const { items } = this.#group;
    const [first] = items;
    if (first === undefined) return assertion;
    if (items.length === 1) return first;
    let size = 0;
    let below = 0;
    let repeats = 1;
    let matchesEmpty = true;
    let parts = 0;
    let before: Piece["kind"] = "other";
    for (const item of items) {
      size += item.size;
      below = Math.max(below, item.kind === "concat" ? item.height - 1 : item.height);
      repeats = Math.max(repeats, item.repeats);
      matchesEmpty &&= item.matchesEmpty;
      // Neighbouring characters are one literal.
      if (item.kind !== "literal" || before !== "literal") parts++;
      before = item.kind;
    }
    const kind = parts > 1 ? "concat" : "literal";
    const piece: Piece = { kind, matchesEmpty, size, height: parts > 1 ? below + 1 : below, repeats };
    return this.#checked(piece);
  }

  #alternate(): Piece {
    const last = this.#concat();
    const { alternatives } = this.#group;
    if (alternatives.length === 0) return last;
    let size = alternatives.length + last.size;
    let { height, repeats, matchesEmpty } =
      last.kind === "alternate" ? { ...last, height: last.height - 1 } : last;
    for (const piece of alternatives) {
      size += piece.size;
      height = Math.max(height, piece.kind === "alternate" ? piece.height - 1 : piece.height);
      repeats = Math.max(repeats, piece.repeats);
      matchesEmpty ||= piece.matchesEmpty;
    }
    return this.#checked({ kind: "alternate", matchesEmpty, size, height: height + 1, repeats });
  }

  #checked(piece: Piece): Piece {
    if (piece.size > maxSize) throw fault("expression too large", this.#source);
    if (piece.height > maxHeight) throw fault("expression nests too deeply", this.#source);
    return piece;
  }

  /** `(?P<name>`, `(?<name>`, `(?:`, or flags. */
  #perlGroup(): void {
    const source = this.#source;
    const start = this.#at;
    const named = source.startsWith("(?<", start) && source.length > start + 3;
    const pythonic = source.startsWith("(?P<", start) && source.length > start + 4;
    if (named || pythonic) {
      const end = source.indexOf(">", start);
      if (end < 0) {
        this.#checkUtf8(start, source.length);
        throw fault("invalid named capture", source.slice(start));
      }
      const nameStart = start + (named ? 3 : 4);
      this.#checkUtf8(nameStart, end);
      if (!/^[0-9A-Za-z_]+$/.test(source.slice(nameStart, end)))
        throw fault("invalid named capture", source.slice(start, end + 1));
      this.#at = end + 1;
      this.#open(true);
      return;
    }
    this.#at = start + 2;
    let negative = false;
    let sawFlag = false;
    while (this.#at < source.length) {
      const character = String.fromCodePoint(this.#rune());
      if ("imsU".includes(character)) sawFlag = true;
      else if (character === "-" && !negative) {
        negative = true;
        sawFlag = false;
      } else if ((character === ":" || character === ")") && (sawFlag || !negative)) {
        if (character === ":") this.#open(false);
        return;
      } else break;
    }
    throw fault("invalid or unsupported Perl syntax", source.slice(start, this.#at));
  }

  /** Applies a repetition that begins at `start` and ends before `#at` to the last piece. */
  #repeat(operator: string, least: number, most: number, start: number, lastRepeat: number): void {
    const source = this.#source;
    if (source.charAt(this.#at) === "?") this.#at++;
    if (lastRepeat >= 0)
      throw fault("invalid nested repetition operator", source.slice(lastRepeat, this.#at));
    const written = source.slice(start, this.#at);
    const inner = this.#group.items.pop();
    if (inner === undefined) throw fault("missing argument to repetition operator", written);
    const counted = operator === "{";
    let size = inner.size + (operator === "*" ? 2 : 1);
    if (counted && most < 0) size = least === 0 ? inner.size + 2 : 1 + least * inner.size;
    else if (counted) size = Math.max(1, most * inner.size + most - least);
    const times = counted ? (most < 0 ? least : most) : 1;
    const repeats = counted && most === 0 ? 1 : inner.repeats * Math.max(times, 1);
    const matchesEmpty =
      inner.matchesEmpty || operator === "*" || operator === "?" || (counted && least === 0);
    this.#push({ kind: "other", matchesEmpty, size, height: inner.height + 1, repeats });
    if (counted && (least >= 2 || most >= 2) && repeats > maxRepeats)
      throw fault("invalid repeat count", written);
  }

  /** `{n}`, `{n,}` or `{n,m}`; anything else is a brace and says false. */
  #counted(lastRepeat: number): boolean {
    const start = this.#at;
    const pattern = /\{(0|[1-9][0-9]*)(?:(,)(0|[1-9][0-9]*)?)?\}/y;
    pattern.lastIndex = start;
    const match = pattern.exec(this.#source);
    if (match === null) return false;
    const [written, first = "", comma, second] = match;
    this.#at = start + written.length;
    const least = Number(first);
    const most = comma === undefined ? least : second === undefined ? -1 : Number(second);
    if (least > 1000 || most > 1000 || (most >= 0 && least > most))
      throw fault("invalid repeat count", written);
    this.#repeat("{", least, most, start, lastRepeat);
    return true;
  }

  #escape(): void {
    const source = this.#source;
    const start = this.#at;
    const next = source.charAt(start + 1);
    if (next === "A" || next === "z" || next === "b" || next === "B") {
      this.#at += 2;
      this.#push(next === "b" ? single : assertion);
    } else if (next === "C") throw fault("invalid escape sequence", "\\C");
    else if (next === "Q") {
      const close = source.indexOf("\\E", start + 2);
      const end = close < 0 ? source.length : close;
      this.#at = start + 2;
      while (this.#at < end) {
        this.#rune();
        this.#push(literal);
      }
      this.#at = close < 0 ? end : end + 2;
    } else if (this.#classEscape()) this.#push(single);
    else {
      this.#escapedRune();
      this.#push(literal);
    }
  }

  /** `\d` and its kin, `\pN`, `\p{Greek}`; false and nothing taken for any other escape. */
  #classEscape(): boolean {
    const source = this.#source;
    const start = this.#at;
    if (source.charAt(start) !== "\\") return false;
    const letter = source.charAt(start + 1);
    if (letter !== "" && "dswDSW".includes(letter)) {
      this.#at += 2;
      return true;
    }
    if (letter !== "p" && letter !== "P") return false;
    this.#at += 2;
    let name: string;
    if (this.#rune() !== 0x7b) name = source.slice(start + 2, this.#at);
    else {
      const end = source.indexOf("}", start);
      if (end < 0) {
        this.#checkUtf8(start, source.length);
        throw fault("invalid character class range", source.slice(start));
      }
      this.#checkUtf8(start + 3, end);
      name = source.slice(start + 3, end);
      this.#at = end + 1;
    }
    if (!unicodeClasses.has(name.replace(/^\^/, "")))
      throw fault("invalid character class range", source.slice(start, this.#at));
    return true;
  }

  /** An escape that stands for one character. */
  #escapedRune(): number {
    const source = this.#source;
    const start = this.#at;
    this.#at++;
    if (this.#at >= source.length) throw fault("trailing backslash at end of expression", "");
    const code = this.#rune();
    const character = String.fromCodePoint(code);
    if (code < 0x80 && !isAlphanumeric(character)) return code;
    const isOctal = (at: number): boolean => /^[0-7]$/.test(source.charAt(at));
    if (character === "0" || (isOctal(start + 1) && isOctal(this.#at))) {
      let value = code - 48;
      for (let i = 1; i < 3 && isOctal(this.#at); i++) value = value * 8 + Number(source.charAt(this.#at++));
      return value;
    }
    const control = "afnrtv".indexOf(character);
    if (control >= 0) return [7, 12, 10, 13, 9, 11][control] ?? 0;
    if (character === "x" && this.#at < source.length) {
      const value = this.#hexadecimal();
      if (value !== undefined) return value;
    }
    throw fault("invalid escape sequence", source.slice(start, this.#at));
  }

  /** Behind `\x`: two digits, or any number of them in braces. */
  #hexadecimal(): number | undefined {
    const digit = (code: number): number | undefined => {
      const character = String.fromCodePoint(code);
      return /^[0-9A-Fa-f]$/.test(character) ? Number.parseInt(character, 16) : undefined;
    };
    const first = this.#rune();
    if (first !== 0x7b) {
      const high = digit(first);
      const low = digit(this.#rune());
      return high === undefined || low === undefined ? undefined : high * 16 + low;
    }
    let value = 0;
    for (let digits = 0; this.#at < this.#source.length; digits++) {
      const code = this.#rune();
      if (code === 0x7d) return digits > 0 ? value : undefined;
      const next = digit(code);
      if (next === undefined) return undefined;
      value = value * 16 + next;
      if (value > maxRune) return undefined;
    }
    return undefined;
  }

  #class(): void {
    const source = this.#source;
    const start = this.#at;
    this.#at++;
    if (source.charAt(this.#at) === "^") this.#at++;
    for (let first = true; first || source.charAt(this.#at) !== "]"; first = false) {
      if (this.#posixClass() || this.#classEscape()) continue;
      const from = this.#at;
      const low = this.#classRune(start);
      const next = source.charAt(this.#at + 1);
      if (source.charAt(this.#at) !== "-" || next === "" || next === "]") continue;
      this.#at++;
      const high = this.#classRune(start);
      if (high < low) throw fault("invalid character class range", source.slice(from, this.#at));
    }
    this.#at++;
  }

  #classRune(start: number): number {
    const source = this.#source;
    if (this.#at >= source.length) throw fault("missing closing ]", source.slice(start));
    return source.charAt(this.#at) === "\\" ? this.#escapedRune() : this.#rune();
  }

  /** `[:alpha:]` inside a class. */
  #posixClass(): boolean {
    const source = this.#source;
    const start = this.#at;
    if (start + 2 > this.#lastClassEnd || !source.startsWith("[:", start)) return false;
    const end = source.indexOf(":]", start + 2);
    if (!posixClasses.has(source.slice(start + 2, end).replace(/^\^/, "")))
      throw fault("invalid character class range", source.slice(start, end + 2));
    this.#at = end + 2;
    return true;
  }
}

/**
 * Whether a regular expression of a label matcher is one of RE2, in the words of the library that Prometheus links
 * (`grafana/regexp/syntax`), and whether it matches the empty text.
 */
export function checkRegex(source: string): RegexSyntax {
  // Plain texts and alternatives of them are compared there without being read as a regular expression.
  if (!/[\\.+*?()[\]{}^$]/.test(source)) return { ok: true, matchesEmpty: /^$|^\||\|\||\|$/.test(source) };
  try {
    return { ok: true, matchesEmpty: new SyntaxReader(source).read().matchesEmpty };
  } catch (error) {
    if (error instanceof SyntaxFault) return { ok: false, message: error.message };
    throw error;
  }
}
