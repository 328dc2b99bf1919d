/** Numbers, times and durations as Go prints them. */

/** The shortest digits that tell a number from all others, and how many of them stand before its point. */
function decimal(value: number): { readonly digits: string; readonly point: number } {
  const [mantissa = "", exponent = "0"] = value.toExponential().split("e");
  return { digits: mantissa.replace(".", ""), point: Number(exponent) + 1 };
}

function special(value: number): string | undefined {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  return undefined;
}

function plain({ digits, point }: { readonly digits: string; readonly point: number }): string {
  if (point <= 0) return `0.${"0".repeat(-point)}${digits}`;
  if (digits.length <= point) return digits + "0".repeat(point - digits.length);
  return `${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** A number without exponent (`strconv.FormatFloat(v, 'f', -1, 64)`). */
export function printNumber(value: number): string {
  return special(value) ?? (value < 0 ? "-" : "") + plain(decimal(Math.abs(value)));
}

/** A number with an exponent where it is large or small (`%v` of a float64). */
export function printShortNumber(value: number): string {
  const known = special(value);
  if (known !== undefined) return known;
  const sign = value < 0 ? "-" : "";
  const { digits, point } = decimal(Math.abs(value));
  const exponent = point - 1;
  if (exponent >= -4 && exponent < 6) return sign + plain({ digits, point });
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
  const power = String(Math.abs(exponent)).padStart(2, "0");
  return `${sign}${digits.charAt(0)}${fraction}e${exponent < 0 ? "-" : "+"}${power}`;
}

/** What Go makes of a whole number that it puts into 64 bits, on amd64: what is too large becomes the smallest. */
function int64(value: number): number {
  return value < 2 ** 63 && value >= -(2 ** 63) ? value : -(2 ** 63);
}

function rounded(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}

const units: readonly (readonly [name: string, milliseconds: number, exact: boolean])[] = [
  ["y", 31_536_000_000, true],
  ["w", 604_800_000, true],
  ["d", 86_400_000, false],
  ["h", 3_600_000, false],
  ["m", 60_000, false],
  ["s", 1000, false],
  ["ms", 1, false],
];

/** `model.Duration.String` of prometheus/common, from whole nanoseconds. */
function durationOf(nanoseconds: number): string {
  const size = Math.abs(nanoseconds);
  let milliseconds = Math.round((size - (size % 1e6)) / 1e6);
  if (milliseconds === 0) return "0s";
  let text = nanoseconds < 0 ? "-" : "";
  for (const [name, unit, exact] of units) {
    const rest = milliseconds % unit;
    if (milliseconds < unit || (exact && rest !== 0)) continue;
    text += `${(milliseconds - rest) / unit}${name}`;
    milliseconds = rest;
  }
  return text;
}

/** The range or step that so many seconds are; nothing for none at all. */
export function printDuration(seconds: number): string | undefined {
  const nanoseconds = int64(rounded(seconds * 1e9));
  return nanoseconds === 0 ? undefined : durationOf(nanoseconds);
}

/** The offset that so many seconds are; nothing for none. A sign stays where no digit does, as upstream. */
export function printOffset(seconds: number): string | undefined {
  const nanoseconds = int64(rounded(seconds * 1e9));
  if (nanoseconds === 0) return undefined;
  return nanoseconds < 0 ? `-${durationOf(int64(-nanoseconds))}` : durationOf(nanoseconds);
}

/** A number of seconds that was written as a duration (`NumberLiteral.String`). */
export function printDurationLiteral(seconds: number): string {
  const text = durationOf(int64(Math.trunc(Math.abs(seconds) * 1e9)));
  return seconds < 0 ? `-${text}` : text;
}

/** Three digits behind the point; halves go to the even digit, where `toFixed` takes the larger one. */
function fixed3(value: number): string {
  const text = value.toFixed(3);
  const sixteenths = value * 16;
  if (!Number.isInteger(sixteenths) || sixteenths % 2 === 0) return text;
  const exact = value.toFixed(4);
  return Number(exact.at(-2)) % 2 === 0 ? exact.slice(0, -1) : text;
}

/** The time of `@ <timestamp>`, which Prometheus holds in milliseconds. */
export function printTimestamp(seconds: number): string {
  // A negative zero does not survive as an integer.
  return fixed3((int64(rounded(seconds * 1000)) + 0) / 1000);
}
