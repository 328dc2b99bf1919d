import { describe, expect, test } from "vitest";
import { parseExpr } from "../../../server/src/promql/parse.ts";
import { enclosing, nodeAt, selectors, walk } from "../../../server/src/promql/walk.ts";

const deep = 50_000;

/** Texts that nest or repeat one construct as often as a hostile file may. */
const texts: readonly (readonly [name: string, text: string, accepted: boolean])[] = [
  ["parentheses", `${"(".repeat(deep)}foo${")".repeat(deep)}`, true],
  ["open parentheses", "(".repeat(deep), false],
  ["closing parentheses", ")".repeat(deep), false],
  ["minuses", `${"-".repeat(deep)}foo`, true],
  ["minuses before a number", `${"- ".repeat(deep)}1`, true],
  ["a sum", `foo${" + foo".repeat(deep)}`, true],
  ["powers", `2${" ^ 2".repeat(deep)}`, true],
  ["calls", `${"abs(".repeat(deep)}foo${")".repeat(deep)}`, true],
  ["aggregations", `${"sum(".repeat(deep)}foo${")".repeat(deep)}`, true],
  ["aggregations without an end", `${"sum(".repeat(deep)}foo`, false],
  ["subqueries", `${"sum_over_time(".repeat(5000)}foo${"[5m:])".repeat(5000)}`, true],
  ["subqueries of subqueries", `foo${"[5m:]".repeat(5000)}`, false],
  ["durations", `foo[${"(".repeat(deep)}5m${")".repeat(deep)}]`, true],
  ["signs of a duration", `foo offset ${"-".repeat(deep)}5m`, true],
  ["offsets", `foo${" offset 5m".repeat(5000)}`, false],
  ["matchers", `foo{${'a="b",'.repeat(deep)}}`, true],
  ["labels", `sum by (${"a,".repeat(deep)}) (foo)`, true],
  ["errors", `foo{${"a b,".repeat(deep)}}`, false],
  ["groups in a regular expression", `foo{a=~"${"(".repeat(deep)}${")".repeat(deep)}"}`, false],
  ["alternatives in a regular expression", `foo{a=~"${"(a|b)|".repeat(deep)}x"}`, true],
  ["a long string", `"${"\\n".repeat(deep)}"`, true],
  ["names without a colon", `foo${" + foo".repeat(2 * deep)}`, true],
  ["equal labels on both sides", `a * on (${"x,".repeat(deep)}) group_left (${"x,".repeat(deep)}) b`, false],
  ["other labels on both sides", `a * on (${"x,".repeat(deep)}) group_left (${"y,".repeat(deep)}) b`, true],
  ["digits of a number", "9".repeat(20 * deep), false],
  ["zeros before an octal number", `${"0".repeat(20 * deep)}17`, true],
  ["zeros before no octal number", `${"0".repeat(20 * deep)}9`, true],
  ["digits of a duration", `foo[${"9".repeat(20 * deep)}s]`, false],
  ["classes in a regular expression", `foo{a=~"[${"[:".repeat(4 * deep)}"}`, false],
  ["comments", `foo${" # x\n".repeat(deep)}`, true],
];

describe("nesting and length", () => {
  test.each(texts)("%s cost no stack", (_, text, accepted) => {
    const { expr, errors } = parseExpr(text);
    expect(errors.length === 0, errors[0]?.message).toBe(accepted);
    if (expr === undefined) return;
    let count = 0;
    for (const node of walk(expr)) count += node.span.end >= node.span.start ? 1 : 0;
    expect(count).toBeGreaterThan(0);
    expect(selectors(expr).length).toBeLessThanOrEqual(count);
    const middle = Math.floor(text.length / 2);
    expect(enclosing(expr, { start: middle, end: middle }).length).toBeLessThanOrEqual(count);
    expect(nodeAt(expr, 0)?.span.start).toBe(0);
  });
});
