import { unicodeClasses } from "./re2-classes.ts";
import { fault } from "./re2-fault.ts";

const maxRune = 0x10ffff;

const posixClasses: ReadonlySet<string> = new Set(
  "alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit".split(" "),
);

function isAlphanumeric(character: string): boolean {
  return /^[0-9A-Za-z]$/.test(character);
}

/**
 * A place in a regular expression, which takes from it what stands for one character: the character itself, an
 * escape, a class (`regexp/syntax/parse.go`, nextRune, parseEscape, parseClass).
 */
export class Re2Cursor {
  readonly source: string;
  /** Where the last `:]` stands: most of what looks like a named class is none, and looking for its end costs. */
  readonly #lastClassEnd: number;
  at = 0;

  constructor(source: string) {
    this.source = source;
    this.#lastClassEnd = source.lastIndexOf(":]");
  }

  /** The next character, taken; at the end U+FFFD, without an error, as upstream. */
  rune(): number {
    const code = this.source.codePointAt(this.at);
    if (code === undefined) return 0xfffd;
    if (code >= 0xd800 && code < 0xe000) throw fault("invalid UTF-8", this.source.slice(this.at));
    this.at += code > 0xffff ? 2 : 1;
    return code;
  }

  /** Refuses a part that holds bytes which are no UTF-8. */
  checkUtf8(from: number, to: number): void {
    const part = this.source.slice(from, to);
    if (part.isWellFormed()) return;
    const bad = part.search(/\p{Surrogate}/u);
    throw fault("invalid UTF-8", part.slice(Math.max(bad, 0)));
  }

  /** `\d` and its kin, `\pN`, `\p{Greek}`; false and nothing taken for any other escape. */
  classEscape(): boolean {
    const source = this.source;
    const start = this.at;
    if (source.charAt(start) !== "\\") return false;
    const letter = source.charAt(start + 1);
    if (letter !== "" && "dswDSW".includes(letter)) {
      this.at += 2;
      return true;
    }
    if (letter !== "p" && letter !== "P") return false;
    this.at += 2;
    let name: string;
    if (this.rune() !== 0x7b) name = source.slice(start + 2, this.at);
    else {
      const end = source.indexOf("}", start);
      if (end < 0) {
        this.checkUtf8(start, source.length);
        throw fault("invalid character class range", source.slice(start));
      }
      this.checkUtf8(start + 3, end);
      name = source.slice(start + 3, end);
      this.at = end + 1;
    }
    if (!unicodeClasses.has(name.replace(/^\^/, "")))
      throw fault("invalid character class range", source.slice(start, this.at));
    return true;
  }

  /** An escape that stands for one character. */
  escapedRune(): number {
    const source = this.source;
    const start = this.at;
    this.at++;
    if (this.at >= source.length) throw fault("trailing backslash at end of expression", "");
    const code = this.rune();
    const character = String.fromCodePoint(code);
    if (code < 0x80 && !isAlphanumeric(character)) return code;
    const isOctal = (at: number): boolean => /^[0-7]$/.test(source.charAt(at));
    if (character === "0" || (isOctal(start + 1) && isOctal(this.at))) {
      let value = code - 48;
      for (let i = 1; i < 3 && isOctal(this.at); i++) value = value * 8 + Number(source.charAt(this.at++));
      return value;
    }
    const control = "afnrtv".indexOf(character);
    if (control >= 0) return [7, 12, 10, 13, 9, 11][control] ?? 0;
    if (character === "x" && this.at < source.length) {
      const value = this.#hexadecimal();
      if (value !== undefined) return value;
    }
    throw fault("invalid escape sequence", source.slice(start, this.at));
  }

  /** Behind `\x`: two digits, or any number of them in braces. */
  #hexadecimal(): number | undefined {
    const digit = (code: number): number | undefined => {
      const character = String.fromCodePoint(code);
      return /^[0-9A-Fa-f]$/.test(character) ? Number.parseInt(character, 16) : undefined;
    };
    const first = this.rune();
    if (first !== 0x7b) {
      const high = digit(first);
      const low = digit(this.rune());
      return high === undefined || low === undefined ? undefined : high * 16 + low;
    }
    let value = 0;
    for (let digits = 0; this.at < this.source.length; digits++) {
      const code = this.rune();
      if (code === 0x7d) return digits > 0 ? value : undefined;
      const next = digit(code);
      if (next === undefined) return undefined;
      value = value * 16 + next;
      if (value > maxRune) return undefined;
    }
    return undefined;
  }

  /** A class in brackets. */
  class(): void {
    const source = this.source;
    const start = this.at;
    this.at++;
    if (source.charAt(this.at) === "^") this.at++;
    for (let first = true; first || source.charAt(this.at) !== "]"; first = false) {
      if (this.#posixClass() || this.classEscape()) continue;
      const from = this.at;
      const low = this.#classRune(start);
      const next = source.charAt(this.at + 1);
      if (source.charAt(this.at) !== "-" || next === "" || next === "]") continue;
      this.at++;
      const high = this.#classRune(start);
      if (high < low) throw fault("invalid character class range", source.slice(from, this.at));
    }
    this.at++;
  }

  #classRune(start: number): number {
    const source = this.source;
    if (this.at >= source.length) throw fault("missing closing ]", source.slice(start));
    return source.charAt(this.at) === "\\" ? this.escapedRune() : this.rune();
  }

  /** `[:alpha:]` inside a class. */
  #posixClass(): boolean {
    const source = this.source;
    const start = this.at;
    if (start + 2 > this.#lastClassEnd || !source.startsWith("[:", start)) return false;
    const end = source.indexOf(":]", start + 2);
    if (!posixClasses.has(source.slice(start + 2, end).replace(/^\^/, "")))
      throw fault("invalid character class range", source.slice(start, end + 2));
    this.at = end + 2;
    return true;
  }
}
