import { describe, expect, test } from "vitest";
import { dialectOf, dialectProblems } from "../../../server/src/promql/dialect.ts";
import { parseExpr } from "../../../server/src/promql/parse.ts";

const versions =
  "2.45 2.48 2.51 2.53 2.54 2.55 3.0 3.4 3.5 3.6 3.7 3.9 3.10 3.11 3.12 3.13 3.14 3.15 3.16".split(" ");

const everything = [
  "promql-experimental-functions",
  "promql-duration-expr",
  "promql-extended-range-selectors",
  "promql-binop-fill-modifiers",
];

/**
 * The versions that accept an expression, with every feature and with none: what the parsers of these very
 * versions of Prometheus (the module at v0.45.0 to v0.316.0) said. `a-` is all from `a` on.
 */
const verdicts: readonly (readonly [text: string, all: string, defaults: string])[] = [
  ["rate(foo[5m])", "2.45-", "2.45-"],
  ["foo offset -5m @ end()", "2.45-", "2.45-"],
  ["a atan2 b", "2.45-", "2.45-"],
  ["present_over_time(foo[5m])", "2.45-", "2.45-"],
  ["histogram_stddev(foo)", "2.48-", "2.48-"],
  ["histogram_avg(foo)", "2.51-", "2.51-"],
  ["mad_over_time(foo[5m])", "2.51-", ""],
  ["sort_by_label(foo, 'a')", "2.51-", ""],
  ["{'foo', 'a'='b'}", "2.51-", "2.51-"],
  ["foo{'a.b'='c'}", "2.51-", "2.51-"],
  ["sum by ('a') (foo)", "2.55-", "2.55-"],
  ["sum by ('a.b') (foo)", "3.0-", "3.0-"],
  ["sum by (a:b) (foo)", "3.0-", "3.0-"],
  ["limitk(1, foo)", "2.54-", ""],
  ["limit_ratio(0.1, foo)", "2.54-", ""],
  ["foo > 1_000", "2.54-", "2.54-"],
  ["foo > 5m", "2.54-", "2.54-"],
  ["foo @ 5m", "2.54-", "2.54-"],
  ["foo @ 1_0", "2.54-", "2.54-"],
  ["foo[300]", "2.54-", "2.54-"],
  ["foo offset 300", "2.54-", "2.54-"],
  ["info(foo)", "2.55-", ""],
  ["double_exponential_smoothing(foo[5m], 0.5, 0.5)", "3.0-", ""],
  ["foo offset +5m", "3.4-", "3.4-"],
  ["foo offset 0s", "3.4-", "3.4-"],
  ["time() - 0s", "3.4-", "3.4-"],
  ["foo[+5m]", "3.4-", "3.4-"],
  ["foo[5m * 2]", "3.4-", "3.14-"],
  ["foo[(5m)]", "3.4-", "3.14-"],
  ["foo offset (1m + 1m)", "3.4-", "3.14-"],
  ["foo[(-30s)]", "3.15-", "3.15-"],
  ["foo[-(30s)]", "3.15-", "3.15-"],
  ["foo[(0s)]", "3.15-", "3.15-"],
  ["foo offset -2 ^ 2", "2.54-", "2.54-3.0 3.5-"],
  ["foo offset -2s ^ 2", "2.45-", "2.45-3.0 3.5-"],
  ["foo @ 0ms", "3.4-", "3.4-"],
  ["{a=~'(?<n>x)'}", "2.53-", "2.53-"],
  ["{a=~'[(?<]\\\\Q(?<\\\\E'}", "2.45-", "2.45-"],
  ["{a=~'\\\\Qx'}", "2.53-", "2.53-"],
  ["foo[step()]", "3.6-", "3.6-3.11 3.14-"],
  ["foo offset step()", "3.6-", "3.6-3.11 3.14-"],
  ["foo offset -(step())", "3.6-", "3.6-3.11 3.14-"],
  ["foo[5m:step()]", "3.6-", "3.6-3.11 3.14-"],
  ["foo[range()]", "3.10-", "3.10-3.11 3.14-"],
  ["foo[5m:range()]", "3.12-", "3.14-"],
  ["foo[5m + range()]", "3.12-", "3.14-"],
  ["foo[step():5m]", "3.16-", "3.16-"],
  ["rate(foo[5m])[range():30s]", "3.10-", "3.10-3.11 3.14-"],
  ["rate(foo[5m])[range():range()]", "3.10-", "3.10-3.11 3.14-"],
  ["foo[min_of(1m, step())]", "3.13-", "3.14-"],
  ["ts_of_max_over_time(foo[5m])", "3.5-", ""],
  ["first_over_time(foo[5m])", "3.7-", "3.14-"],
  ["ts_of_first_over_time(foo[5m])", "3.7-", ""],
  ["foo anchored", "3.7-", "3.16-"],
  ["rate(foo[5m] smoothed)", "3.7-", "3.16-"],
  ["a + fill(0) b", "3.10-", ""],
  ["a * on (x) fill_left(1) b", "3.10-", ""],
  ["foo </ 1", "3.11-", "3.11-"],
  ["foo >/ 1", "3.11-", "3.11-"],
  ["histogram_quantiles(foo, 'q', 0.5, 0.9)", "3.11-", ""],
  ["start()", "3.12-", ""],
  ["min_of(1, 2)", "3.13-", ""],
  ["start_timestamp(foo)", "3.14-", ""],
  ["integral(foo[5m])", "3.16-", ""],
];

function named(list: string): readonly string[] {
  return list.split(" ").flatMap((part) => {
    const [from = "", to = ""] = part.split("-");
    const start = versions.indexOf(from);
    return start < 0 ? [] : versions.slice(start, to === "" ? undefined : versions.indexOf(to) + 1);
  });
}

function refusals(text: string, flavour: string, version: string, features: readonly string[]): string[] {
  const { expr, errors } = parseExpr(text, {
    experimentalFunctions: true,
    fillModifiers: true,
    thanosFunctions: true,
  });
  const dialect = dialectOf(flavour, version, features);
  expect(errors).toEqual([]);
  if (expr === undefined || dialect === undefined) throw new Error(`nothing to ask of ${version}: ${text}`);
  return dialectProblems(expr, text, dialect).map(
    ({ span, message }) => `${text.slice(span.start, span.end)}: ${message}`,
  );
}

describe("Prometheus", () => {
  test.each(verdicts)("%s", (text, all, defaults) => {
    const accepting = (features: readonly string[]) =>
      versions.filter((version) => refusals(text, "prometheus", version, features).length === 0);
    expect(accepting(everything)).toEqual(named(all));
    expect(accepting([])).toEqual(named(defaults));
  });

  test("says what is refused, and since when or with what it is not", () => {
    expect(refusals("sum(info(foo)) > 5m", "prometheus", "2.53", [])).toEqual([
      "info: does not know info(); it came with Prometheus 2.55.",
      "5m: does not know 5m as a number; it came with Prometheus 2.54.",
    ]);
    expect(refusals("rate(foo[5m] anchored)", "prometheus", "3.9.1", [])).toEqual([
      "anchored: takes anchored only with --enable-feature=promql-extended-range-selectors.",
    ]);
  });

  test("does not quote the text in full length", () => {
    const number = `1${"_000".repeat(20)}`;
    const [message = ""] = refusals(`foo > ${number}`, "prometheus", "2.45", []);
    expect(message.slice(number.length + 2).length).toBeLessThan(90);
  });
});

describe("Thanos", () => {
  test("has the parser of the Prometheus within it", () => {
    expect(refusals("a + fill(0) b", "thanos", "0.42.4", everything)).toEqual([
      "+: does not know fill(); it came with Prometheus 3.10, its parser is of 3.9.",
    ]);
    expect(refusals("ts_of_max_over_time(foo[5m])", "thanos", "0.42.4", everything)).toEqual([]);
    expect(refusals("info(foo)", "thanos", "v0.36.0", everything)).toHaveLength(1);
  });

  test("has functions of its own", () => {
    const text = "sum(xrate(foo[5m]))";
    expect(refusals(text, "thanos", "0.42.4", ["query.enable-x-functions"])).toEqual([]);
    expect(refusals(text, "thanos", "0.42.4", [])).toEqual([
      "xrate: takes xrate() only with --query.enable-x-functions.",
    ]);
    expect(refusals(text, "prometheus", "3.16.0", everything)).toEqual([
      "xrate: does not know xrate(), which only Thanos has.",
    ]);
    expect(parseExpr(text).errors[0]?.message).toBe('unknown function with name "xrate"');
    expect(parseExpr("xrate(foo)", { thanosFunctions: true }).errors[0]?.message).toBe(
      'expected type range vector in call to function "xrate", got instant vector',
    );
  });

  test("lets experimental functions be switched on and nothing else", () => {
    expect(refusals("limitk(1, foo)", "thanos", "0.42.4", [])).toEqual([
      "limitk: takes limitk() only with --enable-feature=promql-experimental-functions.",
    ]);
    expect(refusals("foo[5m * 2]", "thanos", "0.42.4", everything)).toEqual([
      "5m * 2: cannot switch on arithmetic in a duration, which its parser of Prometheus 3.9 has off.",
    ]);
  });
});

test("what is not known has no dialect", () => {
  expect(dialectOf("prometheus", undefined, [])).toBeUndefined();
  expect(dialectOf("prometheus", "main", [])).toBeUndefined();
  expect(dialectOf("thanos", "0.99", [])).toBeUndefined();
  expect(dialectOf("mimir", "2.14", [])).toBeUndefined();
  expect(dialectOf("victoriametrics", "1.100", [])).toBeUndefined();
  expect(dialectOf(undefined, "v0.42.4", [])?.flavour).toBe("thanos");
  expect(dialectOf(undefined, "2.53.1", [])).toMatchObject({ flavour: "prometheus", parser: [2, 53] });
});
