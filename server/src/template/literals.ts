import { underscoresSeparateDigits, unquote } from "../base/go-literal.ts";
import { quoteGo } from "../base/go-text.ts";

/** Why a literal is refused, in Go's words and with Go's type of the error. */
export interface LiteralFault {
  readonly message: string;
  readonly goType: `*${string}`;
}

export const invalidSyntax: LiteralFault = { message: "invalid syntax", goType: "*errors.errorString" };

const escapePattern =
  /\\(?:[abfnrtv\\"']|[0-3][0-7]{2}|x[0-9a-fA-F]{2}|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/y;

/** Where the escape ends that begins at `at` (`strconv/quote.go`, UnquoteChar); only its own quote may be escaped. */
function escapeEnd(literal: string, at: number): number | undefined {
  escapePattern.lastIndex = at;
  const match = escapePattern.exec(literal);
  if (match === null) return undefined;
  const [written, short, long] = match;
  if (/["']$/.test(written) && !written.endsWith(literal.charAt(0))) return undefined;
  const code = Number.parseInt(short ?? long ?? "0", 16);
  return code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? undefined : at + written.length;
}

/**
 * The value of a string in double quotes or backticks that the lexer has found closed; nothing where Go says
 * `invalid syntax`.
 */
export function stringValue(literal: string): string | undefined {
  if (literal.startsWith("`")) return literal.slice(1, -1).replaceAll("\r", "");
  for (let at = literal.indexOf("\\"); at >= 0; ) {
    const end = escapeEnd(literal, at);
    if (end === undefined) return undefined;
    at = literal.indexOf("\\", end);
  }
  return unquote(literal);
}

/** What is wrong with a character in single quotes; only the first is looked at, and what is behind it. */
export function characterFault(literal: string): LiteralFault | undefined {
  const first = literal.codePointAt(1) ?? 39;
  const end = first === 92 ? escapeEnd(literal, 1) : first > 0xffff ? 3 : 2;
  if (first === 39 || end === undefined) return invalidSyntax;
  if (end + 1 === literal.length) return undefined;
  return { message: `malformed character constant: ${literal}`, goType: "*errors.errorString" };
}

/** What is wrong with a number (`text/template/parse/node.go`, newNumber). */
export function numberFault(text: string): LiteralFault | undefined {
  if (/^[0-9]{1,15}$/.test(text) && (text === "0" || !text.startsWith("0"))) return undefined;
  if (text.endsWith("i") && floatVerdict(text.slice(0, -1)) === "ok") return undefined;
  const integer = integerOf(text);
  const negative = text.startsWith("-");
  if (integer !== undefined && integer < (negative ? 2n ** 63n + 1n : 2n ** 64n)) return undefined;
  if (floatVerdict(text) !== "ok")
    return { message: `illegal number syntax: ${quoteGo(text)}`, goType: "*errors.errorString" };
  if (/[.eEpP]/.test(text)) return undefined;
  return { message: `integer overflow: ${quoteGo(text)}`, goType: "*errors.errorString" };
}

/** The absolute value of an integer of any base; one that no 64 bits can hold is only known to be too large. */
function integerOf(text: string): bigint | undefined {
  const unsigned = text.replace(/^[+-]/, "");
  if (!underscoresSeparateDigits(unsigned)) return undefined;
  const written = unsigned.replaceAll("_", "").toLowerCase();
  const [, hex, octal, binary, decimal] =
    /^(?:0x([0-9a-f]+)|0o?([0-7]+)|0b([01]+)|(0|[1-9][0-9]*))$/.exec(written) ?? [];
  const digits = (hex ?? octal ?? binary ?? decimal)?.replace(/^0+(?=.)/, "");
  if (digits === undefined) return undefined;
  if (digits.length > 64) return 2n ** 64n;
  const prefix = hex !== undefined ? "0x" : octal !== undefined ? "0o" : binary !== undefined ? "0b" : "";
  return BigInt(`${prefix}${digits}`);
}

type FloatVerdict = "ok" | "invalid syntax" | "value out of range";

/** `strconv.ParseFloat` of a text that is no name of a special value. */
function floatVerdict(text: string): FloatVerdict {
  const unsigned = text.replace(/^[+-]/, "").toLowerCase();
  if (!underscoresSeparateDigits(unsigned)) return "invalid syntax";
  const exponent = /[ep][+-]?[0-9][0-9_]*$/;
  if (/^0x./.test(unsigned)) {
    const [, whole = "", fraction = ""] =
      /^0x([0-9a-f_]*)(?:\.([0-9a-f_]*))?p[+-]?[0-9][0-9_]*$/.exec(unsigned) ?? [];
    const digits = (whole + fraction).replaceAll("_", "");
    if (digits === "") return "invalid syntax";
    const power = Number(/p(.*)$/.exec(unsigned)?.[1]?.replaceAll("_", "") ?? 0);
    const binary = power - 4 * fraction.replaceAll("_", "").length;
    return isHexTooLarge(digits, binary) ? "value out of range" : "ok";
  }
  const mantissa = unsigned.replace(exponent, "");
  if (!/^[0-9_]*(?:\.[0-9_]*)?$/.test(mantissa) || !/[0-9]/.test(mantissa)) return "invalid syntax";
  if (/p/.test(unsigned.slice(mantissa.length))) return "invalid syntax";
  return Number.isFinite(Number(unsigned.replaceAll("_", ""))) ? "ok" : "value out of range";
}

/** Whether `digits` × 2^`power` rounds to more than the largest double. */
function isHexTooLarge(digits: string, power: number): boolean {
  const bits = [...digits.replace(/^0+/, "")]
    .map((digit) => Number.parseInt(digit, 16).toString(2).padStart(4, "0"))
    .join("")
    .replace(/^0+/, "");
  if (bits === "" || bits.length + power < 1024) return false;
  return bits.length + power > 1024 || /^1{54}/.test(bits);
}

const notComplex: LiteralFault = {
  message: "syntax error scanning complex number",
  goType: "*errors.errorString",
};

/** What is wrong with a complex number, which Go reads with `fmt.Sscan`. */
export function complexFault(text: string): LiteralFault | undefined {
  const real = floatPrefix(text, 0);
  const sign = text.charAt(real.length);
  if (sign !== "+" && sign !== "-") return notComplex;
  const imaginary = floatPrefix(text, real.length + 1);
  if (text.charAt(real.length + 1 + imaginary.length) !== "i") return notComplex;
  for (const part of [real, sign + imaginary]) {
    const verdict = floatVerdict(part);
    if (verdict !== "ok")
      return {
        message: `strconv.ParseFloat: parsing ${quoteGo(part)}: ${verdict}`,
        goType: "*strconv.NumError",
      };
  }
  return undefined;
}

/** What `fmt` takes for a float (`fmt/scan.go`, floatToken); an `i` at its start may be the one of `inf`. */
function floatPrefix(text: string, from: number): string {
  const pattern =
    /[+-]?i?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eEpP][+-]?[0-9_]*)?)/y;
  pattern.lastIndex = from;
  return pattern.exec(text)?.[0] ?? "";
}
