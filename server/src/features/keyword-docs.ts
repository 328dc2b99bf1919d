import { block, code, type MarkupText, markup, paragraphs, plain } from "./markdown.ts";

/** One line on each keyword and operator, in our own words. */
const summaries: ReadonlyMap<string, string> = new Map([
  ["by", "keeps only these labels"],
  ["without", "drops these labels and keeps the others"],
  ["on", "matches series by these labels only"],
  ["ignoring", "matches series by all labels but these"],
  ["group_left", "many series on the left match one on the right"],
  ["group_right", "many series on the right match one on the left"],
  ["bool", "gives 0 or 1 instead of dropping series"],
  ["offset", "looks back by a duration"],
  ["@", "evaluates at a fixed time"],
  ["start()", "start of the query's range"],
  ["end()", "end of the query's range"],
  ["anchored", "takes the samples at the range's edges as they were"],
  ["smoothed", "interpolates the samples at the range's edges"],
  ["fill", "stands in for series that are missing on either side"],
  ["fill_left", "stands in for series that are missing on the left"],
  ["fill_right", "stands in for series that are missing on the right"],
  ["and", "series on the left that match one on the right"],
  ["or", "series on the left, and those on the right that match none of them"],
  ["unless", "series on the left that match none on the right"],
  ["atan2", "angle of the two values in radians"],
  ["+", "sum"],
  ["-", "difference"],
  ["*", "product"],
  ["/", "quotient"],
  ["%", "remainder"],
  ["^", "power"],
  ["==", "equal"],
  ["!=", "not equal"],
  [">", "greater than"],
  ["<", "less than"],
  [">=", "greater than or equal"],
  ["<=", "less than or equal"],
  ["</", "keeps the part of a histogram below a value"],
  [">/", "keeps the part of a histogram above a value"],
  ["=", "label is equal"],
  ["=~", "label matches the regular expression as a whole"],
  ["!~", "label does not match the regular expression"],
  ["step()", "the query's step"],
  ["range()", "the query's range"],
  ["min_of", "the smaller of two durations"],
  ["max_of", "the larger of two durations"],
]);

/** What a keyword or operator does, in one line. */
export function keywordSummary(word: string): string | undefined {
  return summaries.get(word) ?? summaries.get(`${word}()`);
}

/** More on those that are often got wrong, and an example of each. */
const details: ReadonlyMap<string, readonly [more: string, example: string]> = new Map([
  [
    "by",
    ["All other labels are gone from the result.", "sum by (job, code) (rate(http_requests_total[5m]))"],
  ],
  ["without", ["The metric's name is dropped as well.", "sum without (instance) (up)"]],
  ["on", ["Each pair of these values may occur once on each side.", "a / on (instance, job) b"]],
  ["ignoring", ["Both sides must agree in all labels that are left.", "errors / ignoring (code) requests"]],
  [
    "group_left",
    [
      "Labels in its parentheses are copied from the right side to the result.",
      "rate(x[5m]) * on (instance) group_left (version) build_info",
    ],
  ],
  [
    "group_right",
    [
      "Labels in its parentheses are copied from the left side to the result.",
      "build_info * on (instance) group_right (version) rate(x[5m])",
    ],
  ],
  ["bool", ["For comparisons; between two numbers it must be there.", "up == bool 1"]],
  [
    "offset",
    [
      "Stands right behind its selector; a negative one looks ahead.",
      "rate(http_requests_total[5m] offset 1d)",
    ],
  ],
  ["@", ["Seconds since the epoch, start() or end().", "http_requests_total @ 1700000000"]],
  ["and", ["Values and labels are those of the left side.", "errors > 10 and on (job) up == 1"]],
  ["or", ["Whole series are joined, never values.", "errors or 0 * requests"]],
  ["unless", ["Values and labels are those of the left side.", "up == 0 unless on (job) maintenance"]],
  ["atan2", ["For two vectors or two numbers.", "y atan2 x"]],
  ["%", ["The sign is that of the left side.", "time() % 86400"]],
  ["^", ["Binds tighter than a sign, and from the right: -2 ^ 2 is -4.", "2 ^ 3 ^ 2"]],
  ["=~", ["RE2, anchored at both ends.", '{code=~"5.."}']],
  ["!~", ["RE2, anchored at both ends.", '{code!~"2..|3.."}']],
]);

/** What a keyword or operator does, with an example where it helps. */
export function keywordDoc(word: string): MarkupText | undefined {
  const summary = keywordSummary(word.toLowerCase());
  if (summary === undefined) return undefined;
  const [more, example] = details.get(word.toLowerCase()) ?? [];
  return paragraphs([
    markup`${code(word)}: ${plain(summary)}.`,
    more === undefined ? undefined : plain(more),
    example === undefined ? undefined : block(example, "promql"),
  ]);
}
