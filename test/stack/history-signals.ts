/**
 * Signals in closed form: pure functions of absolute time (seconds since the epoch). Generated history and
 * live exporters compute the same function, so graphs continue where the history ends, and a counter's
 * total needs no state.
 */

const hour = 3600;
const day = 24 * hour;
const week = 7 * day;
/** How often incidents come, and so the shortest history that is sure to hold one of each kind. */
const incidentPeriod = 6 * hour;

/** A number in [0, 1) that belongs to a text. */
export function fraction(text: string): number {
  let hash = 2166136261;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619);
  hash = Math.imul(hash ^ (hash >>> 15), 2246822507);
  hash = Math.imul(hash ^ (hash >>> 13), 3266489909);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** Something that flows: its rate per second, and all that has flowed since the epoch. */
export interface Flow {
  rate(time: number): number;
  total(time: number): number;
}

/** One sine of a wave: its part of the whole and its period in seconds. */
interface Swing {
  readonly part: number;
  readonly period: number;
}
const swings: readonly Swing[] = [
  { part: 0.45, period: day },
  { part: 0.12, period: 47 * 60 },
  { part: 0.06, period: 11 * 60 },
];

/** A flow around a mean rate with days, hours and minutes in it; `seed` shifts its minutes. */
export function waves(mean: number, seed: string): Flow {
  const phases = swings.map(({ period }) => (period === day ? 4 : fraction(seed + period) * 2 * Math.PI));
  const sum = (of: (swing: Swing, angle: number) => number, time: number) =>
    swings.reduce(
      (all, swing, at) => all + of(swing, (2 * Math.PI * time) / swing.period + (phases[at] ?? 0)),
      0,
    );
  return {
    rate: (time) => mean * (1 + sum(({ part }, angle) => part * Math.sin(angle), time)),
    total: (time) =>
      mean *
      (time - sum(({ part, period }, angle) => (part * period * Math.cos(angle)) / (2 * Math.PI), time)),
  };
}

/** A span of every incident period: `from` and `to` in seconds after its beginning. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export function within(span: Span, time: number): boolean {
  const at = time % incidentPeriod;
  return at >= span.from && at < span.to;
}

/** A flow that exists only in a span of every incident period. */
export function bursts(rate: number, span: Span): Flow {
  const length = span.to - span.from;
  return {
    rate: (time) => (within(span, time) ? rate : 0),
    total: (time) => {
      const inside = Math.min(Math.max((time % incidentPeriod) - span.from, 0), length);
      return rate * (Math.floor(time / incidentPeriod) * length + inside);
    },
  };
}

export function both(one: Flow, other: Flow): Flow {
  return {
    rate: (time) => one.rate(time) + other.rate(time),
    total: (time) => one.total(time) + other.total(time),
  };
}

export function times(flow: Flow, factor: number): Flow {
  return { rate: (time) => flow.rate(time) * factor, total: (time) => flow.total(time) * factor };
}

/** When a process with this name was last started: once a week, each at its own hour. */
export function startOf(name: string, time: number): number {
  const offset = Math.floor(fraction(name) * week);
  return Math.floor((time - offset) / week) * week + offset;
}

/** What a counter of a process shows: all that flowed since it was started, in whole steps. */
export function counted(flow: Flow, process: string, time: number): number {
  return Math.floor(flow.total(time) - flow.total(startOf(process, time)));
}
