import { quoteGo } from "../../base/go-text.ts";

/** Units of Prometheus' durations from the greatest on, in milliseconds. */
const units: ReadonlyMap<string, { readonly rank: number; readonly milliseconds: bigint }> = new Map([
  ["y", { rank: 1, milliseconds: 31_536_000_000n }],
  ["w", { rank: 2, milliseconds: 604_800_000n }],
  ["d", { rank: 3, milliseconds: 86_400_000n }],
  ["h", { rank: 4, milliseconds: 3_600_000n }],
  ["m", { rank: 5, milliseconds: 60_000n }],
  ["s", { rank: 6, milliseconds: 1_000n }],
  ["ms", { rank: 7, milliseconds: 1n }],
]);
const nanoseconds = 1_000_000n;
const greatest = 2n ** 63n - 1n;

export type DurationResult =
  | { readonly ok: true; readonly milliseconds: bigint }
  /** `message` is Prometheus' own. */
  | { readonly ok: false; readonly message: string };

/** Nearly all are of one unit; in milliseconds. */
const single: ReadonlyMap<string, number> = new Map([
  ["w", 604_800_000],
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
]);

/** Reads a duration as Prometheus does (`common/model/time.go`, ParseDuration). */
export function parseDuration(text: string): DurationResult {
  if (text === "0") return { ok: true, milliseconds: 0n };
  const milliseconds = text.length > 4 ? undefined : single.get(text.charAt(text.length - 1));
  const amount = milliseconds === undefined ? -1 : wholeBefore(text, text.length - 1);
  if (milliseconds !== undefined && amount >= 0)
    return { ok: true, milliseconds: BigInt(amount * milliseconds) };
  if (text === "") return refused("empty duration string");
  const invalid = (): DurationResult => refused(`not a valid duration string: ${quoteGo(text)}`);
  let total = 0n;
  let rank = 0;
  let rest = text;
  while (rest !== "") {
    const part = /^([0-9]+)([^0-9]+)/.exec(rest);
    const [whole, digits, name] = part ?? [];
    if (whole === undefined || digits === undefined || name === undefined) return invalid();
    const amount = BigInt(digits);
    if (amount >= 2n ** 64n) return invalid();
    const unit = units.get(name);
    if (unit === undefined) return refused(`unknown unit ${quoteGo(name)} in duration ${quoteGo(text)}`);
    if (unit.rank <= rank) return invalid();
    rank = unit.rank;
    total += amount * unit.milliseconds;
    if (total * nanoseconds > greatest) return refused("duration out of range");
    rest = rest.slice(whole.length);
  }
  return { ok: true, milliseconds: total };
}

/** The whole number that a text begins with, up to `end`; -1 where none stands there. */
function wholeBefore(text: string, end: number): number {
  let number = end === 0 ? -1 : 0;
  for (let at = 0; at < end; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}

const words: readonly (readonly [pattern: RegExp, unit: string])[] = [
  [/^(?:ms|msecs?|millis|milliseconds?)$/, "ms"],
  [/^(?:s|secs?|seconds?)$/, "s"],
  [/^(?:m|mm|mins?|minutes?)$/, "m"],
  [/^(?:h|hh|hrs?|hours?)$/, "h"],
  [/^(?:d|days?)$/, "d"],
  [/^(?:w|weeks?)$/, "w"],
  [/^(?:y|yrs?|years?)$/, "y"],
];

/** The duration that a person most likely meant by a text that is none: `5 min` → `5m`. */
export function nearestDuration(text: string): string | undefined {
  const parts = [...text.toLowerCase().matchAll(/([0-9]+)\s*([a-z]+)[\s,]*/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join("") !== text.toLowerCase().trim())
    return undefined;
  let meant = "";
  for (const [, amount, word] of parts) {
    const unit = words.find(([pattern]) => pattern.test(word ?? ""))?.[1];
    if (unit === undefined) return undefined;
    meant += `${amount}${unit}`;
  }
  return meant !== text && parseDuration(meant).ok ? meant : undefined;
}

function refused(message: string): DurationResult {
  return { ok: false, message };
}
