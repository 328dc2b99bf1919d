import { parseDuration } from "../../promql/literals.ts";
import type { Bounds } from "../../world/policy/types.ts";
import { asScalar, pairOf } from "../../yaml/access.ts";
import { type Asked, policyCheck, type Said } from "./asked.ts";
import { insertedField } from "./insert.ts";

/** A number of seconds as Prometheus writes durations, in its largest units. */
export function durationText(seconds: number): string {
  let milliseconds = Math.round(seconds * 1000);
  if (milliseconds === 0) return "0s";
  let text = "";
  for (const [unit, size] of [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1000],
    ["ms", 1],
  ] as const) {
    const count = Math.floor(milliseconds / size);
    milliseconds -= count * size;
    if (count > 0) text += `${count}${unit}`;
  }
  return text;
}

/** What is wrong with a duration, as the rest of a sentence. */
export function boundsFault(seconds: number, { min, max }: Bounds): string | undefined {
  if (min !== undefined && seconds < min) return `is shorter than ${durationText(min)}`;
  return max !== undefined && seconds > max ? `is longer than ${durationText(max)}` : undefined;
}

/** The bounds of `for` or `keep_firing_for` of an alert. */
function* bounded(
  key: "for" | "keep_firing_for",
  asked: Asked,
  bounds: Bounds | undefined,
  isForbidden: boolean,
): Iterable<Said> {
  const { context, facts, head } = asked;
  if (facts.kind !== "alert") return;
  const pair = pairOf(context.rule.node, key);
  const scalar = asScalar(pair?.value);
  const isWritten = pair !== undefined && scalar?.type !== "null";
  if (isForbidden && isWritten)
    yield { words: `${key} is not allowed here: remove it.`, span: pair.key.span };
  if (bounds === undefined) return;
  const { min, required } = bounds;
  if (!isWritten) {
    if (!required && (min ?? 0) === 0) return;
    const value = durationText(min ?? 0);
    const least = min === undefined ? "" : `, with at least ${value}`;
    const field = `${key}: ${value}`;
    const edit = insertedField(context, key, () => field, field);
    yield {
      words: `This alert must have ${key}${least}.`,
      span: pair?.key.span ?? head,
      fixes:
        edit === undefined || pair !== undefined
          ? undefined
          : [{ title: `Add ${field}`, safe: false, edits: [edit] }],
    };
    return;
  }
  const { value, error } = parseDuration(scalar?.value ?? "");
  const fault = error === undefined ? boundsFault(value, bounds) : undefined;
  if (fault === undefined || scalar === undefined) return;
  const near = durationText(value < (min ?? 0) ? (min ?? 0) : (bounds.max ?? value));
  yield {
    words: `This ${key} ${fault}, which is not allowed.`,
    span: scalar.span,
    fixes: [{ title: `Write ${near}`, safe: false, edits: [{ span: scalar.span, newText: near }] }],
  };
}

export const forBounds = policyCheck(
  "policy.for",
  "The `for` of an alert is missing, too short, too long or not allowed.",
  (asked, demands) => bounded("for", asked, demands.for, demands.noFor),
);
export const keepFiringForBounds = policyCheck(
  "policy.keep-firing-for",
  "The `keep_firing_for` of an alert is missing, too short, too long or not allowed.",
  (asked, demands) => bounded("keep_firing_for", asked, demands.keepFiringFor, demands.noKeepFiringFor),
);
