import { parseMoment, parseSpan } from "../promql/moments.ts";
import { UsageError } from "./io.ts";

/**
 * Seconds since the epoch for `now`, `-1h`, `now-1h30m`, RFC 3339 or unix seconds.
 * Throws `UsageError` with the option's name for anything else.
 */
export function readTime(text: string, option: string, now: number): number {
  const moment = parseMoment(text, now, "utc");
  if (moment !== undefined) return moment;
  throw new UsageError(`${option} ${text} is no time; write now, -1h, 2026-11-22T10:00:00Z or unix seconds.`);
}

/** Seconds for `15s`, `1h30m` or a number of seconds; throws `UsageError` for anything else or nothing. */
export function readStep(text: string, option: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : parseSpan(text.trim());
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
