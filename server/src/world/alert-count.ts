import type { PresenceTimes, Stretch } from "./live.ts";

/** The alerts that a rule would have fired. */
export interface AlertCount {
  /** How many began to fire, or were firing already when the look began. */
  readonly fired: number;
  /** How many of them fire at the end. */
  readonly firing: number;
  /** How long the longest of them fired, in seconds. */
  readonly longest: number;
  /** How many waited for `for` and then went away. */
  readonly onlyPending: number;
}

/** `for` and `keep_firing_for` of an alert, in seconds. */
export interface AlertDelays {
  readonly hold: number;
  readonly keep: number;
}

/**
 * Counts the alerts of an expression that gave series at these times, as `rules/alerting.go` makes them: each series is
 * an alert that is pending until `for` has passed and fires as long as the series is there and `keep_firing_for` after
 * that; a series that comes back by then goes on firing. `since`: seconds since the epoch; what was over then does not
 * count.
 */
export function alertCountOf(
  { series, to, step }: PresenceTimes,
  since: number,
  { hold, keep }: AlertDelays,
): AlertCount {
  let [fired, firing, longest, onlyPending] = [0, 0, 0, 0];
  for (const stretches of series) {
    const alerts = firingTimes(stretches, hold, keep);
    for (const [start, end] of alerts) {
      if (end < since) continue;
      fired++;
      if (end > to - step) firing++;
      longest = Math.max(longest, Math.min(end, to) - Math.max(start, since));
    }
    onlyPending += stretches.filter(
      ([start, end]) => end >= since && !alerts.some(([from, until]) => start <= until && end >= from),
    ).length;
  }
  return { fired, firing, longest, onlyPending };
}

/** From when to when an alert fires, `keep_firing_for` included. */
function firingTimes(stretches: readonly Stretch[], hold: number, keep: number): readonly Stretch[] {
  const alerts: [number, number][] = [];
  for (const [start, end] of stretches) {
    const last = alerts.at(-1);
    if (last !== undefined && keep > 0 && start <= last[1]) last[1] = end + keep;
    else if (end - start >= hold) alerts.push([start + hold, end + keep]);
  }
  return alerts;
}
