import { underscoresSeparateDigits } from "../base/go-literal.ts";
import { quoteGo } from "../base/go-text.ts";

/** A value, or why there is none in the words of the Go function that would have refused it. */
export type Literal<T> =
  | { readonly value: T; readonly error?: undefined }
  | { readonly value: T; readonly error: string };

const maxInt64 = 9223372036854775807n;

/** `strconv.ParseInt(text, 0, 64)` of a text without a sign. */
function parseInteger(text: string): number | undefined {
  if (!underscoresSeparateDigits(text)) return undefined;
  const written = text.replaceAll("_", "").toLowerCase();
  const [, hex, octal, decimal] = /^(?:0x([0-9a-f]+)|0([0-7]+)|(0|[1-9][0-9]*))$/.exec(written) ?? [];
  const digits = (hex ?? octal ?? decimal)?.replace(/^0+(?=.)/, "");
  // 64 bits have at most 22 digits, in base 8.
  if (digits === undefined || digits.length > 22) return undefined;
  const value = BigInt(`${hex !== undefined ? "0x" : octal !== undefined ? "0o" : ""}${digits}`);
  return value > maxInt64 ? undefined : Number(value);
}

/** A number as `parser.number` reads it: first as an integer of any base, then as a float. */
export function parseNumber(text: string): Literal<number> {
  if (/^(0|[1-9][0-9]{0,14})(\.[0-9]+)?$/.test(text)) return { value: Number(text) };
  const integer = parseInteger(text);
  if (integer !== undefined) return { value: integer };
  const lower = text.toLowerCase();
  if (lower === "inf" || lower === "infinity") return { value: Infinity };
  if (lower === "nan") return { value: NaN };
  const digits = lower.replaceAll("_", "");
  const wellFormed =
    /^([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?$/.test(digits) && underscoresSeparateDigits(lower);
  if (!wellFormed) return { value: 0, error: `strconv.ParseFloat: parsing ${quoteGo(text)}: invalid syntax` };
  const value = Number(digits);
  if (Number.isFinite(value)) return { value };
  return { value, error: `strconv.ParseFloat: parsing ${quoteGo(text)}: value out of range` };
}

/** Milliseconds of each unit, the largest first, which is also the order in which they must be written. */
const units: ReadonlyMap<string, { readonly rank: number; readonly milliseconds: number }> = new Map([
  ["y", { rank: 1, milliseconds: 365 * 86_400_000 }],
  ["w", { rank: 2, milliseconds: 7 * 86_400_000 }],
  ["d", { rank: 3, milliseconds: 86_400_000 }],
  ["h", { rank: 4, milliseconds: 3_600_000 }],
  ["m", { rank: 5, milliseconds: 60_000 }],
  ["s", { rank: 6, milliseconds: 1000 }],
  ["ms", { rank: 7, milliseconds: 1 }],
]);

const maxUint64 = 18446744073709551615n;
/** As many as fit into Go's 64 bits of nanoseconds. */
const maxMilliseconds = 9_223_372_036_854;

function exceedsUint64(digits: string): boolean {
  const significant = digits.replace(/^0+/, "");
  return significant.length > 20 || BigInt(significant === "" ? 0 : significant) > maxUint64;
}

function invalidDuration(text: string): Literal<number> {
  return { value: 0, error: `not a valid duration string: ${quoteGo(text)}` };
}

/** A duration such as `1h30m` in seconds (`ParseDuration` of prometheus/common). */
export function parseDuration(text: string): Literal<number> {
  if (text === "0") return { value: 0 };
  if (text === "") return { value: 0, error: "empty duration string" };
  let milliseconds = 0;
  let lastRank = 0;
  for (let at = 0; at < text.length; ) {
    const from = at;
    while (at < text.length && text.charCodeAt(at) >= 48 && text.charCodeAt(at) <= 57) at++;
    const digits = text.slice(from, at);
    if (digits === "" || (digits.length > 19 && exceedsUint64(digits))) return invalidDuration(text);
    const unitFrom = at;
    while (at < text.length && !(text.charCodeAt(at) >= 48 && text.charCodeAt(at) <= 57)) at++;
    const name = text.slice(unitFrom, at);
    if (name === "") return invalidDuration(text);
    const unit = units.get(name);
    if (unit === undefined)
      return { value: 0, error: `unknown unit ${quoteGo(name)} in duration ${quoteGo(text)}` };
    if (unit.rank <= lastRank) return invalidDuration(text);
    lastRank = unit.rank;
    // What is over the limit is refused before it could lose digits, so that a double can count milliseconds.
    milliseconds += Number(digits) * unit.milliseconds;
    if (milliseconds > maxMilliseconds) return { value: 0, error: "duration out of range" };
  }
  return { value: Math.floor(milliseconds / 1000) + ((milliseconds % 1000) * 1e6) / 1e9 };
}

/** Whether so many seconds do not fit into Go's `time.Duration`. */
export function durationOutOfRange(seconds: number): boolean {
  return seconds > 2 ** 63 / 1e9 || seconds < -(2 ** 63) / 1e9;
}

/** Whether a decoded string is UTF-8, as names of labels must be. */
export function isValidUtf8(text: string): boolean {
  return text.isWellFormed();
}
