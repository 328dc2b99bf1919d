import { parseDuration } from "./literals.ts";

/**
 * Seconds since the epoch for `now`, `-1h`, `now-1h30m`, RFC 3339 or unix seconds; nothing for anything else.
 * A time without a zone is in the one that is given, for Prometheus writes UTC and people read their own.
 */
export function parseMoment(text: string, now: number, zone: "utc" | "local"): number | undefined {
  const trimmed = text.trim();
  if (trimmed === "now") return now;
  const relative = /^(?:now\s*)?([+-])\s*(\d\S*)$/.exec(trimmed);
  if (relative !== null) {
    const seconds = parseSpan(relative[2] ?? "");
    if (seconds !== undefined) return relative[1] === "-" ? now - seconds : now + seconds;
  }
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed);
  const date = /^(\d{4}-\d{2}-\d{2})([T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(Z|[+-]\d{2}:\d{2})?$/i.exec(
    trimmed,
  );
  if (date === null) return undefined;
  const [, day = "", time = "T00:00", written] = date;
  const milliseconds = Date.parse(`${day}${time.replace(" ", "T")}${written ?? (zone === "utc" ? "Z" : "")}`);
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000;
}

/** Seconds for `15s` or `1h30m`; nothing for anything else. */
export function parseSpan(text: string): number | undefined {
  const { value, error } = parseDuration(text);
  return error === undefined ? value : undefined;
}
