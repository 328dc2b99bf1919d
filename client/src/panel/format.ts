import type { Series } from "../../../server/src/protocol.ts";

/** `name{a="b"}` as Prometheus writes a series; the name is left out of the braces. */
export function seriesText(labels: Readonly<Record<string, string>>): string {
  const { __name__: name = "", ...rest } = labels;
  const pairs = Object.keys(rest)
    .sort()
    .map((key) => `${key}=${JSON.stringify(rest[key])}`);
  if (pairs.length === 0) return name === "" ? "{}" : name;
  return `${name}{${pairs.join(", ")}}`;
}

/** The labels that tell the series apart: what all of them share is left out, unless there is only one series. */
export function distinctTexts(series: readonly Series[]): string[] {
  const first = series[0];
  if (first === undefined || series.length === 1) return series.map(({ labels }) => seriesText(labels));
  const shared = new Set(
    Object.keys(first.labels).filter((key) =>
      series.every(({ labels }) => labels[key] === first.labels[key]),
    ),
  );
  return series.map(({ labels }) =>
    seriesText(Object.fromEntries(Object.entries(labels).filter(([key]) => !shared.has(key)))),
  );
}

/** A sample value as a number; `NaN`, `+Inf` and `-Inf` as Prometheus writes them. */
export function toNumber(value: string): number {
  if (value === "+Inf") return Number.POSITIVE_INFINITY;
  if (value === "-Inf") return Number.NEGATIVE_INFINITY;
  return Number(value);
}

/** A number short enough for an axis or a legend: 1.5k, 20M, 0.0012. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e15)) return value.toExponential(2);
  const unit = [...units].find(([least]) => size >= least);
  if (unit === undefined) return String(Number(value.toPrecision(4)));
  return `${Number((value / unit[0]).toPrecision(4))}${unit[1]}`;
}

const units = new Map([
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
]);

/** The user's own clock and locale. */
export function timeText(seconds: number): string {
  return new Date(seconds * 1000).toLocaleString();
}

/** A moment as the time fields read it: `2026-11-22 10:00:00`, in the user's own zone. */
export function momentText(seconds: number): string {
  const date = new Date(seconds * 1000);
  const two = (number: number): string => String(number).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const rest = date.getSeconds() === 0 ? "" : `:${two(date.getSeconds())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}${rest}`;
}

/** Seconds in the largest unit that divides them: `90` is `90s`, `3600` is `1h`. */
export function durationText(seconds: number): string {
  for (const [size, unit] of durations) {
    if (seconds >= size && seconds % size === 0) return `${seconds / size}${unit}`;
  }
  return `${seconds}s`;
}

const durations = [
  [604800, "w"],
  [86400, "d"],
  [3600, "h"],
  [60, "m"],
] as const;

/** `1 series`, `2,000 samples`: a number with its noun. */
export function count(many: number, one: string, more = `${one}s`): string {
  return `${many.toLocaleString()} ${many === 1 ? one : more}`;
}
