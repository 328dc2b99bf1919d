import { describe, expect, test } from "vitest";
import { known, unavailable } from "../../../server/src/base/known.ts";
import { parseExpr } from "../../../server/src/promql/parse.ts";
import {
  costText,
  indexSelector,
  isHeavy,
  type QueryCost,
  questionBefore,
  readsOf,
  refusalText,
} from "../../../server/src/world/cost.ts";

const hour = { start: 0, end: 3600, step: 60 };

function reads(expression: string, range?: typeof hour): readonly (readonly [string, number])[] {
  const { expr } = parseExpr(expression);
  if (expr === undefined) throw new Error(`${expression} has no tree`);
  return readsOf(expr, { expression, range }).map(
    ({ selector, samplesPerSeries }) => [indexSelector(selector), samplesPerSeries] as const,
  );
}

describe("what a query reads of each series", () => {
  test("a sample a step, or a window and what is new at each step", () => {
    expect(reads("up")).toEqual([['{__name__="up"}', 1]]);
    expect(reads("up", hour)).toEqual([['{__name__="up"}', 61]]);
    // 5 minutes of samples 15 s apart, and then 60 steps with 60 s of new ones each.
    expect(reads("rate(up[5m])")).toEqual([['{__name__="up"}', 20]]);
    expect(reads("rate(up[5m])", hour)).toEqual([['{__name__="up"}', 20 + 60 * 4]]);
    // Windows that do not overlap are read whole.
    expect(reads("rate(up[30s])", hour)).toEqual([['{__name__="up"}', 2 + 60 * 2]]);
  });

  test("a subquery by its own steps, and what stands at one time once", () => {
    expect(reads("max_over_time(up[1h:30s])")).toEqual([['{__name__="up"}', 121]]);
    expect(reads("max_over_time(rate(up[5m])[1h:])", hour)).toEqual([['{__name__="up"}', 20 + 120 * 4]]);
    expect(reads("up @ 5", hour)).toEqual([['{__name__="up"}', 1]]);
    expect(reads("up offset 1d", hour)).toEqual([['{__name__="up"}', 61]]);
  });

  test("every selector of every part, and nothing for numbers", () => {
    expect(reads('sum(a{x="1"}) / on() (b{y!~"z|w"}) + vector(3)')).toEqual([
      ['{__name__="a",x="1"}', 1],
      ['{__name__="b",y!~"z|w"}', 1],
    ]);
    expect(reads('topk(3, {"foo.bar", "a b"="c"})')).toEqual([['{__name__="foo.bar","a b"="c"}', 1]]);
    expect(reads("1 + 2")).toEqual([]);
  });
});

describe("the question before a query", () => {
  const cost = (samples: number, series = 10): QueryCost => ({
    samples,
    series,
    source: "index",
    atLeast: false,
  });
  const limits = { samples: 1000, series: 100 };
  const dev = { name: "Dev", protected: false };
  const prod = { name: "Prod", protected: true };
  const told = (value: QueryCost) => known(value, "x", 0);

  test("is asked for much, on a protected environment, and else not", () => {
    expect(questionBefore(dev, told(cost(1000)), limits)).toBeUndefined();
    expect(questionBefore(dev, told(cost(1001)), limits)).toEqual({
      question: "Run this query on Dev?",
      reasons: ["It would read about 1k samples of 10 series, estimated from the series that there are."],
      because: "It would read about 1k samples of 10 series",
      asking: "It would read about 1k samples of 10 series: run this query on Dev?",
      heavy: true,
    });
    expect(questionBefore(dev, told(cost(1, 101)), limits)?.heavy).toBe(true);
    expect(questionBefore(prod, told(cost(1)), limits)).toMatchObject({ heavy: false });
    const unknown = unavailable<QueryCost>("offline", "It does not answer.", "x", 0);
    expect(questionBefore(dev, unknown, limits)).toBeUndefined();
    expect(questionBefore(prod, unknown, limits)?.reasons).toEqual([
      "Prod is protected.",
      "Its cost could not be estimated.",
    ]);
  });

  test("is asked where nobody may count the series, and says so in one sentence each", () => {
    const refused = unavailable<QueryCost>("limited", "It limits requests (429); try again later.", "x", 0);
    const asked = [questionBefore(dev, refused, limits), questionBefore(prod, refused, limits)];
    expect(asked.map((question) => question?.heavy)).toEqual([true, true]);
    expect(questionBefore(dev, refused, { samples: 0, series: 0 })).toBeUndefined();
    const guarded = { ...prod, name: "Production of the whole company, EU" };
    const much = told({ ...cost(123_456_789, 20_001), atLeast: true });
    const texts = [...asked, questionBefore(guarded, much, limits)].flatMap((question) =>
      question === undefined
        ? []
        : [...question.reasons, question.asking, refusalText(question, "send `confirmed` to run it")],
    );
    expect(texts).toContain(
      "Its cost is not known, for its series cannot be counted; send `confirmed` to run it.",
    );
    for (const text of texts) {
      expect(text.length).toBeLessThanOrEqual(120);
      expect(text.match(/[.?](?= |$)/g)).toHaveLength(1);
    }
  });

  test("is never asked with limits of 0, and says what a limit of counting hides", () => {
    expect(isHeavy(cost(1e12, 1e9), { samples: 0, series: 0 })).toBe(false);
    expect(costText({ ...cost(12_345_678, 20_001), atLeast: true })).toBe(
      "at least 12M samples of 20k series",
    );
  });
});
