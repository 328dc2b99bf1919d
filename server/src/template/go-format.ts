import { pushUtf8 } from "../base/go-literal.ts";
import { quoteGo } from "../base/go-text.ts";

/**
 * Go's `fmt.Errorf`, as far as the errors of templates need it: the name of the template is part of the
 * format there, so that a percent sign in the name of an alert is read as a verb (`parse.go`, errorf).
 */

/** A text or a whole number with the name of its type. */
export type GoScalar =
  | { readonly type: string; readonly text: string; readonly fields?: undefined }
  | { readonly type: string; readonly value: number; readonly fields?: undefined };

/** A value with a method `String` or `Error`, or a pointer to one, and what it is made of. */
export interface GoStruct {
  readonly type: string;
  readonly text: string;
  readonly fields: readonly GoScalar[];
}

/** An argument of the format. */
export type GoValue = GoScalar | GoStruct;

interface Flags {
  sharp: boolean;
  zero: boolean;
  plus: boolean;
  minus: boolean;
  space: boolean;
  width: number | undefined;
  precision: number | undefined;
}

const noFlags = (): Flags => ({
  sharp: false,
  zero: false,
  plus: false,
  minus: false,
  space: false,
  width: undefined,
  precision: undefined,
});

/** Goes through a format once (`fmt/print.go`, doPrintf). */
class Formatter {
  readonly #format: string;
  readonly #values: readonly GoValue[];
  #at = 0;
  #argument = 0;
  #goodIndex = true;
  #reordered = false;
  #afterIndex = false;

  constructor(format: string, values: readonly GoValue[]) {
    this.#format = format;
    this.#values = values;
  }

  run(): string {
    const format = this.#format;
    let out = "";
    while (this.#at < format.length) {
      const percent = format.indexOf("%", this.#at);
      const end = percent < 0 ? format.length : percent;
      out += format.slice(this.#at, end);
      this.#at = end + 1;
      if (percent >= 0) out += this.#verb();
    }
    if (this.#reordered || this.#argument >= this.#values.length) return out;
    const extra = this.#values
      .slice(this.#argument)
      .map((value) => `${value.type}=${print(value, "v", noFlags())}`);
    return `${out}%!(EXTRA ${extra.join(", ")})`;
  }

  #verb(): string {
    const flags = noFlags();
    let out = "";
    this.#goodIndex = true;
    this.#afterIndex = false;
    for (; ; this.#at++) {
      const character = this.#format.charAt(this.#at);
      if (character === "#") flags.sharp = true;
      else if (character === "0") flags.zero = true;
      else if (character === "+") flags.plus = true;
      else if (character === "-") flags.minus = true;
      else if (character === " ") flags.space = true;
      else break;
    }
    this.#index();
    if (this.#take("*")) {
      flags.width = this.#integerArgument();
      if (flags.width === undefined) out += "%!(BADWIDTH)";
      this.#afterIndex = false;
    } else {
      flags.width = this.#number();
      if (this.#afterIndex && flags.width !== undefined) this.#goodIndex = false;
    }
    if (this.#at + 1 < this.#format.length && this.#take(".")) {
      if (this.#afterIndex) this.#goodIndex = false;
      this.#index();
      if (this.#take("*")) {
        flags.precision = this.#integerArgument();
        if (flags.precision === undefined) out += "%!(BADPREC)";
        this.#afterIndex = false;
      } else flags.precision = this.#number() ?? 0;
    }
    if (!this.#afterIndex) this.#index();
    return out + this.#printed(flags);
  }

  #printed(flags: Flags): string {
    const code = this.#format.codePointAt(this.#at);
    if (code === undefined) return "%!(NOVERB)";
    const verb = String.fromCodePoint(code);
    this.#at += verb.length;
    if (verb === "%") return "%";
    if (!this.#goodIndex) return `%!${verb}(BADINDEX)`;
    const value = this.#values[this.#argument];
    if (value === undefined) return `%!${verb}(MISSING)`;
    this.#argument++;
    return print(value, verb, flags);
  }

  #take(character: string): boolean {
    if (this.#format.charAt(this.#at) !== character) return false;
    this.#at++;
    return true;
  }

  #number(): number | undefined {
    const pattern = /[0-9]+/y;
    pattern.lastIndex = this.#at;
    const digits = pattern.exec(this.#format)?.[0];
    if (digits === undefined) return undefined;
    // A number that is too large takes all the rest of the format with it.
    const isTooLarge = Number(digits) > 1_000_000 && Number(digits.slice(0, -1)) > 1_000_000;
    this.#at = isTooLarge ? this.#format.length : this.#at + digits.length;
    return isTooLarge ? undefined : Number(digits);
  }

  #integerArgument(): number | undefined {
    const value = this.#values[this.#argument];
    if (value !== undefined) this.#argument++;
    return value !== undefined && "value" in value ? value.value : undefined;
  }

  /** `[n]` */
  #index(): void {
    this.#afterIndex = false;
    if (this.#format.charAt(this.#at) !== "[") return;
    this.#reordered = true;
    const rest = this.#format.slice(this.#at);
    const close = rest.indexOf("]");
    if (rest.length < 3 || close < 0) {
      this.#goodIndex = false;
      this.#at += 1;
      return;
    }
    this.#at += close + 1;
    const digits = /^\[([0-9]+)\]/.exec(rest)?.[1];
    const index = digits === undefined || digits.length > 7 ? undefined : Number(digits) - 1;
    this.#afterIndex = index !== undefined;
    if (index === undefined || index < 0 || index >= this.#values.length) this.#goodIndex = false;
    else this.#argument = index;
  }
}

function print(value: GoValue, verb: string, flags: Flags): string {
  if (verb === "T") return padded(truncated(value.type, flags), flags);
  if (value.fields === undefined) return scalar(value, verb, flags);
  const isPointer = value.type.startsWith("*");
  if (/[vsxXq]/.test(verb) || (verb === "w" && isPointer))
    return scalar({ type: value.type, text: value.text }, verb === "w" ? "v" : verb, flags);
  return verb === "w" || verb === "p" ? bad(value, verb, flags) : struct(value, verb, flags);
}

/** A value of several fields without its method. */
function struct({ type, fields }: GoStruct, verb: string, flags: Flags): string {
  const printed = fields.map((field) => scalar(field, verb, flags));
  return `${type.startsWith("*") ? "&" : ""}{${printed.join(" ")}}`;
}

function bad(value: GoValue, verb: string, flags: Flags): string {
  const plain = value.fields === undefined ? scalar(value, "v", flags) : struct(value, "v", flags);
  return `%!${verb}(${value.type}=${plain})`;
}

function scalar(value: GoScalar, verb: string, flags: Flags): string {
  if ("value" in value) return integer(value, verb, flags);
  const { text } = value;
  switch (verb) {
    case "v":
    case "s":
      return padded(truncated(text, flags), flags);
    case "q": {
      const cut = truncated(text, flags);
      if (flags.sharp && !/[\u0000-\u0008\u000a-\u001f\u007f`\ufeff]/.test(cut))
        return padded(`\`${cut}\``, flags);
      return padded(flags.plus ? asciiOnly(quoteGo(cut)) : quoteGo(cut), flags);
    }
    case "x":
    case "X":
      return hexadecimal(text, verb, flags);
    default:
      return bad(value, verb, flags);
  }
}

function integer(of: GoScalar & { readonly value: number }, verb: string, flags: Flags): string {
  const { value } = of;
  const base = { v: 10, d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 }[verb];
  if (base === undefined) {
    if (verb === "c") return padded(String.fromCodePoint(value), flags);
    if (verb === "q") return padded(`'${quoteGo(String.fromCodePoint(value)).slice(1, -1)}'`, flags);
    if (verb === "U") return padded(`U+${value.toString(16).toUpperCase().padStart(4, "0")}`, flags);
    return bad(of, verb, flags);
  }
  let digits = value.toString(base);
  if (verb === "X") digits = digits.toUpperCase();
  const sign = flags.plus ? "+" : flags.space ? " " : "";
  let least = flags.precision ?? 0;
  if (flags.precision === undefined && flags.zero && !flags.minus && flags.width !== undefined)
    least = flags.width - sign.length;
  digits = flags.precision === 0 && value === 0 ? "" : digits.padStart(least, "0");
  const prefix = verb === "O" ? "0o" : !flags.sharp ? "" : { 2: "0b", 8: "0", 16: `0${verb}` }[base];
  return padded(`${sign}${prefix ?? ""}${digits}`, { ...flags, zero: false });
}

function hexadecimal(text: string, verb: string, flags: Flags): string {
  const bytes: number[] = [];
  for (const character of text) pushUtf8(bytes, character.codePointAt(0) ?? 0);
  const shown = flags.precision === undefined ? bytes : bytes.slice(0, flags.precision);
  const prefix = flags.sharp && shown.length > 0 ? `0${verb}` : "";
  const pairs = shown.map((byte) => byte.toString(16).padStart(2, "0"));
  const joined = prefix + pairs.join(flags.space ? ` ${prefix}` : "");
  return padded(verb === "X" ? joined.toUpperCase() : joined, flags);
}

function asciiOnly(quoted: string): string {
  return quoted.replace(/[^\0-\u007f]/gu, (character) => {
    const hex = (character.codePointAt(0) ?? 0).toString(16);
    return hex.length > 4 ? `\\U${hex.padStart(8, "0")}` : `\\u${hex.padStart(4, "0")}`;
  });
}

function truncated(text: string, { precision }: Flags): string {
  return precision === undefined ? text : [...text].slice(0, precision).join("");
}

function padded(text: string, { width, minus, zero }: Flags): string {
  const missing = (width ?? 0) - [...text].length;
  if (missing <= 0) return text;
  return minus ? text + " ".repeat(missing) : (zero ? "0" : " ").repeat(missing) + text;
}

/** The text that `fmt.Errorf` makes of a format. */
export function formatGo(format: string, values: readonly GoValue[]): string {
  return new Formatter(format, values).run();
}
