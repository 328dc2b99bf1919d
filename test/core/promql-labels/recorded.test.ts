import { describe, expect, test } from "vitest";
import { type RecordedOptions, recordedFlows } from "../../../server/src/promql/labels/recorded.ts";
import type { RecordedFlow } from "../../../server/src/promql/labels/types.ts";
import { parseExpr } from "../../../server/src/promql/parse.ts";
import { summary } from "./summary.ts";

/** `metric = expression` a line, or `metric{label="value"} = expression` for labels of the rule. */
function rules(text: string, externalLabels: RecordedOptions["externalLabels"] = []): RecordedFlow {
  const parsed = text.split("\n").map((line) => {
    const [, metric = "", labels = "", expr = ""] = /^\s*([\w:]+)(?:\{(.*?)\})? = (.*)$/.exec(line) ?? [];
    const own = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(
      ([, name = "", value = ""]) => [name, value] as const,
    );
    return { metric, expr: parseExpr(expr).expr, labels: own };
  });
  return recordedFlows(parsed, { externalLabels });
}

describe("metrics that recording rules write", () => {
  test.each([
    ["a:sum = sum by (job) (a)", "a:sum", "+__name__=a:sum ?job"],
    ["a:sum = sum by (job) (a)", "sum by (x) (a:sum)", "-__name__ -x"],
    ['a:sum = sum by (job) (a{job="1"})', "rate(a:sum[5m])", "-__name__ +job=1"],
    ['a:sum{team="x"} = sum by (job) (a)', "a:sum", "+__name__=a:sum ?job +team=x"],
    ['a:sum{job=""} = sum by (job) (a)', "a:sum", "+__name__=a:sum -job"],
    ["a:sum = sum by (job) (a)", 'a:sum{x="1"}', "+__name__=a:sum ?job +x=1 empty(recorded)"],
    ['a:sum = sum by (job) (a{job="1"})', 'a:sum{job="2"}', "+__name__=a:sum +job=2 empty(recorded)"],
    ["a:sum = sum by (job) (a)", 'a:sum{job!=""}', "+__name__=a:sum +job"],
    ["a:sum = sum by (job) (a)\na:sum = sum by (x) (a)", "a:sum", "+__name__=a:sum ?job ?x"],
    ["a:sum = sum by (job) (a)\nb:sum = sum(a:sum)", "b:sum", "+__name__=b:sum"],
    ["a:sum = count(a) == 0", "a:sum", "+__name__=a:sum … empty(recorded)"],
    ["a:sum = a > 1", "a:sum", "+__name__=a:sum … if"],
    ["a:sum = sum(a)", "b:sum", "+__name__=b:sum …"],
    ["a:sum = sum(a", "a:sum", "+__name__=a:sum …"],
    ["a:sum = vector(1)", "a:sum", "+__name__=a:sum"],
    ["a:sum = vector(1)", "a:sum > 2", "+__name__=a:sum empty(never-true) if"],
    ["a:sum = sum(a)", '{__name__=~"a:sum|b"}', "+__name__=a:sum|b …"],
  ])("%s: %s", (text, query, known) => {
    expect(summary(query, { recorded: rules(text) })).toBe(known);
  });

  test("a rule that feeds on itself, also through others, counts as unknown on the way", () => {
    const recorded = rules("a:x = sum by (job, x) (b:x)\nb:x = sum by (job, y) (a:x)\nc:x = c:x");
    expect(summary("a:x", { recorded })).toBe("+__name__=a:x ?job -x");
    expect(summary("c:x", { recorded })).toBe("+__name__=c:x …");
  });

  test("labels that are added on the way are possible, all of them where they are not known", () => {
    const text = 'a:sum{team="x"} = sum by (job) (a)';
    expect(summary("a:sum", { recorded: rules(text, ["cluster"]) })).toBe(
      "+__name__=a:sum ?cluster ?job +team=x",
    );
    expect(summary("sum by (cluster) (a:sum)", { recorded: rules(text, ["cluster"]) })).toBe(
      "-__name__ ?cluster",
    );
    expect(summary("a:sum", { recorded: rules(text, "unknown") })).toBe("+__name__=a:sum ?job +team=x …");
  });

  test("a long chain of rules ends as unknown, not in a full stack", () => {
    const chain = Array.from({ length: 3000 }, (_, n) => `r:${n} = sum by (job) (r:${n + 1})`).join("\n");
    expect(summary("r:0", { recorded: rules(chain) })).toBe("+__name__=r:0 ?job");
  });
});
