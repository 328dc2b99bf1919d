import { describe, expect, test } from "vitest";
import { lint } from "./check-yaml.ts";
import { alert, lasting, marksOf } from "./pint-marks.ts";

describe("alerts without a condition", () => {
  test.each([
    "«errors_total»",
    "«rate(errors_total[2m])»",
    "«sum(errors) by (job)»",
    "«errors * on (job) group_left (team) info»",
    "«errors{job='x'} and up»",
    "errors > 0 or «warnings»",
    "«label_replace(errors, 'a', '$1', 'b', '(.+)')»",
    "«topk(3, errors)»",
    "«errors > bool 0»",
    "(«errors > bool 0»)",
    "errors > 5 or «vector(1)»",
    "«vector(1)»",
    "«count(up)» or «vector(0)»",
    "«max_over_time(errors[5m])»",
    "«histogram_quantile(0.9, rate(x_bucket[5m]))»",
    "«errors - errors offset 1d»",
  ])("%s", (marked) => {
    marksOf(["rule.no-comparison", "rule.always-firing"], marked, lasting);
  });

  test.each([
    "errors > 0",
    "errors == 1",
    "0 < errors",
    "(errors > 0) * on (job) group_left (team) info",
    "errors * on (job) group_left (team) (info == 1)",
    "absent(errors)",
    "absent_over_time(errors[5m])",
    "absent(errors) or absent(warnings)",
    "errors unless ignored",
    "errors and on () hour() > 8",
    "sum(errors > 0)",
    "rate(errors_total[2m]) > 0 or errors > 1",
    "errors > bool 0 == 1",
    "(up == 0) and on (job) errors",
    "min_over_time(up[5m]) < 1",
  ])("silent: %s", (expr) => {
    marksOf(["rule.no-comparison", "rule.always-firing"], expr, lasting);
  });
});

describe("fragile alerts", () => {
  const ids = ["rule.fragile-sampling", "rule.fragile-join"];

  test.each([
    "«topk(10, errors)» > 1",
    "«bottomk(1, errors)» < 1",
    "«topk by (job) (1, errors)» > 1",
    "sum(a) / «sum(b)» > 1",
    "(sum(a) - «sum(b)») / «sum(c)» > 1",
    "sum by (x) (a) + on (x) «count by (x) (b)» == 0",
    "100 * sum(a) / «sum(b)» > 5",
    "«topk(1, sum by (job) (errors))» > 0",
  ])("%s", (marked) => {
    marksOf(ids, marked, alert);
  });

  test.each([
    "sum(a) > 1",
    "sum(a) > sum(b)",
    "a / b > 1",
    "sum(topk(10, errors)) > 1",
    "count(topk(10, errors)) > 1",
    "topk(1, sum(errors)) > 0",
    "sum by (x) (a) * on (x) group_left (team) max by (x, team) (info) > 0",
    "sum(a) * 100 > 1",
    "sum(a) unless sum(b)",
  ])("silent: %s", (expr) => {
    marksOf(ids, expr, alert);
  });

  test("with a wait only what chooses is fragile", () => {
    marksOf(ids, "sum(a) / sum(b) > 1", lasting);
    marksOf(ids, "«topk(10, errors)» > 1", lasting);
  });
});

describe("waits", () => {
  const found = (rest: string): readonly string[] => {
    const { document, findings } = lint(alert("up == 0", rest), "any.yaml");
    return findings.flatMap(({ check: id, span }) =>
      id === "rule.for-redundant" || id === "rule.duration-invalid"
        ? [`${id} ${document.text.slice(span.start, span.end)}`]
        : [],
    );
  };

  test.each([
    ["for: 0s", "rule.for-redundant 0s"],
    ["for: 0m", "rule.for-redundant 0m"],
    ["for: 0", "rule.for-redundant 0"],
    ["for: 0h0m0s", "rule.for-redundant 0h0m0s"],
    ["keep_firing_for: 0s", "rule.for-redundant 0s"],
    ["for: abc", "rule.duration-invalid abc"],
    ["for: 5", "rule.duration-invalid 5"],
    ["for: -5m", "rule.duration-invalid -5m"],
    ["for: 1s1m", "rule.duration-invalid 1s1m"],
    ["keep_firing_for: 5 minutes", "rule.duration-invalid 5 minutes"],
  ])("%s", (line, expected) => {
    expect(found(`  ${line}\n`)).toEqual([expected]);
  });

  test.each(["for: 5m", "keep_firing_for: 1h30m", "for: 1d", "for: 500ms", "labels: {for: 0s}"])(
    "silent: %s",
    (line) => {
      expect(found(`  ${line}\n`)).toEqual([]);
    },
  );

  test("shorter than the window of the rate", () => {
    const ids = (expr: string, wait: string): readonly string[] =>
      lint(alert(expr, `  for: ${wait}\n`), "any.yaml").findings.map(({ check: id }) => id);
    expect(ids("rate(x_total[10m]) > 1", "5m")).toContain("rule.for-shorter-than-range");
    for (const [expr, wait] of [
      ["rate(x_total[10m]) > 1", "10m"],
      ["avg_over_time(x[1h]) > 1", "5m"],
      ["rate(x_total[10m]) > 1", "0s"],
    ] as const)
      expect(ids(expr, wait)).not.toContain("rule.for-shorter-than-range");
  });
});
