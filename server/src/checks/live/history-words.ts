import type { SeriesHistory } from "../../world/live.ts";

/** What was there so lately may only be between two scrapes. */
const recentSeconds = 7_200;

/** Whether nothing was found in all the time that was looked at. */
export function isNever({ hits }: SeriesHistory): boolean {
  return hits === 0;
}

/** Whether the last sample is so young that the series may still be there. */
export function isRecent({ last, to }: SeriesHistory): boolean {
  return last !== undefined && to - last <= recentSeconds;
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
