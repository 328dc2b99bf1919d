import { describe, expect, test } from "vitest";
import { refusedIn, ruleOf } from "./in-environments.ts";

/** What `promql.syntax` says of one rule for environments of these versions: `refusedBy "source" message`. */
function refusals(expr: string, ...versions: readonly (string | undefined)[]): readonly string[] {
  const text = ruleOf(expr);
  return refusedIn(
    text,
    versions.map((version) => (version === undefined ? {} : { version })),
  )
    .filter(({ check }) => check === "promql.syntax")
    .map(
      ({ refusedBy, span, message }) =>
        `${refusedBy} ${JSON.stringify(text.slice(span.start, span.end))} ${message}`,
    );
}

const holtWinters = "holt_winters(foo[1h], 0.5, 0.5)";
const oldMinimum = "rate(foo[min(1m, step())])";

describe("words that only old parsers take", () => {
  test("are refused by the parser of today", () => {
    for (const versions of [[], ["3.16.0"], ["2.53.1", "3.0.0"], ["2.53.1", undefined]]) {
      expect(refusals(holtWinters, ...versions)).toEqual([
        `prometheus "holt_winters" parse error: unknown function with name "holt_winters"`,
      ]);
    }
    for (const versions of [[], ["3.13.0"], ["2.53.1"], ["3.9.0", "3.16.0"]])
      expect(refusals(oldMinimum, ...versions).length).toBeGreaterThan(0);
  });

  test("are taken where every environment is so old", () => {
    expect(refusals(holtWinters, "2.45.0")).toEqual([]);
    expect(refusals(holtWinters, "2.53.1", "v2.55.0", "0.35.1")).toEqual([]);
    expect(refusals(oldMinimum, "3.9.0")).toEqual([]);
    expect(refusals("rate(foo[max(1m, 2 * min(step(), 5m))])", "3.6.0", "3.12.1")).toEqual([]);
    // Outside of a range it is an aggregation, as ever.
    expect(refusals("min(rate(foo[5m]))", "3.9.0")).toEqual([]);
  });

  test("leave other errors where they are, in the words that are written", () => {
    expect(refusals("holt_winters(foo[1h], 0.5) + bar[", "2.53.1")).toEqual([
      expect.stringMatching(/^prometheus "[^"]*" parse error: unexpected end of input/),
    ]);
    expect(refusals("holt_winters(foo, 0.5, 0.5)", "2.53.1")).toEqual([
      'prometheus "foo" parse error: expected type range vector in call to function "holt_winters", got instant vector',
    ]);
    expect(refusals("holt_winters(foo[1h], 0.5, 0.5) + rate(bar)", "2.53.1")).toEqual([
      'prometheus "bar" parse error: expected type range vector in call to function "rate", got instant vector',
    ]);
  });
});
