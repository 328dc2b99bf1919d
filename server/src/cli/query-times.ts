import { parseDuration } from "../promql/literals.ts";
import { UsageError } from "./io.ts";

/**
 * Seconds since the epoch for `now`, `-1h`, `now-1h30m`, RFC 3339 or unix seconds.
 * Throws `UsageError` with the option's name for anything else.
 */
export function readTime(text: string, option: string, now: number): number {
  const trimmed = text.trim();
  if (trimmed === "now") return now;
  const relative = /^(?:now\s*)?([+-])\s*(\d\S*)$/.exec(trimmed);
  if (relative !== null) {
    const seconds = durationSeconds(relative[2] ?? "");
    if (seconds !== undefined) return relative[1] === "-" ? now - seconds : now + seconds;
  }
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed);
  if (/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/i.test(trimmed)) {
    // A time without a zone is UTC, as everywhere in Prometheus, and not this machine's.
    const zoned = /(Z|[+-]\d{2}:\d{2})$/i.test(trimmed) || trimmed.length === 10 ? trimmed : `${trimmed}Z`;
    const milliseconds = Date.parse(zoned.replace(" ", "T"));
    if (!Number.isNaN(milliseconds)) return milliseconds / 1000;
  }
  throw new UsageError(`${option} ${text} is no time; write now, -1h, 2026-11-22T10:00:00Z or unix seconds.`);
}

/** Seconds for `15s`, `1h30m` or a number of seconds; throws `UsageError` for anything else or nothing. */
export function readStep(text: string, option: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : durationSeconds(text.trim());
  if (seconds === undefined || !(seconds > 0))
    throw new UsageError(`${option} ${text} is no duration; write 15s, 1m or a number of seconds.`);
  return seconds;
}

/** About 250 points over the range, never closer than 15 s, in a round number of seconds. */
export function defaultStep(rangeSeconds: number): number {
  const raw = Math.max(15, rangeSeconds / 250);
  const round = [15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400];
  return round.find((step) => step >= raw) ?? Math.ceil(raw / 86_400) * 86_400;
}

function durationSeconds(text: string): number | undefined {
  const { value, error } = parseDuration(text);
  return error === undefined ? value : undefined;
}
