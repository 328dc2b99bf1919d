import type { SeriesHistory } from "../../world/live.ts";

/** What was there so lately may only be between two scrapes. */
export const recentSeconds = 7_200;
/** What was there for less long came for a moment. */
const steadySeconds = 6 * 3_600;
/** Restarts and deployments leave gaps in what is always there. */
const steadyShare = 0.9;

/** Whether nothing was found in all the time that was looked at. */
export function isNever({ hits }: SeriesHistory): boolean {
  return hits === 0;
}

/** Whether the last sample is so young that the series may still be there; `minAge` is in seconds. */
export function isRecent({ last, to }: SeriesHistory, minAge = recentSeconds): boolean {
  return last !== undefined && to - last <= minAge;
}

/** Whether it was there all the time, as long as it was there. */
export function isSteady({ hits, between, from, first, last, step }: SeriesHistory): boolean {
  if (last === undefined || hits < between * steadyShare) return false;
  const began = last - (between - 1) * step;
  // A backend that is young knows of nothing longer.
  return hits * step >= steadySeconds || began <= (first ?? from) + 2 * step;
}

/** How long it was there at a time, and how often: "in 12 stretches of about 2 hours". */
export function comings({ hits, stretches, step }: SeriesHistory): string {
  const each = durationWords((hits * step) / Math.max(1, stretches));
  return stretches === 1 ? `once, for about ${each}` : `${stretches} times, for about ${each} each`;
}

/** How far back was looked, as the end of a sentence: "in 7 days". */
export function looked({ from, to, first, step }: SeriesHistory): string {
  // Before its first sample the backend was not there, or has forgotten.
  const start = first === undefined || first - from <= step * 2 ? from : first;
  const reach = durationWords(to - start);
  return start === from ? `looking back ${reach}` : `which remembers ${reach}`;
}

/** "3 days", "5 hours", "20 minutes". */
export function durationWords(seconds: number): string {
  const [count, unit] =
    seconds >= 2 * 86_400
      ? [seconds / 86_400, "day"]
      : seconds >= 7_200
        ? [seconds / 3_600, "hour"]
        : [seconds / 60, "minute"];
  const whole = Math.round(count);
  return `${whole} ${unit}${whole === 1 ? "" : "s"}`;
}

/** When a selector found something in an environment, in one sentence. */
export function historySentence(where: string, selector: string, history: SeriesHistory): string {
  const { hits, looks, last, to } = history;
  if (last === undefined) return `${where}: ${selector} was never there, ${looked(history)}.`;
  const share = looks === 0 ? 100 : Math.min(100, Math.round((100 * hits) / looks));
  const most = `${share < 1 ? "under 1" : share} % of the time`;
  return isRecent(history)
    ? `${where}: ${selector} is there; so it was ${most}, ${looked(history)}.`
    : `${where}: ${selector} was last there ${durationWords(to - last)} ago; before, ${most}, ${looked(history)}.`;
}
