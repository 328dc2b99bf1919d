import { expect, test } from "vitest";
import { applyEdits } from "../../../server/src/base/text.ts";
import { unslipped } from "../../../server/src/checks/promql/slips.ts";
import { parseExpr } from "../../../server/src/promql/parse.ts";
import { lint } from "./check-yaml.ts";

/** The text with its slips mended; nothing where they cannot be. */
function mended(text: string): string | undefined {
  const changes = unslipped(text, (tried) => parseExpr(tried).errors);
  return changes && applyEdits(text, changes);
}

test.each([
  ['up{job="x"} = 0', 'up{job="x"} == 0'],
  ["up === 0", "up == 0"],
  ["up !== 0", "up != 0"],
  ["up => 1", "up >= 1"],
  ["up =< 1", "up <= 1"],
  ["up <> 1", "up != 1"],
  ["up && down", "up and down"],
  ["a>1&&b>1", "a>1 and b>1"],
  ["a || b", "a or b"],
  ["a = 1 && b = 2 || c => 3", "a == 1 and b == 2 or c >= 3"],
  ["sum by (job) (up == 0", "sum by (job) (up == 0)"],
  ["sum(rate(up[5m]) > 0\n", "sum(rate(up[5m]) > 0)\n"],
  ['up{job="x"', 'up{job="x"}'],
  ["sum((up)", "sum((up))"],
])("%s", (text, expected) => {
  expect(mended(text)).toBe(expected);
});

test.each(["up", "up == ", "sum(up # all of them", "up = = 0", "a ! b", "rate(up[5m) > 0", "a = 1 &"])(
  "%s is left alone",
  (text) => {
    expect(mended(text)).toBeUndefined();
  },
);

test("it is one fix of the finding, in every style of YAML", () => {
  const rule = (expr: string): string => `groups:\n- name: g\n  rules:\n  - alert: A\n    expr: ${expr}\n`;
  for (const [before, after] of [
    ["up = 0", "up == 0"],
    ['"up = 0"', '"up == 0"'],
    [">-\n      up\n      = 0", ">-\n      up\n      == 0"],
    ["sum(up == 0", "sum(up == 0)"],
    ["|\n      sum(up == 0", "|\n      sum(up == 0)"],
  ] as const) {
    const text = rule(before);
    const fixes = lint(text).findings.flatMap(({ check, fixes: own = [] }) =>
      check === "promql.syntax" ? own : [],
    );
    expect(fixes.map(({ edits }) => applyEdits(text, edits))).toEqual([rule(after)]);
  }
});
