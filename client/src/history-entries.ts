import type { HistoryEntry, PanelResult } from "./panel-messages.ts";

const mostEntries = 50;

/** The history with one more run; a run of the very same query takes the place of the earlier one. */
export function remembered(entries: readonly HistoryEntry[], entry: HistoryEntry): readonly HistoryEntry[] {
  const key = JSON.stringify(entry.query);
  return [entry, ...entries.filter(({ query }) => JSON.stringify(query) !== key)].slice(0, mostEntries);
}

/** What came of a run in a few words: "12 series, complete". */
export function summaryOf(results: readonly PanelResult[]): string {
  const failed = results.filter(({ outcome }) => !outcome.ok).length;
  if (failed === results.length) return failed > 1 ? "failed everywhere" : "failed";
  const answers = results.flatMap(({ outcome }) => (outcome.ok ? [outcome.answer] : []));
  const series = answers.reduce((sum, answer) => sum + answer.series.length, 0);
  const states = answers.map(({ completeness }) => completeness.status);
  const state = states.includes("partial") ? "partial" : states.includes("unknown") ? "" : "complete";
  const parts = [`${series} series`, state, failed > 0 ? `${failed} failed` : ""];
  return parts.filter((part) => part !== "").join(", ");
}

/** How long ago: "just now", "5 minutes ago", "yesterday". Times are milliseconds since the epoch. */
export function describeTime(at: number, now: number): string {
  const seconds = Math.max(0, (now - at) / 1000);
  if (seconds < 60) return "just now";
  const told = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  if (seconds < 3600) return told.format(-Math.floor(seconds / 60), "minute");
  if (seconds < 86400) return told.format(-Math.floor(seconds / 3600), "hour");
  return told.format(-Math.floor(seconds / 86400), "day");
}
