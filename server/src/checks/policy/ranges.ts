import { analysed } from "../flow/analysis.ts";
import { lookbackOf, offsetOf } from "../flow/lookback.ts";
import { policyCheck, type Said } from "./asked.ts";
import { boundsFault, durationText } from "./durations.ts";

/** Ranges and subqueries between bounds (pint's `promql/range_query` with `max`). */
export const rangeBounds = policyCheck(
  "policy.range",
  "A range or subquery is shorter or longer than a policy allows.",
  function* ({ context }, { range }): Iterable<Said> {
    const found = range === undefined ? undefined : analysed(context);
    for (const node of found?.nodes ?? []) {
      if (found === undefined || range === undefined) continue;
      if (node.kind !== "matrix" && node.kind !== "subquery") continue;
      const { seconds } = node.range;
      const fault = seconds === undefined ? undefined : boundsFault(seconds, range);
      if (fault !== undefined)
        yield { words: `This range ${fault}, which is not allowed.`, span: found.at(node.range.span) };
    }
  },
  ["promql"],
);

/** Offsets and, taken together, how far back an expression reads. */
export const offsetBounds = policyCheck(
  "policy.offset",
  "An offset is longer, or an expression reads older data, than a policy allows.",
  function* ({ context }, { maxOffset, maxLookback }): Iterable<Said> {
    const isAsked = maxOffset !== undefined || maxLookback !== undefined;
    const found = isAsked ? analysed(context) : undefined;
    for (const node of found?.nodes ?? []) {
      if (found === undefined) continue;
      const offset = offsetOf(node);
      if (offset?.seconds !== undefined && Math.abs(offset.seconds) > (maxOffset ?? Number.POSITIVE_INFINITY))
        yield {
          words: `This offset is longer than ${durationText(maxOffset ?? 0)}, which is not allowed.`,
          span: found.at(offset.span),
        };
      if (maxLookback === undefined || node.kind !== "selector") continue;
      const back = lookbackOf(found, node);
      if (back > maxLookback)
        yield {
          words: `This reads data of ${durationText(back)} ago, and ${durationText(maxLookback)} are allowed.`,
          span: found.at(node.span),
        };
    }
  },
  ["promql"],
);
