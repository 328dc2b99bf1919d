import type { Expectation } from "../promql/context.ts";
import { keywordSummary } from "./keyword-docs.ts";
import type { PromqlRequest } from "./promql-request.ts";
import type { Suggestion } from "./suggestions.ts";

/** In the order in which rules in the field use them. */
const usual = "5m 1m 1h 30m 2h 1d 6h 3d 30d 10m 2m 15m 3m 24h 3h 1w 2d 4w 7d 12h 4h 14d 30s 10s".split(" ");
const unitNames: Readonly<Record<string, string>> = {
  ms: "milliseconds",
  s: "seconds",
  m: "minutes",
  h: "hours",
  d: "days",
  w: "weeks",
  y: "years",
};
const units = Object.keys(unitNames);

/** Durations that people use and that this file uses; behind digits the units that may still follow. */
export function durationItems(
  { cursor, vocabulary }: PromqlRequest,
  { span }: Extract<Expectation, { kind: "duration" }>,
): readonly Suggestion[] {
  const typed = cursor.text.slice(span.start, cursor.offset);
  const item = (label: string, group: number, detail?: string): Suggestion => ({
    label,
    kind: "duration",
    insert: [label],
    span,
    group,
    detail,
  });
  if (/\d$/.test(typed)) {
    // Units only get smaller from left to right: 1h30m, never 30m1h.
    const last = /([a-z]+)\d+$/i.exec(typed)?.[1];
    const below = last === undefined ? units.length : units.indexOf(last.toLowerCase());
    const following = units.slice(0, Math.max(0, below)).toReversed();
    return following.map((unit) => item(typed + unit, 0, unitNames[unit]));
  }
  const durations = [...new Set([...usual, ...vocabulary.durations])];
  const words = ["step()", "range()"].map(
    (word): Suggestion => ({ ...item(word, 2, keywordSummary(word)), kind: "keyword" }),
  );
  const calls = ["min_of", "max_of"].map(
    (word): Suggestion => ({
      ...item(word, 3, keywordSummary(word)),
      kind: "function",
      insert: [`${word}(`, 1, ")"],
    }),
  );
  return [...durations.map((duration) => item(duration, 0)), ...words, ...calls];
}

/** Arithmetic within a range, and the colon before a subquery's step. */
export function durationOperatorItems({
  span,
}: Extract<Expectation, { kind: "duration-operator" }>): readonly Suggestion[] {
  return ["+", "-", "*", "/", "%", "^"].map((label) => ({
    label,
    kind: "operator",
    insert: [label],
    span,
    group: 0,
    detail: keywordSummary(label),
  }));
}
